#include "agent/io/session_queue.h"

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

v1::Data& data_of(v1::AgentFrame& frame, v1::FrameClass frame_class, std::uint64_t sequence) {
  v1::Data& data = *frame.mutable_data();
  data.set_frame_class(frame_class);
  data.set_sequence(sequence);
  return data;
}

}  // namespace

void SessionQueue::push_heartbeat(std::uint64_t count) {
  heartbeat_ = count;
}

void SessionQueue::push_ack(v1::FrameClass frame_class, std::uint64_t sequence) {
  const auto index = static_cast<std::size_t>(frame_class);
  if (index < acks_.size()) {
    acks_[index] = std::max(acks_[index], sequence);
  }
}

void SessionQueue::push_reply(v1::SiteReply reply) {
  if (replies_.size() == kMostReplies) {
    replies_.pop_front();
  }
  replies_.push_back(std::move(reply));
}

void SessionQueue::push_state(v1::StateReport state) {
  state_ = std::move(state);
}

void SessionQueue::push_alarm(std::uint64_t sequence, v1::AlarmEvent alarm) {
  if (alarms_.size() == kMostAlarms) {
    alarms_.pop_front();
  }
  alarms_.push_back(Alarm{sequence, std::move(alarm)});
}

bool SessionQueue::push_block(std::uint64_t sequence, std::string content) {
  if (blocks_.size() == kMostBlocks || block_bytes_ + content.size() > kMostBlockBytes) {
    return false;
  }
  block_bytes_ += content.size();
  blocks_.push_back(Block{sequence, std::move(content)});
  return true;
}

std::optional<v1::AgentFrame> SessionQueue::next() {
  v1::AgentFrame frame;
  if (next_control(frame) || next_alarm(frame) || next_block(frame)) {
    return frame;
  }
  return std::nullopt;
}

bool SessionQueue::was_sent(v1::FrameClass frame_class, std::uint64_t sequence) const {
  switch (frame_class) {
    case v1::FRAME_CLASS_CONTROL: return sequence <= control_sequence_;
    case v1::FRAME_CLASS_ALARM: return sequence <= highest_alarm_;
    case v1::FRAME_CLASS_TELEMETRY: return sequence <= highest_block_;
    default: return false;  // foreign: off the wire may come any number; in the other classes nothing is sent
  }
}

bool SessionQueue::next_control(v1::AgentFrame& frame) {
  if (heartbeat_) {
    frame.mutable_heartbeat()->set_count(*std::exchange(heartbeat_, std::nullopt));
    return true;
  }
  for (std::size_t index = 0; index < acks_.size(); ++index) {
    if (acks_[index] != 0) {
      frame.mutable_ack()->set_frame_class(static_cast<v1::FrameClass>(index));
      frame.mutable_ack()->set_sequence(std::exchange(acks_[index], 0));
      return true;
    }
  }
  if (!replies_.empty()) {
    *data_of(frame, v1::FRAME_CLASS_CONTROL, ++control_sequence_).mutable_reply() = std::move(replies_.front());
    replies_.pop_front();
    return true;
  }
  if (state_) {
    *data_of(frame, v1::FRAME_CLASS_CONTROL, ++control_sequence_).mutable_state() = std::move(*state_);
    state_.reset();
    return true;
  }
  return false;
}

bool SessionQueue::next_alarm(v1::AgentFrame& frame) {
  if (alarms_.empty()) {
    return false;
  }
  Alarm& alarm = alarms_.front();
  highest_alarm_ = std::max(highest_alarm_, alarm.sequence);
  *data_of(frame, v1::FRAME_CLASS_ALARM, alarm.sequence).mutable_alarm() = std::move(alarm.event);
  alarms_.pop_front();
  return true;
}

bool SessionQueue::next_block(v1::AgentFrame& frame) {
  if (blocks_.empty()) {
    return false;
  }
  Block block = std::move(blocks_.front());
  blocks_.pop_front();
  block_bytes_ -= block.content.size();
  highest_block_ = std::max(highest_block_, block.sequence);
  data_of(frame, v1::FRAME_CLASS_TELEMETRY, block.sequence).mutable_block()->set_content(std::move(block.content));
  return true;
}

}  // namespace karkara
