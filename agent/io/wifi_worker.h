// Looks at Wi-Fi and sets it up on a thread of its own, one thing after another, so that a driver that waits for its
// firmware or a daemon that starts does not hold up the loop. Refuses to decide. Called by the effect runner.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <variant>

#include "agent/facts/wifi.h"
#include "agent/io/event_sink.h"

namespace karkara {

class WifiWorker {
 public:
  explicit WifiWorker(EventSink events);
  ~WifiWorker();  // waits for what is under way; what waits behind it is not begun
  WifiWorker(const WifiWorker&) = delete;
  WifiWorker& operator=(const WifiWorker&) = delete;

  void run(const LookAtWifi& effect);  // -> WifiSeen
  void run(const WifiStep& effect);    // -> WifiStepDone

 private:
  using Task = std::variant<LookAtWifi, WifiStep>;
  void put(Task task);
  void work(const std::stop_token& stop);

  EventSink events_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Task> tasks_;
  std::jthread thread_;  // last: it uses the others; begins with the first task
};

}  // namespace karkara
