// The check of a spare SIM in a night in which nobody misses the link: there, looked at, and home again.
#include <gmock/gmock.h>

#include "tests/agent/cellular/modem_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

CellularSettings checked(unsigned nights = 7) {
  CellularSettings settings = two_slots();
  settings.uplinks[0].spare_check_nights = nights;
  settings.uplinks[0].sims[0].name = "airtel";
  settings.uplinks[0].sims[1].name = "zamani";
  return settings;
}

Circumstances at_hour(std::optional<int> hour, bool saving = false) {
  return {true, uplink_id("vsat"), hour, true, saving};
}

// Up for the evening, then three hours of the night.
ModemBench night(const ModemNature& nature, const CellularSettings& settings = checked()) {
  ModemBench bench{settings, nature};
  bench.set_circumstances(at_hour(23));
  bench.run_for(hours{1});
  bench.set_circumstances(at_hour(2));
  bench.run_for(hours{3});
  return bench;
}

std::vector<std::string> found(const ModemBench& bench) {
  return last_fields(bench, CellularNoteKind::SpareChecked);
}

TEST(SpareCheck, ProvesTheSpareSimAndGoesHome) {
  ModemBench bench = night(two_cards());
  EXPECT_THAT(found(bench), ElementsAre("proven"));
  EXPECT_EQ(bench.count("switch-slot"), 2);
  EXPECT_EQ(bench.report().slot, 1U);
  EXPECT_TRUE(bench.report().connected);
  EXPECT_EQ(bench.report().spares, "spare SIM zamani works (seen today)");
  EXPECT_FALSE(bench.alarm(CellularAlarm::SpareSimDead));
  EXPECT_THAT(bench.kept(), HasSubstr("spent spare-check"));
  EXPECT_THAT(bench.kept(), Not(HasSubstr("\ncheck ")));
}

TEST(SpareCheck, ComesEachSoManyNightsAndNotByDefault) {
  ModemBench bench{checked(2), two_cards()};
  ModemBench plain{checked(0), two_cards()};
  for (int hour = 0; hour < 24 * 8; ++hour) {
    for (ModemBench* each : {&bench, &plain}) {
      each->set_circumstances(at_hour(hour % 24));
      each->run_for(hours{1});
    }
  }
  EXPECT_EQ(found(bench).size(), 4U);
  EXPECT_EQ(plain.count("switch-slot"), 0);
  EXPECT_EQ(plain.report().spares, "");
}

TEST(SpareCheck, NeedsAnHourWithoutUsersAndWithoutNeedOfThePower) {
  const auto switches = [](const std::function<void(ModemBench&)>& prepare, CellularSettings settings = checked()) {
    ModemBench bench{settings, two_cards()};
    bench.set_circumstances(at_hour(2));
    bench.run_for(seconds{1});
    prepare(bench);
    bench.run_for(hours{2});
    return bench.count("switch-slot");
  };
  EXPECT_EQ(switches([](ModemBench&) {}), 2) << "else this test shows nothing";
  EXPECT_EQ(switches([](ModemBench& bench) { bench.set_circumstances(at_hour(14)); }), 0);
  EXPECT_EQ(switches([](ModemBench& bench) { bench.set_circumstances(at_hour({})); }), 0);
  EXPECT_EQ(switches([](ModemBench& bench) { bench.set_circumstances(at_hour(2, true)); }), 0);
  EXPECT_EQ(switches([](ModemBench& bench) { bench.set_use(true, true, minutes{9}); }), 0);
  EXPECT_EQ(switches([](ModemBench& bench) { bench.set_use(true, true); }), 0);
  EXPECT_EQ(switches([](ModemBench& bench) { bench.set_use(true, true, minutes{10}); }), 2);
  EXPECT_EQ(switches([](ModemBench& bench) { bench.set_attended(true); }), 0);
  EXPECT_EQ(switches([](ModemBench& bench) { bench.set_rooms({{2, true, {}}}); }), 0) << "its bundle is for need";
  EXPECT_EQ(switches([](ModemBench& bench) {
              bench.modem.passes = false;
              bench.modem.verdict_when_bad = CellularVerdict::Rests;
            }),
            0);
  CellularSettings capped = checked();
  capped.uplinks[0].caps.slot_switches = 1;
  EXPECT_EQ(switches([](ModemBench&) {}, capped), 0) << "there would be no way home";
}

TEST(SpareCheck, FlowsLeaveBeforeIt) {
  ModemBench bench{checked(), two_cards()};
  bench.set_circumstances(at_hour(2));
  bench.set_use(true, true, hours{1});
  while (bench.report().leaving.empty() && bench.count("switch-slot") == 0) {
    bench.run_for(seconds{1});
  }
  EXPECT_EQ(bench.report().leaving, "its spare SIM is checked");
  EXPECT_EQ(bench.count("switch-slot"), 0);
  bench.run_for(seconds{16});
  EXPECT_EQ(bench.count("switch-slot"), 1);
  EXPECT_EQ(bench.report().leaving, "its spare SIM is checked") << "until it is home again";
}

struct Dead {
  const char* found;
  const char* words;
  std::function<void(ModemNature&)> make;
};

TEST(SpareCheck, TellsWhyASpareSimIsDeadGoesHomeAndFleesToItNoMore) {
  const std::vector<Dead> all = {
      {"denied", "is refused by the network",
       [](ModemNature& n) {
         n.registration_of_slot = {{2, Registration::Denied}};
       }},
      {"no-network", "finds no network",
       [](ModemNature& n) {
         n.registration_of_slot = {{2, Registration::Searching}};
       }},
      {"roaming", "finds a foreign network only",
       [](ModemNature& n) {
         n.registration_of_slot = {{2, Registration::Roaming}};
       }},
      {"locked", "is locked",
       [](ModemNature& n) {
         n.pin_of_slot = {{2, "4711"}};
       }},
      {"silent", "is connected, and nothing passes",
       [](ModemNature& n) {
         n.passes_in_slot = {{2, false}};
       }},
  };
  for (const Dead& each : all) {
    ModemNature nature = two_cards();
    each.make(nature);
    ModemBench bench = night(nature);
    EXPECT_THAT(found(bench), ElementsAre(each.found));
    EXPECT_EQ(bench.report().slot, 1U) << each.found;
    EXPECT_TRUE(bench.report().connected) << each.found;
    EXPECT_EQ(bench.count("switch-slot"), 2) << each.found;
    EXPECT_THAT(bench.rungs(), IsEmpty()) << "nothing is cured for a spare SIM";
    EXPECT_TRUE(bench.alarm(CellularAlarm::SpareSimDead)) << each.found;
    EXPECT_THAT(bench.said(), HasSubstr("SPARE_SIM_DEAD sim=zamani why=" + std::string{each.words}));
    EXPECT_THAT(bench.report().spares, HasSubstr("spare SIM zamani " + std::string{each.words}));
    bench.set_verdict(CellularVerdict::Portal);
    bench.run_for(minutes{5});
    EXPECT_EQ(bench.count("switch-slot"), 2) << "what was just found dead is no refuge";
  }
}

TEST(SpareCheck, APortalOfTheSpareSimIsToldAsSuch) {
  ModemNature nature = two_cards();
  nature.passes_in_slot = {{2, false}, {1, true}};
  nature.verdict_when_bad = CellularVerdict::Portal;
  EXPECT_THAT(found(night(nature)), ElementsAre("portal"));
}

TEST(SpareCheck, WhereWhatItLeadsToIsNotLookedAtAMinuteOfEchoesIsProofEnough) {
  ModemNature nature = two_cards();
  nature.truth = false;
  const ModemBench bench = night(nature);
  EXPECT_THAT(found(bench), ElementsAre("proven"));
}

TEST(SpareCheck, LeavesTheDaysChangesToARealFailure) {
  CellularSettings settings = checked();
  settings.uplinks[0].caps.slot_switches = 2;
  ModemBench bench = night(two_cards(), settings);
  ASSERT_EQ(bench.count("switch-slot"), 2);
  bench.set_circumstances(at_hour(9));
  bench.set_verdict(CellularVerdict::Portal);
  bench.run_for(minutes{5});
  EXPECT_EQ(bench.report().slot, 2U);
}

TEST(SpareCheck, WhatIsToldRightAfterTheChangeIsNotJudged) {
  ModemNature nature = two_cards();
  nature.pin_of_slot = {{2, "4711"}};
  ModemBench bench{checked(), nature};
  bench.set_circumstances(at_hour(2));
  for (int i = 0; i < 600 && bench.facts.state != ModemState::Locked; ++i) {
    bench.run_for(seconds{1});
  }
  ASSERT_EQ(bench.facts.state, ModemState::Locked);
  bench.run_for(seconds{40});
  bench.facts.state = ModemState::Disabled;
  bench.facts.lock = SimLock::None;
  bench.tell();
  bench.run_for(minutes{10});
  EXPECT_THAT(found(bench), ElementsAre("proven"));
  EXPECT_EQ(bench.report().slot, 1U);
}

TEST(SpareCheck, OneThatIsHeldMeanwhileGoesHomeAndSaysNothingOfTheSim) {
  ModemNature nature = two_cards();
  nature.passes_in_slot = {{2, false}};
  nature.verdict_when_bad = CellularVerdict::Rests;
  ModemBench bench = night(nature);
  EXPECT_THAT(found(bench), IsEmpty());
  EXPECT_EQ(bench.count("switch-slot"), 2);
  EXPECT_EQ(bench.report().slot, 1U);
  EXPECT_FALSE(bench.alarm(CellularAlarm::SpareSimDead));
  EXPECT_THAT(bench.report().spares, HasSubstr("was never checked"));
}

TEST(SpareCheck, AModemThatNeverChangesToTheSpareSimIsToldAsSuch) {
  ModemNature nature = two_cards();
  nature.refuses = {"switch-slot"};
  ModemBench bench{checked(2), nature};
  for (int hour = 0; hour < 24 * 7; ++hour) {
    bench.set_circumstances(at_hour(hour % 24));
    bench.run_for(hours{1});
  }
  EXPECT_TRUE(bench.alarm(CellularAlarm::SpareSimUnproven));
  EXPECT_THAT(bench.said(), HasSubstr("SPARE_SIM_UNPROVEN sim=zamani why=the modem does not change to it"));
}

TEST(SpareCheck, APowerCutInTheMiddleEndsAtHome) {
  ModemNature nature = two_cards();
  nature.registration_of_slot = {{2, Registration::Searching}};
  ModemBench bench{checked(), nature};
  bench.set_circumstances(at_hour(2));
  while (bench.count("switch-slot") == 0) {
    bench.run_for(seconds{1});
  }
  bench.run_for(minutes{2});
  ASSERT_EQ(bench.report().slot, 2U);
  bench.set_circumstances(at_hour({}));
  bench.restart(checked());
  bench.run_for(minutes{8});
  EXPECT_EQ(bench.report().slot, 1U);
  EXPECT_TRUE(bench.report().connected);
  EXPECT_EQ(bench.count("switch-slot"), 2);
  EXPECT_THAT(bench.kept(), Not(HasSubstr("\ncheck ")));
}

TEST(SpareCheck, AModemThatRefusesTheSwitchStaysAtHomeAndIsAskedOnceANight) {
  ModemNature nature = two_cards();
  nature.refuses = {"switch-slot"};
  ModemBench bench = night(nature);
  EXPECT_EQ(bench.count("switch-slot"), 1);
  EXPECT_THAT(found(bench), IsEmpty());
  EXPECT_EQ(bench.report().slot, 1U);
  EXPECT_TRUE(bench.report().connected);
  EXPECT_THAT(bench.kept(), Not(HasSubstr("\ncheck ")));
}

TEST(SpareCheck, AModemThatRefusesTheWayHomeIsAskedThreeTimesAndServesWhereItIs) {
  ModemBench bench{checked(), two_cards()};
  bench.set_circumstances(at_hour(2));
  while (bench.count("switch-slot") == 0) {
    bench.run_for(seconds{1});
  }
  bench.run_for(seconds{10});
  bench.modem.refuses = {"switch-slot"};
  bench.run_for(hours{2});
  EXPECT_EQ(bench.count("switch-slot"), 5) << "there, three times home, and once a day as to any that is preferred";
  EXPECT_EQ(bench.report().slot, 2U);
  EXPECT_TRUE(bench.report().connected);
  EXPECT_EQ(bench.report().leaving, "");
}

TEST(SpareCheck, ASimThatNoNightWasFitForIsToldAfterThreeTimesAsLong) {
  ModemBench bench{checked(2), two_cards()};
  bench.set_circumstances(at_hour({}));
  bench.run_for(hours{24 * 6 - 1});
  EXPECT_FALSE(bench.alarm(CellularAlarm::SpareSimUnproven));
  bench.run_for(hours{2});
  EXPECT_TRUE(bench.alarm(CellularAlarm::SpareSimUnproven));
  EXPECT_THAT(bench.said(), HasSubstr("SPARE_SIM_UNPROVEN sim=zamani why=no night was fit for it"));
  bench.set_circumstances(at_hour(3));
  bench.run_for(hours{1});
  EXPECT_FALSE(bench.alarm(CellularAlarm::SpareSimUnproven));
}

TEST(SpareCheck, ASpareSimThatIsChangedByHandIsAnotherSim) {
  ModemBench bench = night(two_cards());
  ASSERT_THAT(bench.report().spares, HasSubstr("works"));
  bench.facts.slots[1].iccid = "892270777777777777";
  bench.tell();
  EXPECT_THAT(bench.report().spares, HasSubstr("spare SIM zamani was never checked"));
}

TEST(SpareCheck, APreferredSimThatRestsAndIsFoundWellIsNotLeftAgain) {
  ModemBench bench{checked(), two_cards(), "uplink lte\nslot 1 892270100000000001 - 60 denied\ncard 1 4 - - - -\n"};
  bench.facts.active_slot = 2;
  bench.boot_modem();
  bench.set_circumstances(at_hour(2));
  bench.run_for(hours{2});
  EXPECT_THAT(found(bench), ElementsAre("proven"));
  EXPECT_EQ(bench.report().slot, 1U);
  EXPECT_EQ(bench.count("switch-slot"), 1);
}

}  // namespace
}  // namespace karkara
