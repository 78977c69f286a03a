#include "agent/io/proto_conversion.h"

#include <gtest/gtest.h>

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

TEST(ProtoConversion, ARequestExpiresCountedFromItsReceipt) {
  v1::SiteRequest request;
  request.set_id(4);
  request.set_expires_in_ms(2500);
  request.mutable_live_values()->set_name_prefix("battery");
  const Result<SiteRequest> fact = from_proto(request, Instant{10s});
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->expires, Instant{12500ms});
  EXPECT_EQ(fact->kind, RequestKind::LiveValues);
  EXPECT_EQ(fact->name_prefix, "battery");
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

TEST(ProtoConversion, RefusesARequestThatIsNotKnown) {
  const Result<SiteRequest> fact = from_proto(v1::SiteRequest{}, Instant{10s});
  ASSERT_FALSE(fact);
  EXPECT_EQ(fact.error().code, ErrorCode::InvalidArgument);
  EXPECT_FALSE(decode_request("\xff\xff\xff garbage", Instant{10s}));
}

}  // namespace
}  // namespace karkara
