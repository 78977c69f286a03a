#include "agent/codec/batadv_link.h"

#include <linux/batman_adv.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

namespace karkara::batadv {
namespace {

constexpr int kChange = NLM_F_REQUEST | NLM_F_ACK;
constexpr const char* kKind = "batadv";

}  // namespace

NetlinkBytes encode_add_mesh(const std::string& name, const std::string& algorithm) {
  NetlinkRequest request{RTM_NEWLINK, kChange | NLM_F_CREATE | NLM_F_EXCL, 0, ifinfomsg{}};
  request.text(IFLA_IFNAME, name);
  request.nest(IFLA_LINKINFO, [&](NetlinkRequest& kind) {
    kind.text(IFLA_INFO_KIND, kKind);
    kind.nest(IFLA_INFO_DATA, [&](NetlinkRequest& inside) { inside.text(IFLA_BATADV_ALGO_NAME, algorithm); });
  });
  return request.bytes();
}

NetlinkBytes encode_set_master(std::uint32_t link, std::uint32_t master) {
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(link);
  return NetlinkRequest{RTM_NEWLINK, kChange, 0, header}.u32(IFLA_MASTER, master).bytes();
}

}  // namespace karkara::batadv
