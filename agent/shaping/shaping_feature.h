// The shaping feature: follows the uplinks and the village's interfaces, keeps a rate for each uplink and direction and
// the terms of each class, and says which trees the kernel should hold. Refuses to send and to move traffic: echoes are
// wished for, and the uplink feature chooses. Called by agent/site only.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/round_trips.h"
#include "agent/facts/shaping_report.h"
#include "agent/facts/shedding.h"
#include "agent/facts/uplink_fact.h"
#include "agent/facts/usage.h"
#include "agent/shaping/adaptive_rate.h"
#include "agent/shaping/class_tree.h"
#include "agent/shaping/efficiency_seed.h"
#include "agent/shaping/flow_delays.h"
#include "agent/shaping/guarantee_watch.h"
#include "agent/shaping/host_rates.h"
#include "agent/shaping/quota.h"
#include "agent/shaping/rate_memory.h"
#include "agent/shaping/schedule.h"
#include "agent/shaping/settings.h"
#include "agent/shaping/tree_counts.h"
#include "agent/shaping/tree_trouble.h"

namespace karkara {

struct ShapingStart {
  std::string rates;   // what an earlier run kept under RateMemory::kStateKey
  std::string quotas;  // and under ClassQuotas::kStateKey
  std::uint64_t boot = 0;
  std::optional<std::uint64_t> router_memory{};  // bytes
};

// The tunnel that traffic goes into now, and the uplink that it goes over.
struct ShapedTunnel {
  ShapedLink link;
  UplinkId over;
  bool over_v6 = false;
  friend bool operator==(const ShapedTunnel&, const ShapedTunnel&) = default;
};

// What other features know; read once for each turn of the site.
struct ShapingView {
  std::vector<UplinkFact> uplinks;
  const KernelSnapshot& kernel;
  std::optional<ShapedTunnel> tunnel{};
  // Bits that a symbol of the way down carries now, of links that tell; see link_efficiency.h.
  std::vector<std::pair<UplinkId, double>> efficiencies{};
};

// Of one of our own echoes.
struct EchoSeen {
  std::uint64_t anchor = 0;
  Duration round_trip{};
  std::optional<WallTime> there{};  // when the anchor answered, by its own clock
};

class ShapingFeature {
 public:
  ShapingFeature(ShapingSettings settings, const ShapingStart& start, const KnownTime& at);

  Effects reconfigure(ShapingSettings settings, const KnownTime& at);
  Effects follow(const ShapingView& view, const KnownTime& at);
  // After each follow(): what of wanted() is not in place, and is perhaps to be told.
  Effects see_trees(std::vector<TreeTrouble> troubles);
  // Ceilings that save the battery, from the next follow() on.
  void shed(const std::vector<ShedClass>& classes);
  Effects on(const TrafficCounted& event, const KnownTime& at);
  void on(const FlowCountersRead& event, Instant now);  // how busy the uplinks are
  Effects count_hosts(Instant now);                     // somebody looks
  void on(const HostsCounted& event, Instant now);
  Effects on_round_trip(const UplinkId& uplink, const EchoSeen& echo, Instant now);
  Effects on(const RoundTripsSeen& event, Instant now);
  Effects on(const RoundTripsUnavailable& event, Instant now);
  void on_waiting(const UplinkId& uplink, std::optional<Instant> since);  // for the answer to an echo
  void on_echo_lost(const UplinkId& uplink, Instant now);
  Effects tick(const KnownTime& at);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] const WantedTraffic& wanted() const { return wanted_; }
  // What the uplink brings as it was last measured or configured; none: downloads are not shaped.
  [[nodiscard]] std::optional<BitsPerSecond> download_rate(const UplinkId& uplink) const;
  // How often each uplink should be asked for the rates' sake.
  [[nodiscard]] std::vector<std::pair<UplinkId, std::optional<Duration>>> echo_wishes(Instant now) const;
  [[nodiscard]] ShapingReport report(Instant now) const;
  [[nodiscard]] ShapingReport report_with_hosts(Instant now) const;
  [[nodiscard]] std::vector<Sample> samples() const;       // of uplinks that were used since they were shaped
  [[nodiscard]] std::vector<Sample> live_samples() const;  // besides; never for telemetry
  [[nodiscard]] Effects last_words() const;                // what must be on disk before the process ends

 private:
  struct Direction {
    LinkDirection which = LinkDirection::Up;
    AdaptiveRate rate;
    Instant since;
    std::optional<BitsPerSecond> carried{};
  };
  struct FoundHours {
    HoursNow now{};
    std::optional<WallTime> at{};
  };
  struct Uplink {
    UplinkFact fact{};
    std::optional<IpAddress> last_source{};  // of its last path, also while it has none
    std::string last_key{};
    std::optional<ShapedLink> link{};
    std::array<std::optional<Direction>, 2> directions{};  // by LinkDirection
    EfficiencySeed coding{};                               // of the way down
    FlowDelays flows{};
    std::optional<Instant> overheard_at{};
    std::string deaf{};  // why the connections of a link cannot be overheard
    std::uint32_t deaf_link = 0;
    Instant deaf_until{};
  };
  [[nodiscard]] std::optional<Direction>& direction(std::size_t uplink, LinkDirection which) {
    return uplinks_[uplink].directions[static_cast<std::size_t>(which)];
  }
  [[nodiscard]] const std::optional<RateLimits>& limits(std::size_t uplink, LinkDirection which) const;
  [[nodiscard]] AdaptiveRateSettings rate_settings(std::size_t uplink, LinkDirection which) const;
  [[nodiscard]] std::optional<std::size_t> index_of(const UplinkId& uplink) const;
  [[nodiscard]] std::uint32_t queue_of(std::size_t uplink, LinkDirection which) const;  // link index; 0: not there
  [[nodiscard]] std::uint32_t class_count() const;                                      // control and other with them
  [[nodiscard]] std::string class_name(std::uint32_t number) const;
  [[nodiscard]] bool carries_tunnel(std::size_t uplink, LinkDirection which) const;
  // Of a class, with what goes through the tunnel over this uplink, whose own tree sees that wrapped. None: not
  // counted.
  [[nodiscard]] std::optional<TreeCounts::Flow> class_flow(std::size_t uplink, LinkDirection which,
                                                           std::uint32_t number) const;
  [[nodiscard]] std::optional<TreeCounts::Flow> flow_on_link(std::uint32_t link, std::uint16_t minor) const;
  [[nodiscard]] const FramedClass* wanted_framed(std::uint32_t link, std::uint16_t minor) const;
  [[nodiscard]] const ShaperClass* wanted_class(std::uint32_t link, std::uint16_t minor) const;
  [[nodiscard]] Duration count_pause(Instant now) const;
  [[nodiscard]] bool counts() const;  // whether anything is learned from counters
  void set_rates(const KnownTime& at, Effects& effects);
  void follow_coding(std::size_t index, std::optional<double> efficiency, Instant now, Effects& effects);
  void remember(std::size_t uplink, LinkDirection which, Instant now);
  void follow_uplink(std::size_t index, const UplinkFact& fact, Instant now, Effects& effects);
  void note(std::size_t uplink, LinkDirection which, const std::optional<RateChange>& change, Instant now,
            Effects& effects);
  void count_direction(std::size_t uplink, LinkDirection which, Instant now);
  void decide(std::size_t uplink, Instant now, Effects& effects);
  void count_quotas(const KnownTime& at);
  [[nodiscard]] bool overfills_link(std::size_t uplink, LinkDirection which);
  void watch_guarantees(std::size_t uplink, LinkDirection which, std::vector<std::string>& watched, Effects& effects);
  void watch_flows(Instant now, Effects& effects);
  [[nodiscard]] std::optional<WatchedLink> wanted_watch(std::size_t uplink) const;
  [[nodiscard]] std::string overheard_text(std::size_t uplink, Instant now) const;
  void judge_terms(const KnownTime& at, Effects& effects);
  void judge_hours(std::size_t index, const KnownTime& at, ClassState& state);
  void plan();
  void set_alarms(Effects& effects) const;
  [[nodiscard]] std::vector<std::string> obstacles() const;
  [[nodiscard]] std::string trouble_text(const TreeTrouble& trouble) const;
  [[nodiscard]] const TreeTrouble* unshaped(std::uint32_t tree) const;                    // nullptr: nothing is amiss
  [[nodiscard]] std::string why_unshaped(std::size_t uplink, LinkDirection which) const;  // empty: it is shaped
  [[nodiscard]] bool shapes_downloads() const;                                            // or should
  [[nodiscard]] std::string instance_of(std::size_t uplink, LinkDirection which) const;   // "vsat/down"
  template <class Each>
  void for_each_counted(const Each& each) const;
  template <class Each>
  void for_each_quota(const Each& each) const;
  [[nodiscard]] std::string terms_text(std::size_t uplink, std::uint32_t number) const;
  // What the configuration promises the class there now, though it may not fit. None: nothing by name.
  [[nodiscard]] std::optional<BitsPerSecond> said_guarantee(std::size_t uplink, LinkDirection which,
                                                            std::uint32_t number) const;
  [[nodiscard]] ShapedDirectionReport report_of(std::size_t uplink, LinkDirection which, Instant now) const;
  [[nodiscard]] ShapedClassReport report_of_class(std::size_t uplink, LinkDirection which, std::uint32_t number) const;

  ShapingSettings settings_;
  std::uint64_t boot_;
  std::vector<Uplink> uplinks_;  // as in the settings
  ShapingNow now_;
  WantedTraffic wanted_;
  RateMemory memory_;
  ClassQuotas quotas_;
  TreeCounts counts_;
  GuaranteeWatch guarantees_;
  HostRates hosts_;
  // Of each class, by the kind of uplink.
  std::vector<std::array<FoundHours, kUplinkKinds>> hours_;
  std::map<std::string, Percent> shed_;  // class -> ceiling
  Effects unread_;                       // persisted state that could not be read is kept aside, for people
  std::vector<TreeTrouble> troubles_;    // as last seen
  std::uint32_t download_link_ = 0;
  std::optional<std::size_t> tunnel_over_;      // which uplink
  std::map<std::uint32_t, std::string> names_;  // of links
  std::uint64_t packets_ = 0;                   // of all uplinks, as last counted
  std::optional<Instant> packets_at_;
  Instant busy_until_;
  WatchRoundTrips watched_{};
  bool asked_ = false;  // for counts, not answered yet
  Instant next_count_ = Instant::max();
  Instant next_hours_ = Instant::max();
};

}  // namespace karkara
