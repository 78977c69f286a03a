#include "agent/vsat/dish_watch.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::seconds;

const UplinkId kDish = UplinkId::parse("starlink").value();

class DishWatching : public testing::Test {
 protected:
  DishWatching() : watch_{settings(), now_} {}
  static TerminalSettings settings() {
    TerminalSettings made;
    made.uplink = kDish;
    made.by = DishTerminal{*IpEndpoint::parse("192.168.100.1:9200"), "eth2", 0x20000};
    made.standby_pace = seconds{1};
    return made;
  }
  // Asks, and answers with `status`.
  VsatEffects poll(const Result<DishStatus>& status) {
    now_ = std::max(now_, watch_.next_deadline());
    VsatEffects effects = watch_.tick(now_);
    for (const VsatEffect& effect : effects) {
      if (const auto* ask = std::get_if<ReadDish>(&effect)) {
        asked_.push_back(*ask);
      }
    }
    VsatEffects more = watch_.on(DishSeen{kDish, status}, now_);
    effects.insert(effects.end(), more.begin(), more.end());
    return effects;
  }
  static std::vector<VsatMessage> raised(const VsatEffects& effects) {
    std::vector<VsatMessage> messages;
    for (const VsatEffect& effect : effects) {
      if (const auto* said = std::get_if<VsatSays>(&effect); said && said->raised) {
        messages.push_back(said->message);
      }
    }
    return messages;
  }
  static DishStatus healthy() {
    DishStatus status;
    status.uptime_seconds = 3600;
    status.ping_latency_ms = 38.5;
    status.disablement_code = 1;
    return status;
  }

  Instant now_{std::chrono::minutes{5}};
  DishWatch watch_;
  std::vector<ReadDish> asked_;
};

TEST_F(DishWatching, AHealthyDishIsConnectedAndSaysNothing) {
  EXPECT_TRUE(raised(poll(healthy())).empty());
  EXPECT_EQ(watch_.advice(now_).locked, true);
  EXPECT_FALSE(watch_.advice(now_).drain);
  EXPECT_EQ(asked_[0].interface, "eth2");
  EXPECT_EQ(find_reading(watch_.readings(now_), "dish-latency-ms")->value, Value{38.5});
  EXPECT_EQ(find_reading(watch_.readings(now_), "dish-drop-ratio")->value, Value{Absent::NotAvailable});
}

TEST_F(DishWatching, AShortObstructionIsNoReasonToLeaveButALastingOutageIs) {
  DishStatus status = healthy();
  status.outage = DishOutage{"OBSTRUCTED", {}};
  EXPECT_EQ(raised(poll(status)), std::vector{VsatMessage::NotLocked});
  EXPECT_EQ(watch_.advice(now_).locked, false);
  EXPECT_FALSE(watch_.advice(now_).drain);
  for (const char* cause : {"THERMAL_SHUTDOWN", "SLEEPING", "STOWED", "BOOTING"}) {
    status.outage = DishOutage{cause, {}};
    poll(status);
    EXPECT_TRUE(watch_.advice(now_).drain) << cause;
  }
}

TEST_F(DishWatching, ADisabledAccountDrains) {
  DishStatus status = healthy();
  status.disablement_code = 2;
  EXPECT_EQ(raised(poll(status)), std::vector{VsatMessage::DishDisabled});
  EXPECT_TRUE(watch_.advice(now_).drain);
}

TEST_F(DishWatching, AlertsAndObstructionAreTold) {
  DishStatus status = healthy();
  status.alerts = {"thermal_throttle"};
  status.fraction_obstructed = 0.05;
  EXPECT_EQ(raised(poll(status)), (std::vector{VsatMessage::DishObstructed, VsatMessage::DishAlert}));
  EXPECT_TRUE(raised(poll(status)).empty());
}

TEST_F(DishWatching, ARebootIsSeenByUptimeAndByCount) {
  DishStatus status = healthy();
  poll(status);
  status.uptime_seconds = 20;
  EXPECT_EQ(raised(poll(status)), std::vector{VsatMessage::TerminalRebooted});
  status.boot_count = 7;
  poll(status);
  status.uptime_seconds = 30;
  status.boot_count = 8;
  EXPECT_EQ(raised(poll(status)), std::vector{VsatMessage::TerminalRebooted});
}

TEST_F(DishWatching, SilenceCountsAfterThirtySeconds) {
  poll(healthy());
  const Instant heard = now_;
  std::vector<VsatMessage> messages;
  while (now_ - heard < seconds{40}) {
    for (const VsatMessage message : raised(poll(Error{ErrorCode::Unavailable, "no route"}))) {
      messages.push_back(message);
      EXPECT_GE(now_ - heard, seconds{30});
    }
  }
  EXPECT_EQ(messages, std::vector{VsatMessage::TerminalSilent});
  EXPECT_EQ(find_reading(watch_.readings(now_), "dish-latency-ms")->value, Value{Absent::Stale});
}

TEST_F(DishWatching, TheHistoryIsAskedOnceAMinuteAndItsPowerKept) {
  DishStatus status = healthy();
  status.power_watts = 61;
  poll(status);
  for (int i = 0; i < 70; ++i) {
    poll(healthy());
  }
  EXPECT_EQ(std::ranges::count_if(asked_, [](const ReadDish& ask) { return ask.with_history; }), 2);
  EXPECT_EQ(find_reading(watch_.readings(now_), "dish-power-watts")->value, Value{61.0});
}

}  // namespace
}  // namespace karkara
