#include "agent/facts/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace karkara {
namespace {

std::optional<unsigned> parse_number(std::string_view text, unsigned most) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number > most) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::optional<IpAddress> IpAddress::from_bytes(std::span<const std::byte> bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) {
    return std::nullopt;
  }
  IpAddress address;
  address.family_ = bytes.size() == 4 ? IpFamily::V4 : IpFamily::V6;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated{text};
  std::array<std::byte, 16> bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) {
    return from_bytes(std::span{bytes}.first(4));
  }
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) {
    return from_bytes(bytes);
  }
  return std::nullopt;
}

bool IpAddress::is_unspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::byte b) { return b == std::byte{0}; });
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family_ == IpFamily::V4 ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) {
    return std::nullopt;
  }
  const auto whole = static_cast<unsigned>(address->size() * 8);
  const auto length = slash == text.npos ? whole : parse_number(text.substr(slash + 1), whole);
  if (!length) {
    return std::nullopt;
  }
  return IpPrefix{*address, static_cast<std::uint8_t>(*length)};
}

IpPrefix IpPrefix::everything(IpFamily family) {
  const std::array<std::byte, 16> zeros{};
  return {*IpAddress::from_bytes(std::span{zeros}.first(family == IpFamily::V4 ? 4 : 16)), 0};
}

std::string IpPrefix::text() const {
  return is_everything() ? "default" : address.text() + "/" + std::to_string(length);
}

std::optional<IpEndpoint> IpEndpoint::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) {
    return std::nullopt;
  }
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) {
    host = host.substr(1, host.size() - 2);
  }
  const auto address = IpAddress::parse(host);
  const auto port = parse_number(text.substr(colon + 1), 65535);
  if (!address || !port || *port == 0 || bracketed != (address->family() == IpFamily::V6)) {
    return std::nullopt;
  }
  return IpEndpoint{*address, static_cast<std::uint16_t>(*port)};
}

std::string IpEndpoint::text() const {
  const std::string port_text = ":" + std::to_string(port);
  return address.family() == IpFamily::V6 ? "[" + address.text() + "]" + port_text : address.text() + port_text;
}

}  // namespace karkara
