#include "agent/io/genetlink_families.h"

#include "agent/codec/genetlink.h"
#include "agent/io/errno_error.h"

namespace karkara {

Result<std::map<std::string, std::uint16_t>> list_families(NetlinkConversation& conversation) {
  std::map<std::string, std::uint16_t> families;
  auto request = genetlink::encode_get_families();
  const auto ending = conversation.ask(request, [&](const NetlinkMessage& message) -> Status {
    const auto family = genetlink::decode_family_change(message);
    if (!family) {
      return family.error();
    }
    if (*family) {
      families.insert_or_assign((*family)->name, (*family)->id);
    }
    return {};
  });
  if (!ending) {
    return ending.error();
  }
  if (ending->error != 0) {
    return errno_error(ending->error, "families of generic netlink");
  }
  return families;
}

}  // namespace karkara
