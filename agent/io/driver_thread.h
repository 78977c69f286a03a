// One thread for what waits for a driver, one task after another, so that firmware that boots does not hold up the
// loop. Refuses to forget: what was asked is done before it ends. Used by Radios.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace karkara {

class DriverThread {
 public:
  using Task = std::function<void()>;

  DriverThread() = default;
  ~DriverThread();
  DriverThread(const DriverThread&) = delete;
  DriverThread& operator=(const DriverThread&) = delete;

  void run(Task task);  // the thread begins with the first

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace karkara
