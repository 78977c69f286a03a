#include "controller/store/write_queue.h"

namespace karkara {
namespace {

std::size_t block_bytes(const WriteGroup& writes) {
  std::size_t bytes = 0;
  for (const Write& write : writes) {
    if (const auto* block = std::get_if<AppendBlock>(&write)) {
      bytes += block->content.size();
    }
  }
  return bytes;
}

}  // namespace

bool WriteQueue::push(WriteGroup writes, WriteDone& done) {
  const std::size_t bytes = block_bytes(writes);
  {
    const std::lock_guard lock{mutex_};
    if (closed_) {
      return false;
    }
    const bool refused = groups_.size() >= kMostGroups || block_bytes_ + bytes > kMostBlockBytes;
    if (refused) {
      writes = {};
    } else {
      block_bytes_ += bytes;
    }
    groups_.push_back({std::move(writes), std::move(done), refused});
  }
  filled_.notify_one();
  return true;
}

std::vector<QueuedGroup> WriteQueue::take(std::chrono::milliseconds wait) {
  std::unique_lock lock{mutex_};
  filled_.wait_for(lock, wait, [&] { return closed_ || !groups_.empty(); });
  std::vector<QueuedGroup> batch;
  while (!groups_.empty() && batch.size() < kBatch) {
    block_bytes_ -= block_bytes(groups_.front().writes);
    batch.push_back(std::move(groups_.front()));
    groups_.pop_front();
  }
  return batch;
}

void WriteQueue::close() {
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  filled_.notify_all();
}

bool WriteQueue::finished() const {
  const std::lock_guard lock{mutex_};
  return closed_ && groups_.empty();
}

std::size_t WriteQueue::size() const {
  const std::lock_guard lock{mutex_};
  return groups_.size();
}

}  // namespace karkara
