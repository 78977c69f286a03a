#include "agent/codec/rtnetlink.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>

#include "agent/codec/netlink_attributes.h"
#include "agent/codec/netlink_frame.h"
#include "agent/codec/rtnetlink_objects.h"

namespace karkara::rtnetlink {
namespace {

Skipped without_meaning() {
  return Skipped{"of a family or kind without meaning here"};
}

template <class Verdict, class T>
Content content_of(Found<T> found) {
  if (!found) {
    return Malformed{found.error()};
  }
  if (!*found) {
    return without_meaning();
  }
  return Verdict{Object{std::move(**found)}};
}

template <class Verdict>
std::vector<Content> contents_of(const Result<std::vector<Route>>& routes) {
  if (!routes) {
    return {Malformed{routes.error()}};
  }
  if (routes->empty()) {
    return {without_meaning()};
  }
  std::vector<Content> contents;
  contents.reserve(routes->size());
  for (const Route& route : *routes) {
    contents.emplace_back(Verdict{Object{route}});
  }
  return contents;
}

// The kernel's own words are a courtesy: an acknowledgement counts without them.
std::string extended_text(const nlmsghdr& header, const nlmsghdr& request, std::span<const std::byte> rest) {
  if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0) {
    return "";
  }
  if ((header.nlmsg_flags & NLM_F_CAPPED) == 0 && request.nlmsg_len > sizeof request) {
    rest = rest.subspan(std::min(NLMSG_ALIGN(request.nlmsg_len - sizeof request), rest.size()));
  }
  NetlinkAttributes attributes{rest};
  const auto text = attributes.bytes(NLMSGERR_ATTR_MSG, 1);
  if (!text) {
    return "";
  }
  std::string words;
  for (const std::byte b : *text) {
    if (b >= std::byte{' '} && b < std::byte{0x7f}) {
      words += static_cast<char>(b);
    }
  }
  return words;
}

Content decode_acknowledgement(const nlmsghdr& header, std::span<const std::byte> payload) {
  const auto error = take_header<nlmsgerr>(payload);
  if (!error) {
    return Malformed{error.error()};
  }
  if (error->error > 0 || error->error < -4095) {
    return Malformed{Error{ErrorCode::InvalidArgument, "an acknowledgement with an impossible error number"}};
  }
  return Acknowledged{-error->error, extended_text(header, error->msg, payload)};
}

// Some dumps end without an error number at all.
Content decode_done(std::span<const std::byte> payload) {
  const auto error = take_header<std::int32_t>(payload);
  return DumpDone{error && *error < 0 && *error >= -4095 ? -*error : 0};
}

Content decode_content(const nlmsghdr& header, std::span<const std::byte> payload) {
  switch (header.nlmsg_type) {
    case NLMSG_ERROR: return decode_acknowledgement(header, payload);
    case NLMSG_DONE: return decode_done(payload);
    case NLMSG_OVERRUN: return Overrun{};
    case RTM_NEWLINK: return content_of<Appeared>(decode_link(payload, false));
    case RTM_DELLINK: return content_of<Disappeared>(decode_link(payload, true));
    case RTM_NEWADDR: return content_of<Appeared>(decode_address(payload));
    case RTM_DELADDR: return content_of<Disappeared>(decode_address(payload));
    case RTM_NEWRULE: return content_of<Appeared>(decode_rule(payload));
    case RTM_DELRULE: return content_of<Disappeared>(decode_rule(payload));
    default: break;  // foreign: the kernel has many more
  }
  return Skipped{"message type " + std::to_string(header.nlmsg_type)};
}

// A message is one thing, but for a route, which is as many as it has next hops.
std::vector<Content> decode_contents(const nlmsghdr& header, std::span<const std::byte> payload) {
  switch (header.nlmsg_type) {
    case RTM_NEWROUTE: return contents_of<Appeared>(decode_routes(payload));
    case RTM_DELROUTE: return contents_of<Disappeared>(decode_routes(payload));
    default: break;  // foreign: every other message is one thing
  }
  return {decode_content(header, payload)};
}

}  // namespace

std::optional<IpFamily> family_of(unsigned char address_family) {
  switch (address_family) {
    case kIpv4Family: return IpFamily::V4;
    case kIpv6Family: return IpFamily::V6;
    default: return std::nullopt;  // foreign: families of others
  }
}

unsigned char number_of(IpFamily family) {
  return family == IpFamily::V4 ? kIpv4Family : kIpv6Family;
}

Result<std::vector<Message>> decode(std::span<const std::byte> datagram) {
  std::vector<Message> messages;
  while (!datagram.empty()) {
    const auto frame = take_netlink_frame(datagram);
    if (!frame) {
      return frame.error();
    }
    const nlmsghdr& header = frame->header;
    for (Content& content : decode_contents(header, frame->payload)) {
      messages.push_back({header.nlmsg_seq, (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0, std::move(content)});
    }
  }
  return messages;
}

}  // namespace karkara::rtnetlink
