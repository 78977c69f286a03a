// Small cells that several views share: states in their colours, readings with units, ages.
// Refuses to hide a missing value: it says "-" or the reason. Called by the *_view.cc files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/cli/render/table.h"
#include "karkara/v1/noc.pb.h"

namespace karkara::cli {

enum class Language { English, French };

[[nodiscard]] Cell plain(std::string text);               // "-" for an empty text
[[nodiscard]] Cell site_state_cell(v1::SiteState state);  // "up"
[[nodiscard]] Cell uplink_state_cell(const std::string& state);
[[nodiscard]] Cell level_cell(const std::string& level);
[[nodiscard]] Cell age_cell(std::optional<std::int64_t> age_ms);  // "never" stands out
[[nodiscard]] Cell alarm_count_cell(std::uint32_t count);
[[nodiscard]] Cell rtt_cell(std::optional<double> seconds);  // "620 ms"

// "26.43 V", "3 bulk", or why there is no value: "(silent)". Decimals come from the series catalogue.
[[nodiscard]] Cell reading_cell(const std::string& series, std::optional<double> value, const std::string& absent,
                                const std::string& unit);

// `a - b`, held at the ends: both may come from anyone.
[[nodiscard]] std::int64_t saturating_difference(std::int64_t a, std::int64_t b);

// The optional field as std::optional.
#define KARKARA_OPTIONAL(message, field) ((message).has_##field() ? std::optional{(message).field()} : std::nullopt)

}  // namespace karkara::cli
