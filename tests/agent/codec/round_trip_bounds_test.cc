// What strangers can do to the matcher: crowd it, and see its numbers.
#include <gmock/gmock.h>

#include <array>
#include <set>

#include "agent/codec/round_trip_match.h"
#include "tests/agent/codec/stamped_link.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Field;
using testing::SizeIs;

TEST(RoundTripMatch, AFloodDrivesOutTheOldest) {
  constexpr std::uint32_t kFlood = 100'000;
  constexpr std::uint32_t kAnswered = 1000;
  for (const bool oldest : {true, false}) {
    Tap tap;
    for (std::uint32_t value = 1; value <= kFlood; ++value) {
      tap.at(value * 10us);
      tap.out(value);
    }
    tap.at(1100ms);
    const std::uint32_t first = oldest ? 1 : kFlood - kAnswered + 1;
    for (std::uint32_t value = first; value < first + kAnswered; ++value) {
      tap.in(value);
    }
    const auto told = tap.told_at(1500ms);
    const unsigned known = told.empty() ? 0 : told.front().samples;
    EXPECT_EQ(known > 0, !oldest) << known;
    EXPECT_TRUE(oldest || known > kAnswered * 98 / 100) << known;
  }
}

Connection connection(std::uint32_t number) {
  const std::array<std::byte, 4> address{std::byte{10}, static_cast<std::byte>(number >> 16U),
                                         static_cast<std::byte>(number >> 8U), static_cast<std::byte>(number)};
  Connection made;
  made.near.address = *IpAddress::from_bytes(address);
  return made;
}

TEST(RoundTripMatch, AFloodOfConnectionsTellsABoundedNumber) {
  Tap tap;
  for (std::uint32_t i = 0; i < 500; ++i) {
    exchange(tap, 0ms, 10, 50ms, connection(i));
  }
  const auto told = tap.told_at(400ms);
  EXPECT_THAT(told, SizeIs(RoundTripMatch::kMostFlows));
  exchange(tap, 1s, 10, 50ms, connection(999));
  EXPECT_THAT(tap.told_at(2s), SizeIs(1)) << "and forgets them";
}

TEST(RoundTripMatch, AnsweredQuestionsGoBeforeOpenOnes) {
  Tap tap;
  constexpr std::uint32_t kFirst = 1'000'000;
  for (std::uint32_t i = 0; i < 200; ++i) {
    tap.out(kFirst + i);  // open all along
  }
  for (std::uint32_t i = 0; i < 50'000; ++i) {
    tap.at(1ms + i * 20us);
    tap.out(1 + i);
    tap.in(1 + i, {}, true, -1us);
  }
  static_cast<void>(tap.told_at(1300ms));
  static_cast<void>(tap.told_at(1600ms));
  static_cast<void>(tap.told_at(1900ms));
  tap.at(2s);
  for (std::uint32_t i = 0; i < 200; ++i) {
    tap.in(kFirst + i);
  }
  EXPECT_THAT(tap.told_at(2300ms), ElementsAre(Field(&FlowRoundTrip::samples, 200U)));
}

TEST(RoundTripMatch, WhatAsksNothingAnyMoreGoesBeforeAnsweredQuestions) {
  Tap tap;
  constexpr std::uint32_t kAnswered = 1'000'000;
  for (std::uint32_t value = 1; value <= 20'000; ++value) {
    tap.out(value);
  }
  exchange(tap, 11s, kAnswered, 50ms);
  for (std::uint32_t value = 2'000'000; value < 2'001'000; ++value) {
    tap.out(value);
  }
  for (std::uint32_t value = kAnswered; value < kAnswered + 3; ++value) {
    tap.out(value);
    tap.in(value, {}, true, -1us);
  }
  EXPECT_THAT(tap.told_at(11'500ms), ElementsAre(Field(&FlowRoundTrip::samples, 3U))) << "asked again";
}

TEST(RoundTripMatch, NumbersTellConnectionsAndFarEndsApartAndDependOnTheSeed) {
  Tap tap;
  const Connection first;
  const Connection second{*IpEndpoint::parse("10.1.0.2:40002"), first.far};
  const Connection third{first.near, *IpEndpoint::parse("[2001:db8::9]:443")};
  const Connection seventh{*IpEndpoint::parse("[2001:db8::2]:7"), third.far};
  exchange(tap, 0ms, 10, 50ms, first);
  exchange(tap, 0ms, 10, 50ms, second);
  exchange(tap, 0ms, 10, 50ms, seventh);
  const auto told = tap.told_at(400ms);
  ASSERT_THAT(told, SizeIs(3));
  std::set<std::uint64_t> flows;
  std::multiset<std::uint64_t> remotes;
  for (const FlowRoundTrip& one : told) {
    flows.insert(one.flow);
    remotes.insert(one.remote);
  }
  EXPECT_EQ(flows.size(), 3U);
  EXPECT_EQ(std::set<std::uint64_t>(remotes.begin(), remotes.end()).size(), 2U);

  Tap other;
  other.match = RoundTripMatch{{11, 23}};
  other.at(0ms);
  exchange(other, 0ms, 10, 50ms, first);
  const auto elsewhere = other.told_at(400ms);
  ASSERT_THAT(elsewhere, SizeIs(1));
  EXPECT_FALSE(flows.contains(elsewhere.front().flow));
  EXPECT_FALSE(remotes.contains(elsewhere.front().remote));
}

}  // namespace
}  // namespace karkara
