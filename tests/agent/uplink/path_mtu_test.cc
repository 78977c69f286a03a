#include "agent/uplink/path_mtu.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace karkara {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTimeOut = 600ms;
const IpAddress kSource = *IpAddress::parse("10.1.0.2");
const IpAddress kSource6 = *IpAddress::parse("fd00:1::2");

// A path that carries packets up to a size and loses some of all; time is a number.
class SimulatedPath {
 public:
  explicit SimulatedPath(std::uint16_t most, double loss = 0, unsigned seed = 1)
      : most_{most}, loss_{loss}, random_{seed} {}

  void attach(PathMtu& search, std::uint16_t link_mtu = 1500, const IpAddress& source = kSource) {
    take(search.see(MtuPath{source, link_mtu}, kTimeOut, now_));
    run(search);
  }
  // Until the search has ended.
  void run(PathMtu& search) {
    while (search.searching()) {
      if (!answers_.empty() && answers_.front().first <= search.next_deadline()) {
        const auto [at, nonce] = answers_.front();
        answers_.pop_front();
        now_ = at;
        take(search.on(EchoAnswered{{}, {}, nonce, {}}, now_));
      } else {
        now_ = search.next_deadline();
        take(search.tick(now_));
      }
      ASSERT_LT(asked_.size(), 1000U);
    }
  }
  void repeat(PathMtu& search) {
    asked_.clear();
    now_ = search.next_deadline();
    take(search.tick(now_));
    run(search);
  }

  std::uint16_t most_;
  double loss_;
  Duration round_trip_ = 500ms;
  Instant now_{100s};
  std::vector<std::uint16_t> asked_;

 private:
  void take(const PathMtu::Echoes& echoes) {
    for (const SizedEcho& echo : echoes) {
      asked_.push_back(echo.size);
      if (echo.size <= most_ && !std::bernoulli_distribution{loss_}(random_)) {
        answers_.emplace_back(now_ + round_trip_, echo.nonce);
      }
    }
  }
  std::mt19937 random_;
  std::deque<std::pair<Instant, std::uint64_t>> answers_;
};

TEST(PathMtu, TakesTheLinksWhenThatPassesWithOneEcho) {
  PathMtu search{1};
  SimulatedPath path{1500};
  path.attach(search);
  EXPECT_EQ(search.mtu(), 1500);
  EXPECT_EQ(path.asked_, (std::vector<std::uint16_t>{1500}));
  EXPECT_EQ(search.bytes(), 3000U);
  EXPECT_EQ(search.next_deadline(), path.now_ + 24h);
}

TEST(PathMtu, FindsAHoleThatIcmpKeepsSilentAbout) {
  PathMtu search{1};
  SimulatedPath path{1400};
  path.attach(search);
  EXPECT_EQ(search.mtu(), 1400);
  EXPECT_EQ(path.asked_[0], 1500);
  EXPECT_EQ(path.asked_[1], 1500);
  EXPECT_EQ(path.asked_[2], 1280);
  EXPECT_LE(path.asked_.size(), 12U);
}

TEST(PathMtu, NeverSaysMoreThanPassesAndAtMostTwentyFewer) {
  for (std::uint16_t most = 1280; most <= 1500; ++most) {
    PathMtu search{most};
    SimulatedPath path{most};
    path.attach(search);
    ASSERT_TRUE(search.mtu().has_value()) << most;
    EXPECT_LE(*search.mtu(), most);
    EXPECT_GT(*search.mtu() + 20, most) << most;
    EXPECT_LE(search.bytes(), 24'000U);
  }
}

TEST(PathMtu, FindsTheLinksOwnOddSizeAndNoMoreThanTheInternets) {
  PathMtu odd{1};
  SimulatedPath path{1500};
  path.attach(odd, 1437);
  EXPECT_EQ(odd.mtu(), 1437);
  PathMtu jumbo{1};
  path.attach(jumbo, 9000);
  EXPECT_EQ(jumbo.mtu(), 1500);
}

TEST(PathMtu, GoesBelow1280OnlyInIpv4) {
  PathMtu four{1};
  SimulatedPath narrow{700};
  narrow.attach(four);
  EXPECT_EQ(four.mtu(), 576);
  PathMtu six{1};
  SimulatedPath narrow6{700};
  narrow6.attach(six, 1500, kSource6);
  EXPECT_EQ(six.mtu(), std::nullopt);
  EXPECT_EQ(narrow6.asked_, (std::vector<std::uint16_t>{1500, 1500, 1280, 1280}));
}

TEST(PathMtu, SaysNothingOfADeadPathAndAsksAgainWithGrowingPauses) {
  PathMtu search{1};
  SimulatedPath path{0};
  path.attach(search);
  EXPECT_EQ(search.mtu(), std::nullopt);
  EXPECT_EQ(search.next_deadline(), path.now_ + 5min);
  path.repeat(search);
  EXPECT_EQ(search.next_deadline(), path.now_ + 10min);
  path.most_ = 1500;
  path.repeat(search);
  EXPECT_EQ(search.mtu(), 1500);
}

TEST(PathMtu, TakesAnOutageInTheMiddleForNoSize) {
  PathMtu search{1};
  SimulatedPath path{1400};
  PathMtu::Echoes next = search.see(MtuPath{kSource, 1500}, kTimeOut, path.now_);
  Instant now = path.now_;
  while (search.searching()) {  // 1280 is answered, then the uplink dies
    const SizedEcho echo = next.at(0);
    now = now + 1ms;
    next = echo.size == 1280 && next.size() == 1 && path.asked_.empty()
               ? search.on(EchoAnswered{{}, {}, echo.nonce, {}}, now)
               : search.tick(now = search.next_deadline());
    if (echo.size == 1280) {
      path.asked_.push_back(1280);
    }
  }
  EXPECT_EQ(search.mtu(), std::nullopt);
  EXPECT_EQ(search.next_deadline(), now + 5min);
}

TEST(PathMtu, KeepsWhatItFoundThroughADailyRepeatWithThreeEchoes) {
  PathMtu search{1};
  SimulatedPath path{1400};
  path.attach(search);
  path.repeat(search);
  // The size itself, the next larger one twice, and the size again: silence alone proves nothing.
  EXPECT_EQ(path.asked_, (std::vector<std::uint16_t>{1400, 1410, 1410, 1400}));
  EXPECT_EQ(search.mtu(), 1400);
  path.most_ = 0;
  path.repeat(search);
  EXPECT_EQ(search.mtu(), 1400);
  path.most_ = 1492;
  path.repeat(search);
  EXPECT_EQ(search.mtu(), 1492);
  path.most_ = 1350;
  path.repeat(search);
  EXPECT_EQ(search.mtu(), 1350);
}

TEST(PathMtu, IsSeldomWrongUnderLoss) {
  int right = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    PathMtu search{seed};
    SimulatedPath path{1400, 0.04, seed};
    path.attach(search);
    EXPECT_LE(search.mtu().value_or(0), 1400);
    right += search.mtu() == 1400 ? 1 : 0;
  }
  EXPECT_GE(right, 490);
}

TEST(PathMtu, CountsAnAnswerThatComesAfterItsTimeOut) {
  PathMtu search{1};
  SimulatedPath path{1500};
  path.round_trip_ = 2500ms;  // the estimate is far too short
  path.attach(search);
  EXPECT_EQ(search.mtu(), 1500);
}

TEST(PathMtu, BeginsAnewWithANewAddressAndEndsWithTheUplink) {
  PathMtu search{1};
  SimulatedPath path{1400};
  path.attach(search);
  EXPECT_TRUE(search.see(MtuPath{kSource, 1500}, kTimeOut, path.now_).empty());
  const auto echoes = search.see(MtuPath{*IpAddress::parse("10.9.0.2"), 1500}, kTimeOut, path.now_);
  ASSERT_EQ(echoes.size(), 1U);
  EXPECT_EQ(search.mtu(), std::nullopt);
  EXPECT_TRUE(search.see(std::nullopt, kTimeOut, path.now_).empty());
  EXPECT_FALSE(search.searching());
  EXPECT_EQ(search.next_deadline(), Instant::max());
  EXPECT_TRUE(search.on(EchoAnswered{{}, {}, echoes[0].nonce, {}}, path.now_).empty());
  EXPECT_EQ(search.mtu(), std::nullopt);
}

TEST(PathMtu, DoesNotWaitForASizeThatTheInterfaceItselfRefuses) {
  PathMtu search{1};
  const Instant now{100s};
  auto next = search.see(MtuPath{kSource, 1500}, kTimeOut, now);
  next = search.on(EchoFailed{{}, next.at(0).nonce, "larger than lte0 takes in one piece"}, now);
  EXPECT_EQ(next.at(0).size, 1500);
  next = search.on(EchoFailed{{}, next.at(0).nonce, "larger than lte0 takes in one piece"}, now);
  EXPECT_EQ(next.at(0).size, 1280);
  EXPECT_TRUE(search.on(EchoFailed{{}, 12345, "of another's echo"}, now).empty());
}

}  // namespace
}  // namespace karkara
