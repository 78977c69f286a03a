// The uplink feature: the kernel's view and the anchors' answers in; the wanted routes, alarms and reports out.
// Composes one UplinkHealth for each uplink, one UplinkChoice and the route plan. Called by agent/site only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/uplink/choice.h"
#include "agent/uplink/health.h"
#include "agent/uplink/route_plan.h"
#include "agent/uplink/settings.h"

namespace karkara {

class UplinkFeature {
 public:
  // nonce_seed: 64 random bits, fresh for each start.
  UplinkFeature(UplinkFeatureSettings settings, std::uint64_t nonce_seed);

  Effects on(const LinkChanged& event, Instant now);
  Effects on(const LinkGone& event, Instant now);
  Effects on(const KernelSeen& event, Instant now);
  Effects on(const EchoAnswered& event, Instant now);
  Effects on(const EchoFailed& event, Instant now);
  Effects on(const IdentityKnown& event, Instant now);
  Effects reconfigure(const UplinkFeatureSettings& settings, Instant now);  // state of unchanged ids is kept
  Effects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] const WantedNetwork& wanted() const { return wanted_; }
  [[nodiscard]] bool kernel_known() const { return kernel_known_; }  // false until the first dump
  [[nodiscard]] StateReport report(Instant now, WallTime wall) const;
  [[nodiscard]] std::vector<Sample> samples() const;
  [[nodiscard]] std::vector<std::string> waiting() const;  // "interface wwan0"
  [[nodiscard]] const std::optional<AnchorTime>& anchor_time() const { return anchor_time_; }

 private:
  struct Uplink {
    std::uint32_t slot;
    UplinkHealth health;
    UplinkState told_state = UplinkState::Absent;
  };
  Uplink* find(const UplinkId& id);
  Effects see_kernel(Instant now);
  void adopt_choice();                           // a restart changes nothing: the ladder tells what was chosen
  Effects settle(Effects effects, Instant now);  // after any change: choice, plan, what to say
  void announce_states(Effects& effects);
  void announce_choice(ChoiceReason reason, const std::string& before, Effects& effects);
  void set_alarms(Effects& effects) const;
  void send(const Uplink& uplink, const UplinkHealth::Echoes& echoes, Effects& effects) const;
  [[nodiscard]] UplinkPath path_of(const UplinkSettings& settings) const;
  [[nodiscard]] Candidate candidate_of(const Uplink& uplink, Instant now) const;
  [[nodiscard]] std::vector<Candidate> candidates(Instant now) const;
  [[nodiscard]] std::uint32_t free_slot() const;
  [[nodiscard]] UplinkReport report_of(const Uplink& uplink, Instant now, WallTime wall) const;
  void plan();

  UplinkFeatureSettings settings_;
  std::uint64_t nonce_seed_;
  std::vector<Uplink> uplinks_;  // in the order of the configuration
  UplinkChoice choice_;
  KernelSnapshot kernel_;
  bool kernel_known_ = false;
  std::vector<AnchorEndpoint> anchors_;
  bool identity_known_ = false;
  WantedNetwork wanted_;
  std::optional<AnchorTime> anchor_time_;
  std::uint64_t switches_ = 0;
};

}  // namespace karkara
