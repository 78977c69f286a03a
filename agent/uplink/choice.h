// Which uplink carries each class of traffic, and in which order the others stand behind it. A pure function of what is
// known now and of the last choice, with a reason for each decision. Refuses to touch routes: agent/uplink/route_plan
// does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/uplink/health.h"
#include "agent/uplink/link_quality.h"
#include "agent/uplink/settings.h"

namespace karkara {

// What the choice knows of one uplink.
struct Candidate {
  UplinkId id;
  UplinkState state = UplinkState::Absent;  // of its health: Held, Drain and the like are told below
  bool usable_path = false;
  bool heard = false;    // in Probation: at least one anchor answered
  bool unasked = false;  // in Probation: there is no budget to ask one
  bool metered = false;
  std::uint32_t preference = 100;
  Duration in_state{};                // since it entered its state (Up: since it is up)
  std::string held{};                 // why no class may use it; empty: any may
  std::string held_but_control{};     // why only the control class may: what is left of the bundle is for it
  bool draining = false;              // a loss is foreseen
  bool lacks_v4 = false;              // it carries IPv6 alone
  bool walled = false;                // its anchors answer, and all else leads to a portal
  bool fits_pace = true;              // the bundle lasts to the end of its cycle at the pace of now
  Quality quality = Quality::Good;    // how much it loses while it is up
  bool ordered = false;               // the operator sent the traffic here
  double cost_per_megabyte = 0;       // FCFA
  double watts = 0;                   // that the link draws
  std::optional<Duration> latency{};  // smoothed round trip
  bool borrowed = false;              // a neighbour lends it
  std::string overspent{};            // why only who may overspend may use it; empty: its money is not spent
};

enum class ChoiceReason : std::uint8_t {
  None,           // nothing changed
  First,          // the first path since start
  Adopted,        // what the kernel already did when the agent started
  CarrierLost,    // the old one lost its carrier, address or gateway
  EchoLost,       // the old one passes nothing
  Proven,         // the old one never proved itself, the new one did
  PreferredBack,  // a better one has been up for long enough
  Gone,           // nothing is left
  Held,           // the old one must not be used any more
  Drain,          // the old one is about to be lost
  Shed,           // what is left is not for this class
  Ordered,        // the operator said so
  Lossy,          // the old one loses too much
  Portal,         // the old one leads to a portal
};
[[nodiscard]] std::string_view to_string(ChoiceReason reason);  // "echo-lost"

struct ChoicePolicy {
  Duration switch_back_after{};
  Duration leave_metered_after{};
  Duration min_dwell{};
};

// What one class of traffic may use.
struct ClassRule {
  ClassId id;
  MeteredUse metered = MeteredUse::Always;
  bool control = false;  // the router's own: the last that may use what is left
  std::string off{};     // why it gets nothing at all; empty: it gets something
  bool may_overspend = false;
  bool guests = false;  // neighbours that borrow
  bool relay = false;   // they may use what is borrowed itself
};

// Why this class may not use the candidate; empty: it may.
[[nodiscard]] std::string barred(const Candidate& candidate, const ClassRule& rule);

class UplinkChoice {
 public:
  UplinkChoice(ClassRule rule, ChoicePolicy policy) : rule_{std::move(rule)}, policy_{policy} {}

  // Before the first decision: the traffic already goes this way, from before a restart.
  void adopt(const UplinkId& uplink);
  // Decides anew; returns why the active uplink changed, or None.
  ChoiceReason decide(const std::vector<Candidate>& candidates, Instant now);
  // When the decision would change with time alone: a better uplink has waited long enough.
  [[nodiscard]] Instant next_deadline() const { return next_deadline_; }

  [[nodiscard]] const ClassRule& rule() const { return rule_; }
  [[nodiscard]] const std::optional<UplinkId>& active() const { return active_; }
  [[nodiscard]] ChoiceReason reason() const { return reason_; }                  // of the last change
  [[nodiscard]] const std::vector<UplinkId>& ladder() const { return ladder_; }  // active first, usable paths only
  // Where a flow may stay that already uses it: other than the active one only what costs nothing.
  [[nodiscard]] const std::vector<UplinkId>& keeps() const { return keeps_; }
  // Why it carries the traffic, or why not: what bars it, or which key decided against it.
  [[nodiscard]] std::string verdict(const Candidate& candidate, Instant now) const;
  void set_policy(ClassRule rule, ChoicePolicy policy);

  // All that the next decision depends on beside the candidates and the policy.
  struct Memory {
    std::optional<UplinkId> active{};
    ChoiceReason reason = ChoiceReason::None;
    Instant moved_at{};
    bool ever_moved = false;
    friend bool operator==(const Memory&, const Memory&) = default;
  };
  [[nodiscard]] Memory memory() const { return {active_, reason_, moved_at_, ever_moved_}; }
  [[nodiscard]] const ChoicePolicy& policy() const { return policy_; }
  void resume(const Memory& memory);

 private:
  struct Move {
    std::optional<UplinkId> to;
    ChoiceReason reason = ChoiceReason::None;
  };
  [[nodiscard]] Move move_from_nothing(const std::vector<const Candidate*>& ranked, const Candidate* current,
                                       bool others_barred) const;
  Move move_from(const Candidate& current, const Candidate& best, Instant now);
  [[nodiscard]] Duration wait_before_return(const Candidate& current, const Candidate& better, Instant now) const;
  void take(const Move& move, Instant now);
  void list(const std::vector<const Candidate*>& ranked);

  ClassRule rule_;
  ChoicePolicy policy_;
  std::optional<UplinkId> active_;
  std::vector<UplinkId> ladder_;
  std::vector<UplinkId> keeps_;
  ChoiceReason reason_ = ChoiceReason::None;
  Instant moved_at_{};
  bool ever_moved_ = false;
  Instant next_deadline_ = Instant::max();
  std::optional<UplinkId> awaited_{};  // to which traffic returns at next_deadline_
  std::optional<Candidate> in_use_{};  // the active one as the last decision saw it
};

}  // namespace karkara
