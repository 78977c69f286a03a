#include "agent/io/session_queue.h"

#include <gtest/gtest.h>

#include "agent/io/request_ledger.h"

namespace karkara {
namespace {

v1::AlarmEvent alarm(const std::string& name) {
  v1::AlarmEvent event;
  event.set_message(name);
  return event;
}

v1::StateReport state(const std::string& uplink) {
  v1::StateReport report;
  report.set_active_uplink(uplink);
  return report;
}

v1::SiteReply reply(std::uint64_t id) {
  v1::SiteReply message;
  message.set_id(id);
  return message;
}

// What stands in the queue, in the order in which it is written.
std::string order(SessionQueue& queue) {
  std::string text;
  while (const auto frame = queue.next()) {
    switch (frame->body_case()) {
      case v1::AgentFrame::kHeartbeat: text += 'h'; break;
      case v1::AgentFrame::kAck: text += 'k'; break;
      case v1::AgentFrame::kData:
        switch (frame->data().payload_case()) {
          case v1::Data::kReply: text += 'r'; break;
          case v1::Data::kState: text += 's'; break;
          case v1::Data::kAlarm: text += 'a'; break;
          case v1::Data::kBlock: text += 'b'; break;
          default: text += '?';
        }
        break;
      default: text += '?';
    }
  }
  return text;
}

TEST(SessionQueue, WritesTheMoreUrgentClassFirst) {
  SessionQueue queue;
  queue.push_block(7, "block");
  queue.push_alarm(1, alarm("UPLINK_DOWN"));
  queue.push_state(state("vsat"));
  queue.push_reply(reply(5));
  queue.push_ack(v1::FRAME_CLASS_CONTROL, 3);
  queue.push_heartbeat(1);
  EXPECT_EQ(order(queue), "hkrsab");
}

TEST(SessionQueue, TheLatestStateWins) {
  SessionQueue queue;
  queue.push_state(state("vsat"));
  queue.push_state(state("lte"));
  const auto frame = queue.next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->data().state().active_uplink(), "lte");
  EXPECT_FALSE(queue.next());
}

TEST(SessionQueue, ControlCountsFromOneAndBlocksKeepTheirOwnNumber) {
  SessionQueue queue;
  queue.push_reply(reply(5));
  queue.push_state(state("vsat"));
  queue.push_block(41, "block");
  EXPECT_EQ(queue.next()->data().sequence(), 1U);
  EXPECT_EQ(queue.next()->data().sequence(), 2U);
  EXPECT_EQ(queue.next()->data().sequence(), 41U);
}

TEST(SessionQueue, KeepsTheNewest256Alarms) {
  SessionQueue queue;
  for (std::uint64_t i = 1; i <= 300; ++i) {
    queue.push_alarm(i, alarm("UPLINK_DOWN"));
  }
  std::uint64_t count = 0;
  std::uint64_t first = 0;
  while (const auto frame = queue.next()) {
    first = first == 0 ? frame->data().sequence() : first;
    ++count;
  }
  EXPECT_EQ(count, 256U);
  EXPECT_EQ(first, 45U);
}

TEST(SessionQueue, RefusesBlocksOverItsBound) {
  SessionQueue queue;
  for (std::uint64_t i = 1; i <= SessionQueue::kMostBlocks; ++i) {
    EXPECT_TRUE(queue.push_block(i, "block"));
  }
  EXPECT_FALSE(queue.push_block(100, "block"));
  queue.start_session();
  EXPECT_TRUE(queue.push_block(1, std::string(SessionQueue::kMostBlockBytes, 'x')));
  EXPECT_FALSE(queue.push_block(2, "x"));
  ASSERT_TRUE(queue.next());
  EXPECT_TRUE(queue.push_block(2, "x"));
}

TEST(SessionQueue, KnowsWhatItNeverSent) {
  SessionQueue queue;
  queue.push_block(7, "block");
  queue.push_alarm(1, alarm("UPLINK_DOWN"));
  EXPECT_FALSE(queue.was_sent(v1::FRAME_CLASS_TELEMETRY, 7));
  order(queue);
  EXPECT_TRUE(queue.was_sent(v1::FRAME_CLASS_TELEMETRY, 7));
  EXPECT_FALSE(queue.was_sent(v1::FRAME_CLASS_TELEMETRY, 8));
  EXPECT_TRUE(queue.was_sent(v1::FRAME_CLASS_ALARM, 1));
  EXPECT_FALSE(queue.was_sent(v1::FRAME_CLASS_ALARM, 2));
  EXPECT_FALSE(queue.was_sent(v1::FRAME_CLASS_BULK, 0));
  EXPECT_FALSE(queue.was_sent(static_cast<v1::FrameClass>(77), 0));
}

TEST(SessionQueue, ForgetsEverythingAtANewSession) {
  SessionQueue queue;
  queue.push_alarm(1, alarm("UPLINK_DOWN"));
  queue.push_state(state("vsat"));
  queue.push_block(1, "block");
  queue.push_heartbeat(3);
  queue.start_session();
  EXPECT_EQ(order(queue), "");
}

TEST(SessionQueue, IgnoresAnAcknowledgementOfAnUnknownClass) {
  SessionQueue queue;
  queue.push_ack(static_cast<v1::FrameClass>(-3), 9);
  queue.push_ack(static_cast<v1::FrameClass>(1000), 9);
  EXPECT_EQ(order(queue), "");
}

TEST(RequestLedger, CarriesARequestOutOnce) {
  RequestLedger ledger;
  EXPECT_TRUE(ledger.arrived(5, 1).carry_out);
  EXPECT_FALSE(ledger.arrived(5, 1).carry_out);
  EXPECT_FALSE(ledger.arrived(5, 1).reply);
  EXPECT_TRUE(ledger.arrived(6, 1).carry_out);
}

TEST(RequestLedger, AnswersAgainInALaterSessionWithoutDoingItAgain) {
  RequestLedger ledger;
  ledger.arrived(5, 1);
  ledger.answered(reply(5));
  const auto verdict = ledger.arrived(5, 2);
  EXPECT_FALSE(verdict.carry_out);
  ASSERT_TRUE(verdict.reply);
  EXPECT_EQ(verdict.reply->id(), 5U);
  EXPECT_FALSE(ledger.arrived(5, 2).reply);
}

TEST(RequestLedger, ForgetsTheOldestAnswersWhenTheyGrowLarge) {
  RequestLedger ledger;
  for (std::uint64_t id = 1; id <= 4; ++id) {
    ledger.arrived(id, 1);
    v1::SiteReply large = reply(id);
    large.mutable_done()->set_text(std::string(100'000, 'x'));
    ledger.answered(large);
  }
  EXPECT_FALSE(ledger.arrived(1, 2).reply);
  EXPECT_FALSE(ledger.arrived(1, 2).carry_out);
  EXPECT_TRUE(ledger.arrived(4, 2).reply);
}

}  // namespace
}  // namespace karkara
