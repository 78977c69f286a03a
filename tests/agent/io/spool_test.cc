#include "agent/io/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

#include "tests/fakes/faulty_file_system.h"

namespace karkara {
namespace {

std::vector<std::byte> block_of(std::uint64_t sequence, std::size_t size = 800) {
  return std::vector<std::byte>(size, static_cast<std::byte>(sequence));
}

// A spool's one life. Answers are looked at when the worker has done everything.
class SpoolLife {
 public:
  SpoolLife(FileSystem& files, const std::string& directory)
      : spool_{worker_, files, directory, [this](Event event) {
                 const std::lock_guard lock{mutex_};
                 events_.push_back(std::move(event));
               }} {}

  template <class Effect>
  void run(const Effect& effect) {
    spool_.run(effect);
  }
  void open() { spool_.open(); }

  std::vector<Event> end() {
    worker_.stop();
    return events_;
  }

 private:
  std::mutex mutex_;
  std::vector<Event> events_;
  DiskWorker worker_;
  Spool spool_;
};

template <class E>
const E* nth(const std::vector<Event>& events, std::size_t index) {
  return index < events.size() ? std::get_if<E>(&events[index]) : nullptr;
}

TEST(Spool, AnswersEachDeedInOrder) {
  FaultyFileSystem files;
  SpoolLife life{files, "/spool"};
  life.open();
  life.run(StoreBlock{1, block_of(1)});
  life.run(StoreBlock{2, block_of(2)});
  life.run(LoadBlock{1});
  life.run(TrimSpool{3});
  life.run(LoadBlock{1});
  const auto events = life.end();
  ASSERT_EQ(events.size(), 6U);
  ASSERT_NE(nth<SpoolOpened>(events, 0), nullptr);
  EXPECT_EQ(nth<SpoolOpened>(events, 0)->next, 1U);
  EXPECT_EQ(nth<BlockStored>(events, 1)->sequence, 1U);
  EXPECT_GT(nth<BlockStored>(events, 2)->bytes, 1'600U);
  EXPECT_EQ(nth<BlockLoaded>(events, 3)->content, block_of(1));
  EXPECT_EQ(nth<SpoolTrimmed>(events, 4)->blocks, 0U);
  EXPECT_TRUE(nth<SpoolFailed>(events, 5)->gone);
}

TEST(Spool, WhatWasStoredIsThereAfterAPowerCut) {
  FaultyFileSystem files;
  {
    SpoolLife life{files, "/spool"};
    for (std::uint64_t sequence = 1; sequence <= 200; ++sequence) {
      life.run(StoreBlock{sequence, block_of(sequence)});
    }
    const auto events = life.end();
    ASSERT_EQ(events.size(), 201U);
    ASSERT_NE(nth<BlockStored>(events, 200), nullptr);
  }
  std::mt19937 random{5};
  files.power_cut(random);
  SpoolLife life{files, "/spool"};
  life.open();
  life.run(LoadBlock{200});
  const auto events = life.end();
  EXPECT_EQ(nth<SpoolOpened>(events, 0)->blocks, 200U);
  EXPECT_EQ(nth<BlockLoaded>(events, 1)->content, block_of(200));
}

TEST(Spool, ADiskThatWasAwayAtStartIsTriedAgainWithTheNextDeed) {
  FaultyFileSystem files;
  files.set_fault({.first = 0, .last = 1});
  SpoolLife life{files, "/spool"};
  life.open();
  life.run(StoreBlock{1, block_of(1)});
  life.run(TrimSpool{0});
  life.run(StoreBlock{1, block_of(1)});
  const auto events = life.end();
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(nth<SpoolFailed>(events, 0)->deed, SpoolDeed::Open);
  EXPECT_EQ(nth<SpoolFailed>(events, 1)->deed, SpoolDeed::Store);
  EXPECT_NE(nth<SpoolOpened>(events, 2), nullptr);
  EXPECT_NE(nth<SpoolTrimmed>(events, 3), nullptr);
  EXPECT_NE(nth<BlockStored>(events, 4), nullptr);
}

TEST(Spool, DamageCostsABlockAndItsNumberIsNotGivenAgain) {
  FaultyFileSystem files;
  {
    SpoolLife life{files, "/spool"};
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
      life.run(StoreBlock{sequence, block_of(sequence)});
    }
    life.end();
  }
  auto bytes = files.content(files.paths()[0]);
  bytes.back() ^= std::byte{1};
  files.put(files.paths()[0], bytes);
  SpoolLife life{files, "/spool"};
  life.open();
  const auto events = life.end();
  EXPECT_EQ(nth<SpoolOpened>(events, 0)->blocks, 2U);
  EXPECT_GT(nth<SpoolOpened>(events, 0)->torn_bytes, 0U);
  EXPECT_GT(nth<SpoolOpened>(events, 0)->next, 4U) << "block 3 may have been acknowledged before";
}

TEST(Spool, ABlockThatRotsWhileHeldDoesNotHideTheNext) {
  FaultyFileSystem files;
  std::vector<Event> events;
  DiskWorker worker;
  Spool spool{worker, files, "/spool", [&](Event event) { events.push_back(std::move(event)); }};
  spool.run(StoreBlock{1, block_of(1)});
  spool.run(StoreBlock{2, block_of(2)});
  worker.run([&] {
    auto bytes = files.content(files.paths()[0]);
    bytes[60] ^= std::byte{1};
    files.put(files.paths()[0], bytes);
  });
  spool.run(LoadBlock{1});
  worker.run([&] { files.fail_reads(true); });
  spool.run(LoadBlock{2});
  worker.stop();
  ASSERT_EQ(events.size(), 5U);
  ASSERT_NE(nth<BlockLoaded>(events, 3), nullptr);
  EXPECT_EQ(nth<BlockLoaded>(events, 3)->sequence, 2U);
  ASSERT_NE(nth<SpoolFailed>(events, 4), nullptr);
  EXPECT_FALSE(nth<SpoolFailed>(events, 4)->gone) << "a disk that cannot be read now may be read later";
}

class SmallDisk : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "karkara-disk-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
    mounted_ = ::mount("tmpfs", root_.c_str(), "tmpfs", MS_NODEV, "size=96k") == 0;
  }
  ~SmallDisk() override {
    if (mounted_) {
      ::umount(root_.c_str());
    }
    std::filesystem::remove_all(root_);
  }
  std::string root_;
  bool mounted_ = false;
};

TEST_F(SmallDisk, WhenItIsFullTheBlockIsRefusedAndOldOnesStayReadable) {
  if (!mounted_) {
    GTEST_SKIP() << "mounting a tmpfs needs root";
  }
  HostFileSystem files;
  constexpr std::uint64_t kBlocks = 40;
  SpoolLife life{files, root_ + "/spool"};
  for (std::uint64_t sequence = 1; sequence <= kBlocks; ++sequence) {
    life.run(StoreBlock{sequence, block_of(sequence, 4'000)});
  }
  life.run(LoadBlock{1});
  life.run(TrimSpool{17});  // the first file goes
  life.run(StoreBlock{kBlocks + 1, block_of(kBlocks + 1, 4'000)});
  const auto events = life.end();
  ASSERT_EQ(events.size(), kBlocks + 4);
  ASSERT_NE(nth<BlockStored>(events, 10), nullptr);
  const auto* full = nth<SpoolFailed>(events, kBlocks);
  ASSERT_NE(full, nullptr);
  EXPECT_EQ(full->deed, SpoolDeed::Store);
  EXPECT_THAT(full->why, testing::HasSubstr("No space left"));
  EXPECT_EQ(nth<BlockLoaded>(events, kBlocks + 1)->content, block_of(1, 4'000));
  EXPECT_NE(nth<SpoolTrimmed>(events, kBlocks + 2), nullptr);
  EXPECT_NE(nth<BlockStored>(events, kBlocks + 3), nullptr) << "there is room again";
}

}  // namespace
}  // namespace karkara
