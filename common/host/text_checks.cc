#include "common/host/text_checks.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "common/ids.h"

namespace karkara {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_address_of(int family, std::string_view text) {
  std::array<unsigned char, 16> bytes{};
  // inet_pton wants a terminated string and would not see what follows a NUL.
  return text.find('\0') == text.npos && inet_pton(family, std::string{text}.c_str(), bytes.data()) == 1;
}

bool is_address(std::string_view text) {
  return is_address_of(AF_INET, text) || is_address_of(AF_INET6, text);
}

bool is_number_up_to(std::string_view text, unsigned least, unsigned most) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= least && number <= most;
}

// RFC 1123 labels. Digits and dots alone must be a real IPv4 address: "300.1.1.1" is a slip, not a name.
bool is_host(std::string_view text) {
  if (is_address_of(AF_INET, text)) {
    return true;
  }
  if (text.empty() || text.size() > 253 || text.find_first_not_of("0123456789.") == text.npos) {
    return false;
  }
  while (true) {
    const std::string_view label = text.substr(0, text.find('.'));
    const bool plain = std::all_of(label.begin(), label.end(), [](char c) { return is_alphanumeric(c) || c == '-'; });
    if (!plain || label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    if (label.size() == text.size()) {
      return true;
    }
    text.remove_prefix(label.size() + 1);
  }
}

bool is_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos || !is_number_up_to(text.substr(colon + 1), 1, 65535)) {
    return false;
  }
  const std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    return is_address_of(AF_INET6, host.substr(1, host.size() - 2));
  }
  return is_host(host);
}

// What the kernel takes (dev_valid_name), less what confuses tools: ':' is an alias, '%' a template, and a bracket
// would end a name in a path such as "access_points[village0].ssid".
bool is_interface(std::string_view text) {
  return !text.empty() && text.size() <= 15 && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c < '\x7f' && c != '/' && c != ':' && c != '%' && c != '[' && c != ']';
         });
}

bool is_path(std::string_view text) {
  return text.starts_with('/') && text.size() <= 1000;
}

bool is_hex(std::string_view text) {
  return text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

bool is_prefix(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos) {
    return false;
  }
  const std::string_view address = text.substr(0, slash);
  const unsigned most = is_address_of(AF_INET, address) ? 32 : 128;
  return is_address(address) && is_number_up_to(text.substr(slash + 1), 0, most);
}

struct KindWords {
  v1::TextKind kind;
  bool (*matches)(std::string_view);
  std::string_view noun;
  std::string_view allowed;
};

constexpr std::array kWords{
    KindWords{v1::TEXT_ANY, [](std::string_view) { return true; }, "text", ""},
    KindWords{v1::TEXT_NAME, is_plain_name, "a name", "1 to 40 of a-z, 0-9 and '-', with no '-' at either end"},
    KindWords{v1::TEXT_INTERFACE, is_interface, "a Linux interface name",
              "1 to 15 characters, no space, '/', ':' or '%'"},
    KindWords{v1::TEXT_ADDRESS, is_address, "an address", "IPv4 or IPv6, such as 192.168.100.1"},
    KindWords{v1::TEXT_ENDPOINT, is_endpoint, "an endpoint", "HOST:PORT or [IPV6]:PORT, with a port of 1 to 65535"},
    KindWords{v1::TEXT_PATH, is_path, "an absolute path", "begins with '/', at most 1000 characters"},
    KindWords{v1::TEXT_HEX, is_hex, "hexadecimal", "an even number of digits 0-9 and a-f"},
    KindWords{v1::TEXT_PREFIX, is_prefix, "a prefix", "ADDRESS/LENGTH, such as 10.0.0.0/24"},
};

const KindWords& words(v1::TextKind kind) {
  const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const KindWords& w) { return w.kind == kind; });
  return found == kWords.end() ? kWords.front() : *found;
}

// Bytes of the UTF-8 character at the front, 0 when it is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) {
      return 0;
    }
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) > 0x9f;
  const bool too_high = first == 0xf4 && byte(1) > 0x8f;
  return overlong || surrogate || too_high ? 0 : length;
}

}  // namespace

Status check_text(std::string_view text, v1::TextKind kind) {
  const KindWords& wanted = words(kind);
  if (wanted.matches(text)) {
    return {};
  }
  const std::string subject = kind == v1::TEXT_HEX ? "" : in_quotes(text) + " ";
  return Error{ErrorCode::InvalidArgument,
               subject + "is not " + std::string{wanted.noun} + ": " + std::string{wanted.allowed}};
}

std::string_view kind_noun(v1::TextKind kind) {
  return words(kind).noun;
}
std::string_view kind_allowed(v1::TextKind kind) {
  return words(kind).allowed;
}

std::optional<std::size_t> first_non_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = character_length(text.substr(at));
    if (length == 0) {
      return at;
    }
    at += length;
  }
  return std::nullopt;
}

std::optional<std::size_t> first_control(std::string_view utf8, std::string_view but) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    const bool c1 = c == 0xc2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xa0;
    if (((c < 0x20 || c == 0x7f) && but.find(utf8[i]) == but.npos) || c1) {
      return i;
    }
  }
  return std::nullopt;
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kMost = 60;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string shown = "'";
  std::size_t at = 0;
  while (at < text.size() && at < kMost) {
    const std::size_t length = character_length(text.substr(at));
    const std::string_view character = text.substr(at, std::max<std::size_t>(length, 1));
    if (length == 0 || first_control(character, "")) {
      for (const char c : character) {
        const auto byte = static_cast<unsigned char>(c);
        shown.append("\\x").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
      }
    } else {
      shown.append(character);
    }
    at += character.size();
  }
  return shown.append(at < text.size() ? "...'" : "'");
}

}  // namespace karkara
