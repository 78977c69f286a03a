#include "agent/cellular/cellular_feature.h"

#include <gmock/gmock.h>

#include <functional>

#include "agent/cellular/bearer_fault.h"
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

TEST(CellularFeature, EnablesAndConnectsWithTheConfiguredApn) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{1});
  EXPECT_THAT(bench.deeds(), ElementsAre("enable", "connect", "setup-signal"));
  ASSERT_EQ(bench.connects.size(), 1U);
  EXPECT_EQ(bench.connects[0].apn, "internet1");
  EXPECT_EQ(bench.connects[0].password, kPassword);
  EXPECT_FALSE(bench.connects[0].allow_roaming);
}

TEST(CellularFeature, PublishesTheInterfaceAndAddressesOfTheBearer) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{1});
  const CellularReport report = bench.report();
  EXPECT_TRUE(report.connected);
  EXPECT_EQ(report.interface, "wwan0");
  EXPECT_EQ(report.v4->method, BearerIpMethod::Static);
  EXPECT_EQ(report.v4->address, IpPrefix::parse("10.1.2.3/30"));
  EXPECT_EQ(report.technology, "4G");
  EXPECT_EQ(report.sentence, "connected over 4G to 61402, RSRP -97 dBm");
}

TEST(CellularFeature, AHealthyModemIsLeftInPeace) {
  ModemBench bench{one_modem()};
  bench.run_for(hours{24});
  EXPECT_THAT(bench.deeds(), ElementsAre("enable", "connect", "setup-signal"));
  EXPECT_THAT(bench.said(), Not(HasSubstr("DEADLINE")));
}

TEST(CellularFeature, ReconnectsWithGrowingPausesWhenTheBearerIsLost) {
  ModemBench bench{one_modem()};
  bench.run_for(hours{1});
  std::vector<Duration> pauses;
  for (int i = 0; i < 4; ++i) {
    const long before = bench.count("connect");
    const Instant lost = bench.now();
    bench.modem.passes = false;  // no verdict of success in between
    bench.modem.verdict_when_bad = CellularVerdict::Unknown;
    bench.drop_bearer();
    while (bench.count("connect") == before && bench.now() - lost < minutes{10}) {
      bench.run_for(seconds{1});
    }
    pauses.push_back(bench.now() - lost);
    bench.run_for(minutes{2});
  }
  EXPECT_THAT(pauses, ElementsAre(seconds{1}, seconds{5}, seconds{10}, seconds{20}));
}

TEST(CellularFeature, ConnectFailuresBackOffToFiveMinutesAtMost) {
  CellularSettings settings = one_modem();
  settings.uplinks[0].caps = {0, 0, 0, 0, 0, 0};
  ModemNature nature;
  nature.connects = false;
  ModemBench bench{settings, nature};
  bench.run_for(hours{2});
  EXPECT_GT(bench.count("connect"), 20);
  EXPECT_LT(bench.count("connect"), 40);
}

TEST(CellularFeature, ARoamingSimIsNotConnectedUnlessAllowed) {
  ModemNature nature;
  nature.registration = Registration::Roaming;
  ModemBench refused{one_modem(), nature};
  refused.run_for(hours{1});
  EXPECT_EQ(refused.count("connect"), 0);
  EXPECT_TRUE(refused.alarm(CellularAlarm::RoamingRefused));

  CellularSettings settings = one_modem();
  settings.uplinks[0].sims[0].allow_roaming = true;
  ModemBench allowed{settings, nature};
  allowed.run_for(minutes{1});
  EXPECT_TRUE(allowed.report().connected);
  EXPECT_TRUE(allowed.report().roaming);
  EXPECT_FALSE(allowed.alarm(CellularAlarm::RoamingRefused));
}

TEST(CellularFeature, AModemThatBeginsToRoamIsDisconnected) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{1});
  bench.facts.registration = Registration::Roaming;
  bench.tell();
  bench.run_for(minutes{1});
  EXPECT_EQ(bench.count("disconnect"), 1);
  EXPECT_FALSE(bench.report().connected);
}

// What no cure of ours helps against is told apart, each by its own name.
TEST(CellularFeature, AFailureALockAndAStrangeSlotAreThreeAlarms) {
  ModemBench bench{two_slots(), two_cards()};
  bench.run_for(minutes{1});
  const auto raised = [&] {
    bench.tell();
    return std::vector{bench.alarm(CellularAlarm::ModemFailed), bench.alarm(CellularAlarm::SimLocked),
                       bench.alarm(CellularAlarm::SimNotConfigured)};
  };
  EXPECT_THAT(raised(), ElementsAre(false, false, false));
  bench.facts.state = ModemState::Failed;
  bench.facts.failure = ModemFailure::Unknown;
  EXPECT_THAT(raised(), ElementsAre(true, false, false));
  EXPECT_FALSE(bench.alarm(CellularAlarm::SimMissing));
  bench.facts.state = ModemState::Locked;
  bench.facts.failure.reset();
  bench.facts.lock = SimLock::Other;
  EXPECT_THAT(raised(), ElementsAre(false, true, false));
  bench.facts.state = ModemState::Connected;
  bench.facts.lock.reset();
  bench.reload(one_modem());
  bench.facts.active_slot = 2;
  EXPECT_THAT(raised(), ElementsAre(false, false, true));
  bench.facts.active_slot = 1;
  EXPECT_THAT(raised(), ElementsAre(false, false, false));
}

TEST(CellularFeature, DeniedRegistrationIsAnAlarmAfterAMinuteAndEndsWithIt) {
  ModemNature nature;
  nature.registration = Registration::Denied;
  ModemBench bench{one_modem(), nature};
  bench.run_for(seconds{50});
  EXPECT_FALSE(bench.alarm(CellularAlarm::RegistrationDenied));
  bench.run_for(seconds{30});
  EXPECT_TRUE(bench.alarm(CellularAlarm::RegistrationDenied));
  EXPECT_THAT(bench.report().sentence, HasSubstr("the network refuses the SIM"));
  bench.facts.registration = Registration::Home;
  bench.facts.state = ModemState::Registered;
  bench.tell();
  EXPECT_FALSE(bench.alarm(CellularAlarm::RegistrationDenied));
}

TEST(CellularFeature, ADeniedSimNeverCostsAPowerCutOrAReboot) {
  CellularSettings settings = one_modem();
  settings.uplinks[0].usb_port = "1-1";
  ModemNature nature;
  nature.registration = Registration::Denied;
  ModemBench bench{settings, nature};
  bench.run_for(hours{24});
  EXPECT_EQ(bench.count("power-cycle"), 0);
  EXPECT_EQ(bench.count("reboot"), 0);
}

TEST(CellularFeature, AModemThatIsCreatedAgainUnderAnotherPathIsTheSameModem) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{1});
  bench.facts.path = "/Modem/7";  // the new object is seen before the old one goes
  bench.facts.state = ModemState::Disabled;
  bench.facts.bearer.reset();
  bench.facts.signal_interval_seconds = 0;
  bench.tell();
  (void)bench.feature().on(ModemGone{bench.facts.device, "/Modem/0"}, bench.now());
  bench.run_for(minutes{1});
  EXPECT_TRUE(bench.report().connected);
  EXPECT_EQ(bench.count("setup-signal"), 2) << "the new object is told to measure, too";
  EXPECT_THAT(bench.said(), HasSubstr("MODEM_MOVED from=/Modem/0 to=/Modem/7"));
}

TEST(CellularFeature, AMissingSimIsAnAlarmAndNoReasonForRecovery) {
  ModemNature nature;
  nature.occupied = {false};
  ModemBench bench{one_modem(), nature};
  bench.run_for(hours{24});
  EXPECT_TRUE(bench.alarm(CellularAlarm::SimMissing));
  EXPECT_THAT(bench.deeds(), IsEmpty());
}

TEST(CellularFeature, ModemManagerThatGoesIsAnAlarmOfItsOwnAndTheModemIsNotPunished) {
  CellularSettings settings = one_modem();
  settings.uplinks[0].usb_port = "1-1";
  ModemBench bench{settings};
  bench.run_for(minutes{1});
  bench.bus(false);
  bench.run_for(hours{3});
  EXPECT_TRUE(bench.alarm(CellularAlarm::ModemServiceAbsent));
  EXPECT_FALSE(bench.alarm(CellularAlarm::ModemAbsent));
  EXPECT_EQ(bench.count("power-cycle"), 0);
  bench.bus(true);
  bench.facts.state = ModemState::Disabled;
  bench.facts.bearer.reset();
  bench.tell();
  bench.run_for(minutes{1});
  EXPECT_TRUE(bench.report().connected);
  EXPECT_FALSE(bench.alarm(CellularAlarm::ModemServiceAbsent));
}

TEST(CellularFeature, TwoModemsFindTheirUplinks) {
  CellularSettings settings = one_modem();
  settings.uplinks.push_back(settings.uplinks[0]);
  settings.uplinks[1].id = uplink_id("lte2");
  settings.uplinks[1].match.equipment = "350000000000001";
  CellularFeature feature{settings, "", Instant{}};
  (void)feature.on(ModemBusState{true, ""}, Instant{});
  ModemFacts named;
  named.device = "usb-b";
  named.equipment = "350000000000001";
  named.state = ModemState::Connected;
  named.bearer = BearerFacts{"/b", true, "wwan1", {}, {}, {}};
  ModemFacts other = named;
  other.device = "usb-a";
  other.equipment = "350000000000002";
  other.bearer->interface = "wwan0";
  (void)feature.on(ModemSeen{named}, Instant{});
  (void)feature.on(ModemSeen{other}, Instant{});
  EXPECT_EQ(feature.reports(Instant{})[0].interface, "wwan0");
  EXPECT_EQ(feature.reports(Instant{})[1].interface, "wwan1");
}

ModemNature with(const std::function<void(ModemNature&)>& change) {
  ModemNature nature;
  change(nature);
  return nature;
}

// --- for the person who turns the aerial --------------------------------------------------------------------------

std::optional<Duration> measured_each(ModemBench& bench) {
  return bench.report().signal_interval;
}

TEST(CellularAlignment, TheModemMeasuresEachSecondWhileSomebodyLooks) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{1});
  EXPECT_EQ(measured_each(bench), seconds{30});
  bench.set_attended(true);
  bench.run_for(seconds{2});
  EXPECT_EQ(measured_each(bench), seconds{1});
  bench.set_attended(false);
  bench.run_for(seconds{2});
  EXPECT_EQ(measured_each(bench), seconds{30});
  EXPECT_EQ(bench.count("setup-signal"), 3);
  EXPECT_EQ(bench.count("connect"), 1) << "the data session is left alone";
}

TEST(CellularAlignment, AnAerialIsTurnedBeforeAnyNetworkIsHeard) {
  ModemBench bench{one_modem(), with([](ModemNature& nature) { nature.registration = Registration::Searching; })};
  bench.run_for(minutes{1});
  bench.set_attended(true);
  bench.run_for(seconds{2});
  EXPECT_EQ(measured_each(bench), seconds{1});
}

TEST(CellularAlignment, AModemThatMeasuresNoFasterIsAskedOnce) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{1});
  bench.modem.refuses = {"setup-signal"};
  bench.set_attended(true);
  bench.run_for(minutes{10});
  EXPECT_EQ(bench.count("setup-signal"), 2);
  EXPECT_EQ(measured_each(bench), seconds{30});
}

TEST(CellularAlignment, AModemThatGoesOnMeasuringFastIsToldAgain) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{1});
  bench.set_attended(true);
  bench.run_for(seconds{2});
  bench.modem.refuses = {"setup-signal"};
  bench.set_attended(false);
  bench.run_for(minutes{5});
  EXPECT_EQ(measured_each(bench), seconds{1}) << "else this test shows nothing";
  bench.modem.refuses.clear();
  bench.run_for(minutes{10});
  EXPECT_EQ(measured_each(bench), seconds{30});
}

// --- the check on site --------------------------------------------------------------------------------------------

CheckItem modem_item(ModemBench& bench) {
  return bench.feature().check(bench.now()).at(0);
}

TEST(CellularCheck, PassesAModemThatIsConnected) {
  ModemBench bench{one_modem()};
  bench.run_for(minutes{1});
  EXPECT_EQ(modem_item(bench),
            (CheckItem{"modem of lte", CheckVerdict::Pass, "connected over 4G to 61402, RSRP -97 dBm", ""}));
}

TEST(CellularCheck, SendsToPowerAndCableOfAModemThatIsNotThere) {
  ModemBench bench{one_modem(), with([](ModemNature& nature) { nature.present = false; })};
  bench.run_for(minutes{1});
  EXPECT_EQ(modem_item(bench).verdict, CheckVerdict::Fail);
  EXPECT_EQ(modem_item(bench).detail, "no modem");
  EXPECT_THAT(modem_item(bench).advice, HasSubstr("lsusb"));
  bench.bus(false);
  EXPECT_EQ(modem_item(bench).detail, "ModemManager does not run");
  EXPECT_THAT(modem_item(bench).advice, HasSubstr("systemctl enable --now ModemManager"));
}

TEST(CellularCheck, NamesTheModemThatIsThereInsteadOfTheConfiguredOne) {
  CellularSettings settings = one_modem();
  settings.uplinks[0].match.equipment = "490154203237518";
  ModemBench bench{settings};
  bench.run_for(minutes{1});
  const CheckItem item = modem_item(bench);
  EXPECT_THAT(item.detail, HasSubstr("no modem with IMEI 490154203237518; there is " + bench.facts.device));
  EXPECT_THAT(item.advice, HasSubstr("cellular.imei"));
}

TEST(CellularCheck, AdvisesOnEachTroubleOfTheSim) {
  ModemBench pin{one_modem(), with([](ModemNature& nature) { nature.pin = "1111"; })};
  pin.run_for(minutes{1});
  EXPECT_THAT(modem_item(pin).advice, HasSubstr("'cellular.sims[].pin'")) << modem_item(pin).detail;
  ModemBench puk{one_modem(), with([](ModemNature& nature) { nature.puk = true; })};
  puk.run_for(minutes{1});
  EXPECT_THAT(modem_item(puk).advice, HasSubstr("PUK")) << modem_item(puk).detail;
  ModemBench denied{one_modem(), with([](ModemNature& nature) { nature.registration = Registration::Denied; })};
  denied.run_for(minutes{1});
  EXPECT_THAT(modem_item(denied).advice, HasSubstr("not active, expired or barred")) << modem_item(denied).detail;
  ModemBench abroad{one_modem(), with([](ModemNature& nature) { nature.registration = Registration::Roaming; })};
  abroad.run_for(minutes{1});
  EXPECT_THAT(modem_item(abroad).advice, HasSubstr("foreign network")) << modem_item(abroad).detail;
  ModemBench empty{one_modem(), with([](ModemNature& nature) { nature.occupied = {false, false}; })};
  empty.run_for(minutes{1});
  EXPECT_EQ(modem_item(empty).verdict, CheckVerdict::Fail);
  EXPECT_THAT(modem_item(empty).advice, HasSubstr("put a SIM in")) << modem_item(empty).detail;
  ModemBench deaf{one_modem(), with([](ModemNature& nature) { nature.registration = Registration::Searching; })};
  deaf.run_for(minutes{1});
  EXPECT_THAT(modem_item(deaf).advice, HasSubstr("aerial")) << modem_item(deaf).detail;
  ModemBench weak{one_modem(), with([](ModemNature& nature) { nature.rsrp_of_slot = {{1, -115}}; })};
  weak.run_for(minutes{1});
  EXPECT_EQ(modem_item(weak).verdict, CheckVerdict::Warn);
}

TEST(CellularFeature, APppBearerIsToldWithWhatToDo) {
  ModemNature nature;
  nature.method = BearerIpMethod::Ppp;
  nature.passes = false;
  nature.verdict_when_bad = CellularVerdict::Unknown;
  ModemBench bench{one_modem(), nature};
  bench.run_for(seconds{15});
  EXPECT_FALSE(bench.alarm(CellularAlarm::BearerUnusable)) << "its addresses may come a little later";
  bench.run_for(minutes{2});
  EXPECT_TRUE(bench.alarm(CellularAlarm::BearerUnusable));
  EXPECT_THAT(bench.said(), HasSubstr("MODEM_BEARER_UNUSABLE why=ModemManager runs this modem by PPP over wwan0"));
  EXPECT_THAT(bench.report().sentence, HasSubstr("let pppd or NetworkManager dial"));
  EXPECT_EQ(bench.report().interface, "") << "the configured one, which whoever dials makes";
  bench.set_verdict(CellularVerdict::Passing);
  EXPECT_FALSE(bench.alarm(CellularAlarm::BearerUnusable)) << "somebody dials after all";
}

TEST(CellularFeature, OneHalfOfABearerIsEnough) {
  BearerFacts bearer;
  EXPECT_THAT(bearer_fault(bearer), HasSubstr("neither an IPv4 nor an IPv6 address"));
  bearer.v6 = BearerIp{};
  bearer.v6->method = BearerIpMethod::Static;
  EXPECT_THAT(bearer_fault(bearer), HasSubstr("neither")) << "without an address";
  bearer.v6->address = IpPrefix::parse("2001:db8::2/64");
  EXPECT_EQ(bearer_fault(bearer), "");
  bearer.v6.reset();
  bearer.v4 = BearerIp{};
  bearer.v4->method = BearerIpMethod::Dhcp;
  EXPECT_EQ(bearer_fault(bearer), "");
}

}  // namespace
}  // namespace karkara
