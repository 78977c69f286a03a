#include "agent/shaping/host_rates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint32_t kSchool = 2U << 22U;

IpAddress host(int number) {
  return IpAddress::parse("192.168.77." + std::to_string(number)).value();
}

HostsCounted counted(std::vector<HostTraffic> hosts) {
  return {std::move(hosts), {}};
}

class HostRatesTest : public testing::Test {
 protected:
  std::vector<IpAddress> order() const {
    std::vector<IpAddress> all;
    for (const HostRate& one : rates_.busiest(now_)) {
      all.push_back(one.host);
    }
    return all;
  }
  HostRates rates_;
  Instant now_ = Instant{} + 1h;
};

TEST_F(HostRatesTest, RatesAreBetweenTwoCountsAndTheBusiestComesFirst) {
  rates_.on(counted({{host(1), kSchool, 1'000, 50'000}, {host(2), kSchool, 0, 900'000}}), now_);
  ASSERT_THAT(rates_.busiest(now_), SizeIs(2));
  EXPECT_FALSE(rates_.busiest(now_)[0].down) << "nothing to compare with";
  EXPECT_THAT(order(), ElementsAre(host(2), host(1)));
  now_ = now_ + 2s;
  rates_.on(counted({{host(1), kSchool, 2'000, 300'000}, {host(2), kSchool, 0, 900'000}}), now_);
  EXPECT_THAT(order(), ElementsAre(host(1), host(2)));
  const HostRate busiest = rates_.busiest(now_)[0];
  EXPECT_DOUBLE_EQ(busiest.down.value(), 1'000'000);
  EXPECT_DOUBLE_EQ(busiest.up.value(), 4'000);
  EXPECT_EQ(busiest.bytes, 302'000U);
  EXPECT_DOUBLE_EQ(rates_.busiest(now_)[1].down.value(), 0);
}

TEST_F(HostRatesTest, ANewHostCountsWholeAndEndedFlowsCountNothing) {
  rates_.on(counted({{host(1), kSchool, 0, 800'000}}), now_);
  now_ = now_ + 1s;
  rates_.on(counted({{host(1), kSchool, 0, 100}, {host(1), 0, 0, 500}, {host(2), kSchool, 0, 1'000}}), now_);
  const auto all = rates_.busiest(now_);
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_DOUBLE_EQ(all[0].down.value(), 8'000);
  EXPECT_DOUBLE_EQ(all[1].down.value(), 4'000) << "the same host in another class is new";
  EXPECT_DOUBLE_EQ(all[2].down.value(), 0) << "never less than nothing";
}

TEST_F(HostRatesTest, OnlySoManyAreTold) {
  HostsCounted many;
  for (int i = 1; i <= 100; ++i) {
    many.hosts.push_back({host(i), kSchool, 0, static_cast<std::uint64_t>(i)});
  }
  rates_.on(many, now_);
  ASSERT_THAT(rates_.busiest(now_), SizeIs(HostRates::kMost));
  EXPECT_EQ(rates_.busiest(now_)[0].host, host(100));
}

TEST_F(HostRatesTest, WhoWasLeftOutOfAFullCountIsNotTakenForNew) {
  HostsCounted full;
  for (std::uint32_t i = 0; i < HostRates::kMostCounted; ++i) {
    full.hosts.push_back({host(1), i, 0, 1});
  }
  rates_.on(full, now_);
  now_ = now_ + 1s;
  rates_.on(counted({{host(2), kSchool, 0, 2'000'000'000}}), now_);
  EXPECT_FALSE(rates_.busiest(now_)[0].down);
}

TEST_F(HostRatesTest, AnOldCountIsForgotten) {
  rates_.on(counted({{host(1), kSchool, 0, 100}}), now_);
  now_ = now_ + HostRates::kStale;
  EXPECT_THAT(rates_.busiest(now_), IsEmpty());
  rates_.on(counted({{host(1), kSchool, 0, 9'000'000}}), now_);
  EXPECT_FALSE(rates_.busiest(now_)[0].down) << "of an hour nobody looked at";
}

TEST_F(HostRatesTest, CountsAreAskedForAtAPaceAndRefusalsAreTold) {
  EXPECT_TRUE(rates_.ask(now_));
  EXPECT_FALSE(rates_.ask(now_ + 100ms)) << "two people look";
  EXPECT_TRUE(rates_.ask(now_ + 1s));
  rates_.on({{}, Error{ErrorCode::FailedPrecondition, "does not count"}}, now_);
  EXPECT_EQ(rates_.trouble(now_), "does not count");
  EXPECT_EQ(rates_.trouble(now_ + 1h), "");
  now_ = now_ + 1s;
  rates_.on(counted({{host(1), kSchool, 0, 100}}), now_);
  EXPECT_EQ(rates_.trouble(now_), "");
  EXPECT_FALSE(rates_.busiest(now_)[0].down);
}

}  // namespace
}  // namespace karkara
