// Which uplink carries the traffic, and in which order the others stand behind it. A pure function of what is known now
// and of the last choice, with a reason for each decision. Refuses to touch routes: agent/uplink/route_plan does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/uplink/health.h"
#include "agent/uplink/settings.h"

namespace karkara {

// What the choice knows of one uplink.
struct Candidate {
  UplinkId id;
  UplinkState state = UplinkState::Absent;
  bool usable_path = false;
  bool heard = false;  // in Probation: at least one anchor answered
  bool metered = false;
  std::uint32_t preference = 100;
  Duration in_state{};  // since it entered its state (Up: since it is up)
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
};
[[nodiscard]] std::string_view to_string(ChoiceReason reason);  // "echo-lost"

struct ChoicePolicy {
  Duration switch_back_after{};
  Duration leave_metered_after{};
  Duration min_dwell{};
};

class UplinkChoice {
 public:
  explicit UplinkChoice(ChoicePolicy policy) : policy_{policy} {}

  // Before the first decision: the traffic already goes this way, from before a restart.
  void adopt(const UplinkId& uplink);
  // Decides anew; returns why the active uplink changed, or None.
  ChoiceReason decide(const std::vector<Candidate>& candidates, Instant now);
  // When the decision would change with time alone: a better uplink has waited long enough.
  [[nodiscard]] Instant next_deadline() const { return next_deadline_; }

  [[nodiscard]] const std::optional<UplinkId>& active() const { return active_; }
  [[nodiscard]] ChoiceReason reason() const { return reason_; }                  // of the last change
  [[nodiscard]] const std::vector<UplinkId>& ladder() const { return ladder_; }  // active first, usable paths only
  [[nodiscard]] std::string verdict(const Candidate& candidate, Instant now) const;
  void set_policy(ChoicePolicy policy) { policy_ = policy; }

 private:
  struct Move {
    std::optional<UplinkId> to;
    ChoiceReason reason = ChoiceReason::None;
  };
  [[nodiscard]] Move move_from_nothing(const std::vector<const Candidate*>& ranked) const;
  Move move_from(const Candidate& current, const Candidate& best, Instant now);
  [[nodiscard]] Duration wait_before_return(const Candidate& current, const Candidate& better, Instant now) const;

  ChoicePolicy policy_;
  std::optional<UplinkId> active_;
  std::vector<UplinkId> ladder_;
  ChoiceReason reason_ = ChoiceReason::None;
  Instant moved_at_{};
  bool ever_moved_ = false;
  Instant next_deadline_ = Instant::max();
};

}  // namespace karkara
