#include "controller/service/live_fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

// A store whose disk a test switches off and on, and that answers when the test says so.
class FakeStore final : public Store {
 public:
  void submit(WriteGroup group, WriteDone done) override { queue_.emplace_back(std::move(group), std::move(done)); }
  void run(bool disk_works = true) {
    healthy_ = disk_works;
    auto queue = std::exchange(queue_, {});
    for (auto& [group, done] : queue) {
      if (disk_works) {
        for (const Write& write : group) {
          if (const auto* alarm = std::get_if<PutAlarm>(&write)) {
            stored[alarm->record.id] = alarm->record;
          }
          memories += std::holds_alternative<PutMemory>(write) ? 1 : 0;
        }
      }
      if (done) {
        done(disk_works ? Status{} : Status{Error{ErrorCode::Unavailable, "disk full"}});
      }
    }
  }
  bool healthy() const override { return healthy_; }
  StoreNumbers numbers() const override { return {}; }
  std::uint64_t epoch() const override { return 1; }
  Result<std::vector<StoredSite>> load() override { return std::vector<StoredSite>{}; }
  Result<std::uint32_t> anchor_key_id(const SiteId&) override { return 1U; }
  Result<std::uint64_t> last_block(const SiteId&) override { return std::uint64_t{0}; }
  Result<bool> is_superseded(const std::string&) override { return false; }
  Result<std::vector<std::string>> revoked_serials(WallTime) override { return std::vector<std::string>{}; }
  Result<std::uint32_t> certificates_of(const SiteId&) override { return 0U; }
  Result<std::vector<AlarmRecord>> alarms(const AlarmQuery&) override { return std::vector<AlarmRecord>{}; }
  Result<AlarmRecord> alarm(std::uint64_t) override { return AlarmRecord{}; }
  Result<std::vector<AuditRow>> audit(std::uint32_t) override { return std::vector<AuditRow>{}; }
  Result<AuditVerdict> verify_audit() override { return AuditVerdict{}; }

  std::map<std::uint64_t, AlarmRecord> stored;
  int memories = 0;

 private:
  std::vector<std::pair<WriteGroup, WriteDone>> queue_;
  bool healthy_ = true;
};

class LiveFleetTest : public testing::Test {
 protected:
  LiveFleetTest() {
    SiteRecord record;
    record.id = sadore_;
    live_.apply(SiteRegistered{record});
  }
  ~LiveFleetTest() override { std::fclose(null_); }
  void signal(bool raised, std::chrono::seconds device) {
    live_.apply(SiteSignalled{sadore_, {{"UPLINK_DOWN", "vsat"}, raised, WallTime{device}, {}}},
                [this](const Status& status) { acknowledged_.push_back(status.ok()); });
  }

  std::FILE* null_ = std::fopen("/dev/null", "w");
  FakeClock clock_;
  Log log_{null_, clock_, false};
  FakeStore store_;
  SiteId sadore_ = SiteId::parse("sadore").value();
  LiveFleet live_{FleetPolicy{4min}, store_, clock_, log_};
  std::vector<bool> acknowledged_;
};

TEST_F(LiveFleetTest, AnAlarmIsAcknowledgedWhenItIsStoredAndNotBefore) {
  signal(true, 10s);
  EXPECT_THAT(acknowledged_, IsEmpty());
  store_.run();
  EXPECT_EQ(acknowledged_, (std::vector{true}));
  EXPECT_THAT(store_.stored, SizeIs(1));
}

TEST_F(LiveFleetTest, AnAlarmThatTheDiskRefusedIsStoredLaterInItsNewestState) {
  signal(true, 10s);
  store_.run(false);
  signal(false, 20s);
  store_.run(false);
  EXPECT_EQ(acknowledged_, (std::vector{false, false}));
  store_.run(true);
  live_.tick();
  store_.run(true);
  ASSERT_THAT(store_.stored, SizeIs(1));
  EXPECT_FALSE(store_.stored.begin()->second.active);
}

TEST_F(LiveFleetTest, ARepeatedAlarmIsNotAcknowledgedWhileItsFirstIsNotStored) {
  signal(true, 10s);
  signal(true, 10s);
  store_.run(false);
  EXPECT_EQ(acknowledged_, (std::vector{false, false}));
  signal(true, 10s);
  store_.run(true);
  EXPECT_EQ(acknowledged_, (std::vector{false, false, true}));
  EXPECT_THAT(store_.stored, SizeIs(1)) << "the refused one came along with the repetition";
}

TEST_F(LiveFleetTest, ASilentSitesSessionIsEndedOnce) {
  std::vector<SiteId> ended;
  live_.when_silent([&](const SiteId& site) { ended.push_back(site); });
  live_.apply(SiteGreeted{sadore_, "1.0", {}, {}, {}});
  clock_.advance(9min);
  live_.tick();
  EXPECT_THAT(ended, IsEmpty());
  clock_.advance(1min);
  live_.tick();
  live_.tick();
  EXPECT_THAT(ended, SizeIs(1));
}

TEST_F(LiveFleetTest, WhatChangedIsSavedOnceUntilItChangesAgain) {
  live_.save_changed();
  live_.save_changed();
  store_.run();
  EXPECT_EQ(store_.memories, 1);
  live_.apply(SiteHeard{sadore_});
  live_.save_changed();
  store_.run();
  EXPECT_EQ(store_.memories, 2);
}

TEST_F(LiveFleetTest, WatchersHearOfChangesUntilTheyLeave) {
  int heard = 0;
  const auto id = live_.watch([&](const SiteId&) { ++heard; });
  live_.apply(SiteGreeted{sadore_, "1.0", {}, {}, {}});
  EXPECT_EQ(heard, 1);
  live_.unwatch(id);
  live_.apply(SiteHungUp{sadore_});
  EXPECT_EQ(heard, 1);
}

}  // namespace
}  // namespace karkara
