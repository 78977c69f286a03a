#include "agent/codec/air_news.h"

#include <linux/genetlink.h>

#include <algorithm>
#include <string_view>

#include "agent/codec/nl80211_event.h"

namespace karkara {
namespace {

// Scans, ours among them, change nothing that a look would show.
constexpr std::string_view kUnheard = "scan";

void add_peer(std::optional<std::uint32_t> interface, AirNews& news) {
  auto& all = news.changed.peers_of;
  if (interface && all.size() < AirNews::kMostInterfaces && std::ranges::find(all, *interface) == all.end()) {
    all.push_back(*interface);
  }
}

void add_event(const nl80211::Event& event, AirNews& news) {
  using Kind = nl80211::Event::Kind;
  switch (event.kind) {
    case Kind::WiphyAdded:
    case Kind::WiphyRemoved:
    case Kind::InterfaceAdded:
    case Kind::InterfaceRemoved: news.changed.radios = true; break;
    case Kind::PeerAdded:
    case Kind::PeerGone: add_peer(event.link, news); break;
    case Kind::RegulatoryChanged: news.changed.rules = true; break;
    case Kind::PeerCandidate:  // each beacon of a stranger's
    case Kind::ScanStarted:
    case Kind::ScanDone:
    case Kind::ScanAborted:
    case Kind::Radar:
    case Kind::ChannelSwitchStarted:
    case Kind::ChannelSwitched: break;
  }
}

}  // namespace

std::optional<AirGroups> air_groups_of(const NetlinkMessage& message) {
  const auto name = genetlink::decode_family_change(message);
  if (!name || !*name || (*name)->gone || (*name)->name != nl80211::kFamilyName) {
    return std::nullopt;
  }
  const auto family = genetlink::decode_family(message);
  if (!family || !*family) {
    return std::nullopt;
  }
  AirGroups groups{(*family)->id, {}};
  for (const genetlink::Group& group : (*family)->groups) {
    if (group.name != kUnheard && std::ranges::find(nl80211::kEventGroups, group.name) != nl80211::kEventGroups.end()) {
      groups.ids.push_back(group.id);
    }
  }
  return groups;
}

void add_news(std::span<const std::byte> datagram, std::uint16_t family, AirNews& news) {
  while (!datagram.empty()) {
    const auto message = take_netlink_message(datagram);
    if (!message) {
      return;
    }
    if (message->type == GENL_ID_CTRL) {
      const auto change = genetlink::decode_family_change(*message);
      news.family = news.family || (change && *change && (*change)->name == nl80211::kFamilyName);
    } else if (const auto event = nl80211::decode_event(*message, family); event && *event) {
      add_event(**event, news);
    }
  }
}

}  // namespace karkara
