#include "agent/io/disk_worker.h"

#include <utility>

namespace karkara {

DiskWorker::DiskWorker() : thread_{[this] { work(); }} {}

DiskWorker::~DiskWorker() {
  stop();
}

void DiskWorker::run(std::function<void()> deed) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_) {
      return;
    }
    deeds_.push_back(std::move(deed));
  }
  changed_.notify_one();
}

void DiskWorker::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void DiskWorker::run_after(std::chrono::steady_clock::duration wait, std::function<void()> deed) {
  {
    const std::lock_guard lock{mutex_};
    later_.emplace(std::chrono::steady_clock::now() + wait, std::move(deed));
  }
  changed_.notify_one();
}

// Empty when there will be no more.
std::function<void()> DiskWorker::next_deed() {
  std::unique_lock lock{mutex_};
  for (;;) {
    if (!deeds_.empty()) {
      auto deed = std::move(deeds_.front());
      deeds_.pop_front();
      return deed;
    }
    if (stopping_) {
      return {};
    }
    if (later_.empty()) {
      changed_.wait(lock);
    } else if (const auto due = later_.begin()->first; changed_.wait_until(lock, due) == std::cv_status::timeout) {
      const auto first = later_.begin();
      deeds_.push_back(std::move(first->second));
      later_.erase(first);
    }
  }
}

void DiskWorker::work() {
  while (const auto deed = next_deed()) {
    deed();
  }
}

}  // namespace karkara
