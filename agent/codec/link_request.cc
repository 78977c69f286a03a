#include "agent/codec/link_request.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <cstring>

namespace karkara::rtnetlink {
namespace {

constexpr int kChange = NLM_F_REQUEST | NLM_F_ACK;

ifinfomsg header_of(std::uint32_t index) {
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(index);
  return header;
}

// One attribute by itself, as the content of another.
NetlinkBytes text_attribute(std::uint16_t type, const std::string& text) {
  const nlattr header{static_cast<std::uint16_t>(NLA_HDRLEN + text.size() + 1), type};
  NetlinkBytes bytes(NLA_ALIGN(NLA_HDRLEN + text.size() + 1));
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + NLA_HDRLEN, text.data(), text.size());
  return bytes;
}

}  // namespace

NetlinkBytes encode_add_link(const std::string& name, const std::string& kind) {
  NetlinkRequest request{RTM_NEWLINK, kChange | NLM_F_CREATE | NLM_F_EXCL, 0, header_of(0)};
  return request.text(IFLA_IFNAME, name)
      .raw(IFLA_LINKINFO | NLA_F_NESTED, text_attribute(IFLA_INFO_KIND, kind))
      .bytes();
}

NetlinkBytes encode_link_up(std::uint32_t index, std::uint32_t mtu) {
  ifinfomsg header = header_of(index);
  header.ifi_flags = IFF_UP;
  header.ifi_change = IFF_UP;
  return NetlinkRequest{RTM_NEWLINK, kChange, 0, header}.u32(IFLA_MTU, mtu).bytes();
}

NetlinkBytes encode_switch_link(std::uint32_t index, bool up) {
  ifinfomsg header = header_of(index);
  header.ifi_flags = up ? IFF_UP : 0;
  header.ifi_change = IFF_UP;
  return NetlinkRequest{RTM_NEWLINK, kChange, 0, header}.bytes();
}

NetlinkBytes encode_remove_link(std::uint32_t index) {
  return NetlinkRequest{RTM_DELLINK, kChange, 0, header_of(index)}.bytes();
}

}  // namespace karkara::rtnetlink
