// Chargers' days through a whole controller: from a site's block to the operator's answer while the site is off line,
// over a restart.
#include <gtest/gtest.h>

#include "common/host/system_clock.h"
#include "common/series.h"
#include "common/telemetry_block.h"
#include "controller/fleet/sun/array_days.h"
#include "karkara/v1/noc.grpc.pb.h"
#include "tests/controller/support/test_site.h"

namespace karkara {
namespace {

class PowerHistoryTest : public testing::Test {
 protected:
  v1::PowerHistoryReply history(const std::string& site) {
    v1::GetPowerHistoryRequest request;
    request.set_site_id(site);
    v1::PowerHistoryReply reply;
    grpc::ClientContext context;
    const auto noc = v1::Noc::NewStub(controller_.operator_channel("amina", Role::Viewer));
    status_ = noc->GetPowerHistory(&context, request, &reply);
    return reply;
  }

  RunningController controller_;
  grpc::Status status_;
};

std::int64_t today() {
  return solar_day(SystemClock{}.wall(), std::nullopt);
}

// A week that the charger told at once.
std::string missed_days() {
  BlockContent content;
  content.sequence = 1;
  content.clock_trusted = true;
  content.interval = std::chrono::hours{24};
  content.first_at = WallTime{std::chrono::days{today() - 7} + std::chrono::hours{11}};
  content.columns.push_back(column_of(SeriesId::DayYield, "charger"));
  content.columns.push_back(column_of(SeriesId::DayError, "charger"));
  for (int day = 0; day < 7; ++day) {
    content.offsets.emplace_back(std::chrono::hours{24 * day});
    content.columns[0].values.emplace_back(1.0 + 0.1 * day);
    content.columns[1].values.emplace_back(day == 6 ? 33.0 : 0.0);
  }
  const auto bytes = encode_block(content);
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

TEST_F(PowerHistoryTest, IsToldOfASiteThatIsOffLineOverARestart) {
  controller_.add_site("dandaji");
  {
    TestSite session{controller_, enrol(controller_, controller_.bundle("dandaji")).value()};
    ASSERT_TRUE(session.hello());
    session.send_block(1, missed_days());
    ASSERT_TRUE(session.await_ack(v1::FRAME_CLASS_TELEMETRY, 1));
  }
  controller_.stop();
  controller_.start();
  const v1::PowerHistoryReply reply = history("dandaji");
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  ASSERT_EQ(reply.history().chargers_size(), 1);
  const v1::ChargerHistory& charger = reply.history().chargers(0);
  EXPECT_EQ(charger.id(), "charger");
  ASSERT_EQ(charger.days_size(), 7);
  EXPECT_EQ(charger.days(0).days_ago(), 1U);
  EXPECT_EQ(charger.days(0).from(), "charger");
  EXPECT_NEAR(charger.days(0).yield_kwh(), 1.6, 1e-9);
  ASSERT_EQ(charger.days(0).errors_size(), 1);
  EXPECT_EQ(charger.days(0).errors(0), 33U);
  EXPECT_NEAR(charger.days(6).yield_kwh(), 1.0, 1e-9);
  EXPECT_FALSE(charger.days(6).has_load_kwh()) << "not told";
  EXPECT_TRUE(reply.has_age_ms());
  (void)history("nowhere");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace karkara
