// Dirty panels told from haze by a whole controller: from stored days to the operators' answer, over restarts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/series.h"
#include "common/telemetry_block.h"
#include "karkara/v1/noc.grpc.pb.h"
#include "tests/controller/fleet/sun/dusty_fleet.h"
#include "tests/controller/support/open_store.h"
#include "tests/controller/support/test_site.h"

namespace karkara {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t kDirty = 2;

std::string id_of(std::size_t site) {
  return "village-" + std::to_string(site);
}

std::int64_t today() {
  return solar_day(SystemClock{}.wall(), std::nullopt);
}

// Eight villages, one of which lost 0.65 % a day for 25 days until yesterday.
DustyFleet villages() {
  DustyFleet fleet{{8, 100, 0, 0, 0, 0.01, 0, 0, 1}};
  for (int day = 0; day < 65; ++day) {
    if (day == 40) {
      fleet.soil(kDirty, 0.0065);
    }
    fleet.live_a_day();
  }
  return fleet;
}

WriteGroup as_stored(const DustyFleet& fleet) {
  WriteGroup writes;
  for (std::size_t i = 0; i < fleet.sites.size(); ++i) {
    SiteRecord record = site_record(id_of(i));
    record.latitude = fleet.sites[i].place->latitude;
    record.longitude = fleet.sites[i].place->longitude;
    record.region = i < 4 ? "Tahoua" : "Zinder";
    SiteMemory memory;
    memory.site = record.id;
    const ArrayDays& days = fleet.sites[i].days;
    memory.array_days.restore(today() - (fleet.today() - days.newest()), days.tenth_watts());
    writes.emplace_back(PutSite{record});
    writes.emplace_back(PutMemory{memory});
  }
  return writes;
}

class SoilingTest : public testing::Test {
 protected:
  SoilingTest() {
    controller_.stop();
    {
      const OpenStore store{controller_.state_dir()};
      EXPECT_EQ(store.error, "");
      EXPECT_TRUE(store.write(as_stored(villages())));
    }
    controller_.start();
  }
  v1::ListSoilingReply soiling(const std::string& region = "", const std::string& site = "") {
    v1::ListSoilingRequest request;
    request.set_region(region);
    request.set_site_id(site);
    v1::ListSoilingReply reply;
    grpc::ClientContext context;
    status_ = noc()->ListSoiling(&context, request, &reply);
    return reply;
  }
  std::vector<v1::Alarm> alarms() {
    v1::ListAlarmsReply reply;
    grpc::ClientContext context;
    EXPECT_TRUE(noc()->ListAlarms(&context, {}, &reply).ok());
    return {reply.alarms().begin(), reply.alarms().end()};
  }
  std::unique_ptr<v1::Noc::Stub> noc() { return v1::Noc::NewStub(controller_.operator_channel("amina", Role::Viewer)); }

  RunningController controller_;
  grpc::Status status_;
};

TEST_F(SoilingTest, TheDirtySiteComesFirstAndIsAnAlarmThatOutlivesARestart) {
  const v1::ListSoilingReply reply = soiling();
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  ASSERT_EQ(reply.sites_size(), 8);
  EXPECT_TRUE(reply.has_age_ms());
  EXPECT_EQ(reply.sites(0).site_id(), id_of(kDirty));
  EXPECT_EQ(reply.sites(0).verdict(), v1::SOILING_VERDICT_CLEAN_PANELS);
  EXPECT_NEAR(reply.sites(0).loss_ratio(), 0.15, reply.sites(0).error_ratio());
  for (int i = 1; i < 8; ++i) {
    EXPECT_EQ(reply.sites(i).verdict(), v1::SOILING_VERDICT_FINE) << reply.sites(i).ShortDebugString();
  }
  const auto raised = alarms();
  ASSERT_EQ(raised.size(), 1U);
  EXPECT_EQ(raised[0].message(), "PANELS_DIRTY");
  EXPECT_EQ(raised[0].site_id(), id_of(kDirty));
  EXPECT_THAT(raised[0].advice(), StartsWith("Clean the panels: about 1"));
  controller_.stop();
  controller_.start();
  ASSERT_EQ(alarms().size(), 1U);
  EXPECT_EQ(alarms()[0].id(), raised[0].id());
  EXPECT_EQ(soiling().sites(0).since_unix(), reply.sites(0).since_unix());
}

TEST_F(SoilingTest, IsAskedForOneRegionOrSite) {
  EXPECT_EQ(soiling("Zinder").sites_size(), 4);
  EXPECT_EQ(soiling("", id_of(5)).sites_size(), 1);
  EXPECT_EQ(soiling("nowhere").sites_size(), 0);
  EXPECT_TRUE(status_.ok());
  soiling("", "village-99");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
}

std::string block_of(double watts, bool trusted) {
  BlockContent content;
  content.sequence = 1;
  content.clock_trusted = trusted;
  content.interval = std::chrono::minutes{1};
  const auto noon = std::chrono::days{today() - 1} + std::chrono::hours{11};
  content.first_at = WallTime{noon};
  content.offsets = {std::chrono::milliseconds{0}};
  content.columns.push_back(column_of(SeriesId::ArrayClear, ""));
  content.columns.back().values = {watts};
  const auto bytes = encode_block(content);
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

TEST_F(SoilingTest, ADayThatASiteTellsIsKeptUnlessItsClockIsNotTrusted) {
  for (const bool trusted : {false, true}) {
    const std::string site = trusted ? "told" : "lost";
    controller_.add_site(site);
    TestSite session{controller_, enrol(controller_, controller_.bundle(site)).value()};
    ASSERT_TRUE(session.hello());
    session.send_block(1, block_of(95.5, trusted));
    ASSERT_TRUE(session.await_ack(v1::FRAME_CLASS_TELEMETRY, 1));
  }
  controller_.stop();
  const OpenStore store{controller_.state_dir()};
  const auto stored = store.store->load();
  for (const StoredSite& site : *stored) {
    if (site.record.id.text() == "told") {
      EXPECT_EQ(site.memory->array_days.level(today() - 2), Watts{95.5});
    } else if (site.record.id.text() == "lost") {
      EXPECT_EQ(site.memory->array_days, ArrayDays{});
    }
  }
}

}  // namespace
}  // namespace karkara
