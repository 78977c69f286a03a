#include "agent/runtime/mailbox.h"

#include <utility>

namespace karkara {
namespace {

// A newer one of these says everything that the older one said.
bool replaces(const Event& newer, const Event& older) {
  if (newer.index() != older.index()) {
    return false;
  }
  if (std::holds_alternative<KernelSeen>(newer) || std::holds_alternative<SelfMeasured>(newer) ||
      std::holds_alternative<SessionTrying>(newer)) {
    return true;
  }
  const auto* new_link = std::get_if<LinkChanged>(&newer);
  return new_link && new_link->link.index == std::get<LinkChanged>(older).link.index &&
         new_link->link.carrier == std::get<LinkChanged>(older).link.carrier &&
         new_link->link.admin_up == std::get<LinkChanged>(older).link.admin_up;
}

// What is said again by itself when it is lost.
bool is_repeated(const Event& event) {
  return std::holds_alternative<KernelSeen>(event) || std::holds_alternative<SerialBytes>(event) ||
         std::holds_alternative<SelfMeasured>(event) || std::holds_alternative<EchoAnswered>(event) ||
         std::holds_alternative<SiteRequest>(event);
}

}  // namespace

void Mailbox::push(Event event) {
  bool was_empty = false;
  {
    const std::lock_guard lock{mutex_};
    was_empty = queue_.empty();
    if (!was_empty && replaces(event, queue_.back())) {
      queue_.back() = std::move(event);
      return;
    }
    if (queue_.size() >= kCapacity && is_repeated(event)) {
      ++dropped_;
      return;
    }
    queue_.push_back(std::move(event));
  }
  if (was_empty) {
    wake_();
  }
}

std::deque<Event> Mailbox::take() {
  const std::lock_guard lock{mutex_};
  return std::exchange(queue_, {});
}

std::uint64_t Mailbox::dropped() const {
  const std::lock_guard lock{mutex_};
  return dropped_;
}

}  // namespace karkara
