// Where everything that happens waits for the loop: a bounded queue that any thread may push into.
// Events of which only the latest matters replace their predecessor; when the queue is full, events that are sent again
// anyway are dropped and counted, never an answer that a core waits for. Called by adapters (push) and the loop (take).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "agent/facts/events.h"

namespace karkara {

class Mailbox {
 public:
  // wake: called from the pushing thread when the queue was empty; must only post to the loop.
  explicit Mailbox(std::function<void()> wake) : wake_{std::move(wake)} {}

  void push(Event event);
  // Everything that waits, in order.
  std::deque<Event> take();
  [[nodiscard]] std::uint64_t dropped() const;

  static constexpr std::size_t kCapacity = 1024;

 private:
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::deque<Event> queue_;
  std::uint64_t dropped_ = 0;
};

}  // namespace karkara
