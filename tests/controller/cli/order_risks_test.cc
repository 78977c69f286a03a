#include "controller/cli/order_risks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace karkara::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Way {
  const char* id;
  const char* state;
  bool metered;
};

v1::StateReport village(const std::vector<Way>& ways, const std::string& active) {
  v1::StateReport report;
  report.set_active_uplink(active);
  for (const Way& way : ways) {
    v1::UplinkState& uplink = *report.add_uplinks();
    uplink.set_id(way.id);
    uplink.set_state(way.state);
    uplink.set_metered(way.metered);
  }
  return report;
}

v1::UplinkOrder order(v1::UplinkAct act, const std::string& uplink, std::uint32_t seconds = 0) {
  v1::UplinkOrder made;
  made.set_act(act);
  made.set_uplink(uplink);
  made.set_seconds(seconds);
  return made;
}

std::vector<std::string> names(const v1::UplinkOrder& given, const v1::StateReport& report) {
  const auto risks = risks_of(given, report);
  if (!risks) {
    return {"error: " + risks.error().text};
  }
  std::vector<std::string> names;
  for (const Risk& risk : *risks) {
    names.emplace_back(risk.name);
  }
  return names;
}

const v1::StateReport kBothUp = village({{"vsat", "up", false}, {"lte", "up", true}}, "vsat");

TEST(OrderRisks, SendingTrafficToAFreeUplinkThatIsUpHasNone) {
  EXPECT_THAT(names(order(v1::UPLINK_ACT_SWITCH, "vsat"), kBothUp), IsEmpty());
}

TEST(OrderRisks, AMeteredUplinkCostsMoney) {
  EXPECT_THAT(names(order(v1::UPLINK_ACT_SWITCH, "lte"), kBothUp), ElementsAre("costs-money"));
}

TEST(OrderRisks, AnUplinkThatIsNotUpIsNamedWithItsEvidence) {
  v1::StateReport report = village({{"vsat", "up", false}, {"fibre", "suspect", false}}, "vsat");
  report.mutable_uplinks(1)->set_evidence("2 echoes unanswered");
  const auto risks = risks_of(order(v1::UPLINK_ACT_SWITCH, "fibre"), report);
  ASSERT_TRUE(risks);
  ASSERT_EQ(risks->size(), 1U);
  EXPECT_EQ(risks->front().name, kNotUp);
  EXPECT_THAT(risks->front().text, HasSubstr("'fibre' is not up (suspect: 2 echoes unanswered)"));
}

TEST(OrderRisks, HoldingTheLastUplinkThatIsUpTakesTheSiteOffTheNet) {
  for (const char* other : {"down", "suspect", "drain", "held", "portal", "probation", "recover", ""}) {
    const v1::StateReport report = village({{"vsat", "up", false}, {"lte", other, true}}, "vsat");
    EXPECT_THAT(names(order(v1::UPLINK_ACT_HOLD, "vsat", 60), report), ElementsAre("site-goes-dark")) << other;
  }
  EXPECT_THAT(names(order(v1::UPLINK_ACT_HOLD, "lte", 60), village({{"lte", "up", true}}, "lte")),
              ElementsAre("site-goes-dark"));
}

TEST(OrderRisks, AHoldWithoutAnEndThatTakesTheSiteOffTheNetIsRefusedAltogether) {
  const auto risks = risks_of(order(v1::UPLINK_ACT_HOLD, "vsat"), village({{"vsat", "up", false}}, "vsat"));
  ASSERT_FALSE(risks);
  EXPECT_EQ(risks.error().code, ErrorCode::InvalidArgument);
  EXPECT_THAT(risks.error().text, HasSubstr("--for"));
}

TEST(OrderRisks, HoldingTheFreeUplinkMovesItsTrafficToThePaidOne) {
  EXPECT_THAT(names(order(v1::UPLINK_ACT_HOLD, "vsat"), kBothUp), ElementsAre("costs-money"));
  EXPECT_THAT(risks_of(order(v1::UPLINK_ACT_HOLD, "vsat"), kBothUp)->front().text, HasSubstr("lose their way out"));
  EXPECT_THAT(names(order(v1::UPLINK_ACT_HOLD, "lte"), kBothUp), IsEmpty());
  const v1::StateReport idle = village({{"vsat", "up", false}, {"lte", "up", true}}, "lte");
  EXPECT_THAT(names(order(v1::UPLINK_ACT_HOLD, "vsat"), idle), IsEmpty()) << "it carries nothing";
  v1::StateReport school = idle;
  school.add_classes()->set_uplink("vsat");
  EXPECT_THAT(names(order(v1::UPLINK_ACT_HOLD, "vsat"), school), ElementsAre("costs-money"));
  const v1::StateReport third = village({{"vsat", "up", false}, {"lte", "up", true}, {"fibre", "up", false}}, "vsat");
  EXPECT_THAT(names(order(v1::UPLINK_ACT_HOLD, "vsat"), third), IsEmpty()) << "the fibre takes it for nothing";
}

TEST(OrderRisks, AnUplinkThatTheSiteDoesNotHaveIsNotFound) {
  const auto risks = risks_of(order(v1::UPLINK_ACT_SWITCH, "vsta"), kBothUp);
  ASSERT_FALSE(risks);
  EXPECT_EQ(risks.error().code, ErrorCode::NotFound);
  EXPECT_THAT(risks.error().text, HasSubstr("did you mean 'vsat'?"));
}

TEST(OrderRisks, TakingAnOrderBackHasNone) {
  EXPECT_THAT(names(order(v1::UPLINK_ACT_RELEASE, "lte"), kBothUp), IsEmpty());
}

}  // namespace
}  // namespace karkara::cli
