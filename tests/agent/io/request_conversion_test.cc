// Questions and orders of people, as they come off the wire.
#include <gtest/gtest.h>

#include "agent/io/proto_conversion.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

TEST(RequestConversion, ARequestExpiresCountedFromItsReceipt) {
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

v1::SiteRequest order(v1::UplinkAct act, const std::string& uplink, std::uint32_t seconds, const std::string& why) {
  v1::SiteRequest request;
  request.set_id(4);
  v1::UplinkOrder& made = *request.mutable_order();
  made.set_act(act);
  made.set_uplink(uplink);
  made.set_seconds(seconds);
  made.set_why(why);
  return request;
}

TEST(RequestConversion, AnOrderWithoutATimeHasNoEnd) {
  const Result<SiteRequest> held = from_proto(order(v1::UPLINK_ACT_HOLD, "lte", 0, "SIM is lent"), Instant{10s});
  ASSERT_TRUE(held) << held.error().text;
  EXPECT_EQ(held->kind, RequestKind::OrderUplink);
  EXPECT_EQ(held->order.act, UplinkAct::Hold);
  EXPECT_EQ(held->order.uplink.text(), "lte");
  EXPECT_EQ(held->order.why, "SIM is lent");
  EXPECT_FALSE(held->order.time);
  const Result<SiteRequest> moved = from_proto(order(v1::UPLINK_ACT_SWITCH, "vsat", 7200, ""), Instant{10s});
  ASSERT_TRUE(moved) << moved.error().text;
  EXPECT_EQ(moved->order.act, UplinkAct::Switch);
  EXPECT_EQ(moved->order.time, Duration{2h});
  const Result<SiteRequest> released = from_proto(order(v1::UPLINK_ACT_RELEASE, "lte", 0, ""), Instant{10s});
  ASSERT_TRUE(released) << released.error().text;
  EXPECT_EQ(released->order.act, UplinkAct::Release);
}

TEST(RequestConversion, RefusesOrdersThatCannotBeMeant) {
  constexpr std::uint32_t kYear = 366U * 86'400U;
  EXPECT_TRUE(from_proto(order(v1::UPLINK_ACT_HOLD, "lte", kYear, std::string(120, 'x')), Instant{10s}));
  const std::vector<v1::SiteRequest> bad{
      order(v1::UPLINK_ACT_UNSPECIFIED, "lte", 0, "x"),
      order(static_cast<v1::UplinkAct>(77), "lte", 0, "x"),
      order(v1::UPLINK_ACT_SWITCH, "", 0, ""),
      order(v1::UPLINK_ACT_SWITCH, "../lte", 0, ""),
      order(v1::UPLINK_ACT_SWITCH, std::string(50'000, 'a'), 0, ""),
      order(v1::UPLINK_ACT_SWITCH, "lte", kYear + 1, ""),
      order(v1::UPLINK_ACT_HOLD, "lte", 60, ""),
      order(v1::UPLINK_ACT_HOLD, "lte", 60, std::string(121, 'x')),
      order(v1::UPLINK_ACT_HOLD, "lte", 60, "two\nlines"),
      order(v1::UPLINK_ACT_HOLD, "lte", 60, "\xff"),
  };
  for (const v1::SiteRequest& request : bad) {
    const Result<SiteRequest> fact = from_proto(request, Instant{10s});
    ASSERT_FALSE(fact) << request.ShortDebugString();
    EXPECT_EQ(fact.error().code, ErrorCode::InvalidArgument);
  }
}

TEST(RequestConversion, ABalanceIsAnAmountThatABundleCanHave) {
  v1::SiteRequest request;
  request.mutable_balance()->set_uplink("lte");
  request.mutable_balance()->set_remaining_bytes(1'200'000'000);
  const Result<SiteRequest> fact = from_proto(request, Instant{10s});
  ASSERT_TRUE(fact) << fact.error().text;
  EXPECT_EQ(fact->kind, RequestKind::SetBalance);
  EXPECT_EQ(fact->balance, (BalanceTold{UplinkId::parse("lte").value(), 1'200'000'000}));
  request.mutable_balance()->set_remaining_bytes(kMostTraffic + 1);
  EXPECT_FALSE(from_proto(request, Instant{10s}));
  request.mutable_balance()->set_remaining_bytes(0);
  EXPECT_TRUE(from_proto(request, Instant{10s})) << "a bundle may be used up";
  request.mutable_balance()->set_uplink("LTE 1");
  EXPECT_FALSE(from_proto(request, Instant{10s}));
}

TEST(RequestConversion, EachQuestionFindsItsKind) {
  const auto kind = [](auto set) {
    v1::SiteRequest request;
    set(request);
    const auto fact = from_proto(request, Instant{10s});
    return fact ? fact->kind : RequestKind::Reload;
  };
  EXPECT_EQ(kind([](v1::SiteRequest& request) { request.mutable_usage(); }), RequestKind::TellUsage);
  EXPECT_EQ(kind([](v1::SiteRequest& request) { request.mutable_check(); }), RequestKind::CheckSite);
  EXPECT_EQ(kind([](v1::SiteRequest& request) { request.mutable_decisions(); }), RequestKind::TellDecisions);
  EXPECT_EQ(kind([](v1::SiteRequest& request) { request.mutable_shaping(); }), RequestKind::TellShaping);
  EXPECT_EQ(kind([](v1::SiteRequest& request) { request.mutable_power_history(); }), RequestKind::TellPowerHistory);
  v1::SiteRequest with_hosts;
  with_hosts.mutable_shaping()->set_hosts(true);
  EXPECT_TRUE(from_proto(with_hosts, Instant{})->with_hosts);
}

TEST(RequestConversion, RefusesARequestThatIsNotKnown) {
  const Result<SiteRequest> fact = from_proto(v1::SiteRequest{}, Instant{10s});
  ASSERT_FALSE(fact);
  EXPECT_EQ(fact.error().code, ErrorCode::InvalidArgument);
  EXPECT_FALSE(decode_request("\xff\xff\xff garbage", Instant{10s}));
}

}  // namespace
}  // namespace karkara
