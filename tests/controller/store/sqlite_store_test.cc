#include "controller/store/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/store/schema.h"
#include "tests/controller/support/open_store.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest() { EXPECT_TRUE(open_->write({PutSite{site_record("sadore")}})); }
  void reopen() {
    open_.reset();
    open_ = std::make_unique<OpenStore>(folder_.path());
  }
  Store& store() { return *open_->store; }
  ErrorCode code_of(WriteGroup group) {
    const Status status = open_->write(std::move(group));
    return status ? ErrorCode{} : status.error().code;
  }
  static Sha256 hash(int number) { return Sha256{static_cast<std::byte>(number)}; }
  WallTime now() const { return open_->clock.wall(); }

  // The store reads the system's clock, which no test may set: its tokens grow older instead.
  void let_pass(std::chrono::microseconds time) {
    auto database = Database::open(folder_.path() / "controller.db", Database::Mode::ReadWrite);
    const std::string by = std::to_string(time.count());
    ASSERT_TRUE(database->execute(
        ("UPDATE token SET used_us = used_us - " + by + ", expires_us = expires_us - " + by).c_str()));
  }

  TestFolder folder_;
  std::unique_ptr<OpenStore> open_ = std::make_unique<OpenStore>(folder_.path());
  SiteId sadore_ = SiteId::parse("sadore").value();
  Sha256 key_ = hash(200);
};

TEST_F(SqliteStoreTest, WhatWasWrittenIsThereAfterReopening) {
  const AlarmRecord alarm{7,  sadore_,       {"UPLINK_DOWN", "vsat"}, Level::Error, true, WallTime{10s},
                          {}, WallTime{20s}, {{"why", "echo-lost"}}};
  SiteMemory memory;
  memory.site = sadore_;
  memory.state = SiteState::Up;
  memory.heard = WallTime{1'790'000'000s};
  memory.values = {{{200, "charger"}, WallTime{5s}, 25.5}, {{201, "charger"}, WallTime{5s}, Absent::Stale}};
  ASSERT_TRUE(open_->write({PutAlarm{alarm}, PutMemory{memory}}));
  reopen();
  const auto sites = store().load();
  ASSERT_TRUE(sites);
  ASSERT_THAT(*sites, SizeIs(1));
  const StoredSite& site = sites->front();
  EXPECT_EQ(site.record, site_record("sadore"));
  ASSERT_TRUE(site.memory);
  EXPECT_EQ(site.memory->state, SiteState::Up);
  EXPECT_EQ(site.memory->heard, memory.heard);
  ASSERT_THAT(site.memory->values, SizeIs(2));
  EXPECT_EQ(site.memory->values[0].value, Value{25.5});
  EXPECT_EQ(site.memory->values[1].value, Value{Absent::Stale});
  ASSERT_THAT(site.alarms, SizeIs(1));
  EXPECT_EQ(site.alarms[0], alarm);
  EXPECT_EQ(store().alarm(7).value(), alarm);
}

TEST_F(SqliteStoreTest, TheEpochGrowsWithEachOpening) {
  const std::uint64_t before = store().epoch();
  reopen();
  EXPECT_EQ(store().epoch(), before + 1);
}

TEST_F(SqliteStoreTest, EditsOfAStaleRevisionAreRefused) {
  EXPECT_EQ(code_of({PutSite{site_record("sadore")}}), ErrorCode::AlreadyExists);
  EXPECT_EQ(code_of({PutSite{site_record("nowhere", 2)}}), ErrorCode::NotFound);
  EXPECT_TRUE(open_->write({PutSite{site_record("sadore", 2)}}));
  EXPECT_EQ(code_of({PutSite{site_record("sadore", 2)}}), ErrorCode::Aborted);
}

TEST_F(SqliteStoreTest, AGroupThatFailsLeavesNothingBehindAndItsNeighboursAlone) {
  EXPECT_EQ(code_of({PutSite{site_record("borgo-darey")}, UseToken{sadore_, hash(1), key_}}),
            ErrorCode::PermissionDenied);
  EXPECT_TRUE(open_->write({AppendAudit{"test", "look", "", "done", ""}}));
  EXPECT_THAT(*store().load(), SizeIs(1));
  EXPECT_TRUE(store().healthy());
}

TEST_F(SqliteStoreTest, ATokenIsGoodOnceForItsSiteAndUntilItExpires) {
  ASSERT_TRUE(open_->write({PutSite{site_record("borgo-darey")}}));
  ASSERT_TRUE(open_->write({AddToken{sadore_, hash(1), now() + 1h, "amina"}}));
  ASSERT_TRUE(open_->write({AddToken{sadore_, hash(2), now() + -1s, "amina"}}));
  EXPECT_EQ(code_of({UseToken{SiteId::parse("borgo-darey").value(), hash(1), key_}}), ErrorCode::PermissionDenied);
  EXPECT_EQ(code_of({UseToken{sadore_, hash(2), key_}}), ErrorCode::PermissionDenied) << "expired";
  EXPECT_EQ(code_of({UseToken{sadore_, hash(3), key_}}), ErrorCode::PermissionDenied) << "wrong";
  EXPECT_TRUE(open_->write({UseToken{sadore_, hash(1), key_}}));
  reopen();
  EXPECT_EQ(code_of({UseToken{sadore_, hash(1), hash(201)}}), ErrorCode::PermissionDenied) << "used by another key";
}

TEST_F(SqliteStoreTest, TheKeyThatUsedATokenMayAskAgainForADay) {
  ASSERT_TRUE(open_->write({AddToken{sadore_, hash(1), now() + 1h, "amina"}}));
  ASSERT_TRUE(open_->write({UseToken{sadore_, hash(1), key_}}));
  EXPECT_TRUE(open_->write({UseToken{sadore_, hash(1), key_}}));
  let_pass(23h);
  EXPECT_TRUE(open_->write({UseToken{sadore_, hash(1), key_}})) << "expired since, yet the answer may have been lost";
  let_pass(2h);
  EXPECT_EQ(code_of({UseToken{sadore_, hash(1), key_}}), ErrorCode::PermissionDenied);
}

TEST_F(SqliteStoreTest, ADeviceThatWasReplacedCannotAskAgain) {
  ASSERT_TRUE(open_->write({AddToken{sadore_, hash(1), now() + 1h, "amina"}}));
  ASSERT_TRUE(open_->write({AddToken{sadore_, hash(2), now() + 1h, "amina"}}));
  ASSERT_TRUE(open_->write({UseToken{sadore_, hash(1), key_}}));
  let_pass(-1h);  // the controller's clock was set back between the two
  ASSERT_TRUE(open_->write({UseToken{sadore_, hash(2), hash(201)}}));
  EXPECT_TRUE(open_->write({UseToken{sadore_, hash(2), hash(201)}})) << "the one that replaced it may";
  EXPECT_EQ(code_of({UseToken{sadore_, hash(1), key_}}), ErrorCode::PermissionDenied);
}

TEST_F(SqliteStoreTest, OfManyWhoUseATokenAtOnceOneSucceeds) {
  for (int round = 0; round < 10; ++round) {
    ASSERT_TRUE(open_->write({AddToken{sadore_, hash(round), now() + 1h, "amina"}}));
    std::atomic<int> successes{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 16; ++i) {
      callers.emplace_back([&, i] {
        successes += open_->write({UseToken{sadore_, hash(round), hash(100 + i)}}) ? 1 : 0;
      });
    }
    for (std::thread& caller : callers) {
      caller.join();
    }
    ASSERT_EQ(successes, 1) << round;
  }
}

TEST_F(SqliteStoreTest, AFreshDeviceSupersedesTheOldCertificatesAndStartsItsBlocksAnew) {
  ASSERT_TRUE(open_->write({AddCertificate{sadore_, "aa", now() + 1h, key_, true}, AppendBlock{sadore_, 42, "block"}}));
  ASSERT_TRUE(open_->write({AddCertificate{sadore_, "bb", now() + 2h, hash(201), false}}));
  EXPECT_EQ(store().last_block(sadore_).value(), 42U);
  EXPECT_FALSE(store().is_superseded("aa").value());
  EXPECT_GT(store().load()->front().certificate_expires, now() + 1h) << "the renewed one counts";
  ASSERT_TRUE(open_->write({AddCertificate{sadore_, "cc", now() + 1h, hash(202), true}}));
  EXPECT_TRUE(store().is_superseded("aa").value());
  EXPECT_TRUE(store().is_superseded("bb").value());
  EXPECT_FALSE(store().is_superseded("cc").value());
  EXPECT_EQ(store().last_block(sadore_).value(), 0U);
}

TEST_F(SqliteStoreTest, ADeviceThatAsksAgainKeepsItsCertificateAndItsBlocks) {
  ASSERT_TRUE(open_->write({AddCertificate{sadore_, "aa", now() + 1h, key_, true}, AppendBlock{sadore_, 42, "block"}}));
  ASSERT_TRUE(open_->write({AddCertificate{sadore_, "bb", now() + 1h, key_, true}}));
  EXPECT_FALSE(store().is_superseded("aa").value()) << "answers that overtake each other must not lock it out";
  EXPECT_FALSE(store().is_superseded("bb").value());
  EXPECT_EQ(store().last_block(sadore_).value(), 42U);
}

TEST_F(SqliteStoreTest, WhoWasRevokedWhileARenewalWasOnItsWayGetsNone) {
  ASSERT_TRUE(open_->write({AddCertificate{sadore_, "aa", now() + 1h, key_, true}}));
  ASSERT_TRUE(open_->write({AddCertificate{sadore_, "bb", now() + 1h, hash(201), false, "aa"}}));
  ASSERT_TRUE(open_->write({RevokeCertificates{sadore_}}));
  const Status refused = open_->write({AddCertificate{sadore_, "cc", now() + 1h, hash(202), false, "bb"}});
  EXPECT_EQ(refused.error().code, ErrorCode::PermissionDenied);
  EXPECT_EQ(store().certificates_of(sadore_).value(), 0U);
}

TEST_F(SqliteStoreTest, RevokedCertificatesAreToldUntilNobodyWouldTakeThemAnyMore) {
  ASSERT_TRUE(open_->write({AddCertificate{sadore_, "bb", now() + 1h, key_, true}}));
  ASSERT_TRUE(open_->write({AddCertificate{sadore_, "aa", now() + 1h, key_, true}}));
  ASSERT_TRUE(open_->write({AddToken{sadore_, hash(1), now() + 1h, "amina"}}));
  ASSERT_TRUE(open_->write({AddToken{sadore_, hash(2), now() + 1h, "amina"}}));
  ASSERT_TRUE(open_->write({UseToken{sadore_, hash(2), key_}}));
  EXPECT_TRUE(store().revoked_serials(now())->empty());
  EXPECT_EQ(store().certificates_of(sadore_).value(), 2U);
  ASSERT_TRUE(open_->write({RevokeCertificates{sadore_}}));
  EXPECT_EQ(store().revoked_serials(now()).value(), (std::vector<std::string>{"aa", "bb"}));
  EXPECT_EQ(store().certificates_of(sadore_).value(), 0U);
  EXPECT_TRUE(store().is_superseded("aa").value());
  EXPECT_EQ(code_of({UseToken{sadore_, hash(1), key_}}), ErrorCode::PermissionDenied) << "the thief has the bundle too";
  EXPECT_EQ(code_of({UseToken{sadore_, hash(2), key_}}), ErrorCode::PermissionDenied);
  EXPECT_EQ(store().revoked_serials(now() + 24h * 30)->size(), 2U) << "a mast without a clock";
  EXPECT_TRUE(store().revoked_serials(now() + 24h * 61)->empty());
}

TEST_F(SqliteStoreTest, AStateOfTheFirstReleaseIsBroughtUpToDateWithItsTokens) {
  ASSERT_TRUE(open_->write({AddToken{sadore_, hash(1), now() + 1h, "amina"}}));
  open_.reset();
  {
    auto database = Database::open(folder_.path() / "controller.db", Database::Mode::ReadWrite);
    ASSERT_TRUE(
        database->execute("ALTER TABLE token DROP COLUMN used_key; ALTER TABLE certificate DROP COLUMN key; "
                          "ALTER TABLE site DROP COLUMN mast_m; PRAGMA user_version = 1"));
  }
  reopen();
  SiteRecord edited = site_record("sadore", 2);
  edited.mast = Metres{45};
  EXPECT_TRUE(open_->write({PutSite{edited}}));
  EXPECT_EQ(store().load()->front().record.mast, Metres{45});
  EXPECT_TRUE(open_->write({UseToken{sadore_, hash(1), key_}}));
}

TEST_F(SqliteStoreTest, ListsAlarmsNewestFirst) {
  for (std::uint64_t id = 1; id <= 5; ++id) {
    AlarmRecord alarm;
    alarm.id = id;
    alarm.site = sadore_;
    alarm.active = id % 2 == 0;
    ASSERT_TRUE(open_->write({PutAlarm{alarm}}));
  }
  EXPECT_THAT(*store().alarms({sadore_, false, 10}), SizeIs(2));
  const auto all = store().alarms({std::nullopt, true, 3});
  ASSERT_THAT(*all, SizeIs(3));
  EXPECT_EQ(all->front().id, 5U);
  EXPECT_EQ(store().alarm(99).error().code, ErrorCode::NotFound);
}

TEST_F(SqliteStoreTest, EverySiteHasItsOwnAnchorKeyNumberForEver) {
  ASSERT_TRUE(open_->write({PutSite{site_record("borgo-darey")}}));
  const auto first = store().anchor_key_id(sadore_).value();
  EXPECT_NE(first, store().anchor_key_id(SiteId::parse("borgo-darey").value()).value());
  ASSERT_TRUE(open_->write({PutSite{site_record("sadore", 2)}}));
  reopen();
  EXPECT_EQ(store().anchor_key_id(sadore_).value(), first);
  EXPECT_EQ(store().anchor_key_id(SiteId::parse("nowhere").value()).error().code, ErrorCode::NotFound);
}

TEST_F(SqliteStoreTest, ASecondControllerInTheSameFolderIsRefused) {
  const OpenStore second{folder_.path()};
  EXPECT_THAT(second.error, HasSubstr("another controller uses"));
}

TEST_F(SqliteStoreTest, ADatabaseOfANewerProgramIsRefusedAndLeftAlone) {
  open_.reset();
  {
    auto database = Database::open(folder_.path() / "controller.db", Database::Mode::ReadWrite);
    ASSERT_TRUE(database->execute(("PRAGMA user_version = " + std::to_string(kSchemaVersion + 1)).c_str()));
  }
  const OpenStore again{folder_.path()};
  EXPECT_THAT(again.error, HasSubstr("this program knows up to"));
}

TEST_F(SqliteStoreTest, ADatabaseThatIsNoneIsSaidInOneLine) {
  open_.reset();
  std::FILE* file = std::fopen((folder_.path() / "controller.db").c_str(), "w");
  std::fputs("this is no database, it is a text that somebody put there by accident", file);
  std::fclose(file);
  const OpenStore again{folder_.path()};
  EXPECT_THAT(again.error, HasSubstr("not a database"));
}

TEST_F(SqliteStoreTest, AnotherProgramThatHoldsTheDatabaseOnlyDelaysAWrite) {
  auto other = Database::open(folder_.path() / "controller.db", Database::Mode::ReadWrite);
  ASSERT_TRUE(other->execute("BEGIN IMMEDIATE"));
  std::promise<Status> outcome;
  store().submit({AppendAudit{"test", "look", "", "done", ""}},
                 [&](const Status& status) { outcome.set_value(status); });
  auto written = outcome.get_future();
  EXPECT_EQ(written.wait_for(100ms), std::future_status::timeout);
  ASSERT_TRUE(other->execute("COMMIT"));
  EXPECT_TRUE(written.get());
}

}  // namespace
}  // namespace karkara
