#include "agent/io/kernel_sockets.h"

#include <linux/netlink.h>

#include <utility>

#include "agent/io/errno_error.h"

namespace karkara {

Status open_both(std::optional<NetlinkConversation>& routes, std::optional<NetlinkConversation>& generic) {
  for (const auto& [socket, protocol] : {std::pair{&routes, NETLINK_ROUTE}, std::pair{&generic, NETLINK_GENERIC}}) {
    if (*socket) {
      continue;
    }
    auto opened = NetlinkConversation::open(protocol, NetlinkConversation::kDriverPatience);
    if (!opened) {
      return opened.error();
    }
    *socket = std::move(*opened);
  }
  return {};
}

Status acknowledged(NetlinkConversation& kernel, std::span<std::byte> request, const std::string& what) {
  const auto ending = kernel.ask(request);
  if (!ending) {
    return ending.error().in(what);
  }
  return ending->error == 0 ? Status{} : Status{errno_error(ending->error, what)};
}

}  // namespace karkara
