// Attributes inside of attributes, to be put into a NetlinkRequest as one: tc nests its options up to four deep.
// Refuses nothing: each is as long as it is given. Called by the encoders of agent/codec/traffic_control.
#pragma once

#include <linux/netlink.h>

#include <cstring>
#include <span>
#include <string>

#include "agent/codec/netlink_request.h"

namespace karkara::traffic_control {

class AttributeList {
 public:
  AttributeList& u8(std::uint16_t type, std::uint8_t value) { return plain(type, value); }
  AttributeList& u32(std::uint16_t type, std::uint32_t value) { return plain(type, value); }
  AttributeList& u64(std::uint16_t type, std::uint64_t value) { return plain(type, value); }
  AttributeList& text(std::uint16_t type, const std::string& value) {
    return put(type, {reinterpret_cast<const std::byte*>(value.c_str()), value.size() + 1});
  }
  AttributeList& raw(std::uint16_t type, std::span<const std::byte> content) { return put(type, content); }
  // A structure of the kernel's.
  template <class T>
  AttributeList& plain(std::uint16_t type, const T& value) {
    return put(type, std::as_bytes(std::span{&value, 1}));
  }
  AttributeList& nest(std::uint16_t type, const AttributeList& content) {
    return put(static_cast<std::uint16_t>(type | NLA_F_NESTED), content.bytes_);
  }
  [[nodiscard]] const NetlinkBytes& bytes() const { return bytes_; }

 private:
  AttributeList& put(std::uint16_t type, std::span<const std::byte> content) {
    const nlattr header{static_cast<std::uint16_t>(NLA_HDRLEN + content.size()), type};
    const std::size_t at = bytes_.size();
    bytes_.resize(at + NLA_ALIGN(NLA_HDRLEN + content.size()));
    std::memcpy(bytes_.data() + at, &header, sizeof header);
    if (!content.empty()) {
      std::memcpy(bytes_.data() + at + NLA_HDRLEN, content.data(), content.size());
    }
    return *this;
  }
  NetlinkBytes bytes_;
};

}  // namespace karkara::traffic_control
