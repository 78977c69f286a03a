// How many bytes the agent's own probes may cost one uplink: a token bucket of which any 24 hours get at most the
// day's bytes. Refuses probes when it is empty, and never needs the date: time without power earns nothing. Called by
// ProbeBook, which keeps all of a site across reboots.
#pragma once

#include <array>
#include <cstdint>

#include "common/time.h"

namespace karkara {

enum class ProbeRole : std::uint8_t { MeteredStandby, MeteredActive, Vsat, Unmetered };

struct ProbePolicy {
  std::uint64_t bytes_per_day = 0;
  std::uint64_t burst = 0;  // the part of the day's bytes that may be spent at once; the rest trickles in
  friend bool operator==(const ProbePolicy&, const ProbePolicy&) = default;
};

// 20 kB, 200 kB, 1 MB and 8 MB a day. An echo and its answer take 104 bytes, a look at the truth about 1.5 kB: the
// bursts pay for a new attachment, the trickle for the keepalives of the role.
[[nodiscard]] ProbePolicy probe_policy(ProbeRole role);
// The same shape for another number of bytes.
[[nodiscard]] ProbePolicy probe_policy(ProbeRole role, std::uint64_t bytes_per_day);

class ProbeBudget {
 public:
  static constexpr std::uint64_t kEchoBytes = 104;  // there and back, docs/echo-protocol.md

  // tokens: what is left from an earlier run; spent: in the 24 hours before, of which no hour is known any more.
  ProbeBudget(const ProbePolicy& policy, std::uint64_t tokens, std::uint64_t spent, Instant now);
  ProbeBudget(const ProbePolicy& policy, Instant now) : ProbeBudget{policy, policy.burst, 0, now} {}

  // Takes the bytes if they are there.
  bool allow(std::uint64_t bytes, Instant now);
  // What a probe cost beyond what was allowed; the budget pays it off before the next probe.
  void charge(std::uint64_t bytes, Instant now);
  // A larger bucket is filled but for what was spent in the last day: changing to and fro earns nothing.
  void set_policy(const ProbePolicy& policy, Instant now);

  [[nodiscard]] std::uint64_t available(Instant now) const;
  [[nodiscard]] std::uint64_t spent_today(Instant now) const;  // in the last 24 to 25 hours
  // True from the first refusal until half of the burst is there again: for the alarm, not for deciding.
  [[nodiscard]] bool empty(Instant now) const;
  // When so many bytes are there; max() when they never are.
  [[nodiscard]] Instant next_chance(std::uint64_t bytes, Instant now) const;
  [[nodiscard]] const ProbePolicy& policy() const { return policy_; }

 private:
  [[nodiscard]] double tokens_at(Instant now) const;
  [[nodiscard]] double per_second() const;
  void take(std::uint64_t bytes, Instant now);
  void turn_hours(Instant now);

  ProbePolicy policy_;
  double tokens_ = 0;  // at filled_; below 0 after a charge
  Instant filled_;
  bool refused_ = false;
  std::array<std::uint64_t, 25> hours_{};  // [0] is the present hour
  std::int64_t hour_ = 0;
};

}  // namespace karkara
