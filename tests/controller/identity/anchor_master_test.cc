#include "controller/identity/anchor_master.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "controller/identity/secret_file.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

TEST(AnchorMaster, IsMadeOnceAndOnlyTheOwnerMayReadIt) {
  const TestFolder folder;
  ASSERT_TRUE(create_anchor_master(folder.path()));
  const EchoKey first = load_anchor_master(folder.path())->newest().site_key(1);
  ASSERT_TRUE(create_anchor_master(folder.path()));
  EXPECT_EQ(load_anchor_master(folder.path())->newest().site_key(1), first);
  EXPECT_NE(load_anchor_master(folder.path())->newest().site_key(2), first);
  struct stat status {};
  ASSERT_EQ(::stat(anchor_master_file(folder.path()).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(AnchorMaster, ABrokenFileIsSaidWithItsNameAndNotReplaced) {
  const TestFolder folder;
  ASSERT_TRUE(write_secret_file(anchor_master_file(folder.path()), "rubbish\n"));
  ASSERT_TRUE(create_anchor_master(folder.path()));
  const auto keys = load_anchor_master(folder.path());
  ASSERT_FALSE(keys);
  EXPECT_NE(keys.error().text.find("anchor-master.key"), std::string::npos) << keys.error().text;
  EXPECT_EQ(keys.error().text.find("rubbish"), std::string::npos);
}

}  // namespace
}  // namespace karkara
