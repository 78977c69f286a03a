#include "agent/io/proto_conversion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace karkara {
namespace {

using namespace std::chrono_literals;

StateReport village() {
  StateReport report;
  report.active_uplink = "vsat";
  report.reason = "preference 100";
  UplinkReport vsat;
  vsat.id = "vsat";
  vsat.kind = "vsat";
  vsat.interface = "eth1";
  vsat.state = "up";
  vsat.since = WallTime{5s};
  vsat.rtt_seconds = 0.62;
  vsat.chosen = true;
  vsat.verdict = "carries the traffic";
  vsat.details = {"12 of 12 echoes answered"};
  UplinkReport lte;
  lte.id = "lte";
  lte.metered = true;
  lte.preference = 200;
  report.uplinks = {vsat, lte};
  report.classes = {{"control", "vsat", "first"}, {"public", "", "shed"}};
  return report;
}

TEST(ProtoConversion, AStateReportKeepsWhatIsUnknownAbsent) {
  const v1::StateReport message = to_proto(village(), WallTime{7s});
  EXPECT_EQ(message.wall_time_us(), 7'000'000);
  ASSERT_EQ(message.uplinks_size(), 2);
  EXPECT_DOUBLE_EQ(message.uplinks(0).rtt_seconds(), 0.62);
  EXPECT_FALSE(message.uplinks(0).has_loss_ratio());
  EXPECT_FALSE(message.uplinks(1).has_rtt_seconds());
  EXPECT_TRUE(message.uplinks(1).metered());
}

TEST(ProtoConversion, AClassThatIsShedGoesNowhere) {
  const v1::StateReport message = to_proto(village(), WallTime{7s});
  ASSERT_EQ(message.classes_size(), 2);
  EXPECT_EQ(message.classes(0).id(), "control");
  EXPECT_EQ(message.classes(0).uplink(), "vsat");
  EXPECT_EQ(message.classes(0).reason(), "first");
  EXPECT_EQ(message.classes(1).uplink(), "");
  EXPECT_EQ(message.classes(1).reason(), "shed");
}

TEST(ProtoConversion, UsageWithoutALimitHasNoRemainder) {
  UsageReport vsat;
  vsat.uplink = "vsat";
  vsat.key = "vsat";
  vsat.today = {10, 1};
  vsat.cycle = {200, 20};
  vsat.undated = {3, 4};
  vsat.probe_bytes_today = 900;
  vsat.probe_bytes_a_day = 20'000;
  vsat.anomalies = 2;
  UsageReport lte;
  lte.uplink = "lte";
  lte.key = "8922703000001234567";
  lte.sentence = "enough until the \x1b 30th";
  lte.remaining = 0;
  lte.balance = "1250 FCFA, read 5 h ago";
  const v1::SiteReply reply = to_reply({3, 0, std::vector<UsageReport>{vsat, lte}}, WallTime{});
  ASSERT_EQ(reply.usage().uplinks_size(), 2);
  const v1::UplinkUsage& first = reply.usage().uplinks(0);
  EXPECT_EQ(first.today_received(), 10U);
  EXPECT_EQ(first.today_sent(), 1U);
  EXPECT_EQ(first.cycle_received(), 200U);
  EXPECT_EQ(first.cycle_sent(), 20U);
  EXPECT_EQ(first.undated(), 7U);
  EXPECT_FALSE(first.has_remaining());
  EXPECT_EQ(first.probe_bytes_today(), 900U);
  EXPECT_EQ(first.probe_bytes_a_day(), 20'000U);
  EXPECT_EQ(first.anomalies(), 2U);
  EXPECT_TRUE(reply.usage().uplinks(1).has_remaining()) << "nothing left is not 'no limit'";
  EXPECT_EQ(reply.usage().uplinks(1).key(), "8922703000001234567");
  EXPECT_EQ(reply.usage().uplinks(1).sentence(), "enough until the ? 30th");
  EXPECT_FALSE(first.has_balance()) << "nobody asked an operator";
  EXPECT_EQ(reply.usage().uplinks(1).balance(), "1250 FCFA, read 5 h ago");
}

ShapingReport shaped_village() {
  ShapedClassReport school{.id = "school", .terms = {}, .delay_seconds = {}};
  school.guarantee = 400e3;
  school.ceiling = 1e6;
  school.priority = 4;
  school.terms = "closed by its \x1b hours";
  school.carried = 0;
  school.drops = 1.5;
  school.backlog = 3'000;
  school.delay_seconds = 0.02;
  school.bytes = 77;
  ShapedDirectionReport down;
  down.uplink = "vsat";
  down.download = true;
  down.device = "ifb-karkara";
  down.shaped = true;
  down.rate = 1'850'000.4;
  down.floor = 100e3;
  down.base = 2e6;
  down.most = 10e6;
  down.adaptive = true;
  down.reason = "link-queue";
  down.since_seconds = 14;
  down.carried = 1.7e6;
  down.added_delay_seconds = 0.2;
  down.evidence = {"late", "later"};
  down.classes = {school};
  ShapedDirectionReport up;
  up.uplink = "vsat";
  up.why_not = "no HTB";
  return {
      .enabled = true,
      .leaf = "cake",
      .obstacles = {"eth1 is another's"},
      .directions = {down, up},
      .quotas = {{.id = "school", .kind = "cellular", .period = "day", .used = 8, .limit = 10, .ceiling_percent = 30},
                 {.id = "public", .kind = {}, .period = "month", .used = 1, .limit = 2}},
      .hosts = {{"192.168.77.31", "school", 1.5e6, std::nan(""), 99}},
      .hosts_unknown = "not \x1b counted"};
}

TEST(ProtoConversion, ShapingIsToldWhole) {
  const v1::Shaping told = to_reply({3, 0, shaped_village()}, WallTime{}).shaping();
  EXPECT_TRUE(told.enabled());
  EXPECT_EQ(told.leaf(), "cake");
  EXPECT_EQ(told.obstacles(0), "eth1 is another's");
  ASSERT_EQ(told.directions_size(), 2);
  const v1::ShapedDirection& down = told.directions(0);
  EXPECT_EQ(down.uplink() + down.device() + down.reason(), "vsatifb-karkaralink-queue");
  EXPECT_TRUE(down.download() && down.shaped() && down.adaptive());
  EXPECT_EQ(down.rate(), 1'850'000U);
  EXPECT_EQ(down.floor(), 100'000U);
  EXPECT_EQ(down.base(), 2'000'000U);
  EXPECT_EQ(down.most(), 10'000'000U);
  EXPECT_EQ(down.since_seconds(), 14);
  EXPECT_EQ(down.carried(), 1'700'000U);
  EXPECT_DOUBLE_EQ(down.added_delay_seconds(), 0.2);
  EXPECT_EQ(down.evidence_size(), 2);
  EXPECT_EQ(told.directions(1).why_not(), "no HTB");
  EXPECT_FALSE(told.directions(1).has_carried());
  EXPECT_FALSE(told.directions(1).has_added_delay_seconds());
  ASSERT_EQ(told.quotas_size(), 2);
  EXPECT_EQ(told.quotas(0).kind(), "cellular");
  EXPECT_EQ(told.quotas(0).used(), 8U);
  EXPECT_EQ(told.quotas(0).limit(), 10U);
  EXPECT_DOUBLE_EQ(told.quotas(0).ceiling_percent(), 30);
  EXPECT_FALSE(told.quotas(1).has_ceiling_percent());
  EXPECT_EQ(told.quotas(1).period(), "month");
  ASSERT_EQ(told.hosts_size(), 1);
  EXPECT_EQ(told.hosts(0).address() + told.hosts(0).of_class(), "192.168.77.31school");
  EXPECT_EQ(told.hosts(0).down(), 1'500'000U);
  EXPECT_FALSE(told.hosts(0).has_up());
  EXPECT_EQ(told.hosts(0).bytes(), 99U);
  EXPECT_EQ(told.hosts_unknown(), "not ? counted");
}

TEST(ProtoConversion, AShapedClassKeepsNothingApartFromNotCounted) {
  const v1::Shaping told = to_reply({3, 0, shaped_village()}, WallTime{}).shaping();
  ASSERT_EQ(told.directions(0).classes_size(), 1);
  const v1::ShapedClass& school = told.directions(0).classes(0);
  EXPECT_EQ(school.guarantee(), 400'000U);
  EXPECT_EQ(school.ceiling(), 1'000'000U);
  EXPECT_EQ(school.priority(), 4U);
  EXPECT_EQ(school.terms(), "closed by its ? hours");
  EXPECT_TRUE(school.has_carried()) << "nothing carried is not 'not counted'";
  EXPECT_DOUBLE_EQ(school.drops(), 1.5);
  EXPECT_EQ(school.backlog(), 3'000U);
  EXPECT_DOUBLE_EQ(school.delay_seconds(), 0.02);
  EXPECT_EQ(school.bytes(), 77U);
  ShapingReport unknown = shaped_village();
  ShapedClassReport& one = unknown.directions[0].classes[0];
  one.carried.reset();
  one.drops.reset();
  one.delay_seconds.reset();
  const v1::ShapedClass none = to_proto(unknown).directions(0).classes(0);
  EXPECT_FALSE(none.has_carried() || none.has_drops() || none.has_delay_seconds());
}

TEST(ProtoConversion, ARateThatIsNoNumberNeverLeaves) {
  ShapingReport report = shaped_village();
  ShapedDirectionReport& way = report.directions[0];
  way.rate = std::nan("");
  way.floor = -5;
  way.most = 1e300;
  way.carried = std::numeric_limits<double>::infinity();
  way.added_delay_seconds = std::nan("");
  way.evidence = {std::string(5'000, 'x')};
  const v1::ShapedDirection told = to_proto(report).directions(0);
  EXPECT_EQ(told.rate(), 0U);
  EXPECT_EQ(told.floor(), 0U);
  EXPECT_EQ(told.most(), 1'000'000'000'000'000'000U);
  EXPECT_FALSE(told.has_carried());
  EXPECT_FALSE(told.has_added_delay_seconds());
  EXPECT_EQ(told.evidence(0).size(), 500U);
}

TEST(ProtoConversion, TheCheckKeepsVerdictDetailAndAdvice) {
  const v1::SiteReply reply = to_reply({3, 0,
                                        std::vector<CheckItem>{{"clock", CheckVerdict::Pass, "trusted", ""},
                                                               {"signal", CheckVerdict::Warn, "-112 dBm", "turn it"},
                                                               {"SIM", CheckVerdict::Fail, "PUK", "call the shop"}}},
                                       WallTime{});
  ASSERT_EQ(reply.check().items_size(), 3);
  EXPECT_EQ(reply.check().items(0).verdict(), v1::CHECK_VERDICT_PASS);
  EXPECT_EQ(reply.check().items(1).verdict(), v1::CHECK_VERDICT_WARN);
  EXPECT_EQ(reply.check().items(1).detail(), "-112 dBm");
  EXPECT_EQ(reply.check().items(2).verdict(), v1::CHECK_VERDICT_FAIL);
  EXPECT_EQ(reply.check().items(2).name(), "SIM");
  EXPECT_EQ(reply.check().items(2).advice(), "call the shop");
}

TEST(ProtoConversion, TheRecordOfDecisionsIsNotCutAsOtherTextsAre) {
  std::string record;
  for (int i = 0; i < 2'000; ++i) {
    record += "at=1 in.vsat.state=up out.public=vsat\n";
  }
  EXPECT_EQ(to_reply({3, 0, record}, WallTime{}).done().text(), record);
  EXPECT_EQ(to_reply({3, 0, std::string(600'000, 'x')}, WallTime{}).done().text().size(), 262'144U);
}

TEST(ProtoConversion, ASampleGetsNameAndUnitOfTheCatalogue) {
  const v1::LiveValue value = to_proto(Sample{SeriesId::BatteryVoltage, "mppt", 26.4});
  EXPECT_EQ(value.name(), "battery_volts");
  EXPECT_EQ(value.unit(), "V");
  EXPECT_EQ(value.instance(), "mppt");
  EXPECT_DOUBLE_EQ(value.value(), 26.4);
}

TEST(ProtoConversion, AnAbsentValueHasAReasonAndNoNumber) {
  const v1::LiveValue value = to_proto(Sample{SeriesId::BatteryVoltage, "mppt", Absent::Stale});
  EXPECT_FALSE(value.has_value());
  EXPECT_EQ(value.absent(), "stale");
}

TEST(ProtoConversion, AnUnknownSeriesIsNamedByItsNumber) {
  EXPECT_EQ(to_proto(Sample{static_cast<SeriesId>(64'999), "", 1.0}).name(), "series-64999");
}

TEST(ProtoConversion, AnAlarmCarriesTheLanguageFreeName) {
  const v1::AlarmEvent event =
      to_proto(AlarmChange{{MessageId::UplinkDown, "lte"}, true, WallTime{9s}, {{"evidence", "no carrier"}}});
  EXPECT_EQ(event.message(), "UPLINK_DOWN");
  EXPECT_EQ(event.instance(), "lte");
  EXPECT_TRUE(event.raised());
  ASSERT_EQ(event.fields_size(), 1);
  EXPECT_EQ(event.fields(0).key(), "evidence");
}

TEST(ProtoConversion, EachKindOfAnswerFindsItsField) {
  const WallTime now{9s};
  EXPECT_TRUE(to_reply({3, 0, SiteStatus{}}, now).has_status());
  EXPECT_TRUE(to_reply({3, 0, std::vector<Sample>{}}, now).has_live_values());
  EXPECT_TRUE(to_reply({3, 0, std::string{"done"}}, now).has_done());
  const v1::SiteReply explained = to_reply({3, 0, village()}, now);
  ASSERT_EQ(explained.explanation().candidates_size(), 2);
  EXPECT_TRUE(explained.explanation().candidates(0).chosen());
  EXPECT_EQ(explained.explanation().candidates(0).evidence(0), "12 of 12 echoes answered");
  const v1::SiteReply failed = to_reply({3, 0, Error{ErrorCode::FailedPrecondition, "too old"}}, now);
  EXPECT_EQ(failed.code(), 9U);
  EXPECT_EQ(failed.error(), "too old");
  EXPECT_EQ(failed.id(), 3U);
}

TEST(ProtoConversion, AChargersDaySaysWhatWasToldAndNothingElse) {
  ChargerDay missed;
  missed.days_ago = 3;
  missed.date = 20'396;
  missed.from = DayFrom::Charger;
  missed.yield = WattHours{870};
  missed.bulk = std::chrono::minutes{590};
  missed.errors = {33, 2};
  const PowerHistoryReport report{{{"charger", "SmartSolar", "no day is missing", {ChargerDay{}, missed}}}};
  const v1::SiteReply reply = to_reply(AnswerRequest{5, 0, report}, WallTime{});
  ASSERT_EQ(reply.power_history().chargers_size(), 1);
  const v1::ChargerDay& told = reply.power_history().chargers(0).days(1);
  EXPECT_EQ(told.date(), "2025-11-04");
  EXPECT_EQ(told.from(), "charger");
  EXPECT_DOUBLE_EQ(told.yield_kwh(), 0.87);
  EXPECT_EQ(told.bulk_minutes(), 590U);
  EXPECT_EQ(told.errors_size(), 2);
  EXPECT_FALSE(told.has_battery_volts_most());
  const v1::ChargerDay& today = reply.power_history().chargers(0).days(0);
  EXPECT_EQ(today.from(), "agent");
  EXPECT_FALSE(today.has_date() || today.has_yield_kwh() || today.has_float_minutes());
}

TEST(ProtoConversion, ARadioThatIsNotThereHasNeitherStateNorPower) {
  PowerReport report;
  report.radios = {{"village", "access point", "phy0: wlan0", true, Dbm{10}, false, Dbm{10}, "stage 'night'",
                    "wlan0: refuses", std::chrono::milliseconds{4'200}}};
  RadioReport missing;
  missing.id = "mast";
  missing.role = "backhaul";
  report.radios.push_back(missing);
  const v1::Power power = to_proto(report);
  ASSERT_EQ(power.radios_size(), 2);
  EXPECT_TRUE(power.radios(0).on());
  EXPECT_FALSE(power.radios(0).wanted_on());
  EXPECT_EQ(power.radios(0).power_dbm(), 10);
  EXPECT_EQ(power.radios(0).most_dbm(), 10);
  EXPECT_EQ(power.radios(0).announced_ms(), 4'200U);
  EXPECT_EQ(power.radios(0).trouble(), "wlan0: refuses");
  EXPECT_FALSE(power.radios(1).has_on());
  EXPECT_FALSE(power.radios(1).has_power_dbm());
  EXPECT_FALSE(power.radios(1).has_announced_ms());
}

TEST(ProtoConversion, TextOfADeviceNeverMakesAFrameUnreadable) {
  StateReport report = village();
  report.reason = "bad \xff\xfe bytes, \x1b[31mred, C1 \xc2\x9b and \xc3\xa9";
  report.uplinks[0].evidence = std::string(499, 'x') + "\xc3\xa9";  // cut in the middle of a character
  const v1::StateReport message = to_proto(report, WallTime{});
  EXPECT_EQ(message.reason(), "bad ?? bytes, ?[31mred, C1 ? and \xc3\xa9");
  EXPECT_EQ(message.uplinks(0).evidence(), std::string(499, 'x') + "?");
  EXPECT_TRUE(v1::StateReport{}.ParseFromString(message.SerializeAsString()));
}

TEST(ProtoConversion, AnEndlessAnswerBecomesAnError) {
  const std::vector<Sample> samples(50'000, Sample{SeriesId::BatteryVoltage, "mppt", 1.0});
  EXPECT_EQ(to_reply({3, 0, samples}, WallTime{}).code(), 8U);
}

}  // namespace
}  // namespace karkara
