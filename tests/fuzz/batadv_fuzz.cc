// Whatever comes in, the decoders of batman-adv answer; and settings of a mesh that they understood survive being said
// again.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/batadv.h"
#include "agent/codec/batadv_tables.h"

namespace {

using namespace karkara;

void must(bool holds) {
  if (!holds) {
    std::abort();
  }
}

// What can be changed of what was read. A bandwidth of 0 cannot be said.
void must_survive(const batadv::Mesh& mesh, std::uint16_t family) {
  const auto least = [](const auto& kbit) {
    return kbit == std::uint64_t{0} ? std::optional<std::uint64_t>{100} : kbit;
  };
  batadv::MeshChange change;
  change.gateway_mode = mesh.gateway_mode;
  change.bandwidth_down_kbit = mesh.bandwidth_down_kbit;
  change.bandwidth_up_kbit = mesh.bandwidth_up_kbit;
  change.originator_interval_ms = mesh.originator_interval_ms;
  change.ap_isolation = mesh.ap_isolation;
  const auto bytes = batadv::encode_set_mesh(family, mesh.link, change);
  std::span<const std::byte> rest{bytes};
  const auto message = take_netlink_message(rest);
  must(message.ok());
  const auto again = batadv::decode_mesh(*message, family);
  must(again && *again && (*again)->link == mesh.link && (*again)->gateway_mode == mesh.gateway_mode);
  must((*again)->bandwidth_down_kbit == least(mesh.bandwidth_down_kbit));
  must((*again)->bandwidth_up_kbit == least(mesh.bandwidth_up_kbit));
  must((*again)->originator_interval_ms == mesh.originator_interval_ms);
  must((*again)->ap_isolation == mesh.ap_isolation);
}

void check(const NetlinkMessage& message) {
  const std::uint16_t family = message.type;
  (void)batadv::decode_hard_interface(message, family);
  (void)batadv::decode_originator(message, family);
  (void)batadv::decode_client(message, family);
  const auto neighbor = batadv::decode_neighbor(message, family);
  must(!neighbor || !*neighbor || (*neighbor)->link_name.size() < 16);
  const auto gateway = batadv::decode_gateway(message, family);
  must(!gateway || !*gateway || (*gateway)->link_name.size() < 16);
  const auto mesh = batadv::decode_mesh(message, family);
  if (mesh && *mesh) {
    must_survive(**mesh, family);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto datagram = std::as_bytes(std::span{data, size});
  while (!datagram.empty()) {
    const auto message = take_netlink_message(datagram);
    if (!message) {
      return 0;
    }
    check(*message);
  }
  return 0;
}
