#include "agent/power/shed/relay_switch.h"

#include <gmock/gmock.h>

#include "agent/devices/modbus_pdu.h"
#include "tests/agent/power/shed/village_stages.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const auto kCamera = named<DeviceId>("camera");
const RelaySettings kBySnmp{kCamera, SnmpRelay{{}, {1, 3, 6, 1, 4, 1, 45621, 2, 2, 1}, 1, 0}};
const RelaySettings kByModbus{kCamera, ModbusRelay{ModbusTcpBus{}, 7, 3}};
const RelaySettings kByGpio{kCamera, GpioRelay{"/dev/gpiochip0", 3, false}};

class Relays : public testing::Test {
 protected:
  Effects want(bool on) { return relays_.want({{kCamera, on}}, now_); }
  // Moves to the next deadline, and checks that there is one behind it.
  Effects pass() {
    now_ = std::max(now_, relays_.next_deadline());
    Effects effects = relays_.tick(now_);
    EXPECT_GT(relays_.next_deadline(), now_);
    return effects;
  }
  template <class Ask>
  static Ask only(const Effects& effects) {
    EXPECT_THAT(effects, SizeIs(1));
    return effects.empty() ? Ask{} : std::get<Ask>(effects.front());
  }
  Effects set_done(const SnmpSet& asked, Status status) {
    return relays_.on(SnmpSetDone{asked.device, asked.request, std::move(status)}, now_);
  }
  [[nodiscard]] RelayStanding standing() const { return relays_.standings().at(0); }

  RelaySwitch relays_{{kBySnmp}};
  Instant now_{hours{1}};
};

TEST_F(Relays, AStartAsksForTheWantedStateBecauseNobodyKnowsTheOther) {
  const auto set = only<SnmpSet>(want(true));
  EXPECT_EQ(set.device, kCamera);
  EXPECT_EQ(set.value, SnmpValue{std::int32_t{1}});
}

TEST_F(Relays, NothingIsSentWhileTheConfirmedStateFits) {
  set_done(only<SnmpSet>(want(false)), {});
  EXPECT_EQ(standing().confirmed, false);
  EXPECT_THAT(want(false), IsEmpty());
  now_ = now_ + minutes{59};
  EXPECT_THAT(want(false), IsEmpty());
}

TEST_F(Relays, AnHourLaterTheSameStateIsAskedForAgain) {
  set_done(only<SnmpSet>(want(false)), {});
  now_ = now_ + hours{1};
  EXPECT_EQ(only<SnmpSet>(relays_.tick(now_)).value, SnmpValue{std::int32_t{0}});
}

TEST_F(Relays, ADeviceThatCameBackIsAskedAtOnce) {
  set_done(only<SnmpSet>(want(false)), {});
  EXPECT_THAT(relays_.ask_again(*IpEndpoint::parse("10.9.9.9:161"), now_), IsEmpty()) << "that is another";
  EXPECT_THAT(relays_.ask_again(ModbusPlace{}, now_), IsEmpty());
  EXPECT_EQ(only<SnmpSet>(relays_.ask_again(std::get<SnmpRelay>(kBySnmp.by).target.endpoint, now_)).value,
            SnmpValue{std::int32_t{0}});
  EXPECT_EQ(standing().confirmed, std::nullopt);
}

TEST_F(Relays, AnAnswerToTheSwitchBeforeAnotherConfigurationIsNotTaken) {
  const auto old = only<SnmpSet>(want(false));
  now_ = now_ + seconds{1};
  relays_ = RelaySwitch{{kBySnmp}};
  want(true);
  set_done(old, {});
  EXPECT_EQ(standing().confirmed, std::nullopt);
}

TEST_F(Relays, FailuresAreTriedAgainEverMoreSeldomAndBecomeAnAlarm) {
  auto asked = only<SnmpSet>(want(false));
  Instant last = now_;
  Duration wait{};
  for (int i = 1; i <= 10; ++i) {
    set_done(asked, Error{ErrorCode::DeadlineExceeded, "no answer"});
    EXPECT_EQ(standing().is_stuck(), i >= 3);
    asked = only<SnmpSet>(pass());
    EXPECT_GE(now_ - last, wait);
    wait = now_ - last;
    last = now_;
  }
  EXPECT_EQ(wait, minutes{10});
  EXPECT_EQ(standing().trouble(), "does not go off: no answer (10 times)");
  set_done(asked, {});
  EXPECT_FALSE(standing().is_stuck());
  EXPECT_EQ(standing().trouble(), "");
}

TEST_F(Relays, AnAnswerThatNeverComesIsAFailureToo) {
  want(false);
  EXPECT_THAT(pass(), IsEmpty());
  EXPECT_EQ(standing().failures, 1U);
  EXPECT_THAT(standing().trouble(), HasSubstr("no answer"));
  only<SnmpSet>(pass());
}

TEST_F(Relays, AWishThatChangesMeanwhileIsSentBehindTheAnswer) {
  const auto off = only<SnmpSet>(want(false));
  EXPECT_THAT(want(true), IsEmpty()) << "one question at a time";
  EXPECT_EQ(only<SnmpSet>(set_done(off, {})).value, SnmpValue{std::int32_t{1}});
}

TEST_F(Relays, AWishThatChangesDoesNotWaitForABackOff) {
  auto asked = only<SnmpSet>(want(false));
  for (int i = 0; i < 8; ++i) {
    set_done(asked, Error{ErrorCode::Unavailable, "away"});
    asked = only<SnmpSet>(pass());
  }
  set_done(asked, Error{ErrorCode::Unavailable, "away"});
  EXPECT_THAT(want(true), SizeIs(1));
}

TEST_F(Relays, AnswersOfOthersAreNotTakenForItsOwn) {
  const auto asked = only<SnmpSet>(want(false));
  relays_.on(SnmpSetDone{named<DeviceId>("charger"), asked.request, {}}, now_);
  relays_.on(SnmpSetDone{kCamera, asked.request + 1, {}}, now_);
  EXPECT_EQ(standing().confirmed, std::nullopt);
}

TEST_F(Relays, ACoilIsOnOnlyWhenTheDeviceSaysSo) {
  relays_ = RelaySwitch{{kByModbus}};
  const auto asked = only<ModbusAsk>(want(true));
  EXPECT_EQ(asked.unit, 7);
  EXPECT_EQ(asked.pdu, *encode(ModbusWriteCoil{3, true}));
  relays_.on(ModbusAnswered{kCamera, asked.request, *encode(ModbusWriteCoil{3, false})}, now_);
  EXPECT_EQ(standing().confirmed, std::nullopt);
  const auto again = only<ModbusAsk>(pass());
  relays_.on(ModbusAnswered{kCamera, again.request, std::vector<std::byte>{std::byte{0x85}, std::byte{2}}}, now_);
  EXPECT_THAT(standing().trouble(), HasSubstr("illegal data address"));
  const auto third = only<ModbusAsk>(pass());
  relays_.on(ModbusAnswered{kCamera, third.request, third.pdu}, now_);  // a device confirms by an echo
  EXPECT_EQ(standing().confirmed, true);
}

TEST_F(Relays, LocalRelaysAreSwitchedOnTheRouter) {
  relays_ = RelaySwitch{{kByGpio}};
  const auto asked = only<SwitchRelay>(want(false));
  EXPECT_EQ(asked.by, LocalRelay{std::get<GpioRelay>(kByGpio.by)});
  EXPECT_FALSE(asked.on);
  relays_.on(RelaySwitched{kCamera, asked.request, false, {}}, now_);
  EXPECT_EQ(standing().confirmed, false);
}

TEST_F(Relays, AnotherConfigurationPutsARelayOnBeforeItIsForgotten) {
  set_done(only<SnmpSet>(want(false)), {});
  const auto on = only<SnmpSet>(relays_.retire(now_));
  EXPECT_EQ(on.value, SnmpValue{std::int32_t{1}});
  EXPECT_FALSE(relays_.is_retired());
  EXPECT_EQ(only<SnmpForget>(set_done(on, {})).device, kCamera);
  EXPECT_TRUE(relays_.is_retired());
  EXPECT_EQ(relays_.next_deadline(), Instant::max());
}

TEST_F(Relays, ARetiredRelayThatDoesNotObeyIsAskedUntilItDoes) {
  set_done(only<SnmpSet>(want(false)), {});
  auto asked = only<SnmpSet>(relays_.retire(now_));
  for (int i = 0; i < 20; ++i) {
    set_done(asked, Error{ErrorCode::Unavailable, "away"});
    asked = only<SnmpSet>(pass());
  }
  EXPECT_FALSE(relays_.is_retired()) << "else what hangs on it stays dark for ever";
  only<SnmpForget>(set_done(asked, {}));
  EXPECT_TRUE(relays_.is_retired());
}

TEST_F(Relays, ARelayThatWasNeverSwitchedIsLeftAlone) {
  EXPECT_THAT(relays_.retire(now_), SizeIs(1));  // only the SnmpForget
  EXPECT_TRUE(relays_.is_retired());
}

TEST_F(Relays, ARelayThatIsSwitchedAnotherWayIsPutOnTheOldWayFirst) {
  set_done(only<SnmpSet>(want(false)), {});
  const auto old_way = only<SnmpSet>(relays_.reconfigure({kByGpio}, now_));
  const auto new_way = only<SwitchRelay>(want(false));
  EXPECT_FALSE(new_way.on);
  EXPECT_THAT(set_done(old_way, {}), IsEmpty()) << "the name is still in use";
  EXPECT_THAT(relays_.standings(), SizeIs(1));
}

// Both ways lead to one relay: the old way's "on" came behind the new way's "off", and may have been the last.
TEST_F(Relays, TheNewWayOrdersAgainBehindTheOldOnesLastOrder) {
  set_done(only<SnmpSet>(want(false)), {});
  const auto old_way = only<SnmpSet>(relays_.reconfigure({kByGpio}, now_));
  const auto new_way = only<SwitchRelay>(want(false));
  relays_.on(RelaySwitched{kCamera, new_way.request, false, {}}, now_);
  EXPECT_EQ(standing().confirmed, false);
  EXPECT_FALSE(only<SwitchRelay>(set_done(old_way, {})).on);
}

}  // namespace
}  // namespace karkara
