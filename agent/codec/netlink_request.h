// A netlink request under construction, in libnl's buffer of one page, which pads; it never sees a socket here.
// Refuses to report trouble piece by piece: no memory and no room show once, as empty bytes. Called by the encoders of
// agent/codec.
#pragma once

#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/facts/ip.h"

namespace karkara {

using NetlinkBytes = std::vector<std::byte>;

class NetlinkRequest {
 public:
  template <class Header>
  NetlinkRequest(int type, int flags, std::uint32_t sequence, const Header& header)
      : message_{nlmsg_alloc_simple(type, flags), &nlmsg_free} {
    Header copy = header;  // libnl takes it as mutable
    if (message_ && nlmsg_append(message_.get(), &copy, sizeof copy, NLMSG_ALIGNTO) == 0) {
      nlmsg_hdr(message_.get())->nlmsg_seq = sequence;
    } else {
      message_.reset();
    }
  }
  NetlinkRequest& flag(int type) { return put(type, nullptr, 0); }
  NetlinkRequest& u8(int type, std::uint8_t value) { return put(type, &value, sizeof value); }
  NetlinkRequest& u16(int type, std::uint16_t value) { return put(type, &value, sizeof value); }
  NetlinkRequest& u32(int type, std::uint32_t value) { return put(type, &value, sizeof value); }
  NetlinkRequest& be16(int type, std::uint16_t value);  // netfilter speaks in network order
  NetlinkRequest& be32(int type, std::uint32_t value);
  NetlinkRequest& raw(int type, std::span<const std::byte> value) { return put(type, value.data(), value.size()); }
  NetlinkRequest& text(int type, const std::string& value) { return put(type, value.c_str(), value.size() + 1); }
  NetlinkRequest& address(int type, const IpAddress& value) { return raw(type, value.bytes()); }
  NetlinkRequest& nested_u32(int nest, int type, std::uint32_t value);
  // What 'inside' puts lies in the nest; it is called with this request.
  template <class Inside>
  NetlinkRequest& nest(int type, const Inside& inside) {
    nlattr* start = open(type);
    inside(*this);
    return close(start);
  }

  [[nodiscard]] NetlinkBytes bytes() const;

 private:
  NetlinkRequest& put(int type, const void* value, std::size_t size);
  nlattr* open(int type);  // the buffer never moves
  NetlinkRequest& close(nlattr* start);
  std::unique_ptr<nl_msg, void (*)(nl_msg*)> message_;
};

}  // namespace karkara
