#include "common/echo_keys.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

#include "common/hmac_sha256.h"

namespace karkara {
namespace {

constexpr std::string_view kSiteKeyLabel = "karkara-anchor-v1";

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  if (c >= 'a' && c <= 'f') {
    return static_cast<unsigned>(c - 'a' + 10);
  }
  if (c >= 'A' && c <= 'F') {
    return static_cast<unsigned>(c - 'A' + 10);
  }
  return std::nullopt;
}

std::optional<std::array<std::byte, 32>> key_from_hex(std::string_view hex) {
  std::array<std::byte, 32> key{};
  if (hex.size() != 2 * key.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto high = hex_digit(hex[2 * i]);
    const auto low = hex_digit(hex[2 * i + 1]);
    if (!high || !low) {
      return std::nullopt;
    }
    key[i] = static_cast<std::byte>(*high << 4U | *low);
  }
  return key;
}

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r";
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  for (auto at = line.find_first_not_of(kBlank); at != line.npos; at = line.find_first_not_of(kBlank, at)) {
    const auto end = std::min(line.find_first_of(kBlank, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

Result<EchoMasterKey> parse_master_key(const std::vector<std::string_view>& words) {
  EchoMasterKey key;
  if (words.size() == 2) {
    const auto [end, error] = std::from_chars(words[0].data(), words[0].data() + words[0].size(), key.generation);
    if (error != std::errc{} || end != words[0].data() + words[0].size() || key.generation == 0) {
      return Error{ErrorCode::InvalidArgument, "a generation is a number from 1 to 255"};
    }
  }
  const auto bytes = key_from_hex(words.back());
  if (words.size() > 2 || !bytes) {
    // The line itself is a secret, or nearly one: it is not repeated here.
    return Error{ErrorCode::InvalidArgument, "a key is 64 hex digits, with its generation in front from the second on"};
  }
  key.bytes = *bytes;
  return key;
}

}  // namespace

Result<EchoKey> EchoKey::from_hex(std::string_view hex) {
  const auto bytes = key_from_hex(hex);
  if (!bytes) {
    return Error{ErrorCode::InvalidArgument, "an echo key is 64 hex digits"};
  }
  return EchoKey{*bytes};
}

std::string EchoKey::hex() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<unsigned>(byte >> 4U)];
    text += kDigits[std::to_integer<unsigned>(byte & std::byte{15})];
  }
  return text;
}

EchoKey EchoMasterKey::site_key(std::uint32_t key_id) const {
  std::array<std::byte, 5> which{static_cast<std::byte>(generation)};
  for (std::size_t i = 0; i < sizeof(key_id); ++i) {
    which[1 + i] = static_cast<std::byte>(key_id >> (24 - 8 * i));
  }
  return EchoKey{hmac_sha256(bytes, kSiteKeyLabel, which)};
}

Result<EchoMasterKeys> EchoMasterKeys::parse(std::string_view text) {
  EchoMasterKeys keys;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto words = words_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (words.empty()) {
      continue;
    }
    const std::string place = "line " + std::to_string(line);
    const auto key = parse_master_key(words);
    if (!key) {
      return key.error().in(place);
    }
    if (!keys.by_generation_.emplace(key->generation, *key).second) {
      return Error{ErrorCode::InvalidArgument, "generation " + std::to_string(key->generation) + " twice"}.in(place);
    }
  }
  if (keys.by_generation_.empty()) {
    return Error{ErrorCode::InvalidArgument, "no key in it"};
  }
  return keys;
}

const EchoMasterKey* EchoMasterKeys::find(std::uint8_t generation) const {
  const auto found = by_generation_.find(generation);
  return found == by_generation_.end() ? nullptr : &found->second;
}

}  // namespace karkara
