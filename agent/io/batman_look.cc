#include "agent/io/batman_look.h"

#include <net/if.h>

#include <array>
#include <cerrno>

#include "agent/codec/batadv.h"
#include "agent/codec/batadv_tables.h"
#include "agent/codec/links_of_kind.h"
#include "agent/io/errno_error.h"
#include "agent/io/netlink_dump.h"

namespace karkara {
namespace {

constexpr const char* kKind = "batadv";
constexpr std::size_t kMostMeshes = 4;
constexpr std::size_t kMostLinks = 1024;
constexpr std::size_t kMostRows = 256;
constexpr double kBitsPerKbit = 1000;

Duration duration_of(std::optional<std::uint32_t> milliseconds) {
  return std::chrono::milliseconds{milliseconds.value_or(0)};
}

std::optional<BitsPerSecond> rate_of(std::optional<std::uint64_t> kbit) {
  return kbit ? std::optional{BitsPerSecond{static_cast<double>(*kbit) * kBitsPerKbit}} : std::nullopt;
}

std::string name_of(std::uint32_t link) {
  std::array<char, IF_NAMESIZE> name{};
  return link != 0 && ::if_indextoname(link, name.data()) != nullptr ? name.data() : "";
}

const char* word_of(std::optional<batadv::GatewayMode> mode) {
  if (!mode) {
    return "unknown";
  }
  switch (*mode) {
    case batadv::GatewayMode::Off: return "off";
    case batadv::GatewayMode::Client: return "client";
    case batadv::GatewayMode::Server: return "server";
  }
  return "unknown";
}

// The rows of one of the mesh's tables; ENOENT: it has no interface that runs, and none.
template <class T>
Result<std::vector<T>> table(NetlinkConversation& generic, NetlinkBytes request, std::uint16_t family,
                             Result<std::optional<T>> (*decode)(const NetlinkMessage&, std::uint16_t)) {
  auto dumped = dump<T>(generic, std::move(request), kMostRows,
                        [&](const NetlinkMessage& message) { return decode(message, family); });
  if (!dumped) {
    return dumped.error();
  }
  if (dumped->error != 0 && dumped->error != ENOENT) {
    return errno_error(dumped->error, "batman-adv");
  }
  return std::move(dumped->rows);
}

Result<batadv::Mesh> settings_of(NetlinkConversation& generic, std::uint16_t family, std::uint32_t link) {
  auto meshes = table<batadv::Mesh>(generic, batadv::encode_get_mesh(family, link), family, batadv::decode_mesh);
  if (!meshes) {
    return meshes.error();
  }
  if (meshes->empty()) {
    return Error{ErrorCode::NotFound, "batman-adv tells nothing of it"};
  }
  return std::move(meshes->front());
}

Status add_neighbours(NetlinkConversation& generic, std::uint16_t family, std::uint32_t link, BatmanSeen& seen) {
  const auto rows =
      table<batadv::Neighbor>(generic, batadv::encode_get_neighbors(family, link), family, batadv::decode_neighbor);
  if (!rows) {
    return rows.error();
  }
  for (const batadv::Neighbor& row : *rows) {
    seen.neighbours.push_back({row.address, row.link_name.empty() ? name_of(row.link) : row.link_name,
                               duration_of(row.last_seen_ms), rate_of(row.throughput_kbit)});
  }
  return {};
}

Status add_originators(NetlinkConversation& generic, std::uint16_t family, std::uint32_t link, BatmanSeen& seen) {
  const auto rows = table<batadv::Originator>(generic, batadv::encode_get_originators(family, link), family,
                                              batadv::decode_originator);
  if (!rows) {
    return rows.error();
  }
  for (const batadv::Originator& row : *rows) {
    seen.originators.push_back({row.address, row.neighbor, name_of(row.link), duration_of(row.last_seen_ms),
                                row.quality, rate_of(row.throughput_kbit), row.best});
  }
  return {};
}

Status add_gateways(NetlinkConversation& generic, std::uint16_t family, std::uint32_t link, BatmanSeen& seen) {
  const auto rows =
      table<batadv::Gateway>(generic, batadv::encode_get_gateways(family, link), family, batadv::decode_gateway);
  if (!rows) {
    return rows.error();
  }
  for (const batadv::Gateway& row : *rows) {
    seen.gateways.push_back(
        {row.address, row.router, row.best, rate_of(row.bandwidth_down_kbit), rate_of(row.bandwidth_up_kbit)});
  }
  return {};
}

Result<BatmanSeen> look_at(NetlinkConversation& generic, std::uint16_t family, const rtnetlink::LinkOfKind& link) {
  const auto settings = settings_of(generic, family, link.index);
  if (!settings) {
    return settings.error();
  }
  BatmanSeen seen;
  seen.index = link.index;
  seen.name = link.name;
  seen.algorithm = settings->algorithm;
  seen.gateway_mode = word_of(settings->gateway_mode);
  for (const auto add : {add_neighbours, add_originators, add_gateways}) {
    if (auto status = add(generic, family, link.index, seen); !status) {
      return status.error();
    }
  }
  return seen;
}

}  // namespace

Status look_at_batman(NetlinkConversation& routes, NetlinkConversation& generic, std::uint16_t family,
                      std::vector<BatmanSeen>& seen) {
  const auto links = dump<rtnetlink::LinkOfKind>(routes, rtnetlink::encode_get_links_of_kind(kKind), kMostLinks,
                                                 rtnetlink::decode_link_of_kind);
  if (!links) {
    return links.error();
  }
  if (links->error != 0) {
    return errno_error(links->error, "interfaces");
  }
  Status first;
  for (const rtnetlink::LinkOfKind& link : links->rows) {
    if (link.kind != kKind || seen.size() == kMostMeshes) {
      continue;
    }
    auto mesh = look_at(generic, family, link);
    if (mesh) {
      seen.push_back(std::move(*mesh));
    } else if (first) {
      first = mesh.error().in(link.name);
    }
  }
  return first;
}

}  // namespace karkara
