#include "agent/codec/bus_fields.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr std::size_t kMostInterfaceName = 15;  // IFNAMSIZ less the zero
constexpr std::size_t kMostIccid = 22;

template <class T>
const T* typed(const BusDict& dict, std::string_view key) {
  const BusValue* value = bus_field(dict, key);
  return value ? value->as<T>() : nullptr;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

template <class Predicate>
std::optional<std::string> text_of(const BusDict& dict, std::string_view key, std::size_t least, std::size_t most,
                                   Predicate fits) {
  const std::string* text = typed<std::string>(dict, key);
  const bool good =
      text && text->size() >= least && text->size() <= most && std::all_of(text->begin(), text->end(), fits);
  return good ? std::optional{*text} : std::nullopt;
}

}  // namespace

const BusValue* bus_field(const BusDict& dict, std::string_view key) {
  const auto at = dict.find(key);
  return at != dict.end() ? &at->second : nullptr;
}

std::optional<std::uint64_t> unsigned_field(const BusDict& dict, std::string_view key, std::uint64_t least,
                                            std::uint64_t most) {
  const auto* number = typed<std::uint64_t>(dict, key);
  return number && *number >= least && *number <= most ? std::optional{*number} : std::nullopt;
}

std::optional<std::int64_t> signed_field(const BusDict& dict, std::string_view key, std::int64_t least,
                                         std::int64_t most) {
  const auto* number = typed<std::int64_t>(dict, key);
  return number && *number >= least && *number <= most ? std::optional{*number} : std::nullopt;
}

std::optional<double> real_field(const BusDict& dict, std::string_view key, double least, double most) {
  const auto* number = typed<double>(dict, key);
  return number && *number >= least && *number <= most ? std::optional{*number} : std::nullopt;  // not NaN either
}

std::optional<bool> bool_field(const BusDict& dict, std::string_view key) {
  const bool* value = typed<bool>(dict, key);
  return value ? std::optional{*value} : std::nullopt;
}

std::optional<std::string> text_field(const BusDict& dict, std::string_view key, std::size_t most) {
  const std::string* text = typed<std::string>(dict, key);
  return text && !text->empty() ? std::optional{printable_text(*text, most)} : std::nullopt;
}

std::optional<std::string> digits_field(const BusDict& dict, std::string_view key, std::size_t least,
                                        std::size_t most) {
  return text_of(dict, key, least, most, is_digit);
}

std::optional<std::string> iccid_field(const BusDict& dict, std::string_view key) {
  return text_of(dict, key, 5, kMostIccid, [](char c) {  // some modems leave the filling 'F' at the end
    return is_digit(c) || c == 'F' || c == 'f';
  });
}

std::optional<std::string> interface_field(const BusDict& dict, std::string_view key) {
  const auto name = text_of(dict, key, 1, kMostInterfaceName, [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
  });
  return name && *name != "." && *name != ".." ? name : std::nullopt;
}

std::string printable_text(std::string_view text, std::size_t most) {
  std::string out{text.substr(0, most)};
  while (text.size() > most && !out.empty() && (static_cast<unsigned char>(text[out.size()]) & 0xc0U) == 0x80U) {
    out.pop_back();  // whole UTF-8 characters
  }
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return out;
}

}  // namespace karkara
