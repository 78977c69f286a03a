// Amounts of money and data, and dates, as West African operators write them: "1 250 FCFA", "1.250F",
// "1250,50 F CFA", "2,5 Go", "12/03/2026". Refuses what can be read in two ways. Called by ussd_balance.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace karkara {

// For comparing and parsing: every kind of white space becomes one plain space, letters lose case and accent. Texts
// longer than `most` bytes are cut.
[[nodiscard]] std::string folded(std::string_view text, std::size_t most);

// Each reads the beginning of a folded text and says in `taken` how many bytes it used; nothing when it does not fit.
[[nodiscard]] std::optional<std::int64_t> read_hundredths(std::string_view text, std::string_view currency,
                                                          std::size_t& taken);
[[nodiscard]] std::optional<std::uint64_t> read_bytes(std::string_view text, std::size_t& taken);
[[nodiscard]] std::optional<std::chrono::year_month_day> read_date(std::string_view text, std::size_t& taken);

}  // namespace karkara
