// A locked SIM: the PIN is sent when that is safe, never on the last try, and no secret is said.
#include <gmock/gmock.h>

#include <algorithm>

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
  bench.run_for(std::chrono::seconds{6});
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
  const auto first = bench.facts.iccid;
  bench.facts.active_slot = 2;  // an open card, by hand
  bench.facts.iccid = "892270200000000001";
  bench.facts.state = ModemState::Disabled;
  bench.facts.lock = SimLock::None;
  bench.tell();
  bench.run_for(hours{1});
  bench.facts.active_slot = 1;
  bench.facts.iccid = first;
  bench.facts.state = ModemState::Locked;
  bench.facts.lock = SimLock::Pin;
  bench.tell();
  bench.run_for(std::chrono::seconds{30});
  EXPECT_EQ(bench.count("send-pin"), 1);
}

TEST(CellularPin, PowerCutsBeforeItIsSentCostNothing) {
  ModemBench bench{with_pin(kGoodPin), not_counting()};
  bench.run_for(std::chrono::milliseconds{2500});
  for (int i = 0; i < 5; ++i) {
    bench.restart(with_pin(kGoodPin));
    bench.run_for(std::chrono::milliseconds{1500});
  }
  ASSERT_EQ(bench.count("send-pin"), 0);
  bench.run_for(minutes{1});
  EXPECT_EQ(bench.count("send-pin"), 1);
  EXPECT_TRUE(bench.report().connected);
}

TEST(CellularPin, OneOnItsWayIsNoAlarmAndTwoLostAnswersHaveTheirOwn) {
  ModemNature nature = not_counting();
  nature.hangs = {"send-pin"};
  ModemBench bench{with_pin(kGoodPin), nature};
  bench.run_for(std::chrono::seconds{6});
  bench.restart(with_pin(kGoodPin));
  bench.run_for(std::chrono::seconds{6});
  ASSERT_EQ(bench.count("send-pin"), 2);
  EXPECT_FALSE(bench.alarm(CellularAlarm::SimPinNeeded)) << "its answer may come yet";
  bench.restart(with_pin(kGoodPin));
  bench.run_for(std::chrono::seconds{6});
  EXPECT_EQ(bench.count("send-pin"), 2);
  EXPECT_TRUE(bench.alarm(CellularAlarm::SimPinNeeded));
  EXPECT_THAT(bench.report().sentence, HasSubstr("its answer was lost"));
}

TEST(CellularPin, WhatWasRememberedByTheSlotIsKnownOfTheCardOnceItHasAName) {
  const std::string refused = "uplink lte\npin 1 2 " + std::to_string(pin_fingerprint("1111")) + " 1 refused\n";
  ModemNature nature = locked(2);
  nature.occupied = {true};
  ModemBench bench{with_pin("1111"), nature, refused};
  bench.run_for(hours{1});
  bench.restart(with_pin("1111"));
  bench.run_for(hours{1});
  EXPECT_EQ(bench.count("send-pin"), 0);
  EXPECT_TRUE(bench.alarm(CellularAlarm::SimPinNeeded));
  ModemBench other{with_pin("1111"), nature, refused + "slot 1 892270777777777777 - - -\n"};
  other.run_for(minutes{1});
  EXPECT_EQ(other.count("send-pin"), 1) << "that was another card";
}

// A card in a modem that does not count its tries.
void put_in(ModemBench& bench, std::uint32_t slot, const std::optional<std::string>& iccid, bool open = false) {
  bench.facts.active_slot = slot;
  bench.facts.iccid = iccid;
  bench.facts.state = open ? ModemState::Disabled : ModemState::Locked;
  bench.facts.lock = open ? SimLock::None : SimLock::Pin;
  bench.tell();
  bench.run_for(minutes{5});
}

TEST(CellularPin, ACardThatIsMovedAboutAndRestartsInBetweenNeverLosesItsLastTry) {
  CellularSettings settings = two_slots();
  settings.uplinks[0].sims[0].pin = "1111";
  settings.uplinks[0].sims[1].pin = "2222";
  settings.uplinks[0].caps.slot_switches = 0;
  ModemNature nature = not_counting();
  nature.occupied = {true, true};
  ModemBench bench{settings, nature};
  bench.run_for(minutes{1});
  const std::string card = *bench.facts.iccid;
  ASSERT_EQ(bench.modem.hidden_tries, 2U);
  put_in(bench, 2, card);  // the other slot's PIN is tried once
  put_in(bench, 1, "892270900000000009", true);
  put_in(bench, 1, card);
  settings.uplinks[0].sims[0].pin = "3333";
  bench.restart(settings);
  for (const std::uint32_t slot : {1U, 2U, 1U}) {
    put_in(bench, slot, card);
    bench.restart(settings);
  }
  EXPECT_EQ(bench.count("send-pin"), 2);
  EXPECT_EQ(bench.modem.hidden_tries, 1U);
}

TEST(CellularPin, ACardWithoutANameIsNotForgottenForAnotherThatIsOpen) {
  ModemNature nature = not_counting();
  nature.occupied = {true, true};
  ModemBench bench{with_pin("1111"), nature};
  bench.facts.iccid.reset();
  bench.run_for(std::chrono::milliseconds{900});
  put_in(bench, 1, {});
  put_in(bench, 1, {}, true);
  put_in(bench, 1, {});
  put_in(bench, 1, {}, true);
  put_in(bench, 1, {});
  EXPECT_LE(bench.count("send-pin"), 2);
  EXPECT_GE(bench.modem.hidden_tries, 1U);
}

TEST(CellularPin, ACardThatGetsItsNameWhileItIsLockedIsTriedOnce) {
  for (const Duration when : {Duration{std::chrono::milliseconds{500}}, Duration{std::chrono::milliseconds{2500}},
                              Duration{std::chrono::milliseconds{3500}}, Duration{minutes{1}}}) {
    ModemNature nature = not_counting();
    nature.occupied = {true, true};
    nature.present = false;
    ModemBench bench{with_pin("1111"), nature};
    bench.facts.iccid.reset();
    bench.facts.state = ModemState::Locked;
    bench.facts.lock = SimLock::Pin;
    bench.tell();
    bench.run_for(when);
    put_in(bench, 1, "892270100000000001");
    bench.run_for(hours{1});
    EXPECT_EQ(bench.count("send-pin"), 1);
    EXPECT_EQ(bench.modem.hidden_tries, 2U);
  }
}

TEST(CellularPin, ACountOfTriesThatStandsStillIsNotBelieved) {
  ModemNature nature = locked();
  ModemBench bench{with_pin("1111"), nature};
  bench.modem.tries.reset();  // what the modem shows does not move
  bench.run_for(minutes{5});
  for (const char* pin : {"2222", "3333", "4444"}) {
    bench.facts.pin_tries_left = 3;
    bench.restart(with_pin(pin));
    bench.run_for(hours{2});
  }
  EXPECT_EQ(bench.count("send-pin"), 2);
  EXPECT_EQ(bench.modem.hidden_tries, 1U);
}

TEST(CellularPin, ThePinIsGivenToTheDiskSecondsBeforeItIsSent) {
  CellularFeature feature{with_pin(kGoodPin), "", Instant{}};
  (void)feature.on(ModemBusState{true, ""}, Instant{});
  ModemFacts facts;
  facts.device = "usb";
  facts.state = ModemState::Locked;
  facts.lock = SimLock::Pin;
  facts.pin_tries_left = 3;
  const auto writes = [](const CellularEffects& effects) {
    return std::ranges::any_of(effects, [](const CellularEffect& effect) {
      const auto* persist = std::get_if<Persist>(&effect);
      return persist && persist->at_once && persist->bytes.find("pin 0 3") != std::string::npos;
    });
  };
  EXPECT_FALSE(writes(feature.on(ModemSeen{facts}, Instant{}))) << "what only waits counts for nothing";
  const CellularEffects planned = feature.tick(Instant{std::chrono::seconds{2}});
  EXPECT_TRUE(writes(planned));
  const auto sends = [](const CellularEffects& effects) {
    return std::ranges::any_of(effects,
                               [](const CellularEffect& e) { return std::holds_alternative<ModemCommand>(e); });
  };
  EXPECT_FALSE(sends(planned));
  EXPECT_FALSE(sends(feature.tick(Instant{std::chrono::milliseconds{2900}})));
  EXPECT_TRUE(sends(feature.tick(Instant{std::chrono::seconds{3}})));
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
