#include "agent/io/driver_thread.h"

#include <utility>

namespace karkara {

DriverThread::~DriverThread() {
  {
    const std::lock_guard lock{mutex_};
    ends_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void DriverThread::run(Task task) {
  {
    const std::lock_guard lock{mutex_};
    tasks_.push_back(std::move(task));
  }
  if (!thread_.joinable()) {
    thread_ = std::thread{[this] { work(); }};
  }
  changed_.notify_one();
}

void DriverThread::work() {
  for (;;) {
    Task task;
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [&] { return ends_ || !tasks_.empty(); });
      if (tasks_.empty()) {
        return;
      }
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

}  // namespace karkara
