#include "controller/service/outgoing_queue.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

TEST(OutgoingQueue, SendsInStrictPriority) {
  OutgoingQueue queue;
  queue.acknowledge(v1::FRAME_CLASS_TELEMETRY, 7);
  queue.acknowledge(v1::FRAME_CLASS_ALARM, 2);
  queue.heartbeat(3);
  ASSERT_TRUE(queue.request({}));
  queue.welcome({});
  EXPECT_TRUE(queue.next()->has_welcome());
  EXPECT_TRUE(queue.next()->data().has_request());
  EXPECT_EQ(queue.next()->heartbeat().count(), 3U);
  EXPECT_EQ(queue.next()->ack().frame_class(), v1::FRAME_CLASS_ALARM);
  EXPECT_EQ(queue.next()->ack().frame_class(), v1::FRAME_CLASS_TELEMETRY);
  EXPECT_FALSE(queue.next());
}

TEST(OutgoingQueue, ASiteThatDoesNotReadCostsNoMoreForAMillionAcknowledgements) {
  OutgoingQueue queue;
  for (std::uint64_t i = 1; i <= 1'000'000; ++i) {
    queue.acknowledge(v1::FRAME_CLASS_TELEMETRY, i);
    queue.heartbeat(i);
  }
  EXPECT_EQ(queue.next()->heartbeat().count(), 1'000'000U);
  EXPECT_EQ(queue.next()->ack().sequence(), 1'000'000U);
  EXPECT_FALSE(queue.next());
}

TEST(OutgoingQueue, RequestsAreFewAndNumberedFromOne) {
  OutgoingQueue queue;
  for (std::size_t i = 0; i < OutgoingQueue::kMostRequests; ++i) {
    EXPECT_TRUE(queue.request({}));
  }
  EXPECT_FALSE(queue.request({}));
  EXPECT_EQ(queue.next()->data().sequence(), 1U);
  EXPECT_EQ(queue.next()->data().sequence(), 2U);
}

}  // namespace
}  // namespace karkara
