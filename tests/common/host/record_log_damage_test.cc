// Whatever happens to the disk: what was synced is held, and nothing is held that was not written.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "common/host/record_log.h"
#include "tests/common/host/record_log_story.h"

namespace karkara {
namespace {

constexpr std::uint64_t kSegment = 300;

std::vector<std::uint64_t> held(const RecordLog& log) {
  std::vector<std::uint64_t> sequences;
  for (std::uint64_t at = log.first(); at < log.next(); at = log.at_or_after(at + 1)) {
    const auto content = log.read(at);
    EXPECT_TRUE(content.ok()) << content.error().text;
    EXPECT_EQ(*content, record_of(at));
    sequences.push_back(at);
  }
  return sequences;
}

std::vector<std::uint64_t> one_to(std::uint64_t last) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t n = 1; n <= last; ++n) {
    numbers.push_back(n);
  }
  return numbers;
}

// One segment of some records, and where each ends.
struct Whole {
  std::vector<std::byte> bytes = segment_header(1);
  std::vector<std::size_t> ends{bytes.size()};
  Whole() {
    for (std::uint64_t sequence = 1; sequence <= 12; ++sequence) {
      const auto record = make_record(sequence, record_of(sequence));
      bytes.insert(bytes.end(), record.begin(), record.end());
      ends.push_back(bytes.size());
    }
  }
  [[nodiscard]] std::uint64_t records_within(std::size_t length) const {
    return static_cast<std::uint64_t>(std::upper_bound(ends.begin(), ends.end(), length) - ends.begin()) -
           (length >= ends.front() ? 1 : 0);
  }
};

// Opens the bytes as a log's last segment: the records before the damage are held, and the log goes on from there.
void expect_prefix(const std::vector<std::byte>& bytes, std::uint64_t records, const std::string& what) {
  FaultyFileSystem files;
  files.put("/log/" + segment_name(1), bytes);
  auto log = RecordLog::open(files, "/log", 100'000);
  ASSERT_TRUE(log.ok());
  ASSERT_EQ(held(*log), one_to(records)) << what;
  const std::uint64_t next = log->next();
  ASSERT_TRUE(log->append(next, record_of(next)).ok());
  ASSERT_TRUE(log->sync().ok());
  const auto again = RecordLog::open(files, "/log", 100'000);
  ASSERT_TRUE(again.ok());
  ASSERT_EQ(again->records(), records + 1) << what;
  ASSERT_EQ(*again->read(next), record_of(next)) << what;
}

TEST(RecordLogDamage, CutAtAnyByteLeavesTheWholeRecordsBefore) {
  const Whole whole;
  for (std::size_t length = 0; length <= whole.bytes.size(); ++length) {
    expect_prefix({whole.bytes.begin(), whole.bytes.begin() + static_cast<std::ptrdiff_t>(length)},
                  whole.records_within(length), "cut at " + std::to_string(length));
  }
}

TEST(RecordLogDamage, AnyByteAlteredLeavesTheRecordsBeforeIt) {
  const Whole whole;
  for (std::size_t at = 0; at < whole.bytes.size(); ++at) {
    for (const auto flip : {std::byte{1}, std::byte{0x80}, std::byte{0xff}}) {
      auto bytes = whole.bytes;
      bytes[at] ^= flip;
      expect_prefix(bytes, whole.records_within(at), "altered at " + std::to_string(at));
    }
  }
}

TEST(RecordLogDamage, ARecordBelowTheOneBeforeIsNotTaken) {
  auto bytes = segment_header(1);
  for (const std::uint64_t sequence : {5U, 3U, 6U}) {
    const auto record = make_record(sequence, record_of(sequence));
    bytes.insert(bytes.end(), record.begin(), record.end());
  }
  FaultyFileSystem files;
  files.put("/log/" + segment_name(1), bytes);
  const auto log = RecordLog::open(files, "/log", kSegment);
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(held(*log), std::vector<std::uint64_t>{5});
  EXPECT_EQ(log->next(), 6U);
}

TEST(RecordLogDamage, ZerosBehindTheEndAreCutOff) {
  Whole whole;
  whole.bytes.resize(whole.bytes.size() + 4096);
  FaultyFileSystem files;
  files.put("/log/" + segment_name(1), whole.bytes);
  const auto log = RecordLog::open(files, "/log", kSegment);
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(log->opening().cut_bytes, 4096U);
  EXPECT_EQ(log->records(), 12U);
}

// A life of appends, syncs, trims and openings on a disk whose faults the test chooses.
class Life {
 public:
  Life(FaultyFileSystem& files, std::uint32_t seed) : files_{files}, random_{seed} {}

  void run(int steps) {
    auto log = RecordLog::open(files_, "/log", kSegment);
    for (int i = 0; log.ok() && i < steps; ++i) {
      act(*log);
    }
  }

  // After a power cut and with a good disk again.
  void expect_nothing_lost() {
    const auto log = RecordLog::open(files_, "/log", kSegment);
    ASSERT_TRUE(log.ok()) << log.error().text;
    const auto now = held(*log);
    EXPECT_TRUE(std::is_sorted(now.begin(), now.end()));
    for (const std::uint64_t sequence : durable_) {
      EXPECT_TRUE(std::binary_search(now.begin(), now.end(), sequence)) << sequence << " was synced";
    }
    for (const std::uint64_t sequence : now) {
      EXPECT_TRUE(attempted_.contains(sequence));
    }
    EXPECT_GT(log->next(), highest_durable_) << "a number would be given twice";
  }

  std::mt19937& random() { return random_; }

 private:
  void act(RecordLog& log) {
    const auto kind = random_() % 10;
    if (kind < 6) {
      const std::uint64_t sequence = log.next() + (random_() % 8 == 0 ? 3 : 0);
      attempted_.insert(sequence);
      if (log.append(sequence, record_of(sequence))) {
        unsynced_.push_back(sequence);
      }
    } else if (kind < 9) {
      settle(log);
    } else {
      const std::uint64_t first = log.first() + random_() % 6;
      std::erase_if(durable_, [&](std::uint64_t sequence) { return sequence < first; });
      (void)log.trim(first);
    }
  }

  void settle(RecordLog& log) {
    if (log.sync()) {
      for (const std::uint64_t sequence : unsynced_) {
        if (sequence >= log.first() && log.read(sequence)) {
          durable_.insert(sequence);
        }
        highest_durable_ = std::max(highest_durable_, log.read(sequence) ? sequence : 0);
      }
    }
    unsynced_.clear();
  }

  FaultyFileSystem& files_;
  std::mt19937 random_;
  std::set<std::uint64_t> attempted_;
  std::set<std::uint64_t> durable_;
  std::vector<std::uint64_t> unsynced_;
  std::uint64_t highest_durable_ = 0;
};

std::size_t operations_of(std::uint32_t seed, int steps) {
  FaultyFileSystem files;
  Life life{files, seed};
  life.run(steps);
  return files.operations();
}

TEST(RecordLogDamage, PowerCutAfterAnyOperationKeepsWhatWasSynced) {
  for (std::uint32_t seed = 0; seed < 6; ++seed) {
    const std::size_t operations = operations_of(seed, 120);
    ASSERT_GT(operations, 60U);
    for (std::size_t cut = 0; cut < operations; ++cut) {
      FaultyFileSystem files;
      Life life{files, seed};
      files.set_fault({.first = cut});  // from here on nothing reaches the disk
      life.run(120);
      files.set_fault({});
      files.power_cut(life.random());
      life.expect_nothing_lost();
      ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", cut at operation " << cut;
    }
  }
}

TEST(RecordLogDamage, AFewFailingOperationsLoseNothingThatWasSynced) {
  for (const auto code : {ErrorCode::ResourceExhausted, ErrorCode::Unavailable}) {
    for (std::uint32_t seed = 0; seed < 6; ++seed) {
      const std::size_t operations = operations_of(seed, 120);
      for (std::size_t at = 0; at < operations; ++at) {
        FaultyFileSystem files;
        Life life{files, seed};
        files.set_fault({.first = at, .last = at + seed % 3, .code = code});
        life.run(120);
        files.set_fault({});
        if (seed % 3 != 0) {
          // When a sync and the cutting back after it both fail, the kernel goes on showing what the disk does not
          // have: only a restart of the machine tells.
          files.power_cut(life.random());
        }
        life.run(20);  // another process opens what is there
        files.power_cut(life.random());
        life.expect_nothing_lost();
        ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", failure at operation " << at;
      }
    }
  }
}

TEST(RecordLogDamage, AFailedSyncTakesItsRecordsOutAgainAndTheyCanBeAppendedAnew) {
  FaultyFileSystem files;
  auto log = RecordLog::open(files, "/log", 10'000);
  ASSERT_TRUE(log.ok());
  ASSERT_TRUE(log->append(1, record_of(1)).ok() && log->sync().ok());
  ASSERT_TRUE(log->append(2, record_of(2)).ok());
  files.set_fault({.first = 0, .last = 0});
  EXPECT_FALSE(log->sync().ok());
  EXPECT_EQ(log->next(), 2U);
  EXPECT_EQ(log->read(2).error().code, ErrorCode::NotFound);
  ASSERT_TRUE(log->append(2, record_of(2)).ok() && log->sync().ok());
  std::mt19937 random{1};
  files.power_cut(random);
  const auto again = RecordLog::open(files, "/log", 10'000);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(held(*again), one_to(2));
}

}  // namespace
}  // namespace karkara
