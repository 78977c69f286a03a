// The keys of a WireGuard tunnel: 32 bytes, for people 44 characters of base64. A public key is a plain value; a secret
// one wipes its bytes when it goes, and has no text and no copy, so that it never ends up in a log. Refuses key pairs:
// agent/io/wireguard_keys makes and reads those.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara {

inline constexpr std::size_t kWireguardKeySize = 32;

// Overwrites what was secret; the compiler may not leave it out.
void wipe(std::span<std::byte> bytes);

struct WireguardKey {
  std::array<std::byte, kWireguardKeySize> bytes{};

  // InvalidArgument unless it is 44 characters of base64 that stand for 32 bytes in the one usual way.
  static Result<WireguardKey> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool is_zero() const { return *this == WireguardKey{}; }
  friend auto operator<=>(const WireguardKey&, const WireguardKey&) = default;
};

class SecretKey {
 public:
  explicit SecretKey(std::span<const std::byte, kWireguardKeySize> bytes);
  // The text stays as it is: whoever read it wipes it. InvalidArgument as above; the error does not repeat it.
  static Result<SecretKey> parse(std::string_view text);
  ~SecretKey() { wipe(bytes_); }
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;

  [[nodiscard]] std::span<const std::byte, kWireguardKeySize> bytes() const { return bytes_; }
  // For the file that keeps it, 44 characters; the caller wipes them.
  void write_text(std::span<char, 44> into) const;

 private:
  std::array<std::byte, kWireguardKeySize> bytes_{};
};

}  // namespace karkara
