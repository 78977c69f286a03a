// Moving between SIM slots, and asking the network for the balance.
#include <gmock/gmock.h>

#include "agent/cellular/slot_choice.h"
#include "tests/agent/cellular/modem_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Another uplink carries the control traffic.
Circumstances spared() {
  return {true, uplink_id("vsat"), {}};
}

std::string last_cause(const ModemBench& bench) {
  for (auto note = bench.notes().rbegin(); note != bench.notes().rend(); ++note) {
    if (note->kind == CellularNoteKind::SlotSwitched) {
      return note->fields.back().second;
    }
  }
  return "none";
}

TEST(SimSlots, ASpentBundleMovesToTheOtherCard) {
  ModemNature nature = two_cards();
  nature.passes = false;
  nature.verdict_when_bad = CellularVerdict::Held;
  ModemBench bench{two_slots(), nature};
  bench.set_circumstances(spared());
  bench.run_for(seconds{35});
  EXPECT_EQ(bench.count("switch-slot"), 0) << "not before half a minute of it";
  bench.run_for(minutes{2});
  EXPECT_EQ(bench.count("switch-slot"), 1);
  EXPECT_EQ(last_cause(bench), "held");
  EXPECT_EQ(bench.report().slot, 2U);
  EXPECT_EQ(bench.connects.back().apn, "internet2");
}

TEST(SimSlots, ASpentBundleIsLeftAlsoByTheSitesOnlyWayOut) {
  ModemNature nature = two_cards();
  nature.passes = false;
  nature.verdict_when_bad = CellularVerdict::Held;
  ModemBench bench{two_slots(), nature};
  bench.set_circumstances({true, uplink_id("lte"), {}});  // the control traffic lives from the reserve
  bench.run_for(minutes{2});
  EXPECT_EQ(bench.count("switch-slot"), 1);
}

TEST(SimSlots, APortalMovesToTheOtherCard) {
  ModemNature nature = two_cards();
  nature.passes = false;
  nature.verdict_when_bad = CellularVerdict::Portal;
  ModemBench bench{two_slots(), nature};
  bench.run_for(minutes{3});
  EXPECT_EQ(last_cause(bench), "portal") << "nothing is up at all: also then";
}

TEST(SimSlots, AnUplinkThatTheSiteNeedsIsNotTakenDownForASwitch) {
  ModemNature nature = two_cards();
  nature.rsrp_of_slot = {{1, -121}, {2, -90}};
  ModemBench bench{two_slots(), nature, "uplink lte\nslot 2 8922702000 -900 - -\n"};
  bench.set_circumstances({true, uplink_id("lte"), {}});
  bench.run_for(hours{5});
  EXPECT_EQ(bench.count("switch-slot"), 0);
  EXPECT_TRUE(bench.alarm(CellularAlarm::WeakSignal));
  bench.set_circumstances(spared());
  bench.run_for(minutes{3});
  EXPECT_EQ(bench.count("switch-slot"), 1);
  EXPECT_EQ(last_cause(bench), "weak");
}

TEST(SimSlots, AWeakMinuteIsNeeded) {
  ModemNature nature = two_cards();
  ModemBench bench{two_slots(), nature, "uplink lte\nslot 2 8922702000 -900 - -\n"};
  bench.set_circumstances(spared());
  bench.run_for(minutes{5});
  for (int i = 0; i < 20; ++i) {  // dips of 50 s
    bench.facts.signal.lte.rsrp = Dbm{-120};
    bench.tell();
    bench.run_for(seconds{50});
    bench.facts.signal.lte.rsrp = Dbm{-110};
    bench.tell();
    bench.run_for(seconds{10});
  }
  EXPECT_EQ(bench.count("switch-slot"), 0);
}

TEST(SimSlots, ADeniedCardIsLeft) {
  ModemNature nature = two_cards();
  nature.registration_of_slot = {{1, Registration::Denied}};
  ModemBench bench{two_slots(), nature};
  bench.run_for(minutes{4});
  EXPECT_EQ(last_cause(bench), "denied");
  EXPECT_TRUE(bench.report().connected);
  EXPECT_FALSE(bench.alarm(CellularAlarm::RegistrationDenied));
}

TEST(SimSlots, ThreeFailedRungsMoveToTheOtherCardBeforeTheFourth) {
  CellularSettings settings = two_slots();
  settings.uplinks[0].usb_port = "1-1";
  ModemNature nature = two_cards();
  nature.passes = false;
  nature.cured_by = "switch-slot";
  ModemBench bench{settings, nature};
  bench.run_for(hours{1});
  EXPECT_THAT(bench.rungs(), ElementsAre("reconnect", "radio-cycle", "reset"));
  EXPECT_EQ(last_cause(bench), "unrecovered");
  EXPECT_TRUE(bench.report().connected);
}

TEST(SimSlots, ABlockedOrMissingCardIsLeft) {
  ModemNature missing = two_cards();
  missing.occupied = {false, true};
  ModemBench bench{two_slots(), missing};
  bench.run_for(minutes{3});
  EXPECT_EQ(last_cause(bench), "unusable");
  EXPECT_TRUE(bench.report().connected);
}

TEST(SimSlots, AtMostFourSwitchesADay) {
  ModemNature nature = two_cards();
  nature.passes = false;
  nature.verdict_when_bad = CellularVerdict::Held;
  CellularSettings settings = two_slots();
  ModemBench bench{settings, nature};
  bench.run_for(hours{23});
  EXPECT_LE(bench.count("switch-slot"), 4);
  EXPECT_GE(bench.count("switch-slot"), 2) << "after six hours the first card may be tried again";
  for (int i = 0; i < 5; ++i) {
    bench.restart(settings);
    bench.run_for(minutes{10});
  }
  EXPECT_LE(bench.count("switch-slot"), 4);
}

TEST(SimSlots, TheCapHoldsAlsoWhenEveryCardIsDeniedForWeeks) {
  ModemNature nature = two_cards();
  nature.registration = Registration::Denied;
  ModemBench bench{two_slots(), nature};
  for (int day = 0; day < 7; ++day) {
    bench.forget_deeds();
    bench.run_for(hours{24});
    EXPECT_LE(bench.count("switch-slot"), 4);
  }
}

TEST(SimSlots, AnEmptyOrUnconfiguredSlotIsNoChoice) {
  ModemNature nature = two_cards();
  nature.passes = false;
  nature.verdict_when_bad = CellularVerdict::Held;
  ModemNature one_card = nature;
  one_card.occupied = {true, false};
  ModemBench empty{two_slots(), one_card};
  empty.run_for(hours{1});
  EXPECT_EQ(empty.count("switch-slot"), 0);
  ModemBench unconfigured{one_modem(), nature};
  unconfigured.run_for(hours{1});
  EXPECT_EQ(unconfigured.count("switch-slot"), 0);
}

TEST(SimSlots, AVerdictOnTheOldCardDoesNotCountForTheNewOne) {
  ModemNature nature = two_cards();
  nature.passes = false;
  nature.verdict_when_bad = CellularVerdict::Held;
  nature.cured_by = "switch-slot";
  ModemBench bench{two_slots(), nature};
  bench.run_for(hours{1});
  EXPECT_EQ(bench.count("switch-slot"), 1);
}

TEST(SimSlots, TheModemThatIsAwayForTheSwitchIsNotAbsent) {
  ModemNature nature = two_cards();
  nature.passes = false;
  nature.verdict_when_bad = CellularVerdict::Held;
  nature.cured_by = "switch-slot";
  CellularSettings settings = two_slots();
  settings.uplinks[0].usb_port = "1-1";
  settings.uplinks[0].absent_patience = seconds{5};
  ModemBench bench{settings, nature};
  bench.run_for(hours{1});
  EXPECT_THAT(bench.said(), Not(HasSubstr("MODEM_ABSENT")));
  EXPECT_EQ(bench.count("power-cycle"), 0);
}

// --- what the ledger knows ----------------------------------------------------------------------------------------
// Slots that were left two hours ago and later, and what is in the configuration's order.
struct SlotCase {
  CellularMemory memory;
  ModemFacts facts;
  std::vector<SimRoom> rooms = {{1, false, hours{1}}, {2, false, hours{500}}};
  const Instant now{hours{100}};
  const Instant left{hours{98}};

  SlotCase() {
    facts.active_slot = 2;
    facts.slots = {{true, {}}, {true, {}}};
    leave_first(SlotCause::Held);
  }
  void leave_first(SlotCause why) { memory.slots[1] = {"8922701000", {}, left, why}; }
  [[nodiscard]] std::optional<std::uint32_t> again(bool spared = true) const {
    return preferred_again({{}, spared, 4, rooms}, facts, two_slots().uplinks[0].sims, memory, now);
  }
  [[nodiscard]] std::optional<std::uint32_t> flee() const {
    return choose_slot({SlotCause::Denied, true, 4, rooms}, facts, two_slots().uplinks[0].sims, memory, now);
  }
};

TEST(SlotChoice, TheFirstSimIsReturnedToOnceItIsNotUsedUpAnyMore) {
  SlotCase known;
  EXPECT_EQ(known.again(), 1U);
  EXPECT_EQ(known.again(false), std::nullopt);
  known.rooms[0].used_up = true;
  EXPECT_EQ(known.again(), std::nullopt);
  known.rooms.clear();
  EXPECT_EQ(known.again(), std::nullopt) << "nobody knows";
}

TEST(SlotChoice, ASimThatWasLeftForAPortalIsReturnedToWithItsNextCycle) {
  SlotCase known;
  known.leave_first(SlotCause::Portal);
  EXPECT_EQ(known.again(), 1U) << "its cycle began after it was left";
  known.rooms[0].cycle_age = hours{3};
  EXPECT_EQ(known.again(), std::nullopt);
  known.rooms[0].cycle_age.reset();
  EXPECT_EQ(known.again(), std::nullopt);
}

TEST(SlotChoice, OnlyASimThatStandsBeforeTheOneThatIsInIsReturnedTo) {
  SlotCase known;
  known.facts.active_slot = 1;
  known.memory.slots[2] = {"8922702000", {}, known.left, SlotCause::Held};
  EXPECT_EQ(known.again(), std::nullopt);
  SlotCase sick;
  sick.leave_first(SlotCause::Denied);
  EXPECT_EQ(sick.again(), std::nullopt);
  SlotCase empty;
  empty.facts.slots[0].occupied = false;
  EXPECT_EQ(empty.again(), std::nullopt);
}

TEST(SlotChoice, ASimThatIsUsedUpIsNoRefugeAndAWholeOneIsAtOnce) {
  SlotCase known;
  EXPECT_EQ(known.flee(), 1U) << "it was left two hours ago for a bundle that is whole again";
  known.rooms[0].used_up = true;
  EXPECT_EQ(known.flee(), std::nullopt);
  known.rooms.clear();
  EXPECT_EQ(known.flee(), std::nullopt) << "within six hours, for want of knowledge";
  known.memory.slots[1].left_for = SlotCause::NewCycle;
  EXPECT_EQ(known.flee(), 1U) << "it was good, only not the first";
}

TEST(SimSlots, WhileTheSiteLivesFromItTheFirstSimIsReturnedToAtNight) {
  ModemBench bench{two_slots(), two_cards(), "uplink lte\nslot 1 89227010000000000100 - 600 held\n"};
  bench.facts.active_slot = 2;
  bench.boot_modem();
  bench.set_circumstances({true, uplink_id("lte"), 22});
  bench.run_for(minutes{10});
  bench.set_rooms({{1, false, hours{1}}, {2, false, {}}});
  bench.run_for(hours{1});
  EXPECT_EQ(bench.count("switch-slot"), 0);
  bench.set_circumstances({true, uplink_id("lte"), 2});
  bench.run_for(minutes{5});
  EXPECT_EQ(last_cause(bench), "new-cycle");
  EXPECT_EQ(bench.report().slot, 1U);
  bench.run_for(hours{2});
  EXPECT_EQ(bench.count("switch-slot"), 1);
}

// --- balance ------------------------------------------------------------------------------------------------------
CellularSettings with_balance(std::vector<std::string> replies = {}) {
  CellularSettings settings = one_modem();
  BalanceSettings balance;
  balance.code = "*121#";
  balance.replies = std::move(replies);
  balance.patterns = {*UssdPattern::parse("solde{any}{money}"), *UssdPattern::parse("internet{any}{data}")};
  settings.uplinks[0].sims[0].balance = balance;
  return settings;
}

ModemNature with_answer(const std::string& text) {
  ModemNature nature;
  nature.ussd = [text](const std::string&) { return text; };
  return nature;
}

TEST(Balance, IsAskedOnceADayInTheQuietHours) {
  ModemBench bench{with_balance(), with_answer("Solde: 1 250 FCFA. Internet: 2,5 Go")};
  for (int hour = 0; hour < 72; ++hour) {
    bench.set_circumstances({true, uplink_id("lte"), hour % 24});
    bench.run_for(hours{1});
    if (hour == 1) {
      EXPECT_EQ(bench.count("ussd"), 0);
    }
  }
  EXPECT_EQ(bench.count("ussd"), 3);
  ASSERT_TRUE(bench.report().balance);
  EXPECT_EQ(bench.report().balance->hundredths, 125'000);
  EXPECT_EQ(bench.report().balance->bytes, 2'500'000'000U);
}

TEST(Balance, IsToldToTheLedgerAndKeptForTheSimOverARestart) {
  ModemBench bench{with_balance(), with_answer("Solde: 1 250 FCFA. Internet: 2,5 Go")};
  bench.set_circumstances(spared());
  bench.run_for(hours{3});
  ASSERT_EQ(bench.told_bytes.size(), 1U);
  EXPECT_EQ(bench.told_bytes[0], (SimBytesTold{uplink_id("lte"), "892270100000000001", 2'500'000'000U}));
  EXPECT_EQ(balance_sentence(bench.report(), bench.now()), "1250.00 FCFA, 2.50 GB, read 2 h ago");
  bench.restart(with_balance());
  EXPECT_EQ(balance_sentence(bench.report(), bench.now()), "1250.00 FCFA, 2.50 GB, read 2 h ago");
  EXPECT_EQ(bench.told_bytes.size(), 1U) << "the ledger keeps it by itself";
  bench.facts.iccid = "8922709999999999999";
  bench.tell();
  EXPECT_EQ(balance_sentence(bench.report(), bench.now()), "") << "another card";
}

TEST(Balance, WithoutAClockOnlyWhileAnotherUplinkCarriesTheControlTraffic) {
  ModemBench bench{with_balance(), with_answer("Solde: 5 F")};
  bench.set_circumstances({true, uplink_id("lte"), {}});
  bench.run_for(hours{30});
  EXPECT_EQ(bench.count("ussd"), 0);
  bench.set_circumstances(spared());
  bench.run_for(hours{1});
  EXPECT_EQ(bench.count("ussd"), 1);
}

TEST(Balance, ARestartDoesNotAskAgain) {
  ModemBench bench{with_balance(), with_answer("Solde: 5 F")};
  bench.set_circumstances(spared());
  for (int i = 0; i < 10; ++i) {
    bench.run_for(hours{1});
    bench.restart(with_balance());
  }
  EXPECT_EQ(bench.count("ussd"), 1);
}

TEST(Balance, WalksThroughTheMenusAndClosesTheDialogue) {
  ModemNature nature;
  nature.ussd = [](const std::string& asked) {
    return asked == "*121#" ? "1 Solde 2 Achat" : asked == "1" ? "1 Principal 2 Internet" : "Internet: 512 Mo";
  };
  ModemBench bench{with_balance({"1", "2"}), nature};
  bench.run_for(minutes{1});
  bench.facts.ussd = UssdState::UserResponse;
  bench.tell();
  bench.set_circumstances(spared());
  bench.run_for(hours{1});
  EXPECT_EQ(bench.count("ussd-reply"), 2);
  EXPECT_EQ(bench.count("ussd-cancel"), 1);
  EXPECT_EQ(bench.report().balance->bytes, 512'000'000U);
}

TEST(Balance, AnAnswerThatNoPatternFitsIsUnknownAndKept) {
  ModemBench bench{with_balance(), with_answer("MMI code invalide")};
  bench.set_circumstances(spared());
  bench.run_for(hours{1});
  ASSERT_TRUE(bench.report().balance);
  EXPECT_FALSE(bench.report().balance->known());
  EXPECT_EQ(bench.report().balance->text, "MMI code invalide");
  EXPECT_THAT(bench.said(), HasSubstr("unknown=no pattern fits the answer"));
}

TEST(Balance, ASilentNetworkCostsOneQuestionADay) {
  ModemNature nature;
  nature.hangs = {"ussd"};
  ModemBench bench{with_balance(), nature};
  bench.set_circumstances(spared());
  bench.run_for(hours{23});
  EXPECT_EQ(bench.count("ussd"), 1);
  EXPECT_TRUE(bench.report().connected);
  EXPECT_TRUE(bench.rungs().empty()) << "a session that works is not cut for it";
}

}  // namespace
}  // namespace karkara
