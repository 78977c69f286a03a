#include "agent/cellular/ussd_balance.h"

#include <algorithm>
#include <utility>

#include "agent/cellular/number_text.h"

namespace karkara {
namespace {

// Cut at a whole UTF-8 character; control characters become spaces, broken UTF-8 '?'.
std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    bool whole = lead < 0x80 || (lead >= 0xc2 && lead <= 0xf4 && at + length <= text.size());
    for (std::size_t i = 1; whole && i < length; ++i) {
      whole = (static_cast<unsigned char>(text[at + i]) & 0xc0U) == 0x80U;
    }
    const std::size_t used = whole ? length : 1;
    if (out.size() + used > kMostUssdText) {
      break;
    }
    if (!whole) {
      out.push_back('?');
    } else if (lead < 0x20 || lead == 0x7f) {
      out.push_back(' ');
    } else {
      out.append(text.substr(at, used));
    }
    at += used;
  }
  return out;
}

}  // namespace

Result<UssdPattern> UssdPattern::parse(std::string_view text) {
  const auto refuse = [&](const std::string& why) { return Error{ErrorCode::InvalidArgument, why}; };
  if (text.empty() || text.size() > kMostPatternText) {
    return refuse("a balance pattern has 1 to 200 bytes");
  }
  UssdPattern pattern;
  bool reads = false;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    if (open != 0) {
      const std::string_view literal = text.substr(0, open);
      // A space at either end stays significant as a place where the text may have one, and is not needed.
      if (std::string plain = folded(literal, kMostPatternText); !plain.empty()) {
        pattern.parts_.push_back({Kind::Literal, std::move(plain)});
      }
      text.remove_prefix(std::min(literal.size(), text.size()));
      continue;
    }
    const std::size_t close = text.find('}');
    if (close == std::string_view::npos) {
      return refuse("'{' without '}' in a balance pattern");
    }
    const std::string_view name = text.substr(1, close - 1);
    Kind kind = Kind::Any;
    if (name == "money") {
      kind = Kind::Money;
    } else if (name == "data") {
      kind = Kind::Bytes;
    } else if (name == "date") {
      kind = Kind::Date;
    } else if (name != "any") {
      return refuse("'{" + std::string{name} + "}' is none of {money}, {data}, {date}, {any}");
    }
    const bool twice = std::any_of(pattern.parts_.begin(), pattern.parts_.end(),
                                   [&](const Part& part) { return part.kind == kind && kind != Kind::Any; });
    if (twice) {
      return refuse("'{" + std::string{name} + "}' twice in one balance pattern");
    }
    reads = reads || kind != Kind::Any;
    pattern.parts_.push_back({kind, {}});
    text.remove_prefix(close + 1);
  }
  if (!reads) {
    return refuse("a balance pattern needs {money}, {data} or {date}");
  }
  return pattern;
}

// Glob matching: a place or literal at a fixed position always takes the same bytes, so only the last {any} ever has
// to give way, and the work is at most text times pattern.
struct UssdMatcher {
  using Part = UssdPattern::Part;
  using Kind = UssdPattern::Kind;
  std::string_view text;
  std::string_view currency;
  UssdBalance found{};

  // So that of a number that was refused, no later part is taken for the whole.
  [[nodiscard]] bool continues_number(std::size_t at) const {
    const auto is_digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (at == 0) {
      return false;
    }
    return is_digit(at - 1) || ((text[at - 1] == '.' || text[at - 1] == ',') && at > 1 && is_digit(at - 2));
  }

  std::optional<std::size_t> take(const Part& part, std::size_t at) {
    const std::string_view rest = text.substr(at);
    const bool inside_number = continues_number(at);
    std::size_t taken = 0;
    switch (part.kind) {
      case Kind::Literal:
        return rest.starts_with(part.literal) ? std::optional{at + part.literal.size()} : std::nullopt;
      case Kind::Money:
        found.hundredths = inside_number ? std::nullopt : read_hundredths(rest, currency, taken);
        return found.hundredths ? std::optional{at + taken} : std::nullopt;
      case Kind::Bytes:
        found.bytes = inside_number ? std::nullopt : read_bytes(rest, taken);
        return found.bytes ? std::optional{at + taken} : std::nullopt;
      case Kind::Date:
        found.valid_until = inside_number ? std::nullopt : read_date(rest, taken);
        return found.valid_until ? std::optional{at + taken} : std::nullopt;
      case Kind::Any: break;
    }
    return at;
  }

  bool match(const std::vector<Part>& parts) {
    std::size_t at = 0;
    std::size_t part = 0;
    std::size_t retry_at = 0;    // the beginning may move like behind an {any}
    std::size_t retry_part = 0;  // the part behind the last {any}
    while (part < parts.size()) {
      if (parts[part].kind == Kind::Any) {
        retry_part = ++part;
        retry_at = at;
        continue;
      }
      const bool may_skip_space = at < text.size() && text[at] == ' ';
      auto next = take(parts[part], at);
      if (!next && may_skip_space) {
        next = take(parts[part], at + 1);
      }
      if (next) {
        at = *next;
        ++part;
        continue;
      }
      if (retry_at >= text.size()) {
        return false;
      }
      at = ++retry_at;
      part = retry_part;
    }
    return true;
  }

  static UssdBalance run(const UssdPattern& pattern, std::string_view text, std::string_view currency) {
    UssdMatcher matcher{text, currency};
    return matcher.match(pattern.parts_) ? matcher.found : UssdBalance{};
  }
};

UssdBalance parse_balance(std::string_view text, const std::vector<UssdPattern>& patterns, std::string_view currency) {
  UssdBalance balance;
  balance.text = printable(text);
  const std::string plain = folded(text, kMostUssdText);
  const std::string plain_currency = folded(currency, 16);
  for (const UssdPattern& pattern : patterns) {
    const UssdBalance found = UssdMatcher::run(pattern, plain, plain_currency);
    if (!balance.hundredths && found.hundredths) {
      balance.hundredths = found.hundredths;
      balance.currency = currency;
    }
    balance.bytes = balance.bytes ? balance.bytes : found.bytes;
    balance.valid_until = balance.valid_until ? balance.valid_until : found.valid_until;
  }
  return balance;
}

}  // namespace karkara
