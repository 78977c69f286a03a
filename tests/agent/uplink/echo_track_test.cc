#include "agent/uplink/echo_track.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::seconds;

TEST(EchoTrack, WaitsSinceTheOldestEchoBehindTheNewestAnswer) {
  EchoTrack track;
  const Instant now{seconds{100}};
  EXPECT_EQ(track.waiting_since(), std::nullopt);
  track.sent(1, now);
  track.sent(2, now + seconds{1});
  EXPECT_EQ(track.waiting_since(), now);
  track.answered(2, now + seconds{2});  // the first is lost, or another anchor's
  EXPECT_EQ(track.waiting_since(), std::nullopt);
  track.sent(3, now + seconds{3});
  track.sent(4, now + seconds{4});
  EXPECT_EQ(track.waiting_since(), now + seconds{3});
  track.expire(now + seconds{20});
  EXPECT_EQ(track.waiting_since(), now + seconds{3}) << "late, and it may still come";
  track.answered(1, now + seconds{21});
  EXPECT_EQ(track.waiting_since(), now + seconds{3}) << "an older answer says nothing of the newer ones";
  track.forget_outstanding();
  EXPECT_EQ(track.waiting_since(), std::nullopt);
}

TEST(EchoTrack, AnEchoThatAnotherAnchorsAnswerOvertookTellsOfItsAnchorOnly) {
  EchoTrack track;
  const Instant now{seconds{100}};
  track.sent(1, now, 0);
  track.sent(2, now + seconds{1}, 1);
  track.answered(2, now + seconds{2});
  EXPECT_EQ(track.expire(now + seconds{20}), 0U);
  EXPECT_EQ(track.loss(), 0.0);
  track.sent(3, now + seconds{21}, 1);
  track.sent(4, now + seconds{22}, 1);
  track.answered(4, now + seconds{23});
  EXPECT_EQ(track.expire(now + seconds{40}), 1U) << "its own anchor answers: the echo was lost on the way";
  track.sent(5, now + seconds{41}, 0);
  EXPECT_EQ(track.expire(now + seconds{60}), 1U) << "nobody has answered since";
}

}  // namespace
}  // namespace karkara
