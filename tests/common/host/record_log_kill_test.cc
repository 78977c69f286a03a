// The real file system and a real kill -9: each record whose sync was reported is there afterwards.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "common/host/record_log.h"
#include "tests/common/host/record_log_story.h"

namespace karkara {
namespace {

constexpr int kKills = 50;
constexpr std::uint64_t kSegment = 2'000;

class RecordLogKill : public testing::Test {
 protected:
  ~RecordLogKill() override { std::filesystem::remove_all(root_); }
  static std::string make_root() {
    std::string name = testing::TempDir() + "karkara-kill-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    return name;
  }
  std::string root_ = make_root();
};

[[noreturn]] void append_for_ever(const std::string& directory, int report) {
  HostFileSystem files;
  auto log = RecordLog::open(files, directory, kSegment);
  while (log.ok()) {
    const std::uint64_t sequence = log->next();
    if (!log->append(sequence, record_of(sequence)) || !log->sync() ||
        ::write(report, &sequence, sizeof sequence) != sizeof sequence) {
      break;
    }
    if (sequence % 40 == 0 && !log->trim(sequence - 20)) {
      break;
    }
  }
  ::_exit(1);
}

// Reads reports until `count` have come, then some time passes, then it is killed. Returns the last reported.
std::uint64_t run_and_kill(const std::string& directory, std::mt19937& random) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    append_for_ever(directory, ends[1]);
  }
  ::close(ends[1]);
  std::uint64_t last = 0;
  for (auto count = 1 + random() % 30; count > 0; --count) {
    EXPECT_EQ(::read(ends[0], &last, sizeof last), static_cast<ssize_t>(sizeof last)) << "the child gave up";
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds{random() % 3'000};
  while (std::chrono::steady_clock::now() < until) {
  }
  EXPECT_EQ(::kill(child, SIGKILL), 0);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  for (std::uint64_t report = 0; ::read(ends[0], &report, sizeof report) == sizeof report;) {
    last = report;
  }
  ::close(ends[0]);
  return last;
}

TEST_F(RecordLogKill, KeepsEachRecordWhoseSyncWasReported) {
  std::mt19937 random{std::random_device{}()};
  HostFileSystem files;
  std::uint64_t torn = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    const std::uint64_t reported = run_and_kill(root_ + "/log", random);
    const auto log = RecordLog::open(files, root_ + "/log", kSegment);
    ASSERT_TRUE(log.ok()) << log.error().text;
    ASSERT_TRUE(log->opening().damaged.empty()) << log->opening().damaged[0];
    torn += log->opening().cut_bytes > 0 ? 1 : 0;
    ASSERT_GT(log->next(), reported);
    for (std::uint64_t sequence = log->first(); sequence < log->next(); ++sequence) {
      ASSERT_EQ(*log->read(sequence), record_of(sequence));
    }
    ASSERT_GE(log->records(), std::min<std::uint64_t>(reported, 20));
  }
  RecordProperty("torn_ends", std::to_string(torn));
}

TEST_F(RecordLogKill, HostFileSystemTellsWhyItFailed) {
  HostFileSystem files;
  EXPECT_EQ(files.open_append(root_ + "/none").error().code, ErrorCode::NotFound);
  ASSERT_TRUE(files.make_directories(root_ + "/a/b").ok());
  ASSERT_TRUE(files.make_directories(root_ + "/a/b").ok());
  ASSERT_TRUE(files.create(root_ + "/a/b/x").ok());
  EXPECT_EQ(files.create(root_ + "/a/b/x").error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(files.make_directories(root_ + "/a/b/x/c").error().code, ErrorCode::Unavailable);
  EXPECT_EQ(*files.list(root_ + "/a/b"), std::vector<std::string>{"x"});
  EXPECT_EQ(files.list(root_ + "/none").error().code, ErrorCode::NotFound);
  const auto bytes = record_of(12);
  ASSERT_TRUE(write_atomically(files, root_ + "/a", "state", bytes).ok());
  ASSERT_TRUE(write_atomically(files, root_ + "/a", "state", bytes).ok());
  EXPECT_EQ(*files.read(root_ + "/a/state", 0, 1'000), bytes);
  EXPECT_EQ(files.read(root_ + "/a/state", 5'000, 10)->size(), 0U);
  EXPECT_EQ(*files.list(root_ + "/a"), (std::vector<std::string>{"b", "state"}));
}

}  // namespace
}  // namespace karkara
