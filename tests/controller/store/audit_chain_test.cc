#include "controller/store/audit_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/controller/support/open_store.h"

namespace karkara {
namespace {

using testing::HasSubstr;

class AuditChainTest : public testing::Test {
 protected:
  AuditChainTest() {
    const OpenStore open{folder_.path()};
    for (int i = 1; i <= 5; ++i) {
      EXPECT_TRUE(open.write({AppendAudit{"amina", "put-site", "sadore", "done", std::to_string(i)}}));
    }
  }
  AuditVerdict verdict_after(const char* sql) {
    auto database = Database::open(folder_.path() / "controller.db", Database::Mode::ReadWrite);
    EXPECT_TRUE(database->execute(sql)) << sql;
    const OpenStore open{folder_.path()};
    return open.store->verify_audit().value();
  }
  TestFolder folder_;
};

TEST_F(AuditChainTest, AnUntouchedLogIsIntactAlsoWhenItGrowsAfterAReopening) {
  EXPECT_TRUE(verdict_after("SELECT 1").intact);
  const OpenStore open{folder_.path()};
  EXPECT_TRUE(open.write({AppendAudit{"idrissa", "call-site", "sadore", "refused", ""}}));
  EXPECT_TRUE(open.store->verify_audit()->intact);
  const auto rows = open.store->audit(2);
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->front().entry.who, "idrissa");
}

TEST_F(AuditChainTest, AChangedEntryShows) {
  const AuditVerdict verdict = verdict_after("UPDATE audit SET who = 'nobody' WHERE id = 3");
  EXPECT_FALSE(verdict.intact);
  EXPECT_THAT(verdict.error, HasSubstr("entry 3 was changed"));
}

TEST_F(AuditChainTest, AMissingEntryShows) {
  EXPECT_THAT(verdict_after("DELETE FROM audit WHERE id = 2").error, HasSubstr("entries 2 to 2 are missing"));
}

TEST_F(AuditChainTest, ACutEndShows) {
  EXPECT_THAT(verdict_after("DELETE FROM audit WHERE id >= 4").error, HasSubstr("from 4 on"));
}

TEST_F(AuditChainTest, TextThatMovesFromOneColumnToTheNextShows) {
  EXPECT_FALSE(verdict_after("UPDATE audit SET who = 'aminap', verb = 'ut-site' WHERE id = 1").intact);
}

}  // namespace
}  // namespace karkara
