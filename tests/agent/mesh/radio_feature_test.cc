#include "agent/mesh/radio_feature.h"

#include "tests/agent/mesh/radio_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const ShedRadio kAllOff{.off = true, .stage = "night"};
const ShedRadio kAllAtTen{.most = Dbm{10}, .stage = "evening"};

class Radios : public testing::Test, public RadioBench {};

TEST_F(Radios, WithoutALadderNothingIsTouched) {
  start();
  run(hours{24});
  EXPECT_THAT(deeds_, IsEmpty());
  EXPECT_EQ(kept_, "");
  EXPECT_EQ(report("village").device, "phy0: wlan0");
  EXPECT_EQ(report("village").power, Dbm{20});
}

TEST_F(Radios, NothingIsDoneBeforeItIsKnownWhatWasShedBeforeARestart) {
  feature_.emplace(settings_, to_text({{radio_id("village"), {{"wlan0"}, {}}}}));
  interface("wlan0").on = false;
  take(feature_->start(now_));
  run(minutes{5});
  EXPECT_THAT(deeds_, IsEmpty());
  shed({kAllOff});
  run(minutes{5});
  EXPECT_THAT(deeds_, IsEmpty()) << "adopted";
  EXPECT_THAT(said(MessageId::RadioAnnounced), IsEmpty());
  shed({});
  run();
  EXPECT_THAT(deeds_, ElementsAre("wlan0 on"));
}

TEST_F(Radios, AStageIsAnnouncedBeforeItActs) {
  start();
  shed({kAllOff});
  run(seconds{4});
  EXPECT_THAT(deeds_, IsEmpty());
  EXPECT_THAT(said(MessageId::RadioAnnounced), ElementsAre("radio=village what=off why=stage 'night' in=5000ms"));
  ASSERT_EQ(feature_->notices().size(), 1U);
  EXPECT_TRUE(feature_->notices()[0].off);
  EXPECT_EQ(feature_->notices()[0].at, now_ + seconds{1});
  EXPECT_EQ(report("village").announced, seconds{1});
  run(seconds{1});
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off"));
  EXPECT_THAT(said(MessageId::RadioChanged), ElementsAre("radio=village what=off why=stage 'night'"));
  EXPECT_THAT(feature_->notices(), IsEmpty());
  EXPECT_EQ(report("village").reason, "stage 'night'");
}

TEST_F(Radios, AnAnnouncementThatIsTakenBackDoesNothing) {
  start();
  shed({kAllOff});
  run(seconds{3});
  shed({});
  run(minutes{10});
  EXPECT_THAT(deeds_, IsEmpty());
  EXPECT_THAT(feature_->notices(), IsEmpty());
}

TEST_F(Radios, TurningOnIsNotAnnounced) {
  start();
  shed({kAllOff});
  run(seconds{5});
  shed({});
  run();
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off", "wlan0 on"));
  EXPECT_EQ(kept_, "") << "nothing is left to be taken back";
}

TEST_F(Radios, WithoutNoticeItActsAtOnce) {
  settings_.notice = seconds{0};
  start();
  shed({kAllOff});
  run();
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off"));
  EXPECT_THAT(said(MessageId::RadioAnnounced), IsEmpty());
}

TEST_F(Radios, WhatHasToBeTakenBackIsOnDiskBeforeItIsDone) {
  start();
  shed({kAllOff});
  now_ = now_ + seconds{5};
  Effects effects = feature_->tick(at());
  const auto at_of = [&](auto holds) { return std::ranges::find_if(effects, holds) - effects.begin(); };
  const auto persisted = at_of([](const Effect& e) { return std::holds_alternative<Persist>(e); });
  const auto switched = at_of([](const Effect& e) { return std::holds_alternative<SwitchRadio>(e); });
  EXPECT_LT(persisted, switched);
  EXPECT_LT(switched, static_cast<std::ptrdiff_t>(effects.size()));
}

TEST_F(Radios, PowerIsLoweredAndTheDriversOwnChoiceGivenBack) {
  start();
  shed({kAllAtTen});
  run(seconds{5});
  EXPECT_EQ(interface("wlan0").power, Dbm{10});
  EXPECT_EQ(report("village").most, Dbm{10});
  shed({});
  run();
  EXPECT_THAT(deeds_, ElementsAre("village 10", "village auto"));
  EXPECT_EQ(interface("wlan0").power, Dbm{20});
}

TEST_F(Radios, APowerThatSomebodyHadChosenIsGivenBack) {
  interface("wlan0").power = Dbm{15};
  start();
  shed({kAllAtTen});
  run(seconds{5});
  shed({});
  run();
  EXPECT_THAT(deeds_, ElementsAre("village 10", "village 15"));
}

TEST_F(Radios, ACeilingTurnsNothingUp) {
  interface("wlan0").power = Dbm{7};
  start();
  shed({kAllAtTen});
  run(minutes{5});
  EXPECT_THAT(deeds_, IsEmpty());
}

TEST_F(Radios, AStageThatEndsWhileThePowerIsBeingSetIsStillTakenBack) {
  settings_.notice = seconds{0};
  start();
  Shedding shedding;
  shedding.radios = {kAllAtTen};
  Effects effects = feature_->shed(shedding, at());  // on its way to the kernel
  shed({});
  take(effects);
  run(minutes{1});
  EXPECT_EQ(interface("wlan0").power, Dbm{20});
  EXPECT_EQ(kept_, "");
}

TEST_F(Radios, PowerStaysWithinWhatTheChannelAllows) {
  settings_.radios[0].power = Dbm{27};
  interface("wlan0").allowed = Dbm{16.5};
  interface("wlan0").power = Dbm{12};
  start();
  EXPECT_THAT(deeds_, ElementsAre("village 16"));
  EXPECT_EQ(report("village").most, Dbm{16});
  interface("wlan0").allowed = Dbm{30};  // another channel
  run(minutes{2});
  EXPECT_THAT(deeds_, ElementsAre("village 16", "village 27"));
  EXPECT_THAT(said(MessageId::RadioFought), IsEmpty());
}

TEST_F(Radios, ADriverThatGivesLessIsNotAskedAgainAndAgain) {
  settings_.radios[0].power = Dbm{20};
  interface("wlan0").power = Dbm{18};
  deaf_ = true;
  start();
  EXPECT_THAT(deeds_, ElementsAre("village 20"));
  run(hours{2});
  EXPECT_EQ(deeds_.size(), 1U) << "it is taken as it is";
}

TEST_F(Radios, HoursAreKeptByTheClock) {
  settings_.radios[0].hours = {{hours{6}, hours{21}}};
  wall_ = local_time(20, 59);
  start();
  run(minutes{1} + seconds{4});
  EXPECT_THAT(deeds_, IsEmpty());
  run(seconds{1});
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off")) << "announced when the hour came";
  run(hours{9});
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off", "wlan0 on"));
}

TEST_F(Radios, WithoutTheTimeTheRadioIsOnAndItIsSaid) {
  settings_.radios[0].hours = {{hours{6}, hours{21}}};
  wall_.reset();
  start();
  run(hours{30});
  EXPECT_THAT(deeds_, IsEmpty());
  EXPECT_EQ(said(MessageId::RadioHoursUnknown).size(), 1U);
  EXPECT_THAT(report("village").reason, HasSubstr("does not know the time"));
  wall_ = local_time(23);
  run(minutes{2});
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off"));
}

TEST_F(Radios, ARadioOfWhichTheConfigurationSaysNothingMoreIsAsItWas) {
  start();
  shed({kAllOff});
  run(seconds{5});
  settings_.radios.erase(settings_.radios.begin());
  reconfigure();
  run();
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off", "wlan0 on"));
  EXPECT_EQ(kept_, "");
  EXPECT_EQ(feature_->reports(now_).size(), 1U);
}

TEST_F(Radios, OneThatWasTakenOutOfTheConfigurationWhileTheAgentWasDeadIsTurnedOnAgain) {
  settings_.radios.erase(settings_.radios.begin());
  interface("wlan0").on = false;
  start(to_text({{radio_id("village"), {{"wlan0"}, {}}}}));
  EXPECT_THAT(deeds_, ElementsAre("wlan0 on"));
  EXPECT_EQ(feature_->reports(now_).size(), 1U);
}

TEST_F(Radios, AnotherDeviceUnderTheSameNameWaitsUntilTheFirstIsAsItWas) {
  start();
  shed({kAllOff});
  run(seconds{5});
  settings_.radios[0].interfaces = {"mesh0"};
  settings_.radios[1].interfaces = {"wlan0"};
  reconfigure();
  run(minutes{2});
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off", "wlan0 on", "mesh0 off"));
}

// A driver that boots its firmware: the look that is asked for again is answered by the one that is under way.
TEST_F(Radios, ALookThatBeganBeforeAChangeCountsAsOldHoweverOftenItIsAskedFor) {
  const auto looks = [](const Effects& effects) {
    return std::ranges::count_if(effects, [](const Effect& e) { return std::holds_alternative<LookAtRadios>(e); });
  };
  for (const bool changed : {false, true}) {
    start();
    now_ = feature_->next_deadline();
    ASSERT_EQ(looks(feature_->tick(at())), 1);
    if (changed) {
      feature_->on(LinkChanged{{.index = 7, .name = "wlan0", .admin_up = false}}, now_);
    }
    now_ = feature_->next_deadline();
    ASSERT_EQ(looks(feature_->tick(at())), 1);
    EXPECT_EQ(looks(feature_->on(RadiosSeen{radios_, {}}, at())), changed ? 1 : 0);
  }
}

TEST_F(Radios, AnAgentThatEndsLeavesTheRadiosAsTheyWere) {
  start();
  shed({kAllOff, {.radio = radio_id("north"), .most = Dbm{5}, .stage = "night"}});
  run(seconds{5});
  take(feature_->stop());
  answer();
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off", "north 5", "wlan0 on", "north auto"));
  EXPECT_NE(kept_, "") << "in case that the kernel did not do it";
  shed({kAllAtTen});
  run(hours{1});
  EXPECT_EQ(deeds_.size(), 4U) << "nothing is done any more";
  EXPECT_EQ(feature_->next_deadline(), Instant::max());
}

TEST_F(Radios, ARefusalIsTriedAgainEverMoreRarelyAndTold) {
  switch_refusal_ = Error{ErrorCode::Internal, "wlan0: Operation not possible due to RF-kill"};
  start();
  shed({kAllOff});
  run(seconds{5});
  EXPECT_EQ(alarm("village"), std::nullopt);
  EXPECT_THAT(report("village").trouble, HasSubstr("RF-kill (once)"));
  run(minutes{1});
  EXPECT_THAT(alarm("village").value_or(""), HasSubstr("RF-kill"));
  const auto before = deeds_.size();
  run(hours{2});
  EXPECT_LE(deeds_.size() - before, 16U);
  EXPECT_GE(deeds_.size() - before, 11U);
  switch_refusal_ = {};
  run(minutes{11});
  EXPECT_FALSE(interface("wlan0").on);
  EXPECT_EQ(alarm("village"), std::nullopt);
}

TEST_F(Radios, ADriverThatCannotIsToldAtOnceAndAskedOnceAnHour) {
  power_refusal_ = Error{ErrorCode::InvalidArgument, "transmit power: Operation not supported"};
  start();
  shed({kAllAtTen});
  run(seconds{5});
  EXPECT_THAT(alarm("village").value_or(""), HasSubstr("Operation not supported"));
  run(hours{3});
  EXPECT_EQ(deeds_.size(), 4U);
}

TEST_F(Radios, AnOrderThatIsAcceptedAndNotDoneIsARefusal) {
  deaf_ = true;
  start();
  shed({kAllAtTen});
  run(minutes{2});
  EXPECT_THAT(alarm("village").value_or(""), HasSubstr("was accepted, and the driver says 20 dBm"));
  EXPECT_THAT(said(MessageId::RadioChanged), IsEmpty());
}

TEST_F(Radios, AnotherProgramIsToldAndOutvotedEveryTenMinutesAtMost) {
  start();
  shed({kAllOff});
  run(seconds{5});
  const auto turn_on = [&] {
    interface("wlan0").on = true;
    interface("wlan0").power = Dbm{20};
    feature_->on(LinkChanged{{.index = 7, .name = "wlan0", .admin_up = true}}, now_);
  };
  run(minutes{1});
  turn_on();
  run(seconds{8});
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off", "wlan0 off"));
  EXPECT_THAT(said(MessageId::RadioFought), ElementsAre(HasSubstr("times=1")));
  turn_on();
  run(minutes{9});
  EXPECT_EQ(deeds_.size(), 2U);
  run(minutes{2});
  EXPECT_EQ(deeds_.size(), 3U);
  EXPECT_EQ(said(MessageId::RadioFought).size(), 2U);
}

TEST_F(Radios, WhatTheAgentDidNotTurnOffItDoesNotTurnOn) {
  interface("wlan0").on = false;
  start();
  run(hours{1});
  EXPECT_THAT(deeds_, IsEmpty());
  EXPECT_EQ(report("village").trouble, "is off, and not by the agent");
  EXPECT_EQ(alarm("village"), std::nullopt);
}

TEST_F(Radios, AMissingRadioIsAnAlarmAfterSomeLooksAndIsTakenWhenItComes) {
  const RadioSeen village = radios_[0];
  radios_.erase(radios_.begin());
  start();
  EXPECT_EQ(report("village").trouble, "is not there");
  EXPECT_EQ(alarm("village"), std::nullopt);
  run(minutes{3});
  EXPECT_EQ(alarm("village"), "is not there");
  shed({kAllOff});
  radios_.insert(radios_.begin(), village);
  run(minutes{2});
  EXPECT_THAT(deeds_, ElementsAre("wlan0 off"));
  EXPECT_EQ(alarm("village"), std::nullopt);
}

TEST_F(Radios, AKernelWithoutWifiIsTold) {
  look_ = Error{ErrorCode::NotFound, "the kernel shows no Wi-Fi (nl80211)"};
  start();
  run(minutes{3});
  EXPECT_EQ(alarm("north"), "the kernel shows no Wi-Fi (nl80211)");
}

TEST_F(Radios, ABlockedRadioIsAnAlarmWhileItIsWanted) {
  radios_[0].blocked = "by a switch (rfkill)";
  interface("wlan0").on = false;
  start();
  EXPECT_EQ(alarm("village"), "is blocked by a switch (rfkill)");
  shed({kAllOff});
  run();
  EXPECT_EQ(alarm("village"), std::nullopt) << "it is off, as wanted";
}

TEST_F(Radios, AMemoryThatCannotBeReadIsToldAndNothingIsAssumed) {
  start("radios1 nonsense");
  EXPECT_EQ(said(MessageId::RadioStateUnread).size(), 1U);
  EXPECT_THAT(deeds_, IsEmpty());
}

TEST_F(Radios, SamplesTellPowerAndWhetherItIsOn) {
  start();
  shed({kAllOff});
  run(seconds{5});
  EXPECT_THAT(feature_->samples(),
              ElementsAre(Sample{SeriesId::RadioOn, "village", 0.0},
                          Sample{SeriesId::RadioPower, "village", Absent::NotAvailable},
                          Sample{SeriesId::RadioOn, "north", 1.0}, Sample{SeriesId::RadioPower, "north", 22.0}));
}

}  // namespace
}  // namespace karkara
