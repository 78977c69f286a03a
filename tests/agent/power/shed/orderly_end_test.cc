#include "agent/power/shed/orderly_end.h"

#include <gmock/gmock.h>

#include "tests/agent/power/shed/village_stages.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr WallTime kMidnight{hours{24 * 20'000 - 1}};

SheddingSettings with_end() {
  SheddingSettings settings = village_stages();
  settings.power_off_command = {"/sbin/poweroff"};
  settings.wake_command = {"/usr/sbin/rtcwake", "-s", "{seconds}"};
  return settings;
}

class End : public testing::Test {
 protected:
  End() { volts(11.3); }
  void volts(double rest, std::optional<double> load = std::nullopt) {
    in_.battery.basis = SocBasis::Counted;
    in_.battery.resting_voltage = Volts{rest};
    in_.sample.battery_voltage = Volts{load.value_or(rest)};
    in_.battery.current = Amps{-3};
    in_.night = NightHours{kMidnight + -std::chrono::microseconds{hours{6}}, kMidnight + hours{8}};
  }
  // Every ten seconds as the feature would, the deadlines too; wakes: what the wake-up command answers.
  void run(Duration time) {
    for (const Instant until = now_ + time; now_ < until;) {
      now_ = now_ + seconds{10};
      wall_ = wall_ + std::chrono::microseconds{seconds{10}};
      take(end_.see(in_, now_, clock_known_ ? std::optional{wall_} : std::nullopt));
      if (end_.next_deadline() <= now_) {
        take(end_.tick(now_));
      }
      ASSERT_GT(end_.next_deadline(), now_);
    }
  }
  void take(const EndOrders& orders) {
    deeds_.insert(deeds_.end(), orders.deeds.begin(), orders.deeds.end());
    plan_ = orders.plan.empty() ? plan_ : orders.plan;
    wake_known_ = orders.wake_known ? orders.wake_known : wake_known_;
    if (orders.wake) {
      wake_ = orders.wake;
      if (wake_answer_) {
        take(end_.on(RelaySwitched{wake_->relay, wake_->request, true, *wake_answer_}, now_));
      }
    }
    if (orders.run) {
      power_offs_.push_back(now_);
      run_ = orders.run;
    }
  }

  OrderlyEnd end_{with_end(), village_battery(), Instant{}};
  EndInputs in_;
  Instant now_{hours{9}};
  WallTime wall_ = kMidnight;
  bool clock_known_ = true;
  std::optional<Status> wake_answer_ = Status{};
  std::vector<EndDeed> deeds_;
  std::string plan_;
  std::optional<Status> wake_known_;
  std::vector<Instant> power_offs_;
  std::optional<SwitchRelay> wake_;
  std::optional<RunPowerCommand> run_;
};

TEST_F(End, SaysALastWordFlushesSetsTheWakeUpAndGoesOff) {
  run(minutes{3});
  EXPECT_THAT(deeds_, ElementsAre(EndDeed::Flush, EndDeed::LastGasp));
  ASSERT_TRUE(wake_ && run_);
  EXPECT_EQ(run_->command, std::vector<std::string>{"/sbin/poweroff"});
  EXPECT_EQ(end_.memory(), to_text(EndMemory{1}));
}

TEST_F(End, TheRouterIsWokenWhenTheSunCarriesTheLoad) {
  run(minutes{3});
  const auto& command = std::get<CommandRelay>(wake_->by).on;
  const int left = std::stoi(command.at(2));
  EXPECT_NEAR(left, 8 * 3600, 120);
}

TEST_F(End, WithoutTheTimeTheRouterIsWokenAfterTheConfiguredDay) {
  clock_known_ = false;
  run(minutes{3});
  EXPECT_EQ(std::get<CommandRelay>(wake_->by).on.at(2), "86400");
}

TEST_F(End, GivesTheFlushHalfAMinute) {
  run(minutes{3});
  ASSERT_EQ(power_offs_.size(), 1U);
  EXPECT_EQ(power_offs_[0], Instant{hours{9}} + seconds{10 + 60 + 30});
}

TEST_F(End, NeverActsOnASingleSample) {
  volts(12.3);
  run(minutes{10});
  volts(11.2);
  run(seconds{50});
  volts(12.3);
  run(minutes{10});
  EXPECT_THAT(deeds_, testing::IsEmpty());
}

TEST_F(End, AbsentStaleOrBrokenReadingsPutNobodyOff) {
  for (const double broken : {0.0, 1.2, 99.0, -12.0}) {
    volts(broken);
    run(hours{2});
  }
  in_ = {};
  run(hours{2});
  in_.battery.state_of_charge = Percent{0};
  in_.battery.error = Percent{1};
  run(hours{2});  // a charge without a voltage: its source is half gone
  volts(11.3);
  in_.sample.battery_voltage.reset();
  run(hours{2});
  EXPECT_THAT(deeds_, testing::IsEmpty());
}

TEST_F(End, AVoltageThatASureChargeContradictsIsNotBelieved) {
  in_.battery.state_of_charge = Percent{60};
  in_.battery.error = Percent{10};
  run(hours{2});
  EXPECT_THAT(deeds_, testing::IsEmpty());
  in_.battery.error = Percent{40};
  run(minutes{3});
  EXPECT_EQ(power_offs_.size(), 1U);
}

TEST_F(End, ASureChargeOfNothingIsEnoughWhereTheVoltageDoesNotDeny) {
  volts(11.8);
  in_.battery.state_of_charge = Percent{4};
  in_.battery.error = Percent{4};
  run(minutes{3});
  EXPECT_EQ(power_offs_.size(), 1U);
}

TEST_F(End, WhileChargingNobodyGoesOff) {
  in_.battery.current = Amps{2};
  run(hours{3});
  EXPECT_THAT(deeds_, testing::IsEmpty());
}

TEST_F(End, ChargingWithinTheGraceCallsItOff) {
  run(seconds{80});
  ASSERT_TRUE(end_.is_ending());
  in_.charging = true;
  run(minutes{5});
  EXPECT_THAT(deeds_, ElementsAre(EndDeed::Flush, EndDeed::LastGasp, EndDeed::CallOff));
  EXPECT_TRUE(power_offs_.empty());
  EXPECT_EQ(end_.memory(), to_text(EndMemory{0}));
}

// The start is planned by the command that was taken out: perhaps because it plans none.
TEST_F(End, ANewWakeUpCommandCallsOffAnEndThatIsUnderWay) {
  run(seconds{80});
  ASSERT_TRUE(end_.is_ending());
  SheddingSettings settings = with_end();
  take(end_.reconfigure(settings, village_battery(), now_));
  EXPECT_TRUE(end_.is_ending()) << "nothing changed";
  settings.wake_command = {"/usr/bin/wake-by-mcu", "{seconds}"};
  take(end_.reconfigure(settings, village_battery(), now_));
  run(minutes{5});
  EXPECT_THAT(deeds_, ElementsAre(EndDeed::Flush, EndDeed::LastGasp, EndDeed::CallOff));
  EXPECT_TRUE(power_offs_.empty());
}

TEST_F(End, AConfiguredLimitIsMeantAtRest) {
  SheddingSettings settings = with_end();
  settings.power_off_volts = Volts{11.6};
  end_ = OrderlyEnd{settings, village_battery(), Instant{}};
  volts(11.7, 11.45);
  run(minutes{10});
  EXPECT_TRUE(power_offs_.empty());
  volts(11.55, 11.4);
  run(minutes{3});
  EXPECT_EQ(power_offs_.size(), 1U);
}

TEST_F(End, ARouterThatNothingWouldWakeStaysOnAndSaysWhy) {
  SheddingSettings settings = with_end();
  settings.wake_command.clear();
  end_ = OrderlyEnd{settings, village_battery(), Instant{}};
  run(hours{1});
  EXPECT_THAT(deeds_, ElementsAre(EndDeed::Flush)) << "whatever cuts it, little is lost";
  EXPECT_THAT(end_.stays_because(), HasSubstr("nothing would wake"));
  settings.power_off_command = {"/usr/sbin/off-for", "{seconds}"};
  end_.reconfigure(settings, village_battery(), now_);
  run(minutes{14});
  EXPECT_FALSE(run_) << "whoever mistyped a limit has as long to mend it as after a start";
  run(minutes{4});
  ASSERT_TRUE(run_);
  EXPECT_NEAR(std::stoi(run_->command.at(1)), 7 * 3600 - 16 * 60, 300);
}

TEST_F(End, AWakeUpThatCannotBeSetKeepsTheRouterOn) {
  wake_answer_ = Status{Error{ErrorCode::Internal, "/usr/sbin/rtcwake ended with 1: no alarm"}};
  run(minutes{10});
  EXPECT_TRUE(power_offs_.empty());
  EXPECT_THAT(deeds_, ElementsAre(EndDeed::Flush, EndDeed::LastGasp, EndDeed::CallOff));
}

// Not "it started less than 15 minutes ago", which is neither true nor of any use.
TEST_F(End, WhatKeptItOnIsStillSaidBeforeTheNextTry) {
  wake_answer_ = Status{Error{ErrorCode::Unavailable, "no /dev/rtc0"}};
  run(minutes{30});
  EXPECT_THAT(end_.stays_because(), HasSubstr("no /dev/rtc0; it is tried again in 32 minutes"));
  ASSERT_TRUE(wake_known_);
  EXPECT_FALSE(wake_known_->ok());
  wake_answer_ = Status{};
  run(minutes{40});
  EXPECT_EQ(power_offs_.size(), 1U);
  EXPECT_TRUE(wake_known_->ok());
  EXPECT_THAT(end_.stays_because(), testing::IsEmpty());
}

TEST_F(End, TheLastWordSaysWhenItStartsAgainAndByWhat) {
  run(minutes{2});
  EXPECT_EQ(plan_, "in 7 h 58 min by '/usr/sbin/rtcwake'");
}

TEST_F(End, AWakeUpCommandThatNeverAnswersKeepsTheRouterOn) {
  wake_answer_.reset();
  run(minutes{10});
  EXPECT_TRUE(power_offs_.empty());
  EXPECT_THAT(deeds_, ElementsAre(EndDeed::Flush, EndDeed::LastGasp, EndDeed::CallOff));
}

TEST_F(End, ASlowWakeUpCommandIsWaitedFor) {
  wake_answer_.reset();
  run(minutes{2});
  ASSERT_TRUE(wake_);
  take(end_.on(RelaySwitched{wake_->relay, wake_->request, true, {}}, now_));
  run(seconds{10});
  EXPECT_EQ(power_offs_.size(), 1U);
}

TEST_F(End, AnswersOfRelaysAreNotTakenForTheWakeUps) {
  wake_answer_.reset();
  run(seconds{80});
  end_.on(RelaySwitched{named<DeviceId>("camera"), 1, true, {}}, now_);
  run(minutes{5});
  EXPECT_TRUE(power_offs_.empty());
}

TEST_F(End, APowerOffThatDidNotWorkIsTriedAgainEverMoreSeldom) {
  run(hours{12});
  ASSERT_GE(power_offs_.size(), 3U);
  EXPECT_LE(power_offs_.size(), 6U);
  EXPECT_GE(power_offs_[1] - power_offs_[0], hours{1});
  EXPECT_GE(power_offs_[2] - power_offs_[1], power_offs_[1] - power_offs_[0]);
}

// --- no router that puts itself off for ever ------------------------------------------------------------------------

TEST_F(End, SoonAfterAStartItStaysOnThoughTheBatteryIsEmpty) {
  end_ = OrderlyEnd{with_end(), village_battery(), now_};
  run(minutes{14});
  EXPECT_TRUE(power_offs_.empty());
  EXPECT_THAT(end_.stays_because(), HasSubstr("started less than 15 minutes ago"));
  run(minutes{5});
  EXPECT_EQ(power_offs_.size(), 1U);
}

TEST_F(End, ByDayItStaysOnForAnHourForTheSunMayComeAtAnyMoment) {
  end_ = OrderlyEnd{with_end(), village_battery(), now_};
  in_.night->begins = kMidnight + hours{10};
  run(minutes{59});
  EXPECT_TRUE(power_offs_.empty());
}

TEST_F(End, ASensorThatSaysEmptyAtEveryStartLeavesTheVillageMoreTimeEachTime) {
  Duration before{};
  std::string memory = to_text(EndMemory{});
  for (int boot = 0; boot < 6; ++boot) {
    const Instant started = now_;
    end_ = OrderlyEnd{with_end(), village_battery(), started};
    ASSERT_TRUE(end_.restore(memory).ok());
    power_offs_.clear();
    run(hours{10});
    ASSERT_FALSE(power_offs_.empty()) << boot;
    EXPECT_GE(power_offs_[0] - started, before);
    before = power_offs_[0] - started;
    memory = to_text(EndMemory{static_cast<unsigned>(boot) + 1});
  }
  EXPECT_GE(before, hours{8});
}

TEST_F(End, ABatteryThatIsWellAgainStartsTheCountAnew) {
  ASSERT_TRUE(end_.restore(to_text(EndMemory{4})).ok());
  volts(12.6);
  in_.battery.state_of_charge = Percent{80};
  in_.battery.error = Percent{5};
  run(hours{1});
  EXPECT_EQ(end_.memory(), to_text(EndMemory{0}));
}

}  // namespace
}  // namespace karkara
