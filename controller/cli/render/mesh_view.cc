#include "controller/cli/render/mesh_view.h"

#include <fmt/format.h>

#include <utility>

#include "controller/cli/render/display.h"
#include "controller/cli/render/mesh_map.h"
#include "controller/cli/render/neighbour_view.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

constexpr const char* kUnknown = "-";

Cell heard_cell(std::optional<std::int64_t> milliseconds) {
  return milliseconds ? Cell{fmt::format("{} ago", format_number(static_cast<double>(*milliseconds) / 1000, 1, "s"))}
                      : Cell{kUnknown, Tone::Dim};
}

Cell number_cell(std::optional<double> value, int decimals, std::string_view unit) {
  return value ? Cell{format_number(*value, decimals, unit)} : Cell{kUnknown, Tone::Dim};
}

Cell percent_cell(std::optional<double> ratio) {
  return ratio ? Cell{format_number(*ratio * 100, 0, "%")} : Cell{kUnknown, Tone::Dim};
}

Cell rate_cell(std::optional<std::uint64_t> rate) {
  return rate ? Cell{format_rate(*rate)} : Cell{kUnknown, Tone::Dim};
}

Cell span_cell(std::optional<std::int64_t> milliseconds) {
  return milliseconds ? Cell{format_age(*milliseconds)} : Cell{kUnknown, Tone::Dim};
}

Cell state_cell(const std::string& state) {
  if (state == "established") {
    return {state, Tone::Good};
  }
  return {state.empty() ? kUnknown : state, state == "silent" || state == "gone" ? Tone::Bad : Tone::Warn};
}

// The kernel tells the channel of what has joined, and of some drivers' meshes not the name.
Cell mesh_cell(const v1::MeshInterface& interface) {
  if (!interface.mesh_id().empty()) {
    return {interface.mesh_id()};
  }
  return interface.has_frequency_mhz() ? Cell{"joined"} : Cell{"not joined", Tone::Bad};
}

std::string channel_text(const v1::MeshInterface& interface) {
  if (!interface.has_frequency_mhz()) {
    return "";
  }
  const std::string width = interface.has_width_mhz() ? fmt::format(", {} wide", interface.width_mhz()) : "";
  return fmt::format("{} MHz{}", interface.frequency_mhz(), width);
}

Table interface_table(const v1::Mesh& mesh) {
  Table table;
  table.columns = {{"IFACE"},   {.head = "MAC", .wide = true}, {.head = "MESH", .shrinks = true},
                   {"CHANNEL"}, {"NOISE", Align::Right},       {"BUSY", Align::Right}};
  table.nothing = "No mesh interface.";
  for (const v1::MeshInterface& interface : mesh.interfaces()) {
    table.rows.push_back({{interface.name(), Tone::Strong},
                          plain(interface.mac()),
                          mesh_cell(interface),
                          plain(channel_text(interface)),
                          number_cell(KARKARA_OPTIONAL(interface, noise_dbm), 0, "dBm"),
                          percent_cell(KARKARA_OPTIONAL(interface, busy_ratio))});
  }
  return table;
}

Table peer_table(const v1::Mesh& mesh) {
  Table table;
  table.columns = {{"PEER"},
                   {"IFACE"},
                   {"STATE"},
                   {"HEARD", Align::Right},
                   {"SIGNAL", Align::Right},
                   {"EXPECTED", Align::Right},
                   {"FAILED", Align::Right},
                   {.head = "RETRIES", .align = Align::Right, .wide = true},
                   {.head = "SENDING", .align = Align::Right, .wide = true},
                   {.head = "RECEIVING", .align = Align::Right, .wide = true},
                   {.head = "AIRTIME", .align = Align::Right, .wide = true},
                   {.head = "SINCE", .align = Align::Right, .wide = true},
                   {.head = "TROUBLE", .shrinks = true}};
  table.nothing = "No peers.";
  for (const v1::MeshPeer& peer : mesh.peers()) {
    table.rows.push_back({{peer.mac(), Tone::Strong},
                          plain(peer.interface()),
                          state_cell(peer.state()),
                          heard_cell(KARKARA_OPTIONAL(peer, inactive_ms)),
                          number_cell(KARKARA_OPTIONAL(peer, signal_dbm), 0, "dBm"),
                          rate_cell(KARKARA_OPTIONAL(peer, expected_bps)),
                          percent_cell(KARKARA_OPTIONAL(peer, failed_ratio)),
                          percent_cell(KARKARA_OPTIONAL(peer, retry_ratio)),
                          rate_cell(KARKARA_OPTIONAL(peer, sending_bps)),
                          rate_cell(KARKARA_OPTIONAL(peer, receiving_bps)),
                          peer.has_airtime() ? Cell{fmt::format("{}", peer.airtime())} : Cell{kUnknown, Tone::Dim},
                          span_cell(KARKARA_OPTIONAL(peer, connected_ms)),
                          plain(peer.trouble())});
  }
  return table;
}

Cell quality_cell(const v1::MeshWay& way) {
  if (way.has_airtime()) {
    return {fmt::format("airtime {}", way.airtime())};
  }
  return way.has_throughput_bps() ? rate_cell(way.throughput_bps())
                                  : percent_cell(KARKARA_OPTIONAL(way, quality_ratio));
}

Cell gateway_cell(const v1::MeshWay& way) {
  if (!way.is_gateway()) {
    return {kUnknown, Tone::Dim};
  }
  const std::string rates =
      way.has_gateway_down_bps() && way.has_gateway_up_bps()
          ? fmt::format(", {} down, {} up", format_rate(way.gateway_down_bps()), format_rate(way.gateway_up_bps()))
          : "";
  return {(way.chosen_gateway() ? "chosen" : "offered") + rates};
}

Cell via_cell(const v1::MeshWay& way) {
  if (way.next_hop() == way.mac() || way.next_hop().empty()) {
    return {"directly"};
  }
  return {way.next_hop() + (way.has_hops() ? fmt::format(", {} hops", way.hops()) : "")};
}

// The gateway that batman-adv chose is marked with '*'.
Table way_table(const v1::Mesh& mesh) {
  Table table;
  table.columns = {{"  MAST"},
                   {"VIA"},
                   {"IFACE"},
                   {"SEEN", Align::Right},
                   {"QUALITY", Align::Right},
                   {.head = "GATEWAY", .shrinks = true}};
  table.nothing = "No ways.";
  for (const v1::MeshWay& way : mesh.ways()) {
    table.rows.push_back({{(way.chosen_gateway() ? "* " : "  ") + way.mac(), Tone::Strong},
                          via_cell(way),
                          plain(way.interface()),
                          heard_cell(KARKARA_OPTIONAL(way, last_seen_ms)),
                          quality_cell(way),
                          gateway_cell(way)});
  }
  return table;
}

std::string ratio_text(const v1::MeshPeer& peer) {
  if (!peer.has_failed_ratio()) {
    return "";
  }
  const std::string retries =
      peer.has_retry_ratio() ? fmt::format(", {} retries", format_number(peer.retry_ratio() * 100, 0, "%")) : "";
  return fmt::format("{} failed{} of what was sent since the look before",
                     format_number(peer.failed_ratio() * 100, 0, "%"), retries);
}

std::string rates_text(const v1::MeshPeer& peer) {
  if (!peer.has_sending_bps() && !peer.has_receiving_bps() && !peer.has_expected_bps()) {
    return "";
  }
  const auto text = [](std::optional<std::uint64_t> rate) { return rate ? format_rate(*rate) : kUnknown; };
  return fmt::format("sending {}, receiving {}, {} expected", text(KARKARA_OPTIONAL(peer, sending_bps)),
                     text(KARKARA_OPTIONAL(peer, receiving_bps)), text(KARKARA_OPTIONAL(peer, expected_bps)));
}

Facts peer_facts(const v1::MeshPeer& peer) {
  return {{"Interface", plain(peer.interface())},
          {"State", state_cell(peer.state())},
          {"Why", peer.trouble().empty() ? Cell{"nothing is wrong", Tone::Dim} : Cell{peer.trouble(), Tone::Warn}},
          {"Heard", heard_cell(KARKARA_OPTIONAL(peer, inactive_ms))},
          {"Connected", span_cell(KARKARA_OPTIONAL(peer, connected_ms))},
          {"Signal", number_cell(KARKARA_OPTIONAL(peer, signal_dbm), 0, "dBm")},
          {"Rates", plain(rates_text(peer))},
          {"Sent", plain(ratio_text(peer))}};
}

void add_state(const v1::Mesh& mesh, View& view) {
  if (!mesh.state().empty()) {
    view.sections.push_back({"", Facts{{"State", Cell{mesh.state(), Tone::Warn}}}});
  }
  Facts bridged;
  for (const std::string& line : mesh.bridged()) {
    bridged.push_back({"Bridged", Cell{line, Tone::Bad}});
  }
  if (!bridged.empty()) {
    view.sections.push_back({"", std::move(bridged)});
  }
}

}  // namespace

View mesh_view(const v1::Mesh& mesh) {
  View view{.kind = "Mesh", .value = value_of(mesh), .list = "", .item = "", .sections = {}};
  add_state(mesh, view);
  view.sections.push_back({"", interface_table(mesh)});
  if (mesh.peers_size() > 0 || mesh.interfaces_size() > 0) {
    view.sections.push_back({"Peers", peer_table(mesh)});
  }
  if (!mesh.batman().empty()) {
    view.sections.push_back({"Ways", Facts{{"Batman", plain(mesh.batman())}}});
  }
  if (!mesh.batman().empty() || mesh.ways_size() > 0) {
    view.sections.push_back({mesh.batman().empty() ? "Ways" : "", way_table(mesh)});
  }
  add_neighbours(mesh, view);
  return view;
}

View mesh_peers_view(const v1::Mesh& mesh) {
  View view{.kind = "MeshPeers", .value = value_of(mesh), .list = "peers", .item = "MeshPeer", .sections = {}};
  add_state(mesh, view);
  view.sections.push_back({"", peer_table(mesh)});
  return view;
}

View mesh_explanation(const v1::Mesh& mesh) {
  View view{.kind = "Mesh", .value = value_of(mesh), .list = "", .item = "", .sections = {}};
  add_state(mesh, view);
  for (const v1::MeshPeer& peer : mesh.peers()) {
    view.sections.push_back({peer.mac(), peer_facts(peer)});
  }
  if (mesh.peers_size() == 0) {
    view.sections.push_back({"", peer_table(mesh)});
  }
  add_neighbour_explanations(mesh, view);
  add_radios(mesh, view);
  return view;
}

}  // namespace karkara::cli
