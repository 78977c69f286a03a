// Reading nft's named counters on the real kernel, against what nft itself says.
#include "agent/io/flow_counters.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "agent/io/nft_table.h"
#include "tests/support/sandboxed.h"

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Replaces our table as the agent does: in one transaction.
std::string replacement(const std::string& content) {
  return "table inet karkara\ndelete table inet karkara\ntable inet karkara {\n" + content + "\n}";
}

std::string many_counters(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "counter class_school_uplink_" + std::to_string(i) + " { packets 5 bytes " + std::to_string(i) + "; }\n";
  }
  return text;
}

constexpr const char* kCounting = R"(
  counter to_vsat {}
  counter to_sim {}
  quota bundle { over 100 mbytes; }
  chain out { type filter hook output priority filter;
    udp dport 9001 counter name to_vsat
    udp dport 9002 counter name to_sim
  })";

class FlowCountersTest : public SandboxedTest {
 protected:
  void SetUp() override {
    SandboxedTest::SetUp();
    if (sandbox_) {
      auto opened = FlowCounters::open();
      ASSERT_TRUE(opened.ok()) << opened.error().text;
      reader_.emplace(std::move(*opened));
    }
  }
  std::vector<FlowCounter> read() {
    const auto counters = reader_->read();
    EXPECT_TRUE(counters.ok()) << counters.error().text;
    return counters ? std::vector<FlowCounter>{counters->begin(), counters->end()} : std::vector<FlowCounter>{};
  }
  static void send(std::uint16_t port, int packets) {
    const PlainSocket socket{IpFamily::V4, SOCK_DGRAM};
    const auto name = socket_name("127.0.0.1", port);
    for (int i = 0; i < packets; ++i) {
      ASSERT_EQ(sendto(socket.fd(), "village", 7, 0, name.get(), name.size), 7);
    }
  }
  std::optional<FlowCounters> reader_;
};

TEST_F(FlowCountersTest, ReadsWhatNftCounted) {
  nft(replacement(kCounting));
  send(9001, 3);
  send(9002, 1);
  EXPECT_THAT(read(), UnorderedElementsAre(FlowCounter{"to_vsat", 3, 105}, FlowCounter{"to_sim", 1, 35}));
  EXPECT_THAT(printed("nft list counters table inet karkara"), HasSubstr("packets 3 bytes 105"));
  send(9001, 1);
  EXPECT_THAT(read(), UnorderedElementsAre(FlowCounter{"to_vsat", 4, 140}, FlowCounter{"to_sim", 1, 35}))
      << "reading does not reset";
}

TEST_F(FlowCountersTest, AMissingTableHasNoCounters) {
  EXPECT_THAT(read(), IsEmpty());
  nft("table inet karkara { chain out {}; }");
  EXPECT_THAT(read(), IsEmpty()) << "a table without counters";
}

TEST_F(FlowCountersTest, SurvivesReplacementAndRemovalOfTheTable) {
  nft(replacement(kCounting));
  send(9001, 2);
  ASSERT_EQ(read().size(), 2U);
  nft(replacement("counter to_vsat {}"));
  EXPECT_THAT(read(), ElementsAre(FlowCounter{"to_vsat", 0, 0})) << "a new beginning";
  nft("delete table inet karkara");
  EXPECT_THAT(read(), IsEmpty());
  nft(replacement("counter again { packets 7 bytes 8; }"));
  EXPECT_THAT(read(), ElementsAre(FlowCounter{"again", 7, 8}));
}

TEST_F(FlowCountersTest, SeesNoCountersOfOtherTables) {
  nft("table inet other { counter foreign { packets 1 bytes 2; }; }\n"
      "table ip karkara { counter ipv4_only { packets 3 bytes 4; }; }\n"
      "table inet karkara { counter ours { packets 5000000000 bytes 1234567890123456; }; }");
  EXPECT_THAT(read(), ElementsAre(FlowCounter{"ours", 5'000'000'000, 1'234'567'890'123'456}));
}

TEST_F(FlowCountersTest, ReadsMoreThanOneDatagramHolds) {
  nft(replacement(many_counters(600)));
  const auto counters = read();
  ASSERT_EQ(counters.size(), 600U);
  std::uint64_t sum = 0;
  for (const FlowCounter& counter : counters) {
    sum += counter.bytes;
  }
  EXPECT_EQ(sum, 600U * 599U / 2);
}

TEST_F(FlowCountersTest, NeverShowsHalfATableWhileItIsReplaced) {
  const std::string ruleset = replacement(many_counters(300));
  nft(ruleset);
  std::atomic<bool> done = false;
  std::thread replacing{[&] {
    const NetSandbox::Inside inside{*sandbox_};
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE(NftTable{}.load(ruleset).ok());
    }
    done = true;
  }};
  int whole = 0;
  while (!done) {
    const auto counters = reader_->read();
    if (counters) {
      EXPECT_EQ(counters->size(), 300U);
      ++whole;
    } else {
      EXPECT_EQ(counters.error().code, ErrorCode::Aborted) << counters.error().text;
    }
  }
  replacing.join();
  EXPECT_GT(whole, 0);
}

TEST_F(FlowCountersTest, SaysThatItLacksThePermission) {
  const auto attempt = [] {
    auto reader = FlowCounters::open();
    if (!reader) {
      return Status{reader.error()};
    }
    const auto counters = reader->read();
    return counters ? Status{} : counters.error();
  };
  EXPECT_EQ(code_as_nobody(attempt, "nft counters"), static_cast<int>(ErrorCode::PermissionDenied));
}

TEST_F(FlowCountersTest, TellsWhatOneReadOfSixteenCountersTakes) {
  nft(replacement(many_counters(16)));
  constexpr int kReads = 2000;
  ASSERT_EQ(read().size(), 16U);
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < kReads; ++i) {
    ASSERT_TRUE(reader_->read().ok());
  }
  const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - before;
  std::printf("%.1f us a read of 16 counters\n", taken.count() / kReads);
  EXPECT_EQ(read().size(), 16U);
}

}  // namespace
}  // namespace karkara
