#include "agent/cellular/cellular_feature.h"

#include <gmock/gmock.h>

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
  EXPECT_EQ(feature.reports()[0].interface, "wwan0");
  EXPECT_EQ(feature.reports()[1].interface, "wwan1");
}

}  // namespace
}  // namespace karkara
