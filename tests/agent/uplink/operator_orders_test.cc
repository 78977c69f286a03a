#include "agent/uplink/operator_orders.h"

#include <gmock/gmock.h>

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

const Instant kNow{hours{1}};
const UplinkId kVsat = *UplinkId::parse("vsat");
const UplinkId kLte = *UplinkId::parse("lte");

TEST(OperatorOrders, AHoldEndsWithItsTime) {
  OperatorOrders orders;
  orders.hold(kVsat, "dish work", hours{2}, kNow);
  EXPECT_THAT(orders.held(kVsat), HasSubstr("dish work"));
  EXPECT_EQ(orders.next_deadline(), kNow + hours{2});
  EXPECT_FALSE(orders.tick(kNow + hours{1}));
  EXPECT_TRUE(orders.tick(kNow + hours{2}));
  EXPECT_EQ(orders.held(kVsat), "");
}

TEST(OperatorOrders, ARebootKeepsThemForTheTimeThatIsLeft) {
  OperatorOrders orders;
  orders.hold(kVsat, "dish work", hours{2}, kNow);
  orders.send_to(kLte, std::nullopt, kNow);
  OperatorOrders after;
  after.restore(orders.text(kNow + minutes{90}), kNow);
  EXPECT_EQ(after.next_deadline(), kNow + minutes{30});
  EXPECT_TRUE(after.ordered(kLte));
  EXPECT_THAT(after.held(kVsat), HasSubstr("dish work"));
}

TEST(OperatorOrders, AReleaseTakesBothBack) {
  OperatorOrders orders;
  orders.send_to(kVsat, std::nullopt, kNow);
  orders.release(kVsat);
  orders.hold(kLte, "x", std::nullopt, kNow);
  orders.release(kLte);
  EXPECT_EQ(orders.text(kNow), "");
}

TEST(OperatorOrders, AnOrderToSendTrafficThereEndsAHold) {
  OperatorOrders orders;
  orders.hold(kVsat, "x", std::nullopt, kNow);
  orders.send_to(kVsat, std::nullopt, kNow);
  EXPECT_EQ(orders.held(kVsat), "");
}

TEST(OperatorOrders, LinesThatCannotBeReadAreLeftOut) {
  OperatorOrders orders;
  orders.restore(
      "hold VSAT! - x\nhold vsat -5 x\nhold vsat 99999999999999999999 x\nsend\n\nhold lte 60 good\njunk lte 5", kNow);
  EXPECT_EQ(orders.held(kVsat), "");
  EXPECT_THAT(orders.held(kLte), HasSubstr("good"));
}

TEST(OperatorOrders, AReasonStaysOneLine) {
  OperatorOrders orders;
  orders.hold(kVsat, "a\nsend lte -\n" + std::string(500, 'x'), std::nullopt, kNow);
  OperatorOrders after;
  after.restore(orders.text(kNow), kNow);
  EXPECT_FALSE(after.ordered(kLte));
  EXPECT_LT(after.held(kVsat).size(), 200U);
}

}  // namespace
}  // namespace karkara
