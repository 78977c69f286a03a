#include "agent/codec/netlink_message.h"

#include <linux/netlink.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "agent/codec/netlink_frame.h"

namespace karkara {
namespace {

constexpr int kHighestErrno = 4095;

// Both endings begin with the negated errno. Some dumps end without one at all.
Result<int> ending_of(std::uint16_t type, std::span<const std::byte> payload) {
  std::int32_t error = 0;
  if (payload.size() >= sizeof error) {
    std::memcpy(&error, payload.data(), sizeof error);
  } else if (type == NLMSG_ERROR) {
    return Error{ErrorCode::DataLoss, "a cut netlink acknowledgement"};
  }
  const bool possible = error <= 0 && error >= -kHighestErrno;
  if (!possible && type == NLMSG_ERROR) {
    return Error{ErrorCode::DataLoss, "a netlink acknowledgement with an impossible error number"};
  }
  return possible ? -error : 0;  // some dumps end with the number of their objects
}

}  // namespace

Result<NetlinkFrame> take_netlink_frame(std::span<const std::byte>& datagram) {
  NetlinkFrame frame;
  nlmsghdr& header = frame.header;
  if (datagram.size() < sizeof header) {
    return Error{ErrorCode::DataLoss, "a cut netlink header"};
  }
  std::memcpy(&header, datagram.data(), sizeof header);
  if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) {
    return Error{ErrorCode::DataLoss, "a netlink message of an impossible length"};
  }
  frame.payload = datagram.subspan(sizeof header, header.nlmsg_len - sizeof header);
  const std::size_t step = NLMSG_ALIGN(static_cast<std::size_t>(header.nlmsg_len));
  datagram = datagram.subspan(std::min(step, datagram.size()));
  return frame;
}

Result<NetlinkMessage> take_netlink_message(std::span<const std::byte>& datagram) {
  const auto frame = take_netlink_frame(datagram);
  if (!frame) {
    return frame.error();
  }
  const nlmsghdr& header = frame->header;
  NetlinkMessage message;
  message.type = header.nlmsg_type;
  message.sequence = header.nlmsg_seq;
  message.dump_interrupted = (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
  message.payload = frame->payload;
  if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE) {
    const auto error = ending_of(header.nlmsg_type, message.payload);
    if (!error) {
      return error.error();
    }
    message.kind = NetlinkMessage::Kind::Ended;
    message.error = *error;
  } else if (header.nlmsg_type == NLMSG_OVERRUN) {
    message.kind = NetlinkMessage::Kind::Overrun;
  } else if (header.nlmsg_type < NLMSG_MIN_TYPE) {
    message.kind = NetlinkMessage::Kind::Nothing;
  }
  return message;
}

Status set_netlink_sequence(std::span<std::byte> request, std::uint32_t sequence) {
  if (request.size() < sizeof(nlmsghdr)) {
    return Error{ErrorCode::InvalidArgument, "a netlink request without header"};
  }
  std::memcpy(request.data() + offsetof(nlmsghdr, nlmsg_seq), &sequence, sizeof sequence);
  return {};
}

}  // namespace karkara
