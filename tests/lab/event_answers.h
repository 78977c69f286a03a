// What a worker of the agent tells, for trial programs that wait for it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "agent/facts/events.h"
#include "common/time.h"

namespace karkara {

class Answers {
 public:
  void push(Event event) {
    const std::lock_guard lock{mutex_};
    events_.push_back(std::move(event));
    changed_.notify_one();
  }
  std::deque<Event> wait(Duration patience) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, patience, [&] { return !events_.empty(); });
    return std::exchange(events_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Event> events_;
};

}  // namespace karkara
