// A router with one modem for the ledger's tests: counters, both clocks, and what the flash holds.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/uplink/usage_ledger.h"

namespace karkara {

using namespace std::chrono_literals;

inline constexpr std::string_view kSim = "89227010000000000017";
inline constexpr std::string_view kOtherSim = "89227030000000000025";
inline constexpr std::uint64_t kMegabyte = 1'000'000;

inline WallTime niamey(std::chrono::year_month_day date, std::chrono::minutes clock = 12h) {
  return WallTime{std::chrono::sys_days{date}.time_since_epoch() + clock - kNigerOffset};
}

inline UplinkId uplink(std::string_view name) {
  return UplinkId::parse(name).value();
}

class Router {
 public:
  explicit Router(LedgerSettings with = {}) : settings_{std::move(with)}, ledger{settings_} {}

  void pass(Duration time) {
    now_ = now_ + time;
    wall_ = wall_ + std::chrono::duration_cast<std::chrono::microseconds>(time);
  }
  void set_clock(WallTime to) {
    wall_ = to;
    trusted_ = true;
  }
  void distrust_clock() { trusted_ = false; }
  [[nodiscard]] KnownTime time() const { return {now_, trusted_ ? std::optional{wall_} : std::nullopt}; }

  void use(std::uint64_t bytes, std::string_view key = kSim) {
    counters_.received += bytes;
    look(key);
  }
  Metered look(std::string_view key = kSim) {
    const Metered metered = ledger.on(uplink("lte"), key, counters_, {}, time()).value();
    tick();
    return metered;
  }
  void tick() {
    if (const auto persist = ledger.tick(time())) {
      flash = persist->bytes;
      ++writes;
    }
  }
  void flow_unseen(std::uint64_t bytes) { counters_.received += bytes; }
  std::vector<std::string> restart_agent() {
    ledger = UsageLedger{settings_};
    return ledger.restore(flash);
  }
  void power_cut() {
    now_ = Instant{20s};
    counters_ = {counters_.boot + 1, 3, 0, 0};
    distrust_clock();
    EXPECT_THAT(restart_agent(), testing::IsEmpty());
  }
  [[nodiscard]] const KeyUsage& of(std::string_view key = kSim) const {
    static const KeyUsage kNone;
    const KeyUsage* found = ledger.find(key);
    return found == nullptr ? kNone : *found;
  }

 private:
  LedgerSettings settings_;
  Instant now_{100s};
  WallTime wall_ = niamey(2026y / 3 / 17);
  bool trusted_ = true;
  CounterReading counters_{1, 3, 0, 0};

 public:
  UsageLedger ledger;
  std::string flash;
  int writes = 0;
};

}  // namespace karkara
