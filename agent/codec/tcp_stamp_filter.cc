#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include <algorithm>

#include "agent/codec/tcp_stamp.h"

namespace karkara {
namespace {

using Program = std::vector<sock_filter>;

constexpr unsigned kMostSampleBits = 31;
constexpr std::uint32_t kTcp = 6;
constexpr std::uint32_t kVlanId = 0x0fff;
// Two no-ops, then the timestamps of ten bytes (RFC 7323, appendix A).
constexpr std::uint32_t kUsualOptions = 0x0101'080a;
constexpr std::uint8_t kDrop = 0xff;  // a jump to the end, until it is known where that is

void load(Program& program, unsigned size, std::uint32_t at) {
  program.push_back(BPF_STMT(static_cast<std::uint16_t>(BPF_LD | size | BPF_ABS), at));
}

void load_metadata(Program& program, int what) {
  load(program, BPF_W, static_cast<std::uint32_t>(SKF_AD_OFF + what));
}

void jump(Program& program, unsigned test, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
  program.push_back(BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), value, yes, no));
}

void need_byte(Program& program, std::uint32_t at, std::uint32_t value) {
  load(program, BPF_B, at);
  jump(program, BPF_JEQ, value, 0, kDrop);
}

void finish(Program& program, std::uint32_t bytes) {
  program.push_back(BPF_STMT(BPF_RET | BPF_K, bytes));
}

// From where the network layer's own conditions hold.
void need_stamps(Program& program, std::uint32_t tcp, std::uint32_t mask) {
  const std::uint32_t options = tcp + 20;
  load(program, BPF_B, tcp + 12);
  jump(program, BPF_JGE, 0x80, 0, kDrop);  // a header of 32 bytes at least, else the options are data
  load(program, BPF_W, options);
  jump(program, BPF_JEQ, kUsualOptions, 0, kDrop);
  // Of a VLAN, whose own device shows it once more; there it has no tag any more, and Linux 5 and 6 leave its number
  // behind.
  load_metadata(program, SKF_AD_VLAN_TAG_PRESENT);
  jump(program, BPF_JEQ, 0, 2, 0);
  load_metadata(program, SKF_AD_VLAN_TAG);
  jump(program, BPF_JSET, kVlanId, kDrop, 0);

  load_metadata(program, SKF_AD_PKTTYPE);
  jump(program, BPF_JEQ, PACKET_OUTGOING, 0, 3);
  load(program, BPF_W, options + 4);
  jump(program, BPF_JSET, mask, kDrop, 0);
  finish(program, options + 12);

  load(program, BPF_W, options + 8);
  jump(program, BPF_JEQ, 0, kDrop, 0);
  jump(program, BPF_JSET, mask, kDrop, 0);
  finish(program, options + 12);
}

Program part_for_v4(std::uint32_t mask) {
  Program part;
  need_byte(part, 9, kTcp);
  need_byte(part, 0, 0x45);  // without options
  load(part, BPF_H, 6);
  jump(part, BPF_JSET, 0x3fff, kDrop, 0);  // a fragment
  need_stamps(part, 20, mask);
  return part;
}

Program part_for_v6(std::uint32_t mask) {
  Program part;
  need_byte(part, 6, kTcp);
  need_stamps(part, 40, mask);
  return part;
}

void lead_drops_to_end(Program& program) {
  for (std::size_t at = 0; at < program.size(); ++at) {
    const auto distance = static_cast<std::uint8_t>(program.size() - at - 1);
    for (std::uint8_t* target : {&program[at].jt, &program[at].jf}) {
      *target = *target == kDrop ? distance : *target;
    }
  }
}

}  // namespace

std::vector<sock_filter> tcp_stamp_filter(unsigned sample_bits) {
  const std::uint32_t mask = (1U << std::min(sample_bits, kMostSampleBits)) - 1;
  const Program v4 = part_for_v4(mask);
  const Program v6 = part_for_v6(mask);
  Program program;
  load_metadata(program, SKF_AD_PROTOCOL);
  jump(program, BPF_JEQ, ETH_P_IP, 1, 0);
  jump(program, BPF_JEQ, ETH_P_IPV6, static_cast<std::uint8_t>(v4.size()), kDrop);
  program.insert(program.end(), v4.begin(), v4.end());
  program.insert(program.end(), v6.begin(), v6.end());
  lead_drops_to_end(program);
  finish(program, 0);
  return program;
}

}  // namespace karkara
