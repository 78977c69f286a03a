#include "controller/anchor/master_key_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace karkara {
namespace {

class MasterKeyFileTest : public testing::Test {
 protected:
  MasterKeyFileTest() {
    std::string pattern = testing::TempDir() + "karkara-key-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~MasterKeyFileTest() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST_F(MasterKeyFileTest, ReadsTheKeyThatItMade) {
  const std::string path = folder_ + "/master.key";
  ASSERT_TRUE(make_master_key_file(path).ok());
  const auto keys = read_master_key_file(path);
  ASSERT_TRUE(keys.ok()) << keys.error().text;
  EXPECT_EQ(keys->newest().generation, 1);
  EXPECT_NE(keys->newest().bytes, EchoMasterKey{}.bytes);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder_}, {}), 1);
}

TEST_F(MasterKeyFileTest, NeverReplacesAFileThatIsThere) {
  const std::string path = folder_ + "/master.key";
  std::ofstream{path} << "precious";
  EXPECT_EQ(make_master_key_file(path).error().code, ErrorCode::AlreadyExists);
  std::string text;
  std::ifstream{path} >> text;
  EXPECT_EQ(text, "precious");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder_}, {}), 1);
}

TEST_F(MasterKeyFileTest, MakesEachKeyAnew) {
  ASSERT_TRUE(make_master_key_file(folder_ + "/a").ok());
  ASSERT_TRUE(make_master_key_file(folder_ + "/b").ok());
  EXPECT_NE(read_master_key_file(folder_ + "/a")->newest(), read_master_key_file(folder_ + "/b")->newest());
}

TEST_F(MasterKeyFileTest, SaysWhichFileIsMissingOrBad) {
  const auto missing = read_master_key_file(folder_ + "/none");
  EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
  EXPECT_EQ(missing.error().text, "key file " + folder_ + "/none: No such file or directory");
  std::ofstream{folder_ + "/bad"} << "not a key\n";
  EXPECT_THAT(read_master_key_file(folder_ + "/bad").error().text,
              testing::StartsWith("key file " + folder_ + "/bad: line 1:"));
  std::ofstream{folder_ + "/huge"} << std::string(100'000, '#');
  EXPECT_EQ(read_master_key_file(folder_ + "/huge").error().code, ErrorCode::InvalidArgument);
  EXPECT_FALSE(read_master_key_file(folder_).ok());  // a folder
  EXPECT_FALSE(make_master_key_file(folder_ + "/no/such/folder/key").ok());
}

}  // namespace
}  // namespace karkara
