// The end of every rtnetlink request that is encoded here.
#pragma once

#include "agent/codec/netlink_request.h"
#include "agent/codec/rtnetlink.h"

namespace karkara::rtnetlink {

// ResourceExhausted: it was not built, since no memory was left.
[[nodiscard]] inline Result<Bytes> finish(const NetlinkRequest& request) {
  Bytes bytes = request.bytes();
  if (bytes.empty()) {
    return Error{ErrorCode::ResourceExhausted, "no memory for a netlink request"};
  }
  return bytes;
}

}  // namespace karkara::rtnetlink
