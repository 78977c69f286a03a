// Messages of generic netlink as the kernel would send them, written by tests, and what every decoder of them has to
// stand: cuts at every byte, and attributes of wrong lengths.
#pragma once

#include <gtest/gtest.h>
#include <linux/genetlink.h>

#include <cstring>
#include <functional>
#include <initializer_list>
#include <vector>

#include "tests/support/recorded_netlink.h"

namespace karkara {

inline constexpr std::uint16_t kTestFamily = 0x1c;

using FillAnswer = std::function<void(NetlinkRequest&)>;

inline NetlinkBytes genetlink_answer(int command, const FillAnswer& fill) {
  NetlinkRequest answer{kTestFamily, NLM_F_MULTI, 0, genlmsghdr{static_cast<std::uint8_t>(command), 1, 0}};
  fill(answer);
  NetlinkBytes bytes = answer.bytes();
  EXPECT_FALSE(bytes.empty()) << "more than a page";
  return bytes;
}

// 'decode' as all decoders of one message are.
template <class Decode>
auto decoded(const NetlinkBytes& bytes, const Decode& decode) {
  return decode(messages_in(bytes).front(), kTestFamily);
}
template <class Decode>
auto decoded(int command, const FillAnswer& fill, const Decode& decode) {
  return decoded(genetlink_answer(command, fill), decode);
}

// The command of a request of ours, and what its attributes hold.
inline int command_of(const NetlinkBytes& request) {
  return request.size() < NLMSG_HDRLEN + GENL_HDRLEN ? -1 : std::to_integer<int>(request[NLMSG_HDRLEN]);
}
inline std::vector<std::byte> content_of(const NetlinkBytes& request, unsigned type) {
  const std::size_t at = attribute_at(request, static_cast<std::uint16_t>(type), GENL_HDRLEN);
  std::uint16_t length = 0;
  std::memcpy(&length, request.data() + at, sizeof length);
  const auto start = request.begin() + static_cast<std::ptrdiff_t>(at);
  return at == 0 ? std::vector<std::byte>{} : std::vector<std::byte>{start + NLA_HDRLEN, start + length};
}
template <class T>
T number_in(const NetlinkBytes& request, unsigned type) {
  const auto content = content_of(request, type);
  T value{};
  EXPECT_EQ(content.size(), sizeof value) << "attribute " << type;
  std::memcpy(&value, content.data(), std::min(sizeof value, content.size()));
  return value;
}

// Copies of exact size on the heap, so that the address sanitizer sees a read beyond.
template <class Decode>
void expect_stands_cuts(const NetlinkBytes& bytes, const Decode& decode) {
  int refused = 0;
  for (std::size_t size = NLMSG_HDRLEN; size < bytes.size(); ++size) {
    NetlinkBytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const auto length = static_cast<std::uint32_t>(size);
    std::memcpy(cut.data(), &length, sizeof length);
    const auto answer = decoded(cut, decode);
    refused += answer.ok() ? 0 : 1;
  }
  EXPECT_GT(refused, 4) << "a cut attribute is an error";
}

// 'write' puts an attribute of this type and content where the decoder looks for it.
using WriteAttribute = std::function<NetlinkBytes(unsigned type, std::span<const std::byte> content)>;
template <class Decode>
void expect_refuses_lengths(std::initializer_list<unsigned> types, std::initializer_list<std::size_t> sizes,
                            const WriteAttribute& write, const Decode& decode) {
  for (const unsigned type : types) {
    for (const std::size_t size : sizes) {
      const std::vector<std::byte> content(size);
      const auto answer = decoded(write(type, content), decode);
      ASSERT_FALSE(answer.ok()) << "attribute " << type << " of " << size << " bytes";
      EXPECT_NE(answer.error().code, ErrorCode::NotFound) << answer.error().text;
    }
  }
}

}  // namespace karkara
