#include "common/host/unit_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "common/host/text_checks.h"

namespace karkara {
namespace {

constexpr std::array kDurations{UnitSpelling{"ms", 1}, UnitSpelling{"s", 1'000}, UnitSpelling{"m", 60'000},
                                UnitSpelling{"h", 3'600'000}, UnitSpelling{"d", 86'400'000}};
constexpr std::array kRates{UnitSpelling{"bit", 1}, UnitSpelling{"kbit", 1'000}, UnitSpelling{"Mbit", 1'000'000},
                            UnitSpelling{"Gbit", 1'000'000'000}};
constexpr std::array kSizes{UnitSpelling{"B", 1},           UnitSpelling{"kB", 1'000},
                            UnitSpelling{"KiB", 1U << 10U}, UnitSpelling{"MB", 1'000'000},
                            UnitSpelling{"MiB", 1U << 20U}, UnitSpelling{"GB", 1'000'000'000},
                            UnitSpelling{"GiB", 1U << 30U}};
constexpr std::array kVoltages{UnitSpelling{"V", 1}};
constexpr std::array kCapacities{UnitSpelling{"Ah", 1}};
constexpr std::array kPowers{UnitSpelling{"W", 1}, UnitSpelling{"kW", 1'000}};
constexpr std::array kLengths{UnitSpelling{"m", 1}, UnitSpelling{"km", 1'000}};

struct UnitWords {
  v1::Unit unit;
  std::string_view noun;
  std::string_view examples;
  std::span<const UnitSpelling> spellings;
};

constexpr std::array kWords{
    UnitWords{v1::UNIT_NONE, "a number", "5", {}},
    UnitWords{v1::UNIT_MILLISECONDS, "a duration", "30s, 250ms, 5m, 2h, 1d", kDurations},
    UnitWords{v1::UNIT_BITS_PER_SECOND, "a rate", "64kbit, 2Mbit, 1.5Mbit", kRates},
    UnitWords{v1::UNIT_BYTES, "a size", "512KiB, 20MB, 4MiB", kSizes},
    UnitWords{v1::UNIT_VOLTS, "a voltage", "23.6V", kVoltages},
    UnitWords{v1::UNIT_AMPERE_HOURS, "a capacity", "200Ah", kCapacities},
    UnitWords{v1::UNIT_WATTS, "a power", "15W, 1.2kW", kPowers},
    UnitWords{v1::UNIT_DEGREES, "a number of degrees", "13.245", {}},
    UnitWords{v1::UNIT_METRES, "a length", "30m, 4.5km", kLengths},
};

const UnitWords& words(v1::Unit unit) {
  const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const UnitWords& w) { return w.unit == unit; });
  return found == kWords.end() ? kWords.front() : *found;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "-1.5Mbit" in its parts. No exponents, no hexadecimal: people do not write those by intent.
struct NumberParts {
  std::string_view number;  // "-1.5"
  bool negative = false;
  std::string_view whole;     // "1"
  std::string_view fraction;  // "5"
  std::string_view suffix;    // "Mbit"

  [[nodiscard]] bool is_zero() const {
    const auto zeros = [](std::string_view digits) { return digits.find_first_not_of('0') == digits.npos; };
    return zeros(whole) && zeros(fraction);
  }
};

std::string_view leading_digits(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::optional<NumberParts> split(std::string_view text) {
  NumberParts parts;
  std::string_view rest = text;
  if (rest.starts_with('-')) {
    parts.negative = true;
    rest.remove_prefix(1);
  }
  parts.whole = leading_digits(rest);
  rest.remove_prefix(parts.whole.size());
  if (parts.whole.empty()) {
    return std::nullopt;
  }
  if (rest.starts_with('.')) {
    parts.fraction = leading_digits(rest.substr(1));
    if (parts.fraction.empty()) {
      return std::nullopt;
    }
    rest.remove_prefix(1 + parts.fraction.size());
  }
  parts.suffix = rest;
  parts.number = text.substr(0, text.size() - rest.size());
  return parts;
}

Error refusal(std::string_view text, std::string_view what) {
  return {ErrorCode::InvalidArgument, in_quotes(text).append(" ").append(what)};
}

Error not_one(std::string_view text, v1::Unit unit, bool whole) {
  const bool counted = unit == v1::UNIT_NONE && whole;
  return refusal(text, "is not " + std::string{counted ? "a whole number" : noun(unit)} + ": write it like " +
                           std::string{examples(unit)});
}

// The factor of the text's suffix; 0 stands for every unit.
Result<std::uint64_t> factor_of(std::string_view text, const NumberParts& parts, v1::Unit unit, bool whole) {
  const auto known = spellings(unit);
  if (parts.suffix.empty()) {
    if (known.empty() || parts.is_zero()) {
      return std::uint64_t{1};
    }
    return refusal(text, "has no unit: write it like " + std::string{examples(unit)});
  }
  for (const UnitSpelling& spelling : known) {
    if (spelling.suffix == parts.suffix) {
      return spelling.factor;
    }
  }
  return not_one(text, unit, whole);
}

Result<std::uint64_t> scaled(std::string_view text, const NumberParts& parts, std::uint64_t factor, v1::Unit unit) {
  std::uint64_t divisor = 1;
  std::string digits{parts.whole};
  std::string_view fraction = parts.fraction;
  fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  digits.append(fraction);
  for (std::size_t i = 0; i < fraction.size() && divisor <= factor; ++i) {
    divisor *= 10;
  }
  std::uint64_t mantissa = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), mantissa);
  std::uint64_t product = 0;
  if (error != std::errc{} || __builtin_mul_overflow(mantissa, factor, &product)) {
    return refusal(text, "is too large");
  }
  // A divisor past every factor: the digits behind the point cannot come out whole.
  if (product % divisor != 0 || divisor > factor) {
    const bool plain = spellings(unit).empty();
    return refusal(text, plain ? "is not a whole number" : "is finer than 1" + std::string{spellings(unit)[0].suffix});
  }
  return product / divisor;
}

}  // namespace

std::span<const UnitSpelling> spellings(v1::Unit unit) {
  return words(unit).spellings;
}
std::string_view noun(v1::Unit unit) {
  return words(unit).noun;
}
std::string_view examples(v1::Unit unit) {
  return words(unit).examples;
}

Result<WholeNumber> parse_whole(std::string_view text, v1::Unit unit) {
  const auto parts = split(text);
  if (!parts) {
    return not_one(text, unit, true);
  }
  const auto factor = factor_of(text, *parts, unit, true);
  if (!factor) {
    return factor.error();
  }
  const auto magnitude = scaled(text, *parts, *factor, unit);
  if (!magnitude) {
    return magnitude.error();
  }
  return WholeNumber{parts->negative && *magnitude != 0, *magnitude};
}

Result<double> parse_real(std::string_view text, v1::Unit unit) {
  const auto parts = split(text);
  if (!parts) {
    return not_one(text, unit, false);
  }
  const auto factor = factor_of(text, *parts, unit, false);
  if (!factor) {
    return factor.error();
  }
  double number = 0;
  const auto [end, error] = std::from_chars(parts->number.data(), parts->number.data() + parts->number.size(), number);
  const double value = number * static_cast<double>(*factor);
  if (error != std::errc{} || !std::isfinite(value)) {
    return refusal(text, "is too large or too small");
  }
  return value;
}

std::string whole_text(WholeNumber value, v1::Unit unit) {
  const std::string sign = value.negative ? "-" : "";
  const auto known = spellings(unit);
  for (auto spelling = known.rbegin(); spelling != known.rend(); ++spelling) {
    if (value.magnitude != 0 && value.magnitude % spelling->factor == 0) {
      return sign + std::to_string(value.magnitude / spelling->factor).append(spelling->suffix);
    }
  }
  return sign + std::to_string(value.magnitude);
}

std::string real_text(double value, v1::Unit unit) {
  std::array<char, 400> buffer{};  // the longest fixed notation of a double needs 327
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  const std::string_view suffix = spellings(unit).empty() || value == 0 ? "" : spellings(unit).front().suffix;
  return std::string{buffer.data(), end}.append(suffix);
}

std::string bound_text(double bound, bool whole, v1::Unit unit) {
  if (!whole) {
    return real_text(bound, unit);
  }
  return whole_text({bound < 0, static_cast<std::uint64_t>(std::abs(bound))}, unit);
}

}  // namespace karkara
