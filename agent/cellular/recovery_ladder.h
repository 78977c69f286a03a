// The rungs from a gentle to a brutal cure of a modem, and where on them one incident stands. Each rung gets its time
// to help before the next; rungs that are not allowed are stepped over. Refuses to act: CellularUplink climbs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "agent/cellular/daily_caps.h"
#include "common/time.h"

namespace karkara {

enum class Rung : std::uint8_t { Reconnect, RadioCycle, Reset, PowerCycle, Reboot };
[[nodiscard]] std::string_view to_string(Rung rung);  // "radio-cycle"
[[nodiscard]] CappedDeed deed_of(Rung rung);

class RecoveryLadder {
 public:
  // The gentlest allowed rung from `from` to `to` that lies above what this incident tried.
  [[nodiscard]] std::optional<Rung> next(Rung from, Rung to, const std::function<bool(Rung)>& allowed) const;
  void climb(Rung rung, Instant now);
  void give_up(Instant now);    // none is left: rest, then begin again from below
  void judge_now(Instant now);  // the rung itself failed: do not wait for its effect
  void end();                   // the incident is over
  [[nodiscard]] bool active() const { return rung_.has_value() || resting_; }
  [[nodiscard]] bool resting() const { return resting_; }
  [[nodiscard]] Instant judged_at() const { return judged_at_; }  // before it, the last rung still may help
  [[nodiscard]] unsigned climbed() const { return climbed_; }     // rungs of this incident
  [[nodiscard]] std::optional<Rung> rung() const { return rung_; }

 private:
  std::optional<Rung> rung_;
  Instant judged_at_;
  unsigned climbed_ = 0;
  bool resting_ = false;
};

}  // namespace karkara
