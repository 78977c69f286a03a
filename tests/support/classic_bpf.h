// Runs a classic BPF filter as the kernel does (linux/filter.h), so far as ours are written: loads from a place, tests
// against a number, returns.
#pragma once

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>

namespace karkara {

struct FilteredPacket {
  std::span<const std::byte> bytes;
  bool outgoing = false;
  std::uint32_t vlan_tag = 0;
  bool vlan_tag_present = vlan_tag != 0;
};

inline std::uint32_t protocol_of(std::span<const std::byte> bytes) {
  const unsigned version = bytes.empty() ? 0 : std::to_integer<unsigned>(bytes[0]) >> 4U;
  return version == 4 ? ETH_P_IP : version == 6 ? ETH_P_IPV6 : ETH_P_ARP;
}

inline std::optional<std::uint32_t> loaded(const FilteredPacket& packet, std::uint16_t code, std::uint32_t at) {
  switch (static_cast<int>(at) - SKF_AD_OFF) {
    case SKF_AD_PROTOCOL: return protocol_of(packet.bytes);
    case SKF_AD_PKTTYPE: return packet.outgoing ? PACKET_OUTGOING : PACKET_HOST;
    case SKF_AD_VLAN_TAG: return packet.vlan_tag;
    case SKF_AD_VLAN_TAG_PRESENT: return packet.vlan_tag_present ? 1 : 0;
    default: break;
  }
  const std::size_t size = BPF_SIZE(code) == BPF_W ? 4 : BPF_SIZE(code) == BPF_H ? 2 : 1;
  if (at + size > packet.bytes.size()) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8U | std::to_integer<std::uint32_t>(packet.bytes[at + i]);
  }
  return value;
}

// How many bytes are let through; 0: none. Ends the program on an instruction that it does not know.
inline std::uint32_t run_filter(std::span<const sock_filter> program, const FilteredPacket& packet) {
  std::uint32_t a = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const sock_filter& step = program[at];
    bool yes = false;
    switch (step.code) {
      case BPF_RET | BPF_K: return step.k;
      case BPF_LD | BPF_W | BPF_ABS:
      case BPF_LD | BPF_H | BPF_ABS:
      case BPF_LD | BPF_B | BPF_ABS: {
        const auto value = loaded(packet, step.code, step.k);
        if (!value) {
          return 0;
        }
        a = *value;
        continue;
      }
      case BPF_JMP | BPF_JEQ | BPF_K: yes = a == step.k; break;
      case BPF_JMP | BPF_JGE | BPF_K: yes = a >= step.k; break;
      case BPF_JMP | BPF_JSET | BPF_K: yes = (a & step.k) != 0; break;
      default: std::abort();
    }
    at += yes ? step.jt : step.jf;
  }
  std::abort();  // ran over its end
}

}  // namespace karkara
