#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <set>

#include "controller/store/block_log.h"
#include "tests/controller/support/open_store.h"

namespace karkara {
namespace {

// A controller that writes blocks, alarms and audit entries as fast as it can, and tells each block that it would
// acknowledge. It never ends by itself.
[[noreturn]] void write_until_killed(const std::filesystem::path& folder, int report) {
  const OpenStore open{folder};
  const SiteId sadore = SiteId::parse("sadore").value();
  static_cast<void>(open.write({PutSite{site_record("sadore")}}));
  for (std::uint64_t sequence = open.store->last_block(sadore).value() + 1;; ++sequence) {
    open.store->submit({AppendBlock{sadore, sequence, "block " + std::to_string(sequence)},
                        AppendAudit{"test", "write", "sadore", "done", std::to_string(sequence)}},
                       [report, sequence](const Status& status) {
                         if (status && ::write(report, &sequence, sizeof sequence) != sizeof sequence) {
                           ::_exit(1);
                         }
                       });
    if (sequence % 20 == 0) {
      static_cast<void>(open.write({}));
    }
  }
}

std::set<std::uint64_t> blocks_in(const std::filesystem::path& folder) {
  std::set<std::uint64_t> found;
  HostFileSystem files;
  for (const auto& day : std::filesystem::directory_iterator{folder / "telemetry"}) {
    const auto log = RecordLog::open(files, day.path().string(), 64U << 20U);
    EXPECT_TRUE(log) << log.error().text;
    for (std::uint64_t at = log->first(); at < log->next(); at = log->at_or_after(at + 1)) {
      const StoredBlock block = decode_stored_block(log->read(at).value()).value();
      EXPECT_EQ(block.content, "block " + std::to_string(block.sequence));
      found.insert(block.sequence);
    }
  }
  return found;
}

TEST(Kill, EveryAcknowledgedBlockAndEntryIsThereAfterKillMinusNine) {
  const TestFolder folder;
  std::mt19937 random{11};
  std::set<std::uint64_t> acknowledged;
  for (int round = 0; round < 5; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(pipe_ends[0]);
      write_until_killed(folder.path(), pipe_ends[1]);
    }
    ::close(pipe_ends[1]);
    const auto enough = 30 + random() % 400;
    std::uint64_t sequence = 0;
    for (std::uint64_t seen = 0; ::read(pipe_ends[0], &sequence, sizeof sequence) == sizeof sequence;) {
      acknowledged.insert(sequence);
      if (++seen == enough) {
        ::kill(child, SIGKILL);
      }
    }
    ::close(pipe_ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));

    const std::set<std::uint64_t> stored = blocks_in(folder.path());
    for (const std::uint64_t one : acknowledged) {
      ASSERT_TRUE(stored.contains(one)) << one << " was acknowledged in round " << round;
    }
    const OpenStore open{folder.path()};
    ASSERT_TRUE(open.store) << open.error;
    EXPECT_GE(open.store->last_block(SiteId::parse("sadore").value()).value(), *acknowledged.rbegin());
    EXPECT_TRUE(open.store->verify_audit()->intact);
    EXPECT_GE(open.store->audit(100'000)->size(), acknowledged.size());
  }
}

}  // namespace
}  // namespace karkara
