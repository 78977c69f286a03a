#include "agent/io/sysctl_files.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>

#include <fstream>

namespace karkara {
namespace {

class SysctlFilesTest : public testing::Test {
 protected:
  SysctlFilesTest() {
    std::filesystem::create_directories(root_ + "/net/ipv4");
    std::ofstream{root_ + "/net/ipv4/tcp_rmem"} << "4096\t131072\t6291456\n";
  }
  ~SysctlFilesTest() override { std::filesystem::remove_all(root_); }

  std::string root_ = testing::TempDir() + "karkara_sysctl_" + std::to_string(getpid());
  SysctlFiles files_{root_};
};

TEST_F(SysctlFilesTest, TellsSeveralNumbersWithOneBlankBetween) {
  EXPECT_EQ(files_.read("net/ipv4/tcp_rmem").value(), "4096 131072 6291456");
}

TEST_F(SysctlFilesTest, ReadsBackWhatItWrote) {
  ASSERT_TRUE(files_.write({"net/ipv4/tcp_rmem", "1 2 3"}).ok());
  EXPECT_EQ(files_.read("net/ipv4/tcp_rmem").value().substr(0, 5), "1 2 3");
}

TEST_F(SysctlFilesTest, DoesNotMakeFiles) {
  EXPECT_EQ(files_.write({"net/ipv4/nosuch", "1"}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(files_.read("net/ipv4/nosuch").error().code, ErrorCode::NotFound);
}

TEST_F(SysctlFilesTest, StaysBelowItsRoot) {
  for (const char* path : {"", "/etc/passwd", "../etc/passwd", "net/../../etc/passwd", "net/.."}) {
    EXPECT_EQ(files_.read(path).error().code, ErrorCode::InvalidArgument) << path;
    EXPECT_EQ(files_.write({path, "1"}).error().code, ErrorCode::InvalidArgument) << path;
  }
}

TEST_F(SysctlFilesTest, SaysWhatIsWrongWithWhichFile) {
  const Error error = files_.read("net/ipv4").error();
  EXPECT_NE(error.text.find(root_ + "/net/ipv4"), std::string::npos);
}

}  // namespace
}  // namespace karkara
