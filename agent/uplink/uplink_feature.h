// The uplink feature: the kernel's view, the anchors' answers and other features' advice in; the wanted routes, alarms
// and reports out. Composes one UplinkHealth for each uplink, one UplinkChoice for each class of traffic and the plan.
// Called by agent/site only.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/hello.h"
#include "agent/facts/shedding.h"
#include "agent/facts/uplink_advice.h"
#include "agent/facts/uplink_fact.h"
#include "agent/uplink/carried_meter.h"
#include "agent/uplink/choice.h"
#include "agent/uplink/damping_book.h"
#include "agent/uplink/decision_log.h"
#include "agent/uplink/health.h"
#include "agent/uplink/lan_prefixes.h"
#include "agent/uplink/lease_book.h"
#include "agent/uplink/operator_orders.h"
#include "agent/uplink/path_mtu.h"
#include "agent/uplink/probe_book.h"
#include "agent/uplink/route_plan.h"
#include "agent/uplink/settings.h"
#include "agent/uplink/standing.h"
#include "agent/uplink/truth.h"
#include "agent/uplink/tunnel.h"
#include "agent/uplink/usage_ledger.h"

namespace karkara {

// What outlives the process, by key of Persist.
using PersistedState = std::map<std::string, std::string>;

struct UplinkStart {
  std::uint64_t nonce_seed = 0;  // 64 random bits, fresh for each start
  std::uint64_t boot = 0;        // changes with each boot of the router
  PersistedState persisted{};
  Instant now{};
};

// What a device behind an uplink should know of it: what the probes say, whatever else is shown.
struct ProbedUplink {
  UplinkState state = UplinkState::Absent;
  bool portal = false;
  bool used_up = false;  // the bundle or the money of what it uses now
  bool held = false;     // by a person or to save the battery: nobody waits for it
  bool proven = false;   // up, and it leads outside as far as that can be looked at
  friend bool operator==(const ProbedUplink&, const ProbedUplink&) = default;
};

class UplinkFeature {
 public:
  UplinkFeature(UplinkFeatureSettings settings, const UplinkStart& start);

  Effects on(const LinkChanged& event, Instant now);
  Effects on(const LinkGone& event, Instant now);
  Effects on(const KernelSeen& event, Instant now);
  Effects on(const EchoAnswered& event, Instant now);
  Effects on(const EchoFailed& event, Instant now);
  Effects on(const FlowCountersRead& event, Instant now);
  Effects on(const IdentityKnown& event, Instant now);
  Effects on(const LeaseRead& event, Instant now);
  Effects on(const ContentChecked& event, Instant now);
  Effects on(const ResolverChecked& event, Instant now);
  void know_wall(std::optional<WallTime> wall) { wall_ = wall; }  // nothing while the clock cannot be trusted
  Effects advise(const UplinkAdvice& advice, Instant now);
  // Classes that are off to save the battery; the router's own traffic never is.
  Effects shed(const Shedding& shedding, Instant now);
  Effects reconfigure(const UplinkFeatureSettings& settings, Instant now);  // state of unchanged ids is kept
  Effects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  // Neighbours that borrow, from now on.
  Effects host(const Guests& guests, Instant now);
  // measured: what the uplink of guests brings at the moment, where that is known better than by its configuration.
  [[nodiscard]] OwnWay own_way(Instant now, std::optional<BitsPerSecond> measured = {}) const;
  [[nodiscard]] std::optional<UplinkId> guests_uplink() const;  // that they would take now
  // A neighbour's way out carries traffic that is answered: then its agent may be silent for a while.
  [[nodiscard]] bool is_answered(const UplinkId& uplink, Instant now) const;

  // An operator's word; the error names what cannot be done.
  Result<Effects> order(const UplinkOrder& order, Instant now);
  // A person holds it, or sent the traffic there: there is something to take back.
  [[nodiscard]] bool is_ordered(const UplinkId& uplink) const {
    return orders_.ordered(uplink) || !orders_.held(uplink).empty();
  }
  Result<Effects> correct(const BalanceTold& told, Instant now);  // the ledger, from now on
  // The same by what the operator of a SIM says, which may be out of the slot by now; no ICCID: of what is in.
  Result<Effects> correct(const BalanceTold& told, std::string_view iccid, Instant now);

  [[nodiscard]] const WantedNetwork& wanted() const { return wanted_; }
  [[nodiscard]] bool kernel_known() const { return kernel_known_; }  // false until the first dump
  [[nodiscard]] StateReport report(Instant now, WallTime wall) const;
  [[nodiscard]] std::vector<Sample> samples(Instant now) const;
  [[nodiscard]] std::vector<std::string> waiting() const;  // "interface wwan0"
  [[nodiscard]] const std::optional<AnchorTime>& anchor_time() const { return anchor_time_; }
  [[nodiscard]] std::vector<UsageReport> usage(Instant now) const;
  [[nodiscard]] std::vector<CheckItem> check() const;  // of the site, for the person on the mast
  [[nodiscard]] std::string decisions() const { return decisions_.text(); }
  [[nodiscard]] const std::optional<UplinkId>& active() const { return control_.active(); }
  // The tunnel that classes' traffic goes into from now on; nothing: it goes out directly.
  Effects use_tunnel(const std::optional<PlannedTunnel>& tunnel, Instant now);
  [[nodiscard]] const std::optional<PlannedTunnel>& tunnel() const { return tunnel_; }
  [[nodiscard]] OuterPath outer_path(IpFamily family) const;  // of the tunnel's packets
  [[nodiscard]] const KernelSnapshot& kernel() const { return kernel_; }
  [[nodiscard]] bool any_up() const;
  // Something may get out: over an uplink that is up, that was heard, whose traffic is answered though no anchor is, or
  // against which nothing speaks since there is no anchor to ask.
  [[nodiscard]] bool any_way_out(Instant now) const;
  // Traffic over it was answered within the last minute, whatever the anchors say.
  [[nodiscard]] bool answered_lately(const UplinkId& uplink, Instant now) const;
  [[nodiscard]] std::vector<UplinkFact> facts() const;  // in the order of the configuration
  // That the last answer brought; none when it was no answer of this uplink's.
  [[nodiscard]] std::optional<Duration> round_trip_of(const UplinkId& uplink) const;
  // How often another feature would like to hear an echo; none: not at all. What the budget leaves is what it gets.
  [[nodiscard]] std::optional<Instant> waiting_since(const UplinkId& uplink) const;  // for an answer to an echo
  void wish_echoes(const UplinkId& uplink, std::optional<Duration> each, Instant now);
  [[nodiscard]] std::optional<UplinkState> state_of(const UplinkId& uplink) const;
  [[nodiscard]] std::optional<ProbedUplink> probed(const UplinkId& uplink) const;
  [[nodiscard]] std::vector<SimRoom> sim_rooms(const UplinkId& uplink, Instant now) const;  // of its modem's SIMs
  // Whether any class of traffic, or the router's own, goes there.
  [[nodiscard]] bool carries(const UplinkId& uplink) const;
  // What must be on disk before the process ends.
  [[nodiscard]] Effects last_words(Instant now);

 private:
  struct Uplink {
    std::uint32_t slot;
    UplinkHealth health;
    UplinkTruth truth;
    PathMtu mtu;
    Instant further_at{};  // not before: its budget does not pay for a look at the truth
    PaceGate gate{};
    Quota quota{};
    bool fits_pace = true;
    UplinkAdvice advice{};
    UplinkState told_state = UplinkState::Absent;
    bool flushed = true;                     // no flow of ours can still hang on it
    std::optional<IpAddress> last_source{};  // of the path that it had
  };
  struct TrafficClass {
    ClassSettings members;
    UplinkChoice choice;
  };
  struct Change {
    std::string from;
    std::string to;
    ChoiceReason reason;
    auto operator<=>(const Change&) const = default;
  };
  Uplink* find(const UplinkId& id);
  Effects see_kernel(Instant now);
  void add_uplink(const UplinkSettings& settings);
  std::vector<ClassId> set_classes();
  [[nodiscard]] ClassRule rule_of(const ClassSettings& settings) const;
  void configure_ledger();
  static void clear_alarms(const std::string& uplink, Effects& effects);
  void adopt_choice();                           // a restart changes nothing: the ladder tells what was chosen
  Effects settle(Effects effects, Instant now);  // after any change: choice, plan, what to say
  void decide(Effects& effects, Instant now);
  void look(Effects& effects, Instant now);  // reads the counters when an uplink's traffic should be looked at
  void announce_states(Effects& effects);
  void announce(const Change& change, const std::string& classes, Effects& effects);
  void leave_the_dead(Effects& effects);
  void follow_control(const Change& change, Effects& effects, Instant now);
  void say_farewell(Effects& effects, Instant now);
  void see_darkness(Instant now);
  void set_budgets(Instant now);
  void account(Effects& effects, Instant now);  // of the bytes that the kernel counted
  void judge_quota(Uplink& uplink, Instant now);
  void probe_further(Uplink& uplink, Effects& effects, Instant now);
  void seek_mtu(Uplink& uplink, Effects& effects, Instant now);
  void send_sized(Uplink& uplink, const PathMtu::Echoes& echoes, Effects& effects, Instant now);
  void set_alarms(Effects& effects, Instant now) const;
  void set_uplink_alarms(const Uplink& uplink, Effects& effects, Instant now) const;
  void set_class_alarms(Effects& effects) const;
  void send(const Uplink& uplink, const UplinkHealth::Echoes& echoes, Effects& effects, Instant now);
  [[nodiscard]] static bool is_walled(const Uplink& uplink, Instant now);
  [[nodiscard]] const std::string& interface_of(const Uplink& uplink) const;
  [[nodiscard]] const Uplink* bearer_on_interface_of(const Uplink& uplink) const;
  [[nodiscard]] UplinkPath path_of(const Uplink& uplink) const;
  [[nodiscard]] const std::string& ledger_key_of(const Uplink& uplink) const;
  [[nodiscard]] TruthPolicy truth_policy(const UplinkSettings& settings) const;
  void ask_leases(Effects& effects, Instant now);
  [[nodiscard]] LedgerSettings ledger_settings() const;
  [[nodiscard]] Allowance allowance_of(const Uplink& uplink) const;  // of what it uses now
  [[nodiscard]] Quota quota_of(const Uplink& uplink, std::uint32_t slot, const std::string& key, Instant now) const;
  [[nodiscard]] const std::vector<IpAddress>& resolvers_of(const Uplink& uplink) const;
  [[nodiscard]] KnownTime known_time(Instant now) const { return {now, wall_}; }
  [[nodiscard]] Instant judgement_deadline() const;  // next_deadline() without looks at the counters
  [[nodiscard]] Standing standing_of(const Uplink& uplink) const;
  [[nodiscard]] Candidate candidate_of(const Uplink& uplink, Instant now) const;
  [[nodiscard]] std::vector<Candidate> candidates(Instant now) const;
  [[nodiscard]] std::uint32_t free_slot() const;
  [[nodiscard]] std::set<UplinkId> ids() const;
  [[nodiscard]] std::optional<std::size_t> index_of(const UplinkId& id) const;
  [[nodiscard]] Error unknown(const UplinkId& id) const;
  [[nodiscard]] std::vector<std::size_t> indices_of(const std::vector<UplinkId>& ids) const;
  [[nodiscard]] UplinkReport report_of(const Uplink& uplink, Instant now, WallTime wall) const;
  void add_costs(const Uplink& uplink, Instant now, std::vector<Sample>& samples) const;
  void add_details(const Uplink& uplink, Instant now, UplinkReport& report) const;
  [[nodiscard]] std::string resolver_detail(const Uplink& uplink) const;
  [[nodiscard]] std::optional<std::uint32_t> route_mtu(const Uplink& uplink) const;
  [[nodiscard]] std::vector<IpPrefix> near_of(const Uplink& uplink) const;
  [[nodiscard]] std::vector<IpPrefix> networks_of(const Uplink& uplink) const;
  [[nodiscard]] std::vector<IpPrefix> guests_reach() const;
  [[nodiscard]] std::vector<DelegatedPrefix> delegated_prefixes() const;
  void plan();
  void plan_guests(TrafficPlan& traffic) const;

  UplinkFeatureSettings settings_;
  std::uint64_t nonce_seed_;
  std::uint64_t boot_;
  std::vector<Uplink> uplinks_;  // in the order of the configuration
  UplinkChoice control_;         // the router's own traffic; what people call the active uplink
  std::vector<TrafficClass> classes_;
  std::map<std::string, std::string> off_;  // class -> why
  Guests guests_;
  CarriedMeter carried_;
  OperatorOrders orders_;
  ProbeBook probes_;
  UsageLedger ledger_;
  DampingBook damping_;
  LeaseBook leases_;
  DecisionLog decisions_{64'000};
  std::optional<WallTime> wall_;
  Effects unread_;  // persisted state that could not be read is kept aside, for people
  KernelSnapshot kernel_;
  bool kernel_known_ = false;
  std::vector<AnchorEndpoint> anchors_;
  bool identity_known_ = false;
  TrafficPlan planned_;
  std::optional<PlannedTunnel> tunnel_;
  bool was_up_ = false;                // some uplink, since the start
  std::optional<Instant> dark_since_;  // no uplink is up
  Instant urgent_at_ = Instant::max();
  bool left_tunnel_ = false;  // some class came out: its flows have to begin anew
  WantedNetwork wanted_;
  std::optional<AnchorTime> anchor_time_;
  std::vector<IpAddress> told_resolvers_;
  std::optional<IpAddress> farewell_from_;  // our own connections end there a little after a planned move
  Instant farewell_at_ = Instant::max();
  std::optional<Instant> counters_asked_at_;
  std::uint64_t switches_ = 0;
};

}  // namespace karkara
