// One thread for everything that touches the router's flash: it can stall for seconds, and the loop must not. Deeds run
// in order; a deed answers by an event of its own. Refuses deeds after stop(). Made by main.cc, shared by Spool and
// StateFile.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace karkara {

class DiskWorker {
 public:
  DiskWorker();
  ~DiskWorker();  // stop()
  DiskWorker(const DiskWorker&) = delete;
  DiskWorker& operator=(const DiskWorker&) = delete;

  // From any thread. The deed must not throw.
  void run(std::function<void()> deed);
  // Not before `wait` has passed; at stop() such a deed is not waited for and not done.
  void run_after(std::chrono::steady_clock::duration wait, std::function<void()> deed);
  // Waits until everything that was given so far is done, then ends the thread.
  void stop();

 private:
  void work();
  [[nodiscard]] std::function<void()> next_deed();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> deeds_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> later_;
  bool stopping_ = false;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace karkara
