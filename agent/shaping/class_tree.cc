#include "agent/shaping/class_tree.h"

#include <algorithm>

#include "agent/shaping/class_shares.h"
#include "agent/shaping/framing.h"
#include "agent/shaping/leaf_choice.h"

namespace karkara {
namespace {

constexpr std::uint16_t kEthernetHeader = 14;
constexpr std::uint64_t kBurstsASecond = 1000;  // a burst lasts a millisecond
constexpr std::uint64_t kMemoryPart = 8;
// Faster than any village's network: what no uplink brought is not slowed down.
constexpr std::uint64_t kLocalRate = 10'000'000'000ULL / 8;
constexpr ClassShare kUnlimited{kLocalRate, kLocalRate, 0, 1};

std::uint64_t bytes_a_second(BitsPerSecond rate) {
  return std::max(static_cast<std::uint64_t>(std::max(rate.value(), 0.0) / 8), std::uint64_t{1});
}

// As many as there may be, not as there are: an interface or a tunnel that comes must not change the queues of others.
std::size_t leaves_of(const ShapingSettings& settings) {
  std::size_t branches = settings.tunnel ? 1 : 0;
  for (const UplinkShaping& uplink : settings.uplinks) {
    branches += (uplink.up ? 1U : 0U) + (uplink.down ? 1U : 0U);
  }
  return branches * (settings.classes.size() + 2) + 1 + (settings.guests ? settings.uplinks.size() : 0);
}

// One part of a tree: an uplink's, in one direction.
struct Branch {
  std::uint32_t slot = 0;
  UplinkKind kind = UplinkKind::Ethernet;
  std::uint64_t rate = 0;
  std::uint32_t mtu = 1500;
  Framing framing{};
  bool to_village = false;
  bool translated = false;
};

class Trees {
 public:
  Trees(const ShapingSettings& settings, const ShapingNow& now)
      : settings_{settings}, now_{now}, queues_{queues_of(settings, now)} {}

  [[nodiscard]] WantedTraffic all() const {
    WantedTraffic wanted;
    for (std::size_t i = 0; i < count(); ++i) {
      const auto& link = now_.uplinks[i].link;
      // Of two uplinks on one link, as for a moment when modems change names, the first has its tree.
      const bool taken = link && std::any_of(wanted.shapers.begin(), wanted.shapers.end(),
                                             [&](const Shaper& shaper) { return shaper.link == link->link; });
      if (now_.uplinks[i].up && link && !taken) {
        wanted.shapers.push_back(upload(settings_.uplinks[i], now_.uplinks[i]));
      }
    }
    add_tunnel(wanted);
    add_downloads(wanted);
    return wanted;
  }

 private:
  [[nodiscard]] std::size_t count() const { return std::min(settings_.uplinks.size(), now_.uplinks.size()); }
  [[nodiscard]] Shaper upload(const UplinkShaping& uplink, const UplinkNow& state) const;
  void add_tunnel(WantedTraffic& wanted) const;
  void add_downloads(WantedTraffic& wanted) const;
  void add_branch(const Branch& branch, Shaper& shaper) const;
  void add_alone(std::uint16_t minor, const ClassShare& share, std::uint32_t packet, Shaper& shaper) const;
  [[nodiscard]] ClassShare share_beside(std::size_t uplink, std::size_t number) const;
  void add_guests(const UplinkShaping& uplink, const UplinkNow& state, Shaper& shaper) const;
  [[nodiscard]] bool leads_guests() const { return settings_.guests && now_.guests && now_.abilities->by_network; }
  [[nodiscard]] bool brings_downloads(const UplinkNow& state) const {
    return state.down && now_.abilities->redirect && (!now_.lan.empty() || leads_guests());
  }

  const ShapingSettings& settings_;
  const ShapingNow& now_;
  QueuePlan queues_;
};

// Both bursts: a packet and what rounding takes, or what passes in the time in which a timer is late.
std::uint32_t burst(std::uint64_t rate, std::uint32_t packet) {
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(packet + packet / 20 + 1, rate / kBurstsASecond));
}

ShaperClass sized(std::uint16_t minor, std::uint16_t parent, const ClassShare& share, std::uint32_t packet) {
  ShaperClass made;
  made.minor = minor;
  made.parent = parent;
  made.rate = share.rate;
  made.ceiling = share.ceiling;
  made.burst = burst(share.rate, packet);
  made.ceiling_burst = burst(share.ceiling, packet);
  made.quantum = static_cast<std::uint32_t>(packet * share.weight);
  made.priority = share.priority;
  return made;
}

void Trees::add_branch(const Branch& branch, Shaper& shaper) const {
  const auto packet =
      static_cast<std::uint32_t>(branch.mtu + kEthernetHeader + std::max<int>(branch.framing.overhead, 0));
  const std::uint16_t node = slot_minor(branch.slot);
  shaper.classes.push_back({branch.framing, sized(node, 0, {branch.rate, branch.rate, 0, 1}, packet)});
  const auto shares = class_shares(settings_.classes, branch.kind, branch.rate, now_.classes);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    ShaperClass leaf = sized(leaf_minor(branch.slot, static_cast<std::uint32_t>(i)), node, shares[i], packet);
    leaf.leaf =
        leaf_for(queues_, {leaf.rate, leaf.ceiling, packet, branch.kind, branch.to_village, branch.translated, i != 0});
    shaper.classes.push_back({branch.framing, std::move(leaf)});
  }
}

Shaper Trees::upload(const UplinkShaping& uplink, const UplinkNow& state) const {
  Shaper shaper;
  shaper.link = state.link->link;
  shaper.default_minor = leaf_minor(state.slot, 0);
  add_branch({state.slot, uplink.kind, bytes_a_second(*state.up), state.link->mtu,
              on_uplink(uplink.framing, uplink.kind), false, true},
             shaper);
  add_guests(uplink, state, shaper);
  return shaper;
}

// A class below no uplink's rate.
void Trees::add_alone(std::uint16_t minor, const ClassShare& share, std::uint32_t packet, Shaper& shaper) const {
  ShaperClass made = sized(minor, 0, share, packet);
  made.leaf = leaf_for(queues_, {share.rate, share.ceiling, packet, UplinkKind::Ethernet, true, false, false});
  shaper.classes.push_back({{}, std::move(made)});
}

// Of guests, on the interface where they are: where they cannot be led to the village's downloads they never have more
// than their ceiling, whatever the village wants.
ClassShare Trees::share_beside(std::size_t uplink, std::size_t number) const {
  const auto& down = now_.uplinks[uplink].down;
  if (leads_guests() || !down) {
    return kUnlimited;
  }
  const auto shares =
      class_shares(settings_.classes, settings_.uplinks[uplink].kind, bytes_a_second(*down), now_.classes);
  if (number >= shares.size()) {
    return kUnlimited;
  }
  const std::uint64_t most = shares[number].ceiling;  // as its rate: there is nobody above to borrow from
  return {most, most, 0, 1};
}

// What is lent waited below the uplink that brought it, and must not wait once more among what we ourselves send.
void Trees::add_guests(const UplinkShaping& uplink, const UplinkNow& state, Shaper& shaper) const {
  if (!settings_.guests || settings_.guests->interface != uplink.interface) {
    return;
  }
  const std::size_t number = settings_.guests->guests + 1;
  for (std::size_t i = 0; i < count(); ++i) {
    const UplinkNow& from = now_.uplinks[i];
    if (from.slot == state.slot) {
      continue;
    }
    add_alone(leaf_minor(from.slot, static_cast<std::uint32_t>(number)), share_beside(i, number),
              state.link->mtu + kEthernetHeader, shaper);
  }
}

void Trees::add_tunnel(WantedTraffic& wanted) const {
  for (std::size_t i = 0; now_.tunnel && i < count(); ++i) {
    const UplinkNow& below = now_.uplinks[i];
    if (below.slot == now_.tunnel->slot && below.up) {
      Shaper shaper;
      shaper.link = now_.tunnel->link.link;
      shaper.default_minor = leaf_minor(kTunnelSlot, 0);
      add_branch({kTunnelSlot, settings_.uplinks[i].kind, bytes_a_second(*below.up), now_.tunnel->link.mtu,
                  in_tunnel(settings_.uplinks[i].framing, now_.tunnel->wrapping), false, false},
                 shaper);
      wanted.shapers.push_back(std::move(shaper));
    }
  }
}

void Trees::add_downloads(WantedTraffic& wanted) const {
  Shaper shaper;
  shaper.link = kDownloadLink;
  shaper.default_minor = kLocalMinor;
  std::uint32_t mtu = 0;
  for (const ShapedLink& lan : now_.lan) {
    mtu = std::max(mtu, lan.mtu);
  }
  mtu = leads_guests() ? std::max(mtu, now_.guests->mtu) : mtu;
  // Where a packet costs less on a link than in the village, the village's header is taken off all of them.
  const bool strips = std::any_of(settings_.uplinks.begin(), settings_.uplinks.end(), [](const UplinkShaping& uplink) {
    return uplink.down && uplink.framing.overhead < std::int16_t{kEthernetHeader};
  });
  shaper.header = strips ? std::uint16_t{kEthernetHeader} : std::uint16_t{0};
  add_alone(kLocalMinor, kUnlimited, mtu + kEthernetHeader, shaper);
  for (std::size_t i = 0; i < count(); ++i) {
    const UplinkNow& uplink = now_.uplinks[i];
    if (!brings_downloads(uplink)) {
      continue;
    }
    Framing cost = settings_.uplinks[i].framing;
    if (now_.tunnel && now_.tunnel->slot == uplink.slot) {  // what came through it was longer on the link
      cost.overhead = static_cast<std::int16_t>(cost.overhead + now_.tunnel->wrapping);
    }
    add_branch({uplink.slot, settings_.uplinks[i].kind, bytes_a_second(*uplink.down), mtu,
                strips ? cost : on_download_device(cost), true, false},
               shaper);
  }
  if (shaper.classes.size() == 1) {
    return;
  }
  wanted.download_device = true;
  wanted.shapers.push_back(std::move(shaper));
  for (const ShapedLink& lan : now_.lan) {
    wanted.redirects.push_back({lan.link, kDownloadLink});
  }
  if (leads_guests()) {
    wanted.redirects.push_back({now_.guests->link, kDownloadLink, settings_.guests->network});
  }
}

}  // namespace

QueuePlan queues_of(const ShapingSettings& settings, const ShapingNow& now) {
  return plan_queues(*now.abilities, settings.memory.value_or(now.router_memory / kMemoryPart), leaves_of(settings));
}

WantedTraffic wanted_traffic(const ShapingSettings& settings, const ShapingNow& now) {
  if (!settings.shapes()) {
    return {};
  }
  if (!now.abilities) {
    WantedTraffic unknown;
    unknown.undecided = true;
    return unknown;
  }
  return now.abilities->htb ? Trees{settings, now}.all() : WantedTraffic{};
}

}  // namespace karkara
