#include "agent/io/router_reboot.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class Reboot : public testing::Test {
 protected:
  Reboot() {
    std::string pattern = std::filesystem::temp_directory_path() / "karkara-reboot-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Reboot() override { std::filesystem::remove_all(folder_); }

  // The command sees what is on the disk when it runs.
  [[nodiscard]] RebootRouter order(std::uint64_t id) const {
    return {"lte: passes-nothing", {"/bin/cp", folder_ + "/state", folder_ + "/seen"}, id};
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream in{folder_ + "/" + name};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  void run_until(std::size_t answers) {
    for (int i = 0; i < 200 && done_.size() < answers; ++i) {
      io_.restart();
      io_.run_one_for(milliseconds{100});
    }
  }
  RouterReboot reboot(RebootPatience patience = {}) {
    return {io_, disk_, [this](ModemCommandDone done) { done_.push_back(std::move(done)); }, patience};
  }

  std::string folder_;
  boost::asio::io_context io_;
  std::vector<ModemCommandDone> done_;
  DiskWorker disk_;
};

TEST_F(Reboot, TheCommandComesBehindWhatWasGivenToTheDiskBefore) {
  RouterReboot reboot = this->reboot();
  std::mutex gate;
  std::unique_lock closed{gate};
  disk_.run([&] {
    const std::lock_guard wait{gate};
    std::ofstream{folder_ + "/state"} << "flushed";
  });
  reboot.run(order(7));
  io_.restart();
  io_.run_one_for(milliseconds{50});
  EXPECT_TRUE(done_.empty()) << "the disk is not done";
  closed.unlock();
  run_until(1);
  ASSERT_EQ(done_.size(), 1U);
  EXPECT_EQ(done_[0].id, 7U);
  EXPECT_TRUE(done_[0].status.ok());
  EXPECT_EQ(content("seen"), "flushed");
}

TEST_F(Reboot, ADiskThatHangsIsWaitedForNoLongerThanAWhile) {
  RouterReboot reboot = this->reboot({milliseconds{50}, milliseconds{5000}});
  std::ofstream{folder_ + "/state"} << "old";
  std::mutex gate;
  std::unique_lock closed{gate};
  disk_.run([&] { const std::lock_guard wait{gate}; });
  reboot.run(order(7));
  run_until(1);
  closed.unlock();
  ASSERT_EQ(done_.size(), 1U);
  EXPECT_EQ(content("seen"), "old");
}

TEST_F(Reboot, ACommandThatFailsIsTold) {
  RouterReboot reboot = this->reboot();
  reboot.run({"why", {"/bin/sh", "-c", "echo no such thing; exit 4"}, 3});
  run_until(1);
  ASSERT_EQ(done_.size(), 1U);
  EXPECT_THAT(done_[0].status.error().text, HasSubstr("ended with 4: no such thing"));
}

TEST_F(Reboot, OneIsEnough) {
  RouterReboot reboot = this->reboot();
  reboot.run(order(1));
  reboot.run(order(2));
  run_until(2);
  ASSERT_EQ(done_.size(), 2U);
  const auto& second = done_[0].id == 2 ? done_[0] : done_[1];
  EXPECT_EQ(second.status.error().code, ErrorCode::ResourceExhausted);
}

}  // namespace
}  // namespace karkara
