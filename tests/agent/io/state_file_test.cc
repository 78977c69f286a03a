#include "agent/io/state_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <random>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/faulty_file_system.h"

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class StateFileTest : public testing::Test {
 protected:
  ~StateFileTest() override {
    std::fclose(out_);
    std::free(buffer_);
  }
  std::string logged() {
    std::fflush(out_);
    return {buffer_, size_};
  }
  std::map<std::string, std::string> load() {
    DiskWorker worker;
    StateFile state{worker, files_, "/state", log_};
    const auto held = state.load();
    EXPECT_TRUE(held.ok());
    return *held;
  }
  // Everything in one life of the agent; ends as a stop does.
  void persist(const std::vector<Persist>& all) {
    DiskWorker worker;
    StateFile state{worker, files_, "/state", log_};
    ASSERT_TRUE(state.load().ok());
    for (const Persist& one : all) {
      state.run(one);
    }
    state.flush();
    worker.stop();
  }

  char* buffer_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* out_ = open_memstream(&buffer_, &size_);
  FakeClock clock_;
  Log log_{out_, clock_, false};
  FaultyFileSystem files_;
};

TEST_F(StateFileTest, GivesBackTheLastContentOfEachKey) {
  persist({{"clock", "1"}, {"ledger", std::string{"\0\xff", 2}}, {"clock", "2"}, {"clock", "3"}});
  EXPECT_THAT(load(), ElementsAre(Pair("clock", "3"), Pair("ledger", (std::string{"\0\xff", 2}))));
  EXPECT_EQ(logged(), "");
}

TEST_F(StateFileTest, NothingIsAContentToo) {
  persist({{"orders", ""}});
  EXPECT_THAT(load(), ElementsAre(Pair("orders", "")));
}

TEST_F(StateFileTest, SparesTheFlash) {
  DiskWorker worker;
  StateFile state{worker, files_, "/state", log_};
  ASSERT_TRUE(state.load().ok());
  files_.set_fault({});
  for (int i = 0; i < 1'000; ++i) {
    state.run({"clock", std::to_string(i)});
  }
  state.flush();
  worker.stop();
  EXPECT_LE(files_.operations(), 2U * 6U) << "two writes: the first content and the last";
  EXPECT_THAT(load(), ElementsAre(Pair("clock", "999")));
}

// The power goes a second after somebody was told that it is done.
TEST_F(StateFileTest, WhatAPersonOrderedDoesNotWaitForItsMinute) {
  for (const bool at_once : {false, true}) {
    {
      DiskWorker worker;
      StateFile state{worker, files_, "/state", log_};
      ASSERT_TRUE(state.load().ok());
      state.run({"orders", at_once ? "first" : "one"});
      state.run({"orders", at_once ? "second" : "two", at_once});
      worker.stop();  // and no flush
    }
    EXPECT_THAT(load(), ElementsAre(Pair("orders", at_once ? "second" : "one")));
  }
}

TEST_F(StateFileTest, WhatIsOnDiskAlreadyIsNotWrittenAgain) {
  persist({{"clock", "7"}});
  files_.set_fault({});
  DiskWorker worker;
  StateFile state{worker, files_, "/state", log_};
  ASSERT_TRUE(state.load().ok());
  const std::size_t before = files_.operations();
  state.run({"clock", "7"});
  state.flush();
  worker.stop();
  EXPECT_EQ(files_.operations(), before);
}

TEST_F(StateFileTest, WritesWhatWaitsWhenThePauseIsOver) {
  DiskWorker worker;
  StateFile state{worker, files_, "/state", log_, std::chrono::milliseconds{20}};
  ASSERT_TRUE(state.load().ok());
  state.run({"clock", "1"});
  state.run({"clock", "2"});
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  std::string held;
  while (held != "2" && std::chrono::steady_clock::now() < until) {
    std::promise<void> seen;
    worker.run_after(std::chrono::milliseconds{5}, [&] {
      const auto bytes = files_.content("/state/clock");
      held = bytes.size() == 5 ? std::string(1, static_cast<char>(bytes[0])) : "";
      seen.set_value();
    });
    seen.get_future().wait();
  }
  EXPECT_EQ(held, "2");
}

TEST_F(StateFileTest, AFailedWriteIsToldAndTriedAgain) {
  DiskWorker worker;
  StateFile state{worker, files_, "/state", log_, std::chrono::milliseconds{5}};
  ASSERT_TRUE(state.load().ok());
  files_.set_fault({.first = 0, .last = 0, .code = ErrorCode::ResourceExhausted});
  state.run({"clock", "1"});
  std::promise<void> later;
  worker.run_after(std::chrono::milliseconds{50}, [&] { later.set_value(); });
  later.get_future().wait();
  worker.stop();
  EXPECT_THAT(logged(), HasSubstr("id=STATE_TROUBLE key=clock"));
  EXPECT_THAT(load(), ElementsAre(Pair("clock", "1")));
}

TEST_F(StateFileTest, ADamagedFileIsToldOfAndIgnoredAndTheOthersAreLoaded) {
  persist({{"clock", "1790000000"}, {"ledger", "5"}});
  auto bytes = files_.content("/state/clock");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] ^= std::byte{0x10};
    files_.put("/state/clock", damaged);
    EXPECT_THAT(load(), ElementsAre(Pair("ledger", "5")));
    files_.put("/state/clock", {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(i)});
    EXPECT_THAT(load(), ElementsAre(Pair("ledger", "5")));
  }
  EXPECT_THAT(logged(), HasSubstr("id=STATE_TROUBLE key=clock why=\"damaged, ignored\""));
}

TEST_F(StateFileTest, AfterAPowerCutAtAnyMomentTheOldOrTheNewContentIsThere) {
  for (std::size_t cut = 0; cut < 8; ++cut) {
    for (std::uint32_t seed = 0; seed < 8; ++seed) {
      std::mt19937 random{seed};
      files_.set_fault({});
      persist({{"clock", "old"}});
      files_.set_fault({.first = 1 + cut});
      persist({{"clock", "new-content"}});
      files_.set_fault({});
      files_.power_cut(random);
      EXPECT_THAT(load(), testing::AnyOf(ElementsAre(Pair("clock", "old")), ElementsAre(Pair("clock", "new-content"))));
    }
  }
}

TEST_F(StateFileTest, RefusesKeysThatAreNoFileNamesAndLargeContent) {
  persist({{"../passwd", "x"}, {"", "x"}, {"large", std::string(200'000, 'x')}});
  EXPECT_THAT(load(), IsEmpty());
  EXPECT_THAT(logged(), HasSubstr("not a key"));
}

}  // namespace
}  // namespace karkara
