#include "agent/codec/netlink_attributes.h"

#include <linux/netlink.h>

#include <algorithm>

namespace karkara {

NetlinkAttributes::NetlinkAttributes(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    nlattr header{};
    if (bytes.size() < sizeof header) {
      fail(ErrorCode::DataLoss, "a cut attribute header");
      return;
    }
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.nla_len < sizeof header) {
      fail(ErrorCode::InvalidArgument, "an attribute shorter than its header");
      return;
    }
    if (header.nla_len > bytes.size()) {
      fail(ErrorCode::DataLoss, "a cut attribute");
      return;
    }
    const unsigned type = header.nla_type & NLA_TYPE_MASK;
    if (type > kHighestType) {
      unknown_ = true;
    } else {
      twice_[type] = twice_[type] || present_[type];
      present_[type] = true;
      content_[type] = bytes.subspan(sizeof header, header.nla_len - sizeof header);
    }
    const std::size_t step = NLA_ALIGN(static_cast<std::size_t>(header.nla_len));
    bytes = bytes.subspan(std::min(step, bytes.size()));  // the last one may come without its padding
  }
}

std::optional<std::string> NetlinkAttributes::name(unsigned type, std::size_t longest) {
  const auto content = single(type);
  if (!content) {
    return std::nullopt;
  }
  const auto end = std::find(content->begin(), content->end(), std::byte{0});
  const auto length = static_cast<std::size_t>(end - content->begin());
  const bool printable = std::all_of(content->begin(), end, [](std::byte b) { return b > std::byte{' '}; });
  if (end == content->end() || length == 0 || length > longest || !printable) {
    fail(ErrorCode::InvalidArgument, "no name in attribute " + std::to_string(type));
    return std::nullopt;
  }
  std::string text(length, '\0');
  std::memcpy(text.data(), content->data(), length);
  return text;
}

std::optional<std::span<const std::byte>> NetlinkAttributes::bytes(unsigned type, std::size_t shortest) {
  const auto content = single(type);
  if (content && content->size() < shortest) {
    fail(ErrorCode::InvalidArgument, "attribute " + std::to_string(type) + " is too short");
    return std::nullopt;
  }
  return content;
}

bool NetlinkAttributes::has_other_than(std::initializer_list<unsigned> known) const {
  std::bitset<kHighestType + 1> others = present_;
  for (const unsigned type : known) {
    others.reset(type);
  }
  return unknown_ || others.any();
}

std::optional<std::span<const std::byte>> NetlinkAttributes::single(unsigned type) {
  if (!has(type)) {
    return std::nullopt;
  }
  if (twice_[type]) {
    fail(ErrorCode::AlreadyExists, "attribute " + std::to_string(type) + " came twice");
    return std::nullopt;
  }
  return content_[type];
}

void NetlinkAttributes::fail(ErrorCode code, std::string text) {
  if (!error_) {
    error_ = Error{code, std::move(text)};
  }
}

}  // namespace karkara
