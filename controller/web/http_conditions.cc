#include "controller/web/http_conditions.h"

#include <algorithm>

namespace karkara {
namespace {

std::string_view trimmed_field(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view without_weakness(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

// Behind the ";" of a coding: nothing, or a quality; 0 forbids.
bool is_wanted(std::string_view parameter) {
  if (parameter.empty()) {
    return true;
  }
  const bool is_quality = parameter.size() > 2 && (parameter[0] == 'q' || parameter[0] == 'Q') && parameter[1] == '=';
  const std::string_view value = is_quality ? parameter.substr(2) : std::string_view{};
  return !value.empty() && value.find_first_not_of("0123456789.") == std::string_view::npos &&
         value.find_first_of("123456789") != std::string_view::npos;
}

}  // namespace

bool has_version(std::string_view if_none_match, std::string_view etag) {
  std::string_view rest = trimmed_field(if_none_match);
  if (rest == "*") {
    return true;
  }
  const std::string_view wanted = without_weakness(etag);
  while (!rest.empty()) {
    rest = without_weakness(rest);
    const std::size_t end = rest.starts_with('"') ? rest.find('"', 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      return false;
    }
    if (rest.substr(0, end + 1) == wanted) {
      return true;
    }
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t,", end + 1), rest.size()));
  }
  return false;
}

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  for (std::string_view rest = accept_encoding; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view one = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const std::size_t semicolon = std::min(one.find(';'), one.size());
    const std::string_view coding = trimmed_field(one.substr(0, semicolon));
    const bool wanted = is_wanted(trimmed_field(one.substr(std::min(semicolon + 1, one.size()))));
    if (is_same_word(coding, "gzip") || is_same_word(coding, "x-gzip")) {
      return wanted;  // named, it counts before "*"
    }
    any = any || (coding == "*" && wanted);
  }
  return any;
}

}  // namespace karkara
