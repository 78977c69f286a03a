// The recovery ladder: a modem that is connected and passes nothing, and one that hangs at each rung.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/agent/cellular/modem_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

CellularSettings with_power() {
  CellularSettings settings = one_modem();
  settings.uplinks[0].usb_port = "1-1.2";
  return settings;
}

// Connected, and passes nothing until `cure` is done to it.
ModemBench silent_until(const std::string& cure, CellularSettings settings = with_power()) {
  ModemNature nature;
  nature.passes = false;
  nature.cured_by = cure;
  ModemBench bench{std::move(settings), nature};
  bench.run_for(hours{1});
  return bench;
}

TEST(RecoveryLadder, ConnectedIsNotWorks) {
  const ModemBench bench = silent_until("disconnect");
  EXPECT_THAT(bench.rungs(), ElementsAre("reconnect"));
  EXPECT_TRUE(bench.report().connected);
  EXPECT_EQ(bench.report().recovery, "");
  EXPECT_THAT(bench.said(), HasSubstr("MODEM_RECOVERED rungs=1"));
}

TEST(RecoveryLadder, AShortSilenceIsNotTreated) {
  ModemBench bench{with_power()};
  bench.run_for(minutes{2});
  bench.set_verdict(CellularVerdict::Silent);
  bench.run_for(seconds{55});
  bench.set_verdict(CellularVerdict::Passing);
  bench.run_for(hours{1});
  EXPECT_THAT(bench.rungs(), IsEmpty());
}

TEST(RecoveryLadder, ClimbsRungByRungUntilOneHelps) {
  EXPECT_THAT(silent_until("disable").rungs(), ElementsAre("reconnect", "radio-cycle"));
  EXPECT_THAT(silent_until("reset").rungs(), ElementsAre("reconnect", "radio-cycle", "reset"));
  EXPECT_THAT(silent_until("power-cycle").rungs(), ElementsAre("reconnect", "radio-cycle", "reset", "power-cycle"));
}

TEST(RecoveryLadder, ARungThatHelpedEndsTheIncident) {
  const ModemBench bench = silent_until("power-cycle");
  EXPECT_TRUE(bench.report().connected);
  EXPECT_EQ(bench.report().recovery, "");
  EXPECT_FALSE(bench.alarm(CellularAlarm::RecoveryExhausted));
  ASSERT_EQ(bench.power_cycles.size(), 1U);
  EXPECT_EQ(bench.power_cycles[0].usb_port, "1-1.2");
  EXPECT_THAT(bench.power_cycles[0].command, IsEmpty());
}

TEST(RecoveryLadder, ARelayCommandWinsOverTheUsbPort) {
  CellularSettings settings = with_power();
  settings.uplinks[0].power_command = {"/usr/local/bin/relay", "3", "cycle"};
  const ModemBench bench = silent_until("power-cycle", settings);
  ASSERT_EQ(bench.power_cycles.size(), 1U);
  EXPECT_THAT(bench.power_cycles[0].command, ElementsAre("/usr/local/bin/relay", "3", "cycle"));
  EXPECT_EQ(bench.power_cycles[0].usb_port, "");
}

TEST(RecoveryLadder, WithoutAWayToCutThePowerThatRungIsSteppedOver) {
  const ModemBench bench = silent_until("never", one_modem());
  EXPECT_THAT(bench.rungs(), Contains("reboot"));
  EXPECT_THAT(bench.rungs(), Not(Contains("power-cycle")));
}

TEST(RecoveryLadder, TheRelayThatFeedsTheModemIsNamedAndTheCutIsTold) {
  CellularSettings settings = one_modem();
  settings.uplinks[0].power_relay = "modem-feed";
  const ModemBench bench = silent_until("power-cycle", settings);
  ASSERT_EQ(bench.power_cycles.size(), 1U);
  EXPECT_EQ(bench.power_cycles[0].relay, "modem-feed");
  EXPECT_THAT(bench.power_cycles[0].command, IsEmpty());
  EXPECT_THAT(bench.said(), HasSubstr("MODEM_POWER_CUT by=relay 'modem-feed'"));
}

TEST(RecoveryLadder, APowerCutThatThisRouterCannotDoSpendsNothing) {
  ModemNature nature;
  nature.passes = false;
  nature.power_fails = Error{ErrorCode::NotFound, "/sys/bus/usb/devices/1-1.2/authorized: No such file or directory"};
  CellularSettings settings = with_power();
  settings.uplinks[0].caps.power_cycles = 1;
  settings.uplinks[0].reboot_command.clear();
  ModemBench bench{settings, nature};
  bench.run_for(hours{3});
  EXPECT_GT(bench.count("power-cycle"), 1) << "the cap was never spent";
  EXPECT_LE(bench.count("power-cycle"), 3) << "each is written to the flash twice";
  EXPECT_THAT(bench.said(), HasSubstr("MODEM_COMMAND_FAILED what=power-cycle"));
  EXPECT_EQ(std::ranges::count(bench.notes(), CellularNoteKind::CommandFailed, &CellularNote::kind), 1) << "said once";
  EXPECT_TRUE(bench.alarm(CellularAlarm::RungMissing));
  EXPECT_THAT(bench.said(), Not(HasSubstr("MODEM_POWER_CUT")));
  bench.modem.power_fails.reset();
  bench.forget_deeds();
  bench.run_for(hours{20});
  EXPECT_EQ(bench.count("power-cycle"), 1);
  EXPECT_FALSE(bench.alarm(CellularAlarm::RungMissing));
}

TEST(RecoveryLadder, WithoutARebootCommandThereIsNoSuchRungAndNothingIsSpent) {
  CellularSettings settings = with_power();
  settings.uplinks[0].reboot_command.clear();
  ModemBench bench = silent_until("never", settings);
  bench.run_for(hours{12});
  EXPECT_THAT(bench.rungs(), Not(Contains("reboot")));
  EXPECT_TRUE(bench.reboots.empty());
  bench.restart(with_power());
  bench.set_verdict(CellularVerdict::Silent);
  bench.run_for(hours{2});
  EXPECT_EQ(bench.count("reboot"), 1) << "its day's count is whole";
}

TEST(RecoveryLadder, TheRebootCarriesItsCommandAndAFailureIsTold) {
  ModemNature nature;
  nature.passes = false;
  nature.reboot_fails = Error{ErrorCode::Internal, "/sbin/reboot ended with 1: not permitted"};
  ModemBench bench{with_power(), nature};
  bench.run_for(hours{2});
  ASSERT_FALSE(bench.reboots.empty());
  EXPECT_THAT(bench.reboots[0].command, ElementsAre("/sbin/reboot"));
  EXPECT_EQ(bench.reboots[0].why, "lte: passes-nothing");
  EXPECT_THAT(bench.said(), HasSubstr("MODEM_COMMAND_FAILED what=reboot why=/sbin/reboot ended with 1"));
}

TEST(RecoveryLadder, TheRouterIsRebootedOnlyWhenNoUplinkIsUp) {
  ModemNature nature;
  nature.passes = false;
  ModemBench bench{with_power(), nature};
  bench.set_circumstances({true, {}, {}});
  bench.run_for(hours{23});
  EXPECT_EQ(bench.count("reboot"), 0);
  EXPECT_TRUE(bench.alarm(CellularAlarm::RecoveryExhausted));
  bench.set_circumstances({false, {}, {}});
  bench.run_for(hours{1});
  EXPECT_EQ(bench.count("reboot"), 1);
}

TEST(RecoveryLadder, TheRouterIsNotRebootedWhileTrafficGetsOutThatNoAnchorAnswersFor) {
  ModemNature nature;
  nature.passes = false;
  ModemBench bench{with_power(), nature};
  bench.set_circumstances({false, uplink_id("vsat"), {}, true});
  bench.run_for(hours{23});
  EXPECT_EQ(bench.count("reboot"), 0);
}

TEST(RecoveryLadder, ARebootCommandThatIsMissingIsToldOnceAndNotRunIntoAgainTheSameDay) {
  ModemNature nature;
  nature.passes = false;
  nature.reboot_fails = Error{ErrorCode::Unavailable, "/sbin/reboot: No such file or directory"};
  ModemBench bench{with_power(), nature};
  bench.run_for(hours{20});
  EXPECT_EQ(bench.count("reboot"), 1) << "each is preceded by a write of all that must survive";
  EXPECT_TRUE(bench.alarm(CellularAlarm::RungMissing));
  EXPECT_THAT(bench.said(), HasSubstr("RECOVERY_RUNG_MISSING rung=reboot why=/sbin/reboot: No such file"));
  bench.modem.reboot_fails.reset();
  CellularSettings corrected = with_power();
  corrected.uplinks[0].reboot_command = {"/usr/sbin/reboot"};
  bench.reload(corrected);
  bench.run_for(hours{2});
  EXPECT_EQ(bench.count("reboot"), 2) << "its day's count was given back";
  EXPECT_FALSE(bench.alarm(CellularAlarm::RungMissing));
}

TEST(RecoveryLadder, WhatIsCountedIsGivenToTheDiskAtOnce) {
  ModemBench bench = silent_until("power-cycle");
  const auto spent = std::ranges::find_if(bench.persists, [](const Persist& persist) {
    return persist.bytes.find("spent power-cycle") != std::string::npos;
  });
  ASSERT_NE(spent, bench.persists.end());
  EXPECT_TRUE(spent->at_once) << "a minute's pause for the flash would be long enough to forget it";
}

TEST(RecoveryLadder, EachRungHasItsDailyCapAndANewDayGivesANewAllowance) {
  ModemNature nature;
  nature.passes = false;
  CellularSettings settings = with_power();
  settings.uplinks[0].caps = {3, 2, 2, 1, 1, 4};
  ModemBench bench{settings, nature};
  bench.run_for(hours{23});
  const std::vector<std::string> rungs = bench.rungs();
  EXPECT_EQ(std::count(rungs.begin(), rungs.end(), "reconnect"), 3);
  EXPECT_EQ(std::count(rungs.begin(), rungs.end(), "radio-cycle"), 2);
  EXPECT_EQ(std::count(rungs.begin(), rungs.end(), "reset"), 2);
  EXPECT_EQ(bench.count("power-cycle"), 1);
  EXPECT_EQ(bench.count("reboot"), 1);
  bench.forget_deeds();
  bench.run_for(hours{23});
  EXPECT_EQ(bench.count("power-cycle"), 1);
  EXPECT_EQ(bench.count("reboot"), 1);
}

TEST(RecoveryLadder, AModemThatRestsIsNotCuredAndHasItsTimeAfterwards) {
  ModemBench bench{with_power()};
  bench.run_for(minutes{2});
  bench.set_verdict(CellularVerdict::Rests);
  bench.lose_modem();  // the battery's relay
  bench.run_for(hours{8});
  EXPECT_THAT(bench.rungs(), IsEmpty());
  bench.set_verdict(CellularVerdict::Unknown);
  bench.modem.present = true;
  bench.boot_modem(seconds{60});
  bench.run_for(minutes{5});
  EXPECT_THAT(bench.rungs(), IsEmpty()) << "it needs its time to boot";
  EXPECT_TRUE(bench.report().connected);
}

TEST(RecoveryLadder, ARestartOfTheAgentGivesNoNewAllowance) {
  ModemNature nature;
  nature.passes = false;
  ModemBench bench{with_power(), nature};
  for (int i = 0; i < 10; ++i) {
    bench.run_for(hours{2});
    bench.restart(with_power());
  }
  EXPECT_EQ(bench.count("reboot"), 1);
  EXPECT_LE(bench.count("power-cycle"), 4);
  EXPECT_LE(bench.count("reset"), 6);
}

TEST(RecoveryLadder, TwoModemsTogetherRebootTheRouterOnceADay) {
  CellularSettings settings = one_modem();
  settings.uplinks.push_back(settings.uplinks[0]);
  settings.uplinks[1].id = uplink_id("lte2");
  settings.uplinks[1].match.device = "absent";
  ModemNature nature;
  nature.passes = false;
  ModemBench bench{settings, nature};
  bench.run_for(hours{20});
  EXPECT_EQ(bench.count("reboot"), 1);
}

TEST(RecoveryLadder, WhenAllIsSpentItRestsAndSaysSo) {
  ModemBench bench = silent_until("never");
  bench.run_for(minutes{20});
  EXPECT_TRUE(bench.alarm(CellularAlarm::RecoveryExhausted));
  bench.modem.passes = true;
  bench.set_verdict(CellularVerdict::Passing);
  bench.run_for(hours{2});
  EXPECT_FALSE(bench.alarm(CellularAlarm::RecoveryExhausted));
}

// A modem that stops answering at each rung in turn: the next rung follows although no answer ever comes.
struct Hang {
  const char* what;
  const char* cure;
};
class RecoveryHang : public testing::TestWithParam<Hang> {};

TEST_P(RecoveryHang, TheNextRungFollowsWithoutAnAnswer) {
  ModemNature nature;
  nature.passes = false;
  nature.hangs = {"connect", "disconnect", "disable", "reset"};
  for (const char* fine : {"connect", "disconnect", "disable", "reset"}) {
    if (std::string{fine} == GetParam().what) {
      break;
    }
    nature.hangs.erase(fine);
  }
  nature.cured_by = GetParam().cure;
  ModemBench bench{with_power(), nature};
  bench.run_for(hours{2});
  EXPECT_THAT(bench.deeds(), Contains(GetParam().cure));
  EXPECT_TRUE(bench.report().connected);
  EXPECT_EQ(bench.report().recovery, "");
}

INSTANTIATE_TEST_SUITE_P(AtEachRung, RecoveryHang,
                         testing::Values(Hang{"connect", "power-cycle"}, Hang{"disconnect", "power-cycle"},
                                         Hang{"disable", "power-cycle"}, Hang{"reset", "power-cycle"}));

TEST(RecoveryLadder, AConnectThatHangsIsCuredByTheRadio) {
  ModemNature nature;
  nature.hangs = {"connect"};
  nature.cured_by = "disable";
  ModemBench bench{with_power(), nature};
  bench.run_for(minutes{10});
  EXPECT_THAT(bench.rungs(), ElementsAre("radio-cycle"));
  EXPECT_TRUE(bench.report().connected);
}

TEST(RecoveryLadder, AnEnableThatHangsIsCuredByAReset) {
  ModemNature nature;
  nature.hangs = {"enable"};
  nature.cured_by = "reset";
  ModemBench bench{with_power(), nature};
  bench.run_for(minutes{10});
  EXPECT_THAT(bench.rungs(), ElementsAre("reset"));
  EXPECT_TRUE(bench.report().connected);
}

TEST(RecoveryLadder, AResetThatTheModemRefusesIsFollowedByThePowerAtOnce) {
  ModemNature nature;
  nature.passes = false;
  nature.refuses = {"reset"};
  nature.cured_by = "power-cycle";
  ModemBench bench{with_power(), nature};
  bench.run_for(minutes{10});
  EXPECT_THAT(bench.rungs(), ElementsAre("reconnect", "radio-cycle", "reset", "power-cycle"));
  EXPECT_TRUE(bench.report().connected);
}

TEST(RecoveryLadder, RepeatedConnectFailuresAreCuredByTheRadio) {
  ModemNature nature;
  nature.connects = false;
  nature.cured_by = "disable";
  ModemBench bench{with_power(), nature};
  bench.run_for(minutes{10});
  EXPECT_EQ(bench.rungs().front(), "radio-cycle");
  EXPECT_TRUE(bench.report().connected);
}

TEST(RecoveryLadder, AModemThatLeftTheBusGetsItsPowerCut) {
  ModemBench bench{with_power()};
  bench.run_for(minutes{2});
  bench.lose_modem();
  bench.run_for(seconds{100});
  EXPECT_THAT(bench.rungs(), IsEmpty()) << "it may come back by itself";
  bench.run_for(minutes{5});
  EXPECT_THAT(bench.rungs(), ElementsAre("power-cycle"));
  EXPECT_TRUE(bench.report().connected);
  EXPECT_FALSE(bench.alarm(CellularAlarm::ModemAbsent));
}

TEST(RecoveryLadder, AnUnregisteredModemIsTreatedAfterFiveMinutes) {
  ModemNature nature;
  nature.registration = Registration::Searching;
  ModemBench bench{with_power(), nature};
  bench.run_for(minutes{4});
  EXPECT_THAT(bench.rungs(), IsEmpty());
  bench.run_for(minutes{3});
  EXPECT_THAT(bench.rungs(), ElementsAre("radio-cycle"));
}

TEST(RecoveryLadder, APortalOrASpentBundleIsNoFaultOfTheModem) {
  for (const CellularVerdict verdict : {CellularVerdict::Portal, CellularVerdict::Held}) {
    ModemNature nature;
    nature.passes = false;
    nature.verdict_when_bad = verdict;
    ModemBench bench{with_power(), nature};
    bench.run_for(hours{6});
    EXPECT_THAT(bench.rungs(), IsEmpty());
  }
}

TEST(RecoveryLadder, DeadlinesAreAlwaysInTheFuture) {
  ModemNature nature;
  nature.passes = false;
  nature.hangs = {"reset", "power-cycle"};
  ModemBench bench{with_power(), nature};
  bench.run_for(hours{48});
  EXPECT_THAT(bench.said(), Not(HasSubstr("DEADLINE")));
}

}  // namespace
}  // namespace karkara
