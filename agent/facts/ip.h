// IPv4 and IPv6 addresses and prefixes as plain values. Refuses names: nothing here resolves.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace karkara {

enum class IpFamily : std::uint8_t { V4, V6 };

class IpAddress {
 public:
  IpAddress() = default;  // 0.0.0.0
  // From 4 or 16 bytes in network order; nothing for any other length.
  static std::optional<IpAddress> from_bytes(std::span<const std::byte> bytes);
  static std::optional<IpAddress> parse(std::string_view text);  // "10.0.0.1", "2001:db8::1"

  [[nodiscard]] IpFamily family() const { return family_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {bytes_.data(), size()}; }
  [[nodiscard]] std::size_t size() const { return family_ == IpFamily::V4 ? 4 : 16; }
  [[nodiscard]] bool is_unspecified() const;
  [[nodiscard]] std::string text() const;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  IpFamily family_ = IpFamily::V4;
  std::array<std::byte, 16> bytes_{};
};

struct IpPrefix {
  IpAddress address;        // host bits as given
  std::uint8_t length = 0;  // 0..32 or 0..128

  static std::optional<IpPrefix> parse(std::string_view text);  // "10.0.0.0/24"; without a length: the whole address
  static IpPrefix everything(IpFamily family);                  // the default route's destination
  [[nodiscard]] bool is_everything() const { return length == 0; }
  [[nodiscard]] std::string text() const;  // "10.0.0.0/24", "default"
  friend auto operator<=>(const IpPrefix&, const IpPrefix&) = default;
};

struct IpEndpoint {
  IpAddress address;
  std::uint16_t port = 0;

  static std::optional<IpEndpoint> parse(std::string_view text);  // "10.0.0.1:7445", "[2001:db8::1]:7445"
  [[nodiscard]] std::string text() const;
  friend auto operator<=>(const IpEndpoint&, const IpEndpoint&) = default;
};

}  // namespace karkara
