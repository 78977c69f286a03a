#include "agent/codec/netlink_request.h"

#include <endian.h>

namespace karkara {

NetlinkRequest& NetlinkRequest::be16(int type, std::uint16_t value) {
  const std::uint16_t swapped = htobe16(value);
  return put(type, &swapped, sizeof swapped);
}

NetlinkRequest& NetlinkRequest::be32(int type, std::uint32_t value) {
  return u32(type, htobe32(value));
}

NetlinkRequest& NetlinkRequest::nested_u32(int nest_type, int type, std::uint32_t value) {
  return nest(nest_type, [&](NetlinkRequest& request) { request.u32(type, value); });
}

NetlinkBytes NetlinkRequest::bytes() const {
  if (!message_) {
    return {};
  }
  const nlmsghdr* header = nlmsg_hdr(message_.get());
  const auto* first = reinterpret_cast<const std::byte*>(header);
  return {first, first + header->nlmsg_len};
}

NetlinkRequest& NetlinkRequest::put(int type, const void* value, std::size_t size) {
  if (message_ && nla_put(message_.get(), type, static_cast<int>(size), value) != 0) {
    message_.reset();
  }
  return *this;
}

nlattr* NetlinkRequest::open(int type) {
  nlattr* start = message_ ? nla_nest_start(message_.get(), type) : nullptr;
  if (start == nullptr) {
    message_.reset();
  }
  return start;
}

NetlinkRequest& NetlinkRequest::close(nlattr* start) {
  if (message_) {
    nla_nest_end(message_.get(), start);
  }
  return *this;
}

}  // namespace karkara
