// Flushing by mark on the real kernel, in both ways: the one for kernels that honour the mask of a flush, and the one
// for those that do not.
#include "agent/io/conntrack.h"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <map>

#include "agent/facts/kernel.h"
#include "tests/support/sandboxed.h"

namespace karkara {
namespace {

using Way = Conntrack::FlushWay;
constexpr std::uint32_t kVsat = 1U << 16;
constexpr std::uint32_t kSim = 2U << 16;

// Dropped on arrival: an answer "port unreachable" belongs to the flow and could mark it again.
constexpr const char* kMarkingRules = R"(
table inet marking {
  chain zoned { type filter hook output priority raw; udp dport 7777 ct zone set 7; }
  chain out { type filter hook output priority mangle; meta mark != 0 ct mark set meta mark; }
  chain in { type filter hook input priority filter; meta l4proto udp drop; }
})";

class ConntrackTest : public SandboxedTest, public testing::WithParamInterface<Way> {
 protected:
  void SetUp() override {
    SandboxedTest::SetUp();
    if (sandbox_) {
      nft(kMarkingRules);
      auto opened = Conntrack::open(GetParam());
      ASSERT_TRUE(opened.ok()) << opened.error().text;
      table_.emplace(std::move(*opened));
    }
  }
  static void send(const char* to, std::uint32_t mark, std::uint16_t first, int flows = 1) {
    const auto family = IpAddress::parse(to)->family();
    const PlainSocket socket{family, SOCK_DGRAM};
    ASSERT_EQ(setsockopt(socket.fd(), SOL_SOCKET, SO_MARK, &mark, sizeof mark), 0);
    for (int i = 0; i < flows; ++i) {
      const auto name = socket_name(to, static_cast<std::uint16_t>(first + i));
      ASSERT_EQ(sendto(socket.fd(), "village", 7, 0, name.get(), name.size), 7) << std::strerror(errno);
    }
  }
  std::size_t count(const MarkMatch& match) {
    const auto counted = table_->count_marked(match);
    EXPECT_TRUE(counted.ok()) << counted.error().text;
    return counted ? *counted : 0;
  }
  // From id to mark.
  std::map<std::uint32_t, std::uint32_t> ids(const MarkMatch& match) {
    std::map<std::uint32_t, std::uint32_t> found;
    EXPECT_TRUE(table_->each_marked(match, [&](const conntrack::Entry& e) { found[e.id] = e.mark; }).ok());
    return found;
  }
  // As the kernel prints it, which is none of our decoding.
  static std::size_t count_in_proc(std::uint32_t mark) {
    std::ifstream in{"/proc/thread-self/net/nf_conntrack"};
    std::size_t count = 0;
    for (std::string line; std::getline(in, line);) {
      count += line.find(" mark=" + std::to_string(mark) + " ") != std::string::npos ? 1 : 0;
    }
    return count;
  }

  std::optional<Conntrack> table_;
};

TEST_P(ConntrackTest, ForgetsTheDeadUplinksFlowsAndKeepsTheIdsOfTheOthers) {
  for (const char* to : {"127.0.0.1", "::1"}) {
    send(to, kVsat, 9000);
    send(to, kSim, 9001);
    send(to, 0, 9002);
  }
  const auto kept = ids({kSim, kMarkMask});
  const auto unmarked = ids({0, kMarkMask});
  ASSERT_EQ(count({kVsat, kMarkMask}), 2U);
  ASSERT_EQ(kept.size(), 2U);
  ASSERT_EQ(unmarked.size(), 2U);

  const Status flushed = table_->flush_marked({kVsat, kMarkMask});

  ASSERT_TRUE(flushed.ok()) << flushed.error().text;
  EXPECT_EQ(count({kVsat, kMarkMask}), 0U);
  EXPECT_EQ(ids({kSim, kMarkMask}), kept);
  EXPECT_EQ(ids({0, kMarkMask}), unmarked);
  EXPECT_EQ(count_in_proc(kVsat), 0U);
  EXPECT_EQ(count_in_proc(kSim), 2U);
}

TEST_P(ConntrackTest, LooksOnlyAtTheBitsOfTheMask) {
  send("127.0.0.1", kVsat | 0x55, 9000);  // another program's bits
  send("127.0.0.1", kVsat | kSim, 9001);  // uplink 3
  ASSERT_TRUE(table_->flush_marked({kVsat, kMarkMask}).ok());
  EXPECT_EQ(count({0, 0}), 1U);
  EXPECT_EQ(count({kVsat | kSim, kMarkMask}), 1U);
}

TEST_P(ConntrackTest, ForgetsFlowsInOtherZonesToo) {
  send("127.0.0.1", kVsat, 7777);
  send("127.0.0.1", kVsat, 9000);
  ASSERT_EQ(count({kVsat, kMarkMask}), 2U);
  ASSERT_TRUE(table_->flush_marked({kVsat, kMarkMask}).ok());
  EXPECT_EQ(count({0, 0}), 0U);
}

TEST_P(ConntrackTest, RefusesToForgetEverything) {
  send("127.0.0.1", kVsat, 9000);
  send("127.0.0.1", 0, 9001);
  for (const MarkMatch& match : {MarkMatch{0, 0}, MarkMatch{0, kMarkMask}, MarkMatch{kVsat, 0}}) {
    EXPECT_EQ(table_->flush_marked(match).error().code, ErrorCode::InvalidArgument);
  }
  EXPECT_EQ(count({0, 0}), 2U);
}

TEST_P(ConntrackTest, AFlushOfNothingIsNoError) {
  send("127.0.0.1", kSim, 9000);
  EXPECT_TRUE(table_->flush_marked({kVsat, kMarkMask}).ok());
  EXPECT_TRUE(table_->flush_marked({kVsat, kMarkMask}).ok());
  EXPECT_EQ(count({kSim, kMarkMask}), 1U);
}

TEST_P(ConntrackTest, ForgetsTenThousandOfTwentyThousandFlows) {
  send("127.0.0.1", kVsat, 20'000, 10'000);
  send("127.0.0.2", kSim, 20'000, 10'000);
  ASSERT_EQ(count({kVsat, kMarkMask}), 10'000U);
  ASSERT_EQ(count_in_proc(kSim), 10'000U);
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(table_->flush_marked({kVsat, kMarkMask}).ok());
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - before;
  std::printf("flushed 10000 of 20000 in %.1f ms\n", taken.count());
  EXPECT_EQ(count({kVsat, kMarkMask}), 0U);
  EXPECT_EQ(count({kSim, kMarkMask}), 10'000U);
}

TEST_P(ConntrackTest, SaysThatItLacksThePermission) {
  const auto attempt = [] {
    auto table = Conntrack::open(GetParam());
    return table ? table->flush_marked({kVsat, kMarkMask}) : table.error();
  };
  EXPECT_EQ(code_as_nobody(attempt, "conntrack"), static_cast<int>(ErrorCode::PermissionDenied));
}

TEST_P(ConntrackTest, CountsWhatEachHostHadInEachClass) {
  constexpr std::uint32_t kSchool = 2U * kClassStep;
  std::ofstream{"/proc/sys/net/netfilter/nf_conntrack_acct"} << "1";
  constexpr std::uint64_t kPacket = 20 + 8 + 7;  // IPv4, UDP, "village"
  send("127.0.0.1", kSchool | kVsat, 9000, 3);
  send("127.0.0.1", kSchool | kSim, 9010, 2);
  send("127.0.0.1", kVsat, 9020);
  send("::1", kSchool | kSim, 9030);
  send("127.0.0.1", kSchool, 9040);  // between devices of the village
  const auto hosts = table_->count_hosts(kClassMask);
  ASSERT_TRUE(hosts.ok()) << hosts.error().text;
  const IpAddress v4 = IpAddress::parse("127.0.0.1").value();
  EXPECT_THAT(*hosts,
              testing::UnorderedElementsAre(HostTraffic{v4, 0, kPacket, 0}, HostTraffic{v4, kSchool, 5 * kPacket, 0},
                                            HostTraffic{IpAddress::parse("::1").value(), kSchool, kPacket + 20, 0}));
}

TEST_P(ConntrackTest, SaysThatTheKernelCountsNoFlow) {
  std::ofstream{"/proc/sys/net/netfilter/nf_conntrack_acct"} << "0";
  EXPECT_TRUE(table_->count_hosts(kClassMask).ok()) << "no flow, nothing uncounted";
  send("127.0.0.1", kVsat, 9000);
  const auto hosts = table_->count_hosts(kClassMask);
  ASSERT_FALSE(hosts.ok());
  EXPECT_EQ(hosts.error().code, ErrorCode::FailedPrecondition);
}

INSTANTIATE_TEST_SUITE_P(BothWays, ConntrackTest, testing::Values(Way::OneMessage, Way::OneByOne),
                         [](const auto& way) { return way.param == Way::OneMessage ? "OneMessage" : "OneByOne"; });

}  // namespace
}  // namespace karkara
