#include <net/if.h>

#include <algorithm>

#include "agent/codec/link_request.h"
#include "agent/codec/nl80211_mesh.h"
#include "agent/codec/nl80211_regulatory.h"
#include "agent/codec/nl80211_scan.h"
#include "agent/codec/nl80211_survey.h"
#include "agent/codec/nl80211_wiphy.h"
#include "tests/lab/mesh_trial.h"

namespace karkara::lab {
namespace {

constexpr const char* kMeshId = "village";
constexpr std::uint32_t kFrequencyMhz = 2437;
constexpr std::uint32_t kOtherMhz = 2412;
constexpr std::uint32_t kMtu = 1532;  // batman-adv's header fits

}  // namespace

void MeshTrial::radios() {
  std::vector<nl80211::Wiphy> wiphys;
  generic_.ask(nl80211::encode_get_wiphys(wifi_.id), "wiphys", [&](const NetlinkMessage& message) {
    const auto added = nl80211::add_to(wiphys, message, wifi_.id);
    return added ? Status{} : Status{added.error()};
  });
  require(wiphys.size() == 2, "two radios");
  for (const nl80211::Wiphy& wiphy : wiphys) {
    const nl80211::Channel* channel = wiphy.find(kFrequencyMhz);
    require(channel != nullptr && !channel->disabled && channel->max_power_mbm > 0U, "a channel to use");
    require(wiphy.modes.has(nl80211::InterfaceMode::MeshPoint), "mesh points");
    require(wiphy.commands.test(68), "NL80211_CMD_JOIN_MESH");
    require(wiphy.name == "phy" + std::to_string(wiphy.index), "its name");
    require(wiphy.bands.size() >= 2 && wiphy.bands[0].ht40(), "bands with HT");
    require(!wiphy.combinations.empty() && wiphy.combinations[0].most_interfaces > 1, "combinations");
    std::printf("%s: %zu bands, %zu channels of 2.4 GHz\n", wiphy.name.c_str(), wiphy.bands.size(),
                wiphy.bands[0].channels.size());
  }
  const auto rules =
      generic_.dump(nl80211::encode_get_regulatory(wifi_.id), "regulatory", wifi_.id, nl80211::decode_regulatory);
  require(!rules.empty() && rules[0].alpha2 == "00" && !rules[0].rules.empty(), "the world's rules");
  say("two radios");
}

void MeshTrial::join(unsigned number) {
  for (const nl80211::Interface& old : interfaces()) {
    if (old.wiphy == number && old.mode == nl80211::InterfaceMode::Station) {
      generic_.change(nl80211::encode_delete_interface(wifi_.id, old.link), "delete");
    }
  }
  const std::string name = "mesh" + std::to_string(number);
  generic_.change(nl80211::encode_new_interface(
                      wifi_.id, {.wiphy = number, .name = name, .mode = nl80211::InterfaceMode::MeshPoint}),
                  "new_interface");
  nodes_[number].mesh = if_nametoindex(name.c_str());
  routes_.change(rtnetlink::encode_link_up(nodes_[number].mesh, kMtu), "up");
  nl80211::JoinMesh wanted{.link = nodes_[number].mesh, .mesh_id = kMeshId};
  wanted.channel = {kFrequencyMhz, nl80211::ChannelWidth::Mhz20, kFrequencyMhz};
  wanted.multicast_rate_kbit = 6'000;
  wanted.beacon_interval_tu = 100;
  wanted.settings.forwarding = false;
  generic_.change(must(nl80211::encode_join_mesh(wifi_.id, wanted), "join"), "join");
  for (const nl80211::Interface& now : interfaces()) {
    if (now.link == nodes_[number].mesh) {
      require(now.mode == nl80211::InterfaceMode::MeshPoint && now.name == name, "a mesh point");
      require(now.channel && now.channel->frequency_mhz == kFrequencyMhz, "on its channel");
      std::printf("%s: network '%s', power %d mBm\n", name.c_str(), now.network.c_str(), now.tx_power_mbm.value_or(-1));
      nodes_[number].address = now.address;
    }
  }
  require(!nodes_[number].address.is_zero(), "an address");
}

void MeshTrial::peers() {
  await(nl80211::Event::Kind::PeerAdded, nodes_[0].mesh, "the peer's event");
  until("a peer is established", [&] {
    const auto seen = stations(0);
    return seen.size() == 1 && seen[0].peer_link == nl80211::PlinkState::Established;
  });
  const auto peer = stations(0).front();
  require(peer.address == nodes_[1].address, "the peer's address");
  require(peer.link == nodes_[0].mesh, "the peer's interface");
  require(peer.inactive_ms < 10'000U, "a living peer");
  require(peer.signal_dbm < std::int8_t{0} && peer.signal_average_dbm < std::int8_t{0}, "a signal");
  require(peer.sent_packets && peer.tx_failed && peer.tx_retries && peer.received_bytes, "counts");
  require(!peer.byte_counts_wrap, "counts of 64 bits");
  require(peer.local_power_mode == nl80211::MeshPowerMode::Active, "a power mode");
  require(peer.tx_rate && peer.tx_rate->kbit_per_second >= 1'000U, "a rate");
  std::printf("peer: %d dBm, tx %llu kbit/s, airtime metric %u\n", *peer.signal_dbm,
              static_cast<unsigned long long>(peer.tx_rate->kbit_per_second.value_or(0)),
              peer.airtime_metric.value_or(0));
}

void MeshTrial::power_and_settings() {
  generic_.change(nl80211::encode_set_tx_power(
                      wifi_.id, {.wiphy = 0, .setting = nl80211::TxPowerSetting::Limited, .level_mbm = 1'000}),
                  "power");
  const auto all = interfaces();
  require(std::any_of(all.begin(), all.end(),
                      [&](const auto& one) { return one.link == nodes_[0].mesh && one.tx_power_mbm == 1'000; }),
          "10 dBm");
  nl80211::MeshSettings change;
  change.peer_link_timeout_s = 30;
  change.rssi_threshold_dbm = -90;
  generic_.change(nl80211::encode_set_mesh_settings(wifi_.id, nodes_[0].mesh, change), "set_mesh_settings");
  const auto settings = generic_.dump(nl80211::encode_get_mesh_settings(wifi_.id, nodes_[0].mesh), "mesh_settings",
                                      wifi_.id, nl80211::decode_mesh_settings);
  require(settings.size() == 1 && settings[0].forwarding == false, "no forwarding, as joined");
  require(settings[0].peer_link_timeout_s == 30U && settings[0].rssi_threshold_dbm == -90, "settings as changed");
  require(settings[0].max_peer_links > std::uint16_t{0} && settings[0].ttl > std::uint8_t{1}, "settings as they are");
  say("power and settings");
}

// It listens for a ninth of a second on each channel, and a beacon comes each tenth. hwsim surveys only channels that
// it goes to.
void MeshTrial::scan() {
  std::vector<nl80211::HeardNetwork> heard;
  until("the other mesh point was heard", [&] {
    const nl80211::Scan wanted{.link = nodes_[0].mesh, .frequencies_mhz = {kOtherMhz, kFrequencyMhz}};
    generic_.change(must(nl80211::encode_scan(wifi_.id, wanted), "scan"), "scan");
    await(nl80211::Event::Kind::ScanDone, nodes_[0].mesh, "a scan");
    heard = generic_.dump(nl80211::encode_get_scan(wifi_.id, nodes_[0].mesh), "heard", wifi_.id,
                          nl80211::decode_heard_network);
    return !heard.empty();
  });
  const auto& other = heard.front();
  require(other.bssid == nodes_[1].address && other.elements.mesh_id == kMeshId, "its mesh");
  require(other.frequency_mhz == kFrequencyMhz && other.signal_mbm < 0 && other.seen_ms_ago, "how it was heard");
  require(other.elements.mesh && other.elements.mesh->path_selection == 1, "its formation");
  require(!other.elements.cut, "whole elements");
  const auto surveys =
      generic_.dump(nl80211::encode_get_survey(wifi_.id, nodes_[0].mesh), "survey", wifi_.id, nl80211::decode_survey);
  require(std::any_of(surveys.begin(), surveys.end(),
                      [](const auto& one) {
                        return (one.frequency_mhz == kFrequencyMhz || one.frequency_mhz == kOtherMhz) &&
                               one.noise_dbm < std::int8_t{0};
                      }),
          "a survey");
  say("heard and surveyed");
}

}  // namespace karkara::lab
