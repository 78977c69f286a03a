// When another SIM is worth a switch and when the first one is returned to; whose balance it is that a network tells;
// and a SIM whose settings change.
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
using testing::IsEmpty;

std::vector<std::string> causes(const ModemBench& bench) {
  return last_fields(bench, CellularNoteKind::SlotSwitched);
}

// --- rules ----------------------------------------------------------------------------------------------------------
struct Rested {
  CellularMemory memory;
  ModemFacts facts;
  std::vector<SimRoom> rooms;
  const Instant now{hours{1000}};

  Rested() {
    facts.active_slot = 2;
    facts.slots = {{true, {}}, {true, {}}};
    facts.signal.lte.rsrp = Dbm{-100};
  }
  void left(SlotCause why, Duration ago, unsigned failures = 1) {
    memory.slots[1] = {"8922701000", {}, Instant{now.since_boot() - ago}, why};
    memory.slots[1].failures = failures;
  }
  [[nodiscard]] bool returns(bool quiet = true, unsigned switches = 4, unsigned tries = 1, bool spared = false) const {
    const SlotSituation situation{.cause = {},
                                  .site_can_spare_it = spared,
                                  .switches_left_today = switches,
                                  .rooms = rooms,
                                  .return_tries_left = tries,
                                  .quiet = quiet};
    return preferred_rested(situation, facts, two_slots().uplinks[0].sims, memory, now).has_value();
  }
};

TEST(PreferredSim, IsReturnedToInAQuietHourAfterARestThatGrows) {
  EXPECT_EQ(rest_after(0), hours{6});
  EXPECT_EQ(rest_after(1), hours{6});
  EXPECT_EQ(rest_after(3), hours{24});
  EXPECT_EQ(rest_after(99), hours{96});
  Rested known;
  for (const SlotCause why :
       {SlotCause::Portal, SlotCause::Denied, SlotCause::Unrecovered, SlotCause::Weak, SlotCause::Unusable}) {
    known.left(why, hours{7});
    EXPECT_TRUE(known.returns()) << to_string(why);
    EXPECT_FALSE(known.returns(false)) << "somebody may be awake";
    known.left(why, hours{5});
    EXPECT_FALSE(known.returns()) << to_string(why);
    known.left(why, hours{7}, 2);
    EXPECT_FALSE(known.returns()) << "it failed twice";
  }
}

TEST(PreferredSim, IsReturnedToAtAnyHourWhileTheOtherIsClearlyWorse) {
  Rested known;
  known.left(SlotCause::Denied, hours{7});
  known.memory.slots[1].rsrp = Dbm{-94};
  EXPECT_TRUE(known.returns(false, 4, 1, true));
  EXPECT_FALSE(known.returns(false, 4, 1, false)) << "the site lives from it";
  known.memory.slots[1].rsrp = Dbm{-94.5};
  EXPECT_FALSE(known.returns(false, 4, 1, true));
}

TEST(PreferredSim, IsNotReturnedToWithoutAWayBackOrTwiceADayOrWhenItIsUsedUpOrGone) {
  Rested known;
  known.left(SlotCause::Denied, hours{7});
  EXPECT_FALSE(known.returns(true, 1));
  EXPECT_FALSE(known.returns(true, 4, 0));
  known.rooms = {{1, true, {}}};
  EXPECT_FALSE(known.returns());
  known.rooms.clear();
  known.facts.slots[0].occupied = false;
  EXPECT_FALSE(known.returns());
  Rested good;
  good.left(SlotCause::Preferred, hours{7});
  EXPECT_FALSE(good.returns()) << "the other one was preferred to it";
  good.left(SlotCause::SpareCheck, minutes{1});
  EXPECT_TRUE(good.returns()) << "its way home was lost";
}

// --- with a modem ---------------------------------------------------------------------------------------------------
void live(ModemBench& bench, int hours_long) {
  for (int hour = 0; hour < hours_long; ++hour) {
    bench.set_circumstances({true, uplink_id("vsat"), hour % 24});
    bench.run_for(hours{1});
  }
}

TEST(PreferredSim, ThatIsDeniedForDaysIsTriedEverMoreSeldomAndServesAgainOnceItWorks) {
  ModemNature nature = two_cards();
  nature.registration_of_slot = {{1, Registration::Denied}};
  ModemBench bench{two_slots(), nature};
  live(bench, 24 * 10);
  const auto tries = std::ranges::count(causes(bench), "preferred");
  EXPECT_GE(tries, 3);
  EXPECT_LE(tries, 5) << "after 6, 12, 24, 48 and 96 hours";
  EXPECT_EQ(bench.report().slot, 2U);
  EXPECT_TRUE(bench.report().connected);
  bench.modem.registration_of_slot.clear();
  live(bench, 24 * 5);
  EXPECT_EQ(bench.report().slot, 1U);
  EXPECT_EQ(causes(bench).back(), "preferred");
  EXPECT_THAT(bench.kept(), HasSubstr("card 1 0 ")) << "half a day of service, and it is forgiven";
}

TEST(PreferredSim, ThatIsWeakAgainAfterItsReturnIsLeftTheSameNightAlsoByASiteThatLivesFromIt) {
  ModemNature nature = two_cards();
  nature.rsrp_of_slot = {{1, -121}, {2, -100}};
  ModemBench bench{two_slots(), nature, "uplink lte\nslot 1 892270100000000001 -1210 600 weak\ncard 1 1 - - - -\n"};
  bench.facts.active_slot = 2;
  bench.boot_modem();
  bench.set_circumstances({true, uplink_id("lte"), 1});
  bench.run_for(hours{1});
  EXPECT_THAT(causes(bench), ElementsAre());
  bench.set_circumstances({true, uplink_id("lte"), 2});
  bench.run_for(minutes{30});
  EXPECT_THAT(causes(bench), ElementsAre("preferred", "weak"));
  EXPECT_EQ(bench.report().slot, 2U);
  EXPECT_THAT(bench.kept(), HasSubstr("card 1 2 "));
  bench.run_for(hours{2});
  EXPECT_THAT(causes(bench), ElementsAre("preferred", "weak"));
}

TEST(PreferredSim, IsNotTriedInTheLastQuietHour) {
  ModemBench bench{two_slots(), two_cards(), "uplink lte\nslot 1 892270100000000001 - 600 denied\n"};
  bench.facts.active_slot = 2;
  bench.boot_modem();
  bench.set_circumstances({true, uplink_id("lte"), 4});
  bench.run_for(hours{1});
  EXPECT_THAT(causes(bench), ElementsAre());
}

// --- a weak signal ---------------------------------------------------------------------------------------------------
TEST(SimSlots, AWeakSignalIsLeftForACardThatWasClearlyStrongerAndLaterForAnUnknownOne) {
  ModemNature nature = two_cards();
  nature.rsrp_of_slot = {{1, -121}, {2, -90}};
  const auto switches_within = [&](const char* kept, Duration time) {
    ModemBench bench{two_slots(), nature, kept};
    bench.set_circumstances(Circumstances{true, uplink_id("vsat"), {}});
    bench.run_for(time);
    return bench.count("switch-slot");
  };
  EXPECT_EQ(switches_within("uplink lte\nslot 2 8922702000 -1155 - -\n", hours{5}), 0) << "5.5 dB: the weather's";
  EXPECT_EQ(switches_within("uplink lte\nslot 2 8922702000 -1150 - -\n", minutes{5}), 1);
  EXPECT_EQ(switches_within("", minutes{29}), 0);
  EXPECT_EQ(switches_within("", minutes{35}), 1);
  EXPECT_EQ(switches_within("uplink lte\nslot 2 8922702000 - - -\ncard 2 0 - denied 60 -\n", hours{5}), 0)
      << "a weak signal is better than a card that does not work";
}

TEST(SimSlots, AWeakSignalSpendsAtMostTwoOfADaysSwitches) {
  ModemNature nature = two_cards();
  nature.rsrp_of_slot = {{1, -121}, {2, -90}};
  const std::string stronger = "slot 2 8922702000 -900 - -\n";
  ModemBench spent{two_slots(), nature, "uplink lte\nspent weak-switch 10 700\n" + stronger};
  spent.set_circumstances(Circumstances{true, uplink_id("vsat"), {}});
  spent.run_for(hours{5});
  EXPECT_EQ(spent.count("switch-slot"), 0);
  ModemBench one_left{two_slots(), nature, "uplink lte\nspent weak-switch 10\n" + stronger};
  one_left.set_circumstances(Circumstances{true, uplink_id("vsat"), {}});
  one_left.run_for(minutes{5});
  EXPECT_EQ(one_left.count("switch-slot"), 1);
  EXPECT_THAT(one_left.kept(), HasSubstr("spent weak-switch 11 0\n"));
}

// --- balances of two cards ------------------------------------------------------------------------------------------
CellularSettings asked_of_both(std::vector<std::string> replies = {}) {
  CellularSettings settings = two_slots();
  BalanceSettings balance;
  balance.code = "*121#";
  balance.replies = std::move(replies);
  balance.patterns = {*UssdPattern::parse("internet{any}{data}")};
  settings.uplinks[0].sims[0].balance = settings.uplinks[0].sims[1].balance = balance;
  return settings;
}

TEST(BalanceOfTwoSims, EachIsAskedOnceADay) {
  ModemNature nature = two_cards();
  nature.ussd = [](const std::string&) { return "Internet: 2,5 Go"; };
  ModemBench bench{asked_of_both(), nature};
  bench.set_circumstances({true, uplink_id("vsat"), {}});
  bench.run_for(minutes{5});
  EXPECT_EQ(bench.count("ussd"), 1);
  bench.set_verdict(CellularVerdict::Portal);
  bench.run_for(minutes{10});
  ASSERT_EQ(bench.report().slot, 2U);
  EXPECT_EQ(bench.count("ussd"), 2);
  ASSERT_EQ(bench.told_bytes.size(), 2U);
  EXPECT_EQ(bench.told_bytes[0].iccid, "892270100000000001");
  EXPECT_EQ(bench.told_bytes[1].iccid, "892270200000000001");
  bench.run_for(hours{20});
  EXPECT_EQ(bench.count("ussd"), 2);
}

TEST(BalanceOfTwoSims, AnAnswerIsOfTheSimThatWasAskedWhicheverIsInByThen) {
  ModemNature nature = two_cards();
  nature.ussd = [](const std::string&) { return "Internet: 2,5 Go"; };
  ModemBench bench{asked_of_both(), nature};
  bench.set_circumstances({true, uplink_id("vsat"), {}});
  while (bench.count("ussd") == 0) {
    bench.run_for(seconds{1});
  }
  bench.facts.active_slot = 2;  // by another program
  bench.facts.iccid = "892270200000000001";
  bench.tell();
  bench.run_for(seconds{5});
  ASSERT_EQ(bench.told_bytes.size(), 1U);
  EXPECT_EQ(bench.told_bytes[0].iccid, "892270100000000001");
  EXPECT_FALSE(bench.report().balance) << "of this one nothing is known";
}

TEST(BalanceOfTwoSims, AMenuThatBeganWithOneSimIsNotGoneOnWithAnother) {
  ModemNature nature = two_cards();
  nature.ussd = [](const std::string&) { return "1 Solde 2 Achat"; };
  ModemBench bench{asked_of_both({"1"}), nature};
  bench.set_circumstances({true, uplink_id("vsat"), {}});
  while (bench.count("ussd") == 0) {
    bench.run_for(seconds{1});
  }
  bench.facts.active_slot = 2;
  bench.facts.iccid = "892270200000000001";
  bench.tell();
  bench.run_for(seconds{8});
  EXPECT_EQ(bench.count("ussd-reply"), 0);
  EXPECT_EQ(bench.count("ussd-cancel"), 1);
}

// --- settings that change --------------------------------------------------------------------------------------------
TEST(CellularFeature, SettingsThatChangeAreAppliedAtOnceAndOnce) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{5});
  CellularSettings changed = one_modem();
  changed.uplinks[0].sims[0].user = "other";
  bench.reload(one_modem());
  bench.run_for(minutes{1});
  EXPECT_EQ(bench.count("connect"), 1) << "nothing changed";
  bench.reload(changed);
  bench.run_for(seconds{10});
  EXPECT_EQ(bench.count("disconnect"), 1);
  ASSERT_EQ(bench.connects.size(), 2U);
  EXPECT_EQ(bench.connects[1].user, "other");
  EXPECT_THAT(bench.said(), HasSubstr("MODEM_SETTINGS_APPLIED"));
  bench.run_for(hours{12});
  EXPECT_EQ(bench.count("connect"), 2);
  EXPECT_THAT(bench.rungs(), IsEmpty());
}

TEST(CellularFeature, SettingsThatChangedWhileTheAgentWasAwayAreAppliedAndTheSameOnesCutNothing) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{5});
  bench.restart(one_modem());
  bench.run_for(minutes{5});
  EXPECT_EQ(bench.count("disconnect"), 0);
  CellularSettings changed = one_modem();
  changed.uplinks[0].sims[0].apn = "web.sahel";
  bench.restart(changed);
  bench.run_for(seconds{10});
  EXPECT_EQ(bench.count("disconnect"), 1);
  EXPECT_EQ(bench.connects.back().apn, "web.sahel");
}

TEST(CellularFeature, ASessionInUseIsLeftBeforeItIsBegunAnewWhereThereIsAnother) {
  CellularSettings changed = one_modem();
  changed.uplinks[0].sims[0].ip_type = PdpType::V4V6;
  ModemBench bench{one_modem()};
  bench.run_for(minutes{5});
  bench.set_use(true, true);
  bench.reload(changed);
  bench.run_for(seconds{1});
  bench.set_use(false, true);  // no class is given to it any more
  bench.run_for(seconds{13});
  EXPECT_EQ(bench.count("disconnect"), 0) << "the old flows have a moment to end";
  EXPECT_EQ(bench.report().leaving, "its SIM's settings changed");
  bench.run_for(seconds{5});
  EXPECT_EQ(bench.count("disconnect"), 1);
  EXPECT_EQ(bench.report().leaving, "");
}

// Passes, carries the village, and its settings were changed.
ModemBench only_way(int hour, std::optional<Duration> idle = {}) {
  ModemBench bench{one_modem()};
  bench.set_circumstances({true, {}, hour});
  bench.run_for(minutes{5});
  bench.set_use(true, false, idle);
  CellularSettings changed = one_modem();
  changed.uplinks[0].sims[0].user = "other";
  bench.reload(changed);
  bench.run_for(seconds{1});
  return bench;
}

TEST(CellularFeature, TheOnlyWayOutIsBegunAnewInTheNightOrWhenNobodyUsesIt) {
  ModemBench bench = only_way(14);
  bench.run_for(hours{5});
  EXPECT_EQ(bench.count("disconnect"), 0);
  bench.set_circumstances({true, {}, 2});
  bench.run_for(seconds{1});
  EXPECT_EQ(bench.count("disconnect"), 1);
  EXPECT_EQ(only_way(14, minutes{9}).count("disconnect"), 0);
  EXPECT_EQ(only_way(14, minutes{10}).count("disconnect"), 1);
  ModemBench silent = only_way(14);
  silent.set_verdict(CellularVerdict::Silent);
  silent.run_for(seconds{1});
  EXPECT_EQ(silent.count("disconnect"), 1) << "it serves nobody as it is";
}

TEST(CellularFeature, ASessionStaysWhenTheOtherWayOutIsLostWhileItIsLeft) {
  CellularSettings changed = one_modem();
  changed.uplinks[0].sims[0].user = "other";
  ModemBench bench{one_modem()};
  bench.set_circumstances({true, {}, 14});
  bench.run_for(minutes{5});
  bench.set_use(true, true);
  bench.reload(changed);
  bench.run_for(seconds{5});
  bench.set_use(false, false);
  bench.run_for(hours{1});
  EXPECT_EQ(bench.count("disconnect"), 0);
  EXPECT_EQ(bench.report().leaving, "");
  bench.set_use(true, true);
  bench.run_for(seconds{20});
  EXPECT_EQ(bench.count("disconnect"), 1);
}

TEST(CellularFeature, AChangeCutsOnceAlsoWhereTheSessionDoesNotEnd) {
  CellularSettings changed = one_modem();
  changed.uplinks[0].sims[0].user = "other";
  ModemBench bench{one_modem()};
  bench.run_for(minutes{5});
  bench.modem.refuses = {"disconnect"};
  bench.reload(changed);
  bench.run_for(hours{1});
  EXPECT_EQ(bench.count("disconnect"), 1);
  EXPECT_TRUE(bench.report().connected);
}

TEST(CellularFeature, ASessionThatSomebodyElseBeganAfterOursIsLeftAsItIs) {
  CellularSettings changed = one_modem();
  changed.uplinks[0].sims[0].user = "other";
  ModemBench bench{one_modem()};
  bench.run_for(minutes{5});
  const auto bearer = bench.facts.bearer;
  bench.drop_bearer();
  bench.facts.state = ModemState::Connected;
  bench.facts.bearer = bearer;
  bench.tell();
  bench.reload(changed);
  bench.run_for(hours{1});
  EXPECT_EQ(bench.count("disconnect"), 0);
}

TEST(CellularFeature, ASessionThatIsBegunAnewWithTheSameSettingsSparesTheFlash) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{5});
  const auto written = [&] { return std::ranges::count(bench.persists, true, &Persist::at_once); };
  const auto before = written();
  for (int i = 0; i < 5; ++i) {
    bench.drop_bearer();
    bench.run_for(minutes{10});
  }
  EXPECT_EQ(bench.count("connect"), 6);
  EXPECT_EQ(written(), before);
}

}  // namespace
}  // namespace karkara
