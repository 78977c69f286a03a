// The framing that all of netlink shares (man 7 netlink): one message after another out of a datagram, in place.
// Refuses to look into the payloads and to go on behind a broken length. Called by agent/io's netlink conversation,
// whose decoders get what it took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/result.h"

namespace karkara {

struct NetlinkMessage {
  enum class Kind : std::uint8_t {
    Object,   // for the decoder of its type
    Ended,    // the acknowledgement of a change, or the end of a dump: see error
    Nothing,  // padding
    Overrun,  // the kernel dropped messages
  };
  Kind kind = Kind::Object;
  std::uint16_t type = 0;
  std::uint32_t sequence = 0;
  bool dump_interrupted = false;       // NLM_F_DUMP_INTR: the dump is not one moment's picture
  int error = 0;                       // errno, 0 when done
  std::span<const std::byte> payload;  // points into the datagram
};

// The first message of 'datagram', which is not empty and is shortened by it. DataLoss: nothing in it can be trusted.
[[nodiscard]] Result<NetlinkMessage> take_netlink_message(std::span<const std::byte>& datagram);

// Writes the sequence number into a finished request, so that one request can be sent again and again.
// InvalidArgument for what is shorter than a header.
[[nodiscard]] Status set_netlink_sequence(std::span<std::byte> request, std::uint32_t sequence);

}  // namespace karkara
