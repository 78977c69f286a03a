#include "agent/facts/wireguard_key.h"

#include <cstring>

namespace karkara {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kTextSize = 44;
constexpr std::size_t kDigits = 43;  // and one '=': 258 bits, of which the last two are 0

using KeyBytes = std::array<std::byte, kWireguardKeySize>;

// Four digits for three bytes; what is missing behind the last byte is 0.
void encode(const KeyBytes& bytes, std::span<char, kTextSize> text) {
  for (std::size_t group = 0; group < kTextSize / 4; ++group) {
    unsigned bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const std::size_t at = group * 3 + i;
      bits = bits << 8U | (at < bytes.size() ? std::to_integer<unsigned>(bytes[at]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text[group * 4 + i] = kAlphabet[bits >> (18 - 6 * i) & 63U];
    }
  }
  text[kDigits] = '=';
}

bool decode(std::string_view text, KeyBytes& bytes) {
  if (text.size() != kTextSize || text[kDigits] != '=') {
    return false;
  }
  unsigned bits = 0;
  unsigned held = 0;
  std::size_t at = 0;
  for (const char c : text.substr(0, kDigits)) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) {
      return false;
    }
    bits = (bits << 6U | static_cast<unsigned>(digit)) & 0xffffU;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = static_cast<std::byte>(bits >> held & 0xffU);
    }
  }
  return at == bytes.size() && (bits & 3U) == 0;  // two spare bits: another spelling of the same key is refused
}

constexpr std::string_view kNoKey = "not a WireGuard key (44 characters of base64, the last is '=')";

}  // namespace

void wipe(std::span<std::byte> bytes) {
  if (!bytes.empty()) {
    ::explicit_bzero(bytes.data(), bytes.size());
  }
}

Result<WireguardKey> WireguardKey::parse(std::string_view text) {
  WireguardKey key;
  if (!decode(text, key.bytes)) {
    return Error{ErrorCode::InvalidArgument, std::string{kNoKey}};
  }
  return key;
}

std::string WireguardKey::text() const {
  std::array<char, kTextSize> digits{};
  encode(bytes, digits);
  return {digits.data(), digits.size()};
}

SecretKey::SecretKey(std::span<const std::byte, kWireguardKeySize> bytes) {
  std::memcpy(bytes_.data(), bytes.data(), bytes.size());
}

Result<SecretKey> SecretKey::parse(std::string_view text) {
  KeyBytes bytes{};
  const bool fine = decode(text, bytes);
  SecretKey key{bytes};
  wipe(bytes);
  if (!fine) {
    return Error{ErrorCode::InvalidArgument, std::string{kNoKey}};
  }
  return key;
}

SecretKey::SecretKey(SecretKey&& other) noexcept : bytes_{other.bytes_} {
  wipe(other.bytes_);
}

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    wipe(other.bytes_);
  }
  return *this;
}

void SecretKey::write_text(std::span<char, 44> into) const {
  encode(bytes_, into);
}

}  // namespace karkara
