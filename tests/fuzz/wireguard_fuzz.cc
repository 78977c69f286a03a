// Whatever comes in, the decoders answer; and a device that they understood can be asked for in the same words.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "agent/codec/wireguard.h"
#include "agent/facts/wireguard_key.h"

namespace {

using namespace karkara;

// A peer that was read can be written, and reads as the same.
void must_survive(const wireguard::Peer& peer, std::uint16_t family) {
  wireguard::DeviceChange change{.interface = "wg0"};
  change.peers.push_back(
      {.public_key = peer.public_key, .endpoint = peer.endpoint, .keepalive = peer.keepalive, .allowed = peer.allowed});
  auto request = wireguard::encode_change(family, change);
  if (!request) {
    return;  // more than one request holds
  }
  const auto bytes = request->bytes();
  bytes[16] = std::byte{0};  // WG_CMD_GET_DEVICE, as the kernel answers
  std::span<const std::byte> rest{bytes};
  const auto message = take_netlink_message(rest);
  wireguard::Device device;
  const auto added = message ? wireguard::add_to(device, *message, family) : Result<bool>{false};
  if (!added || !*added || device.peers.size() != 1 || device.peers[0].endpoint != peer.endpoint ||
      device.peers[0].allowed != peer.allowed || device.peers[0].keepalive != peer.keepalive) {
    std::abort();
  }
}

// A key file's line, or what a configuration says of the hub: one spelling only, so that it is written as it was read.
void check_key(std::string_view text) {
  const auto key = WireguardKey::parse(text);
  if (key && key->text() != text) {
    std::abort();
  }
  const auto secret = SecretKey::parse(text);
  std::array<char, 44> again{};
  if (secret) {
    secret->write_text(again);
  }
  if (secret.ok() != key.ok() || (secret && text != std::string_view{again.data(), again.size()})) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_key({reinterpret_cast<const char*>(data), size});
  auto datagram = std::as_bytes(std::span{data, size});
  wireguard::Device device;
  while (!datagram.empty()) {
    const auto message = take_netlink_message(datagram);
    if (!message) {
      return 0;
    }
    if (message->type < 16) {
      continue;  // netlink's own numbers are no family's
    }
    (void)genetlink::decode_family(*message);
    (void)genetlink::decode_family_change(*message);
    (void)wireguard::add_to(device, *message, message->type);
  }
  for (const wireguard::Peer& peer : device.peers) {
    must_survive(peer, 0x1c);
  }
  return 0;
}
