// The night in which the battery is empty, through the site as a whole: from the charger's wire over the ladder to the
// last word, the disk, the planned start and the power-off, in this order; and the morning after.
#include <gmock/gmock.h>

#include <algorithm>

#include "agent/power/shed/end_words.h"
#include "agent/power/shed_control.h"
#include "tests/agent/site/site_bench.h"
#include "tests/fixtures/vedirect_stream.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;

class LastGasp : public SiteBench {
 protected:
  static SiteSettings with_an_end() {
    SiteSettings settings = SiteBench::settings();
    settings.power.battery = BatterySettings{};
    settings.power.sun = SunSettings{Degrees{13.245}, Degrees{2.305}};
    SheddingSettings& shedding = settings.power.shedding;
    shedding.stages = {
        {"evening", Percent{60}, Volts{12.3}, std::nullopt, {ShedClassCeiling{"public", Percent{25}}}},
        {"last", Percent{20}, Volts{11.9}, std::nullopt, {RestUplink{.uplink = *UplinkId::parse("vsat")}}}};
    shedding.power_off_command = {"/sbin/poweroff"};
    shedding.wake_command = {"/usr/sbin/rtcwake", "-m", "no", "-s", "{seconds}"};
    return settings;
  }
  LastGasp() : SiteBench{with_an_end()} { start_up(two_at_night(), {}); }

  static WallTime two_at_night() {  // at Niamey
    return WallTime{std::chrono::floor<std::chrono::days>((kBuilt + hours{24}).since_epoch()) + hours{1}};
  }
  void start_up(WallTime wall, std::map<std::string, std::string> kept) {
    boot(wall, std::move(kept));
    know_anchors();
    give(KernelSeen{kernel()});
    give(SerialOpened{*DeviceId::parse("charger")});
  }
  void listen(int millivolts, Duration time) {
    for (const Instant end = at_.now + time; at_.now < end;) {
      run_for(seconds{2});
      const std::string block = fixtures::vedirect_block({{"PID", "0xA053"},
                                                          {"SER#", "HQ1"},
                                                          {"V", std::to_string(millivolts)},
                                                          {"I", "-3000"},
                                                          {"VPV", "0"},
                                                          {"PPV", "0"},
                                                          {"CS", "0"},
                                                          {"ERR", "0"},
                                                          {"IL", "3000"}});
      const auto bytes = std::as_bytes(std::span{block});
      give(SerialBytes{*DeviceId::parse("charger"), {bytes.begin(), bytes.end()}});
    }
  }
  PowerReport power() { return std::get<PowerReport>(question(RequestKind::TellPower).answer); }
  std::string state_of_vsat() {
    return std::get<StateReport>(question(RequestKind::ExplainUplink).answer).uplinks.at(0).state;
  }
  // An empty battery, until the start is to be planned: not in the first quarter of an hour behind a start.
  SwitchRelay wait_for_the_end() {
    for (int look = 0; look < 300 && all<SwitchRelay>().empty(); ++look) {
      listen(11'200, seconds{6});
    }
    EXPECT_FALSE(all<SwitchRelay>().empty());
    EXPECT_GE(at_.now, Instant{minutes{15}});
    return all<SwitchRelay>().empty() ? SwitchRelay{*DeviceId::parse("none"), 0, CommandRelay{}}
                                      : all<SwitchRelay>().at(0);
  }
  void answer_order(const SwitchRelay& order, Status status) {
    give(RelaySwitched{order.relay, order.request, order.on, std::move(status)});
  }
  template <class T, class Which>
  std::size_t place_of(Which which) {
    const auto found = std::ranges::find_if(effects_, [&](const Effect& effect) {
      const T* one = std::get_if<T>(&effect);
      return one != nullptr && which(*one);
    });
    EXPECT_NE(found, effects_.end());
    return static_cast<std::size_t>(found - effects_.begin());
  }
  std::size_t place_on_disk(std::string_view key) {
    return place_of<Persist>([&](const Persist& persist) { return persist.key == key && persist.at_once; });
  }
  std::map<std::string, std::string> disk() {
    std::map<std::string, std::string> kept;
    for (const Persist& persist : all<Persist>()) {
      kept[persist.key] = persist.bytes;
    }
    return kept;
  }
  std::vector<AlarmChange> sent(MessageId message) {
    std::vector<AlarmChange> changes;
    for (const SendAlarm& alarm : all<SendAlarm>()) {
      if (alarm.change.key.message == message) {
        changes.push_back(alarm.change);
      }
    }
    return changes;
  }

 private:
  // Without forgetting what was asked for so far.
  AnswerRequest question(RequestKind kind) {
    Effects before = effects_;
    SiteRequest asked = request(kind);
    asked.channel = 9;  // the local socket, which knows no epoch
    AnswerRequest answer = ask(asked);
    effects_ = std::move(before);
    return answer;
  }
};

// They would take what they borrow elsewhere, for a router that may stay on.
TEST_F(LastGasp, NeighboursAreNotToldThatTheAgentEndsBeforeItDoes) {
  SiteSettings settings = with_an_end();
  settings.neighbours.emplace();
  settings.neighbours->site = settings.id;
  settings.neighbours->interface = "bat0";
  settings.neighbours->transit = *IpPrefix::parse("100.124.0.0/14");
  reload(settings);
  give(HelloState{""});
  give(NeighbourMet{*SiteId::parse("kollo"), "fe80::1"});
  const auto is_told = [&] {
    return std::ranges::any_of(all<SayHello>(), [](const SayHello& said) { return said.hello.ends; });
  };
  wait_for_the_end();
  EXPECT_FALSE(all<SayHello>().empty());
  EXPECT_FALSE(is_told());
  place_on_disk(NeighbourFeature::kStateKey);
  give(StopAsked{});
  EXPECT_TRUE(is_told());
}

TEST_F(LastGasp, ComesAfterTheWholeLadderWithAllOnDiskAndTheStartPlanned) {
  give(SessionOpened{.epoch = 1});
  listen(12'100, seconds{30});
  EXPECT_EQ(power().energy.stage, 0U);
  listen(12'100, minutes{8});
  EXPECT_EQ(power().energy.stage, 1U);
  listen(11'600, minutes{8});
  EXPECT_EQ(power().energy.stage, 2U);
  EXPECT_EQ(state_of_vsat(), "held");
  EXPECT_TRUE(all<SwitchRelay>().empty());
  listen(11'200, seconds{90});
  ASSERT_EQ(all<SwitchRelay>().size(), 1U);
  EXPECT_NE(state_of_vsat(), "held") << "the last word may leave by it";

  const std::size_t word = place_of<SendAlarm>(
      [](const SendAlarm& alarm) { return alarm.change.key.message == MessageId::LastGasp && alarm.change.raised; });
  EXPECT_THAT(sent(MessageId::LastGasp).at(0).fields, Contains(testing::Pair("wake", HasSubstr("rtcwake"))));
  const std::size_t disk = std::max({place_on_disk("battery"), place_on_disk("energy"), place_on_disk("clock-floor"),
                                     place_on_disk(ShedControl::kEndKey), place_on_disk("power-events"),
                                     place_of<StoreBlock>([](const StoreBlock&) { return true; })});
  EXPECT_LT(place_on_disk(EndWords::kWordKey), word) << "the cut may come first";
  const std::size_t wake = place_of<SwitchRelay>([](const SwitchRelay&) { return true; });
  EXPECT_TRUE(all<RunPowerCommand>().empty()) << "the start is not planned yet";

  const SwitchRelay order = all<SwitchRelay>().at(0);
  const auto& command = std::get<CommandRelay>(order.by).on;
  ASSERT_EQ(command.size(), 5U);
  EXPECT_EQ(command[0], "/usr/sbin/rtcwake");
  // From half past two until an hour and a half behind sunrise, though nothing was learned yet of load and sun.
  EXPECT_NEAR(std::stoi(command[4]), 6 * 3600, 3600);
  answer_order(order, {});
  listen(11'200, minutes{1});
  const std::size_t off = place_of<RunPowerCommand>([](const RunPowerCommand&) { return true; });
  EXPECT_EQ(all<RunPowerCommand>().at(0).command, std::vector<std::string>{"/sbin/poweroff"});
  EXPECT_LT(std::max({word, disk, wake}), off);
  EXPECT_TRUE(sent(MessageId::WakeUpFails).empty());
}

TEST_F(LastGasp, ARouterWithoutAClockThatWakesStaysOnAndSaysSoByDayToo) {
  give(SessionOpened{.epoch = 1});
  const SwitchRelay order = wait_for_the_end();
  answer_order(order, Error{ErrorCode::Unavailable, "no /dev/rtc0"});
  listen(11'200, minutes{3});
  EXPECT_TRUE(all<RunPowerCommand>().empty());
  EXPECT_THAT(power().energy.explanation, Contains(HasSubstr("no /dev/rtc0; it is tried again in")));
  ASSERT_EQ(sent(MessageId::LastGasp).size(), 2U);
  EXPECT_FALSE(sent(MessageId::LastGasp).back().raised) << "it is taken back";
  ASSERT_EQ(sent(MessageId::WakeUpFails).size(), 1U);
  EXPECT_THAT(sent(MessageId::WakeUpFails)[0].fields, Contains(testing::Pair("why", "no /dev/rtc0")));

  start_up(at_.wall + microseconds{hours{8}}, disk());  // it was cut after all
  give(SessionOpened{.epoch = 1});
  listen(12'700, minutes{1});
  ASSERT_EQ(sent(MessageId::WakeUpFails).size(), 1U);
  EXPECT_TRUE(sent(MessageId::WakeUpFails)[0].raised);
  EXPECT_TRUE(sent(MessageId::LastGasp).empty()) << "it was not the router's own end";
}

TEST_F(LastGasp, ThatNobodyHeardIsToldAfterTheNextStartWithItsOwnTime) {
  const SwitchRelay order = wait_for_the_end();
  answer_order(order, {});
  listen(11'200, minutes{1});
  ASSERT_FALSE(all<RunPowerCommand>().empty());
  EXPECT_TRUE(all<SendAlarm>().empty()) << "no session";
  const WallTime went_off = at_.wall;

  start_up(went_off + microseconds{hours{6}}, disk());
  listen(12'700, minutes{1});
  give(SessionOpened{.epoch = 1});
  const auto told = sent(MessageId::LastGasp);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[0].raised);
  EXPECT_FALSE(told[1].raised);
  EXPECT_LT(told[0].at, went_off);
  EXPECT_GT(told[0].at, went_off + -microseconds{minutes{3}});
  EXPECT_GT(told[1].at, went_off + microseconds{hours{6}} + -microseconds{seconds{1}});
  EXPECT_THAT(told[0].fields, Contains(testing::Pair("wake", HasSubstr("rtcwake"))));

  // The link fails before the controller has confirmed: a second start tells the very same.
  const auto again = disk();
  EXPECT_FALSE(again.contains(std::string{EndWords::kWordKey})) << "not taken from disk before it was heard";
  give(FrameAcknowledged{FrameClass::Alarm, all<SendAlarm>().back().sequence});
  ASSERT_TRUE(disk().contains(std::string{EndWords::kWordKey}));
  EXPECT_EQ(disk().at(std::string{EndWords::kWordKey}), "");
}

TEST_F(LastGasp, ThatWasHeardIsNotToldAgain) {
  give(SessionOpened{.epoch = 1});
  const SwitchRelay order = wait_for_the_end();
  give(FrameAcknowledged{FrameClass::Alarm, all<SendAlarm>().back().sequence});
  answer_order(order, {});
  listen(11'200, minutes{1});
  ASSERT_FALSE(all<RunPowerCommand>().empty());
  start_up(at_.wall + microseconds{hours{6}}, disk());
  give(SessionOpened{.epoch = 2});
  listen(12'700, minutes{1});
  EXPECT_TRUE(sent(MessageId::LastGasp).empty());
}

TEST_F(LastGasp, ADamagedLastWordIsToldOfAndCostsNothingElse) {
  start_up(two_at_night(), {{std::string{EndWords::kWordKey}, "word1 17\t11 V"}});
  give(SessionOpened{.epoch = 1});
  listen(12'700, minutes{1});
  EXPECT_TRUE(sent(MessageId::LastGasp).empty());
  const auto notes = all<Note>();
  EXPECT_TRUE(std::ranges::any_of(notes, [](const Note& note) { return note.id == MessageId::PowerStateUnread; }));
}

}  // namespace
}  // namespace karkara
