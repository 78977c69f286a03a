// Reads what is left on a SIM out of the sentence that the network sends back. Patterns come from configuration, as
// literal text with places in braces: "Solde: {money}, valable jusqu'au {date}"; own matching, because regular
// expressions from configuration may need exponential time. No match is unknown, and the text is kept for people.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace karkara {

inline constexpr std::size_t kMostUssdText = 200;     // bytes of an answer that are looked at and kept
inline constexpr std::size_t kMostPatternText = 200;  // bytes of a pattern

// Places: {money} with its currency behind it, {data} such as "2,5 Go", {date} day first or ISO, {any} whatever is
// between, also nothing. A pattern may begin anywhere in the text; letter case, accents and kinds of space are equal.
class UssdPattern {
 public:
  // InvalidArgument: empty, too long, an unknown or unclosed place, the same place twice, or none but {any}.
  static Result<UssdPattern> parse(std::string_view text);

 private:
  friend struct UssdMatcher;
  enum class Kind : std::uint8_t { Literal, Money, Bytes, Date, Any };
  struct Part {
    Kind kind;
    std::string literal;
    friend bool operator==(const Part&, const Part&) = default;
  };
  std::vector<Part> parts_;

 public:
  friend bool operator==(const UssdPattern&, const UssdPattern&) = default;
};

struct UssdBalance {
  std::optional<std::int64_t> hundredths;  // of the currency's unit
  std::string currency;                    // as configured; empty when there is no money
  std::optional<std::uint64_t> bytes;      // a Go is 10^9
  std::optional<std::chrono::year_month_day> valid_until;
  std::string text;  // printable, at most kMostUssdText bytes
  [[nodiscard]] bool known() const { return hundredths || bytes; }
  friend bool operator==(const UssdBalance&, const UssdBalance&) = default;
};

// The first pattern that fits wins; each later one only adds what is still unknown.
[[nodiscard]] UssdBalance parse_balance(std::string_view text, const std::vector<UssdPattern>& patterns,
                                        std::string_view currency);

}  // namespace karkara
