// Groups of writes on their way to the writer thread, in order and bounded. A group that would be too much loses its
// content and goes on as a refusal, so that its caller still hears of it from the one thread that tells outcomes.
// Refuses to block. Called by every thread that submits, and emptied by one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "controller/store/store.h"

namespace karkara {

struct QueuedGroup {
  WriteGroup writes;
  WriteDone done;
  bool refused = false;
};

class WriteQueue {
 public:
  static constexpr std::size_t kMostGroups = 50'000;
  static constexpr std::size_t kMostBlockBytes = 256U << 20U;
  static constexpr std::size_t kBatch = 500;

  // False after close(): the group was not taken.
  bool push(WriteGroup writes, WriteDone& done);
  // Up to kBatch groups; nothing when the wait is over or the queue is closed and empty.
  std::vector<QueuedGroup> take(std::chrono::milliseconds wait);
  void close();
  [[nodiscard]] bool finished() const;
  [[nodiscard]] std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<QueuedGroup> groups_;
  std::size_t block_bytes_ = 0;
  bool closed_ = false;
};

}  // namespace karkara
