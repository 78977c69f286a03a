#include "agent/io/batman_gateway.h"

#include <linux/netlink.h>

#include "agent/codec/batadv.h"
#include "agent/io/errno_error.h"
#include "agent/io/genetlink_families.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {
namespace {

batadv::MeshChange change_of(const SetBatmanGateway& effect) {
  batadv::MeshChange change;
  change.gateway_mode = effect.mode == "server"   ? batadv::GatewayMode::Server
                        : effect.mode == "client" ? batadv::GatewayMode::Client
                                                  : batadv::GatewayMode::Off;
  // Not known: what it had stays.
  if (effect.mode == "server" && effect.down_kbit > 0) {
    change.bandwidth_down_kbit = effect.down_kbit;
    change.bandwidth_up_kbit = effect.up_kbit;
  }
  return change;
}

}  // namespace

Status set_batman_gateway(const SetBatmanGateway& effect) {
  auto kernel = NetlinkConversation::open(NETLINK_GENERIC);
  if (!kernel) {
    return kernel.error();
  }
  const auto families = list_families(*kernel);
  if (!families) {
    return families.error();
  }
  const auto family = families->find(batadv::kFamilyName);
  if (family == families->end()) {
    return Error{ErrorCode::NotFound, "the kernel has no batman-adv"};
  }
  NetlinkBytes request = batadv::encode_set_mesh(family->second, effect.index, change_of(effect));
  const auto ended = kernel->ask(request);
  if (!ended) {
    return ended.error();
  }
  return ended->error == 0 ? Status{} : Status{errno_error(ended->error, "gateway mode")};
}

}  // namespace karkara
