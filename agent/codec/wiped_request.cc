#include "agent/codec/wiped_request.h"

#include <linux/netlink.h>

#include "agent/facts/wireguard_key.h"

namespace karkara {
namespace {

constexpr std::size_t kMostBytes = 8 * 1024;  // lengths of attributes stay within their 16 bits

}  // namespace

WipedRequest::WipedRequest(std::uint16_t type, std::uint16_t flags) {
  buffer_.reserve(kMostBytes);
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = flags;
  append(&header, sizeof header);
}

WipedRequest::~WipedRequest() {
  wipe(buffer_);
}

std::size_t WipedRequest::open(int type) {
  const std::size_t at = buffer_.size();
  put(type | NLA_F_NESTED, nullptr, 0);
  return at;
}

void WipedRequest::close(std::size_t nest) {
  if (full_) {
    return;
  }
  const auto length = static_cast<std::uint16_t>(buffer_.size() - nest);
  std::memcpy(buffer_.data() + nest, &length, sizeof length);
}

std::span<std::byte> WipedRequest::bytes() {
  if (full_) {
    return {};
  }
  const auto length = static_cast<std::uint32_t>(buffer_.size());
  std::memcpy(buffer_.data() + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
  return buffer_;
}

WipedRequest& WipedRequest::put(int type, const void* value, std::size_t size) {
  if (full_ || size > kMostBytes || buffer_.size() + NLA_HDRLEN + NLA_ALIGN(size) > kMostBytes) {
    full_ = true;
    return *this;
  }
  nlattr header{};
  header.nla_type = static_cast<std::uint16_t>(type);
  header.nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + size);
  append(&header, sizeof header);
  append(value, size);
  return *this;
}

void WipedRequest::append(const void* bytes, std::size_t size) {
  if (size == 0) {
    return;
  }
  const auto* first = static_cast<const std::byte*>(bytes);
  buffer_.insert(buffer_.end(), first, first + size);
  buffer_.resize(NLMSG_ALIGN(buffer_.size()));
}

}  // namespace karkara
