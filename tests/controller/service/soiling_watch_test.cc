// The comparison of the sun over a real store: from stored days to findings and an alarm that outlives a restart.
#include "controller/service/soiling_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/service/soiling_messages.h"
#include "tests/controller/fleet/sun/dusty_fleet.h"
#include "tests/controller/support/open_store.h"

namespace karkara {
namespace {

using testing::StartsWith;

constexpr std::size_t kDirty = 2;

SiteId id_of(std::size_t site) {
  return SiteId::parse("village-" + std::to_string(site)).value();
}

// Eight villages, one of which lost 0.65 % a day for 25 days until yesterday.
WriteGroup villages() {
  DustyFleet fleet{{8, 100, 0, 0, 0, 0.01, 0, 0, 1}};
  for (int day = 0; day < 65; ++day) {
    fleet.soil(kDirty, day < 40 ? 0 : 0.0065);
    fleet.live_a_day();
  }
  const std::int64_t later = solar_day(SystemClock{}.wall(), std::nullopt) - fleet.today();
  WriteGroup writes;
  for (std::size_t i = 0; i < fleet.sites.size(); ++i) {
    SiteRecord record = site_record(id_of(i).text());
    record.latitude = fleet.sites[i].place->latitude;
    record.longitude = fleet.sites[i].place->longitude;
    SiteMemory memory;
    memory.site = record.id;
    memory.array_days.restore(fleet.sites[i].days.newest() + later, fleet.sites[i].days.tenth_watts());
    writes.emplace_back(PutSite{record});
    writes.emplace_back(PutMemory{memory});
  }
  return writes;
}

struct WatchedFleet {
  explicit WatchedFleet(const std::filesystem::path& folder) : open{folder} {}
  ~WatchedFleet() { EXPECT_TRUE(open.write({})); }  // what is queued speaks to the fleet
  void begin() {
    ASSERT_TRUE(fleet.restore());
    watch.tick();
  }
  [[nodiscard]] v1::SiteSoiling soiling(std::size_t site) const {
    v1::SiteSoiling found;
    fleet.visit([&](const Fleet& picture, Moment) { found = soiling_of(*picture.find(id_of(site))); });
    return found;
  }
  [[nodiscard]] std::vector<AlarmRecord> alarms() const {
    std::vector<AlarmRecord> active;
    fleet.visit([&](const Fleet& picture, Moment) {
      for (const auto& [id, view] : picture.sites()) {
        for (const auto& [key, record] : view.alarms.active()) {
          active.push_back(record);
        }
      }
    });
    return active;
  }
  OpenStore open;
  LiveFleet fleet{FleetPolicy{}, *open.store, open.clock, open.log};
  SoilingWatch watch{fleet};
};

TEST(SoilingWatch, FindsTheDirtySiteFromWhatIsStoredAndItsAlarmOutlivesARestart) {
  const TestFolder folder;
  ASSERT_TRUE(OpenStore{folder.path()}.write(villages()));
  std::vector<AlarmRecord> raised;
  {
    WatchedFleet run{folder.path()};
    run.begin();
    EXPECT_EQ(run.soiling(kDirty).verdict(), v1::SOILING_VERDICT_CLEAN_PANELS);
    EXPECT_NEAR(run.soiling(kDirty).loss_ratio(), 0.15, run.soiling(kDirty).error_ratio());
    EXPECT_EQ(run.soiling(0).verdict(), v1::SOILING_VERDICT_FINE);
    raised = run.alarms();
    ASSERT_EQ(raised.size(), 1U);
    EXPECT_EQ(raised[0].key, panels_dirty());
    EXPECT_EQ(raised[0].site, id_of(kDirty));
  }
  WatchedFleet again{folder.path()};
  again.begin();
  ASSERT_EQ(again.alarms().size(), 1U);
  EXPECT_EQ(again.alarms()[0].id, raised[0].id);
  EXPECT_EQ(again.alarms()[0].raised, raised[0].raised);
}

TEST(SoilingWatch, AnAlarmAboutPanelsGetsTheNeighboursWordAndNoOther) {
  const TestFolder folder;
  ASSERT_TRUE(OpenStore{folder.path()}.write(villages()));
  WatchedFleet run{folder.path()};
  run.begin();
  run.fleet.visit([&](const Fleet& fleet, Moment) {
    const SiteView& view = *fleet.find(id_of(kDirty));
    v1::Alarm alarm;
    alarm.set_active(true);
    alarm.set_advice("Wipe.");
    alarm.set_message("BATTERY_AGED");
    add_neighbours_word(view, alarm);
    EXPECT_EQ(alarm.advice(), "Wipe.");
    alarm.set_message("ARRAY_DIRTY");
    add_neighbours_word(view, alarm);
    EXPECT_THAT(alarm.advice(), StartsWith("Clean the panels: about 1"));
    EXPECT_EQ(alarm.fields(0).key(), "neighbours_say");
  });
}

TEST(SoilingMessages, TheMostEnergyLostComesFirstAndTheUnknownLast) {
  v1::ListSoilingReply reply;
  for (const auto& [id, lost] : {std::pair{"a", 5.0}, {"b", -1.0}, {"c", 90.0}, {"d", 5.0}}) {
    v1::SiteSoiling& site = *reply.add_sites();
    site.set_site_id(id);
    if (lost >= 0) {
      site.set_lost_wh_a_day(lost);
    }
  }
  sort_soiling(reply);
  std::string order;
  for (const v1::SiteSoiling& site : reply.sites()) {
    order += site.site_id();
  }
  EXPECT_EQ(order, "cadb");
}

}  // namespace
}  // namespace karkara
