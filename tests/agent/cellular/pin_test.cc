// A locked SIM: the PIN is sent when that is safe, never on the last try, and no secret is said.
#include <gmock/gmock.h>

#include "tests/agent/cellular/modem_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

CellularSettings with_pin(const std::string& pin) {
  CellularSettings settings = one_modem();
  settings.uplinks[0].sims[0].pin = pin;
  return settings;
}

ModemNature locked(std::uint32_t tries = 3) {
  ModemNature nature;
  nature.pin = kGoodPin;
  nature.tries = tries;
  nature.hidden_tries = tries;
  return nature;
}

TEST(CellularPin, SendsTheConfiguredPinOnce) {
  ModemBench bench{with_pin(kGoodPin), locked()};
  bench.run_for(minutes{1});
  EXPECT_EQ(bench.count("send-pin"), 1);
  EXPECT_TRUE(bench.report().connected);
  EXPECT_FALSE(bench.alarm(CellularAlarm::SimPinNeeded));
}

TEST(CellularPin, NeverUsesTheLastTry) {
  ModemBench bench{with_pin(kGoodPin), locked(1)};
  bench.run_for(hours{48});
  EXPECT_EQ(bench.count("send-pin"), 0) << "not even the right one: whether it is right, nobody knows before";
  EXPECT_TRUE(bench.alarm(CellularAlarm::SimPinNeeded));
  EXPECT_THAT(bench.report().sentence, HasSubstr("only the last try is left"));
  EXPECT_EQ(bench.modem.hidden_tries, 1U);
}

TEST(CellularPin, AWrongPinIsSentOnceAndNeverAgainNotEvenAfterRestarts) {
  ModemBench bench{with_pin("1111"), locked()};
  bench.run_for(minutes{5});
  for (int i = 0; i < 5; ++i) {
    bench.restart(with_pin("1111"));
    bench.run_for(hours{10});
  }
  EXPECT_EQ(bench.count("send-pin"), 1);
  EXPECT_EQ(bench.modem.hidden_tries, 2U);
  EXPECT_TRUE(bench.alarm(CellularAlarm::SimPinNeeded));
}

TEST(CellularPin, ACorrectedPinIsTriedWhileTwoTriesAreLeft) {
  ModemBench bench{with_pin("1111"), locked()};
  bench.run_for(minutes{5});
  bench.restart(with_pin(kGoodPin));
  bench.run_for(minutes{5});
  EXPECT_EQ(bench.count("send-pin"), 2);
  EXPECT_TRUE(bench.report().connected);
  EXPECT_FALSE(bench.alarm(CellularAlarm::SimPinNeeded));
}

TEST(CellularPin, TwoWrongPinsLeaveTheLastTryToAPerson) {
  ModemBench bench{with_pin("1111"), locked()};
  bench.run_for(minutes{5});
  for (const char* pin : {"2222", "3333", "4444", kGoodPin}) {
    bench.restart(with_pin(pin));
    bench.run_for(hours{5});
  }
  EXPECT_EQ(bench.count("send-pin"), 2);
  EXPECT_EQ(bench.modem.hidden_tries, 1U);
  EXPECT_FALSE(bench.modem.puk);
}

ModemNature not_counting() {
  ModemNature nature = locked();
  nature.tries.reset();
  return nature;
}

TEST(CellularPin, WithoutACountOfTriesARefusedPinIsNotSentAgainAndACorrectedOneOnce) {
  ModemBench bench{with_pin("1111"), not_counting()};
  for (const char* pin : {"1111", "1111", "2222", "3333", kGoodPin}) {
    bench.run_for(hours{5});
    bench.restart(with_pin(pin));
  }
  bench.run_for(hours{5});
  EXPECT_EQ(bench.count("send-pin"), 2) << "1111 and 2222";
  EXPECT_EQ(bench.modem.hidden_tries, 1U);
  EXPECT_FALSE(bench.modem.puk);
  EXPECT_TRUE(bench.alarm(CellularAlarm::SimPinNeeded));
}

TEST(CellularPin, APowerCutInTheMomentOfSendingDoesNotLockTheVillageOut) {
  ModemNature nature = not_counting();
  nature.hangs = {"send-pin"};
  ModemBench bench{with_pin(kGoodPin), nature};
  bench.run_for(std::chrono::seconds{2});
  ASSERT_EQ(bench.count("send-pin"), 1);
  bench.modem.hangs.clear();
  bench.restart(with_pin(kGoodPin));
  bench.run_for(minutes{1});
  EXPECT_TRUE(bench.report().connected);
  EXPECT_EQ(bench.kept().find("pin"), std::string::npos) << "forgotten once the SIM is open";
}

TEST(CellularPin, ARefusedPinIsRememberedForItsOwnSlot) {
  CellularSettings settings = two_slots();
  settings.uplinks[0].sims[0].pin = "1111";
  ModemNature nature = not_counting();
  nature.occupied = {true, true};
  ModemBench bench{settings, nature};
  bench.run_for(std::chrono::seconds{30});
  ASSERT_EQ(bench.count("send-pin"), 1);
  bench.facts.active_slot = 2;  // an open card, by hand
  bench.facts.state = ModemState::Disabled;
  bench.facts.lock = SimLock::None;
  bench.tell();
  bench.run_for(hours{1});
  bench.facts.active_slot = 1;
  bench.facts.state = ModemState::Locked;
  bench.facts.lock = SimLock::Pin;
  bench.tell();
  bench.run_for(std::chrono::seconds{30});
  EXPECT_EQ(bench.count("send-pin"), 1);
}

TEST(CellularPin, ThePinIsRememberedBeforeItIsSent) {
  CellularFeature feature{with_pin(kGoodPin), "", Instant{}};
  (void)feature.on(ModemBusState{true, ""}, Instant{});
  ModemFacts facts;
  facts.device = "usb";
  facts.state = ModemState::Locked;
  facts.lock = SimLock::Pin;
  facts.pin_tries_left = 3;
  const CellularEffects effects = feature.on(ModemSeen{facts}, Instant{});
  std::size_t persist = effects.size();
  std::size_t command = 0;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    persist = std::holds_alternative<Persist>(effects[i]) ? i : persist;
    command = std::holds_alternative<ModemCommand>(effects[i]) ? i : command;
  }
  EXPECT_LT(persist, command);
}

TEST(CellularPin, ASimThatNeedsItsPukIsAnAlarmAndNothingIsTried) {
  ModemNature nature = locked();
  nature.puk = true;
  ModemBench bench{with_pin(kGoodPin), nature};
  bench.run_for(hours{48});
  EXPECT_TRUE(bench.alarm(CellularAlarm::SimPukRequired));
  EXPECT_THAT(bench.deeds(), IsEmpty());
}

TEST(CellularPin, WithoutAConfiguredPinALockedSimIsAnAlarm) {
  ModemBench bench{with_pin(""), locked()};
  bench.run_for(minutes{5});
  EXPECT_TRUE(bench.alarm(CellularAlarm::SimPinNeeded));
  EXPECT_EQ(bench.count("send-pin"), 0);
}

TEST(CellularPin, ALostAnswerIsNotAReasonToSendThePinAgain) {
  ModemNature nature = locked();
  nature.hangs = {"send-pin"};
  ModemBench bench{with_pin(kGoodPin), nature};
  bench.facts.pin_tries_left = 3;
  bench.run_for(minutes{4});
  bench.facts.pin_tries_left = bench.modem.tries = 2;  // it was counted after all
  bench.tell();
  bench.run_for(hours{24});
  EXPECT_EQ(bench.count("send-pin"), 1);
}

TEST(CellularSecrets, NothingThatIsSaidOrKeptHoldsAPinOrPassword) {
  ModemBench bench{with_pin("1111"), locked()};
  bench.run_for(minutes{5});
  CellularSettings corrected = with_pin(kGoodPin);
  bench.restart(corrected);
  bench.modem.connects = false;
  bench.run_for(hours{2});
  for (const char* secret : {"1111", kGoodPin, kPassword}) {
    EXPECT_THAT(bench.said(), Not(HasSubstr(secret)));
    EXPECT_THAT(bench.kept(), Not(HasSubstr(std::string{" "} + secret)));
  }
}

}  // namespace
}  // namespace karkara
