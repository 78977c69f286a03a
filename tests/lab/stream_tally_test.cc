#include "tests/lab/stream_tally.h"

#include <gtest/gtest.h>

namespace karkara::lab {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{50s};

// Sends packets 0..999 one a millisecond and answers those that `answers` lets through, 60 ms later.
template <class Answers>
StreamTally stream(Answers answers) {
  StreamTally tally{kStart};
  for (std::uint64_t t = 0; t < 1060; ++t) {
    const Instant now = kStart + std::chrono::milliseconds{t};
    if (t < 1000) {
      tally.sent(t, now);
    }
    if (t >= 60 && answers(t - 60)) {
      tally.answered(t - 60, now);
    }
  }
  return tally;
}

TEST(StreamTally, CountsNothingWrongOnAGoodLink) {
  const StreamReport report = stream([](std::uint64_t) { return true; }).report(100ms);
  EXPECT_EQ(report.sent, 1000U);
  EXPECT_EQ(report.answered, 1000U);
  EXPECT_EQ(report.lost, 0U);
  EXPECT_EQ(report.reordered, 0U);
  EXPECT_EQ(report.rtt_median, 60ms);
  EXPECT_EQ(report.longest_silence, 60ms);  // before the first answer
  EXPECT_TRUE(report.silences.empty());
}

TEST(StreamTally, TellsTheWaysApartByTheServicesClock) {
  StreamTally tally{kStart};
  for (std::uint64_t number = 0; number < 100; ++number) {
    const Instant sent = kStart + std::chrono::milliseconds{10 * number};
    tally.sent(number, sent);
    tally.answered(number, sent + 60ms, sent + (number < 90 ? 10ms : 45ms));
  }
  const StreamReport report = tally.report(100ms);
  EXPECT_EQ(report.up_median, 10ms);
  EXPECT_EQ(report.up_p95, 45ms);
  EXPECT_EQ(report.down_median, 50ms);
  EXPECT_EQ(report.down_p95, 50ms);
  EXPECT_EQ(report.rtt_p95, 60ms);
}

TEST(StreamTally, FindsTheDarkTime) {
  const StreamReport report = stream([](std::uint64_t n) { return n < 300 || n >= 700; }).report(100ms);
  EXPECT_EQ(report.lost, 400U);
  EXPECT_EQ(report.longest_loss_run, 400U);
  EXPECT_EQ(report.longest_silence, 401ms);
  ASSERT_EQ(report.silences.size(), 1U);
  EXPECT_EQ(report.silences[0].from_start, 359ms);
}

TEST(StreamTally, CountsADarkEndThatNeverLitUpAgain) {
  const StreamReport report = stream([](std::uint64_t n) { return n < 300; }).report(100ms);
  EXPECT_EQ(report.longest_silence, 640ms);
  ASSERT_EQ(report.silences.size(), 1U);
}

TEST(StreamTally, TellsReorderedRepeatedAndForeignAnswersApart) {
  StreamTally tally{kStart};
  for (std::uint64_t n = 0; n < 3; ++n) {
    tally.sent(n, kStart);
  }
  tally.unsent(3);
  for (const std::uint64_t n : {0U, 2U, 1U, 1U, 3U, 99U}) {
    tally.answered(n, kStart + 1ms);
  }
  const StreamReport report = tally.report(1s);
  EXPECT_EQ(report.answered, 3U);
  EXPECT_EQ(report.reordered, 1U);
  EXPECT_EQ(report.duplicated, 1U);
  EXPECT_EQ(report.unsent, 1U);
}

TEST(StreamTally, HasFiveInAHundredAnswersLaterThanTheNinetyFifth) {
  StreamTally tally{kStart};
  for (std::uint64_t n = 0; n < 100; ++n) {
    tally.sent(n, kStart);
    tally.answered(n, kStart + std::chrono::milliseconds{n + 1});
  }
  EXPECT_EQ(tally.report(1s).rtt_p95, 95ms);
}

TEST(StreamTally, PrintsJson) {
  StreamTally tally{kStart};
  tally.sent(0, kStart);
  tally.answered(0, kStart + 250ms, kStart + 100ms);
  EXPECT_EQ(to_json(tally.report(100ms), true),
            "{\"sent\":1,\"unsent\":0,\"answered\":1,\"lost\":0,\"not_taken\":1,\"reordered\":0,\"duplicated\":0,"
            "\"longest_loss_run\":0,\"until_first_ms\":250.0,\"longest_silence_ms\":250.0,\"rtt_min_ms\":250.00,\"rtt_"
            "median_ms\":250.00,\"rtt_p95_ms\":250.00,\"rtt_max_ms\":250.00,"
            "\"up_median_ms\":100.00,\"up_p95_ms\":100.00,\"down_median_ms\":150.00,\"down_p95_ms\":150.00,\"gaps\":[{"
            "\"at_ms\":0.0,\"lasted_ms\":250.0}]}");
}

TEST(StreamTally, TellsAPacketWhoseAnswerWasLostFromOneThatNeverArrived) {
  StreamTally tally{kStart};
  for (std::uint64_t n = 0; n < 10; ++n) {
    tally.sent(n, kStart);
  }
  tally.answered(0, kStart + 60ms);
  tally.taken(1);
  tally.answered(9, kStart + 90ms);
  tally.taken(8);
  tally.taken(7);  // overtaken
  const StreamReport report = tally.report(100ms);
  EXPECT_EQ(report.lost, 8U);
  EXPECT_EQ(report.not_taken, 2U);
  EXPECT_EQ(report.until_first, 60ms);
  EXPECT_EQ(tally.heard_at(), kStart + 90ms);
}

}  // namespace
}  // namespace karkara::lab
