// The orderly end before the disconnect: a last word, what is measured goes to disk, a wake-up time is set, and the
// router goes off. Refuses to go off while charging, on absent or unlikely readings, soon after a start, and where
// nothing would wake it again. Called by PowerFeature with each look at the battery, and with RelaySwitched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/relay.h"
#include "agent/power/battery/battery_state.h"
#include "agent/power/energy.h"
#include "agent/power/shed/held.h"
#include "agent/power/shed/settings.h"
#include "agent/power/shed/shed_memory.h"
#include "agent/power/sun/forecast_types.h"
#include "common/result.h"

namespace karkara {

enum class EndDeed : std::uint8_t {
  Flush,     // what must survive goes to disk now; memory() changed with it
  LastGasp,  // tell the controller, once
  CallOff,   // the router stays on after all
};

// What is to be done now, in this order: deeds, wake, run.
struct EndOrders {
  std::vector<EndDeed> deeds{};
  std::string why{};                     // of the deeds
  std::string plan{};                    // LastGasp: "in 5 h 21 min by '/usr/sbin/rtcwake'"
  std::optional<Status> wake_known{};    // whether the wake-up could be planned
  std::optional<SwitchRelay> wake{};     // the wake-up command; its RelaySwitched goes to on()
  std::optional<RunPowerCommand> run{};  // power-off
};

struct EndInputs {
  BatteryState battery{};
  EnergySample sample{};
  std::optional<bool> charging{};
  std::optional<NightHours> night{};  // that comes, or that is
};

class OrderlyEnd {
 public:
  static constexpr Duration kDay = std::chrono::hours{24};

  // started: when the router did. sleep: until it is woken where the sun is not foretold.
  OrderlyEnd(SheddingSettings settings, const BatterySettings& battery, Instant started, Duration sleep = kDay);
  EndOrders reconfigure(SheddingSettings settings, const BatterySettings& battery, Instant now);

  EndOrders see(const EndInputs& inputs, Instant now, std::optional<WallTime> wall);
  EndOrders on(const RelaySwitched& answer, Instant now);  // ignores what is not the wake-up command's
  EndOrders tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] bool is_ending() const { return phase_ != Phase::Watching; }
  // Why the router stays on although the battery is about to be cut; empty otherwise.
  [[nodiscard]] const std::string& stays_because() const { return stays_; }

  [[nodiscard]] std::string memory() const { return to_text(memory_); }
  Status restore(std::string_view memory);

 private:
  enum class Phase : std::uint8_t {
    Watching,
    Grace,    // for the flush and the wake-up command
    Ordered,  // power-off was asked for
  };

  [[nodiscard]] std::optional<std::string> exhausted(const EndInputs& inputs) const;  // why, when it is
  [[nodiscard]] bool is_well(const EndInputs& inputs) const;
  [[nodiscard]] std::string obstacle(const EndInputs& inputs, Instant now, std::optional<WallTime> wall) const;
  EndOrders begin(const EndInputs& inputs, std::string why, Instant now, std::optional<WallTime> wall);
  EndOrders call_off(std::string why, Instant now);

  SheddingSettings settings_;
  BatterySettings battery_;
  Instant quiet_since_;  // the start, or the last end that did not come off
  std::string failed_;   // why that one did not
  Duration sleep_;
  Phase phase_ = Phase::Watching;
  Duration sleeps_for_{};
  Instant due_ = Instant::max();
  Instant grace_until_;
  std::optional<Instant> wake_until_;  // the wake-up command's answer is awaited
  std::uint64_t request_ = 0;
  bool flushed_ = false;  // in this exhaustion
  std::string stays_;
  Held low_;
  Held well_;
  EndMemory memory_;
};

}  // namespace karkara
