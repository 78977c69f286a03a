#include "controller/service/outgoing_queue.h"

#include <utility>

namespace karkara {

void OutgoingQueue::acknowledge(v1::FrameClass frame_class, std::uint64_t sequence) {
  acks_[static_cast<std::size_t>(frame_class)] = sequence;
}

bool OutgoingQueue::request(const v1::SiteRequest& request) {
  if (requests_.size() >= kMostRequests) {
    return false;
  }
  requests_.push_back(request);
  return true;
}

std::optional<v1::ControllerFrame> OutgoingQueue::next() {
  v1::ControllerFrame frame;
  if (welcome_) {
    *frame.mutable_welcome() = *std::exchange(welcome_, std::nullopt);
    return frame;
  }
  if (!requests_.empty()) {
    v1::Data& data = *frame.mutable_data();
    data.set_frame_class(v1::FRAME_CLASS_CONTROL);
    data.set_sequence(++last_request_);
    *data.mutable_request() = std::move(requests_.front());
    requests_.pop_front();
    return frame;
  }
  if (revoked_) {
    v1::Data& data = *frame.mutable_data();
    data.set_frame_class(v1::FRAME_CLASS_CONFIG);
    data.set_sequence(++last_config_);
    *data.mutable_revoked() = *std::exchange(revoked_, std::nullopt);
    return frame;
  }
  if (heartbeat_) {
    frame.mutable_heartbeat()->set_count(*std::exchange(heartbeat_, std::nullopt));
    return frame;
  }
  for (std::size_t i = 0; i < acks_.size(); ++i) {
    if (acks_[i]) {
      frame.mutable_ack()->set_frame_class(static_cast<v1::FrameClass>(i));
      frame.mutable_ack()->set_sequence(*std::exchange(acks_[i], std::nullopt));
      return frame;
    }
  }
  return std::nullopt;
}

}  // namespace karkara
