// The probe budgets of all uplinks and what of them survives a reboot, written seldom: what is kept is always somewhat
// less than what is there, so that a router that loses power every few minutes cannot spend a bundle on probes. Refuses
// to write more than once a minute. Called by the uplink feature before each probe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/uplink/probe_budget.h"

namespace karkara {

class ProbeBook {
 public:
  static constexpr std::string_view kStateKey = "probes";
  static constexpr Duration kPersistPause = std::chrono::seconds{60};
  static constexpr Duration kPersistEvery = std::chrono::hours{1};  // so that what was spent today stays about right

  // What an earlier run kept, before configure(). Returns what could not be read and why.
  std::vector<std::string> restore(std::string_view text);
  // The uplinks that there are, in their present roles. New ones start with a full burst.
  void configure(const std::map<UplinkId, ProbePolicy>& policies, Instant now);

  // False also for an uplink that is not configured.
  bool allow(const UplinkId& uplink, std::uint64_t bytes, Instant now);
  void charge(const UplinkId& uplink, std::uint64_t bytes, Instant now);
  [[nodiscard]] const ProbeBudget* find(const UplinkId& uplink) const;  // nullptr when not configured

  std::optional<Persist> tick(Instant now);
  [[nodiscard]] Instant next_deadline() const { return save_at_; }
  [[nodiscard]] Persist state(Instant now) const;
  // For the end of the process: all that is there, since nothing more is spent. A restart in order costs nothing; else
  // a few of them would leave an uplink that is asked with thrift. Who goes on all the same writes soon.
  [[nodiscard]] Persist last_words(Instant now);

 private:
  struct Kept {
    std::uint64_t tokens = 0;
    std::uint64_t spent = 0;
  };
  struct Entry {
    ProbeBudget budget;
    std::uint64_t promised = 0;  // what the file says that is left; 0 until it says something
    bool written = false;
  };
  [[nodiscard]] Persist written(const std::map<UplinkId, std::uint64_t>& left, Instant now) const;
  void note_spending(const Entry& entry, Instant now);

  std::map<UplinkId, Kept> kept_;  // restored or once configured, but not now
  std::map<UplinkId, Entry> entries_;
  Instant save_at_ = Instant::max();
  std::optional<Instant> saved_at_;
};

}  // namespace karkara
