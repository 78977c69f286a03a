// Netlink datagrams recorded from a kernel, and crooked ones made out of them. The README.md beside each corpus tells
// where it is from.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "agent/codec/netlink_message.h"
#include "agent/codec/netlink_request.h"

namespace karkara {

inline NetlinkBytes recorded_netlink(const std::string& name) {
  std::ifstream in{KARKARA_SOURCE_DIR "/tests/fuzz/" + name + ".bin", std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_FALSE(text.empty()) << name;
  NetlinkBytes bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

// They point into 'bytes'.
inline std::vector<NetlinkMessage> messages_in(const NetlinkBytes& bytes) {
  std::vector<NetlinkMessage> messages;
  std::span<const std::byte> rest{bytes};
  while (!rest.empty()) {
    const auto message = take_netlink_message(rest);
    EXPECT_TRUE(message.ok());
    if (!message) {
      break;
    }
    messages.push_back(*message);
  }
  return messages;
}
inline std::vector<NetlinkMessage> messages_in(NetlinkBytes&&) = delete;

// Where the attribute of this type begins in the first message, behind 'fixed' bytes of its own header.
inline std::size_t attribute_at(const NetlinkBytes& bytes, std::uint16_t type, std::size_t fixed) {
  std::size_t at = sizeof(nlmsghdr) + fixed;
  while (at + sizeof(nlattr) <= bytes.size()) {
    nlattr header{};
    std::memcpy(&header, bytes.data() + at, sizeof header);
    if ((header.nla_type & NLA_TYPE_MASK) == type) {
      return at;
    }
    at += NLA_ALIGN(static_cast<std::size_t>(header.nla_len));
  }
  ADD_FAILURE() << "no attribute " << type;
  return 0;
}

inline void overwrite(NetlinkBytes& bytes, std::size_t at, std::uint16_t value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

}  // namespace karkara
