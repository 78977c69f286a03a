#include "agent/io/wifi_kernel.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "agent/codec/batadv.h"
#include "agent/codec/nl80211_types.h"
#include "agent/io/genetlink_families.h"
#include "agent/io/kernel_sockets.h"
#include "common/host/file_descriptor.h"

namespace karkara {

Status WifiKernel::open() {
  return open_both(routes_, generic_);
}

Result<std::uint16_t> WifiKernel::family(const char* name, const char* what) {
  if (const Status status = open(); !status) {
    return status.error();
  }
  const auto families = list_families(*generic_);
  if (!families) {
    return families.error();
  }
  const auto found = families->find(name);
  if (found == families->end()) {
    return Error{ErrorCode::NotFound, what};
  }
  return found->second;
}

Result<std::uint16_t> WifiKernel::wifi() {
  return family(nl80211::kFamilyName, "the kernel shows no Wi-Fi (nl80211)");
}

Result<std::uint16_t> WifiKernel::batman() {
  return family(batadv::kFamilyName, "the kernel has no batman-adv");
}

Status WifiKernel::change_wifi(NetlinkBytes request, const std::string& what) {
  return acknowledged(*generic_, request, what);
}

Status WifiKernel::change_link(NetlinkBytes request, const std::string& what) {
  return acknowledged(*routes_, request, what);
}

std::uint32_t index_of(const std::string& interface) {
  return ::if_nametoindex(interface.c_str());
}

bool is_up(const std::string& interface) {
  const FileDescriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  ifreq request{};
  interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
  return socket.ok() && ::ioctl(socket.number(), SIOCGIFFLAGS, &request) == 0 &&
         (static_cast<unsigned>(request.ifr_flags) & IFF_UP) != 0;
}

}  // namespace karkara
