#include "controller/service/site_requests.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

v1::SiteRequest order(v1::UplinkAct act, const std::string& uplink, std::uint32_t seconds = 0,
                      const std::string& why = "") {
  v1::SiteRequest request;
  v1::UplinkOrder& made = *request.mutable_order();
  made.set_act(act);
  made.set_uplink(uplink);
  made.set_seconds(seconds);
  made.set_why(why);
  return request;
}

v1::SiteRequest balance(const std::string& uplink, std::uint64_t bytes) {
  v1::SiteRequest request;
  request.mutable_balance()->set_uplink(uplink);
  request.mutable_balance()->set_remaining_bytes(bytes);
  return request;
}

TEST(SiteRequests, QuestionsAreForEverybodyAndOrdersForEngineers) {
  v1::SiteRequest request;
  EXPECT_FALSE(kind_of(request));
  request.mutable_usage();
  EXPECT_EQ(kind_of(request)->needed, Role::Viewer);
  request.mutable_check();
  EXPECT_EQ(kind_of(request)->needed, Role::Viewer);
  request.mutable_decisions();
  EXPECT_EQ(kind_of(request)->needed, Role::Viewer);
  request.mutable_shaping();
  EXPECT_EQ(kind_of(request)->needed, Role::Viewer);
  EXPECT_EQ(kind_of(balance("lte", 1))->needed, Role::Engineer);
  EXPECT_EQ(kind_of(order(v1::UPLINK_ACT_SWITCH, "lte"))->needed, Role::Engineer);
  EXPECT_STREQ(kind_of(order(v1::UPLINK_ACT_SWITCH, "lte"))->verb, "uplink-switch");
  EXPECT_STREQ(kind_of(order(v1::UPLINK_ACT_HOLD, "lte"))->verb, "uplink-hold");
  EXPECT_STREQ(kind_of(order(v1::UPLINK_ACT_RELEASE, "lte"))->verb, "uplink-release");
  EXPECT_EQ(kind_of(order(static_cast<v1::UplinkAct>(77), "lte"))->needed, Role::Engineer);
}

TEST(SiteRequests, OrdersThatNobodyMeansAreRefused) {
  constexpr std::uint32_t kYear = 366U * 86'400U;
  EXPECT_TRUE(check_request(order(v1::UPLINK_ACT_SWITCH, "lte")));
  EXPECT_TRUE(check_request(order(v1::UPLINK_ACT_HOLD, "lte", kYear, std::string(120, 'x'))));
  EXPECT_TRUE(check_request(order(v1::UPLINK_ACT_RELEASE, "lte")));
  EXPECT_FALSE(check_request(order(v1::UPLINK_ACT_UNSPECIFIED, "lte")));
  EXPECT_FALSE(check_request(order(static_cast<v1::UplinkAct>(77), "lte")));
  EXPECT_FALSE(check_request(order(v1::UPLINK_ACT_SWITCH, "LTE \x1b[2J")));
  EXPECT_FALSE(check_request(order(v1::UPLINK_ACT_SWITCH, "lte", kYear + 1)));
  EXPECT_FALSE(check_request(order(v1::UPLINK_ACT_HOLD, "lte", 60, "")));
  EXPECT_FALSE(check_request(order(v1::UPLINK_ACT_HOLD, "lte", 60, std::string(121, 'x'))));
  EXPECT_FALSE(check_request(order(v1::UPLINK_ACT_HOLD, "lte", 60, "two\nlines of an audit log")));
  EXPECT_TRUE(check_request(balance("lte", 0)));
  EXPECT_FALSE(check_request(balance("", 1)));
  EXPECT_FALSE(check_request(balance("lte", (std::uint64_t{1} << 50U) + 1)));
}

TEST(SiteRequests, AreDescribedForTheAuditLog) {
  EXPECT_EQ(describe(order(v1::UPLINK_ACT_HOLD, "lte", 7200, "the SIM is lent")), "lte for 7200 s: the SIM is lent");
  EXPECT_EQ(describe(order(v1::UPLINK_ACT_SWITCH, "vsat")), "vsat without an end");
  EXPECT_EQ(describe(order(v1::UPLINK_ACT_RELEASE, "lte")), "lte");
  EXPECT_EQ(describe(balance("lte", 1'200'000'000)), "lte has 1200000000 bytes left");
  EXPECT_EQ(describe(v1::SiteRequest{}), "");
}

}  // namespace
}  // namespace karkara
