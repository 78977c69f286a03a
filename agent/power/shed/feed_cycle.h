// Cuts what a relay feeds for some seconds and gives it back: a modem that nothing else cures. The relay is one of
// those that shedding knows, switched and confirmed in the same way, and kept on at all other times, also after an
// agent that ended within a cut. Refuses relays that it was not given, and a second cut of one. Called by Site.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/modem.h"
#include "agent/power/shed/relay_switch.h"
#include "agent/power/shed/settings.h"

namespace karkara {

class FeedCycle {
 public:
  explicit FeedCycle(const std::vector<RelaySettings>& feeds);

  Effects start(Instant now);
  Effects reconfigure(const std::vector<RelaySettings>& feeds, Instant now);
  Effects cut(const PowerCycleModem& order, Instant now);
  Effects on(const RelaySwitched& answer, Instant now) { return settle(relays_.on(answer, now), now); }
  Effects on(const SnmpSetDone& answer, Instant now) { return settle(relays_.on(answer, now), now); }
  Effects on(const ModbusAnswered& answer, Instant now) { return settle(relays_.on(answer, now), now); }
  Effects tick(Instant now) { return settle(relays_.tick(now), now); }
  [[nodiscard]] Instant next_deadline() const;
  // Of each cut, once.
  [[nodiscard]] std::vector<ModemCommandDone> take_done() { return std::exchange(done_, {}); }

 private:
  enum class Phase : std::uint8_t { Opening, Off, Closing };
  struct Cut {
    std::uint64_t id;
    DeviceId relay;
    Duration off_for;
    Phase phase = Phase::Opening;
    Instant due{};  // of the end of this phase, or of the patience with it
  };
  Effects settle(Effects effects, Instant now);
  bool follow(Cut& cut, const RelayStanding& relay, Instant now, Effects& effects);
  void want(const DeviceId& relay, bool on, Instant now, Effects& effects);
  void finish(const Cut& cut, Status status);
  Effects all_on(Instant now);

  RelaySwitch relays_;
  std::vector<Cut> cuts_;
  std::vector<ModemCommandDone> done_;
  std::map<DeviceId, bool> told_stuck_;
};

}  // namespace karkara
