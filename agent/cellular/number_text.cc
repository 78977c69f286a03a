#include "agent/cellular/number_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace karkara {
namespace {

constexpr std::size_t kMostDigits = 12;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

// The base letters of U+00C0 to U+00FF, which is what French needs; '?' has none.
constexpr std::string_view kLatin1Base =
    "aaaaaaaceeeeiiiidnooooo?ouuuuy?s"
    "aaaaaaaceeeeiiiidnooooo?ouuuuy?y";

// Length and meaning of the UTF-8 sequence at the beginning: a plain space, a base letter, or 0 for neither.
struct Glyph {
  std::size_t bytes;
  char plain;
};

Glyph glyph_at(std::string_view text) {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  if (byte(0) == 0xc2 && (byte(1) == 0xa0 || byte(1) == 0x85)) {
    return {2, ' '};  // no-break space
  }
  if (byte(0) == 0xc3 && (byte(1) & 0xc0U) == 0x80U) {
    const char base = kLatin1Base[byte(1) & 0x3fU];
    return {2, base == '?' ? '\0' : base};
  }
  if (byte(0) == 0xe2 && byte(1) == 0x80 && ((byte(2) >= 0x80 && byte(2) <= 0x8b) || byte(2) == 0xaf)) {
    return {3, ' '};  // the typographic spaces, and the narrow no-break space
  }
  if (byte(0) == 0xe3 && byte(1) == 0x80 && byte(2) == 0x80) {
    return {3, ' '};
  }
  return {1, '\0'};
}

struct Number {
  std::int64_t whole = 0;
  std::string_view fraction;   // digits behind the decimal sign
  bool either_way = false;     // "1.250" and "1,250": groups of thousands, or a fraction
  std::string_view thousands;  // the three digits in question
  std::size_t taken = 0;
};

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && is_digit(text[at + count])) {
    ++count;
  }
  return count;
}

std::optional<std::int64_t> value_of(std::string_view digits) {
  if (digits.empty() || digits.size() > kMostDigits) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
  }
  return value;
}

bool group_follows(std::string_view text, std::size_t at, char separator) {
  return at < text.size() && text[at] == separator && digits_at(text, at + 1) == 3;
}

// "1250", "1 250", "1.250.000", "1 250,50". A '.' or ',' before exactly three digits, once, can be either.
std::optional<Number> read_number(std::string_view text) {
  std::size_t at = digits_at(text, 0);
  std::string digits{text.substr(0, at)};
  if (digits.empty() || digits.size() > kMostDigits) {
    return std::nullopt;
  }
  Number number;
  const bool may_group = digits.size() <= 3 && digits.front() != '0';
  const char separator = at < text.size() ? text[at] : '\0';
  std::size_t groups = 0;
  if (may_group && (separator == ' ' || separator == '.' || separator == ',' || separator == '\'')) {
    for (; group_follows(text, at, separator) && groups < 4; at += 4, ++groups) {
      number.thousands = text.substr(at + 1, 3);
      digits.append(number.thousands);
    }
  }
  if (groups == 1 && (separator == '.' || separator == ',')) {
    number.either_way = true;
    digits.resize(digits.size() - 3);
  }
  const bool decimal_sign = at + 1 < text.size() && (text[at] == ',' || text[at] == '.') && is_digit(text[at + 1]);
  if (decimal_sign && !(groups > 0 && text[at] == separator)) {
    const std::size_t length = digits_at(text, at + 1);
    number.fraction = text.substr(at + 1, length);
    at += 1 + length;
    if (number.either_way) {  // "1.250,50": the second sign decides
      number.either_way = false;
      digits.append(number.thousands);
    }
  }
  const auto whole = value_of(digits);
  if (!whole) {
    return std::nullopt;
  }
  number.whole = *whole;
  number.taken = at;
  return number;
}

// The word must end there: "go" is not in "gold".
bool word_at(std::string_view text, std::size_t at, std::string_view word) {
  return text.substr(std::min(at, text.size())).starts_with(word) &&
         (at + word.size() >= text.size() || !is_letter(text[at + word.size()]));
}

std::size_t after_space(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] == ' ' ? at + 1 : at;
}

// Behind the number: the configured currency, or one of the franc's spellings when it is the franc.
std::optional<std::size_t> currency_end(std::string_view text, std::size_t at, std::string_view currency) {
  if (currency.empty()) {
    return at;
  }
  constexpr std::array<std::string_view, 7> kFranc = {"f cfa", "fcfa", "f.cfa", "frs", "xof", "cfa", "f"};
  at = after_space(text, at);
  const bool franc = std::find(kFranc.begin(), kFranc.end(), currency) != kFranc.end();
  if (word_at(text, at, currency) && !(franc && currency == "f")) {
    return at + currency.size();
  }
  for (const std::string_view spelling : kFranc) {
    if (franc && word_at(text, at, spelling)) {
      return at + spelling.size();
    }
  }
  return std::nullopt;
}

}  // namespace

std::string folded(std::string_view text, std::size_t most) {
  std::string out;
  text = text.substr(0, most);
  while (!text.empty()) {
    const Glyph glyph = glyph_at(text);
    const char c = glyph.plain != '\0' ? glyph.plain : text.front();
    const auto code = static_cast<unsigned char>(c);
    const bool space = code <= 0x20 || code == 0x7f;
    if (!space) {
      out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
      out.append(glyph.plain == '\0' ? text.substr(1, glyph.bytes - 1) : std::string_view{});
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
    text.remove_prefix(std::min(glyph.bytes, text.size()));
  }
  if (!out.empty() && out.back() == ' ') {
    out.pop_back();
  }
  return out;
}

std::optional<std::int64_t> read_hundredths(std::string_view text, std::string_view currency, std::size_t& taken) {
  const bool negative = text.starts_with('-');
  const std::size_t sign = negative ? 1 : 0;
  const auto number = read_number(text.substr(sign));
  if (!number || number->fraction.size() > 2) {
    return std::nullopt;
  }
  const auto end = currency_end(text, sign + number->taken, currency);
  if (!end) {
    return std::nullopt;
  }
  std::int64_t whole = number->whole;
  if (number->either_way) {  // money has no thousandths
    whole = whole * 1000 + value_of(number->thousands).value_or(0);
  }
  std::int64_t cents = value_of(number->fraction).value_or(0);
  if (number->fraction.size() == 1) {
    cents *= 10;
  }
  taken = *end;
  return (whole * 100 + cents) * (negative ? -1 : 1);
}

std::optional<std::uint64_t> read_bytes(std::string_view text, std::size_t& taken) {
  constexpr std::array<std::pair<char, double>, 4> kScale = {{{'t', 1e12}, {'g', 1e9}, {'m', 1e6}, {'k', 1e3}}};
  const auto number = read_number(text);
  if (!number || number->either_way || number->fraction.size() > 6) {
    return std::nullopt;
  }
  const std::size_t at = after_space(text, number->taken);
  if (at >= text.size()) {
    return std::nullopt;
  }
  double scale = 1;
  std::size_t end = at;
  for (const auto& [letter, factor] : kScale) {
    if (text[at] == letter) {
      scale = factor;
      end = at + 1;
    }
  }
  if (end == at || !(word_at(text, end, "o") || word_at(text, end, "b"))) {
    return std::nullopt;
  }
  double value = static_cast<double>(number->whole);
  double place = 0.1;
  for (const char c : number->fraction) {
    value += place * (c - '0');
    place /= 10;
  }
  const double bytes = value * scale;
  if (!(bytes < 1e18)) {
    return std::nullopt;
  }
  taken = end + 1;
  return static_cast<std::uint64_t>(bytes + 0.5);
}

std::optional<std::chrono::year_month_day> read_date(std::string_view text, std::size_t& taken) {
  std::array<int, 3> parts{};
  std::array<std::size_t, 3> lengths{};
  std::size_t at = 0;
  char separator = '\0';
  for (std::size_t i = 0; i < 3; ++i) {
    lengths[i] = digits_at(text, at);
    if (lengths[i] == 0 || lengths[i] > 4) {
      return std::nullopt;
    }
    parts[i] = static_cast<int>(*value_of(text.substr(at, lengths[i])));
    at += lengths[i];
    if (i < 2) {
      const char here = at < text.size() ? text[at] : '\0';
      if ((here != '/' && here != '-' && here != '.') || (i == 1 && here != separator)) {
        return std::nullopt;
      }
      separator = here;
      ++at;
    }
  }
  const bool year_first = lengths[0] == 4;
  const std::size_t year_digits = year_first ? lengths[0] : lengths[2];
  if (lengths[1] > 2 || (year_first ? lengths[2] : lengths[0]) > 2 || (year_digits != 4 && year_digits != 2)) {
    return std::nullopt;
  }
  const int year = (year_first ? parts[0] : parts[2]) + (year_digits == 2 ? 2000 : 0);
  const auto day = static_cast<unsigned>(year_first ? parts[2] : parts[0]);
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(parts[1])},
                                         std::chrono::day{day}};
  if (!date.ok() || year < 2000 || year > 2199) {
    return std::nullopt;
  }
  taken = at;
  return date;
}

}  // namespace karkara
