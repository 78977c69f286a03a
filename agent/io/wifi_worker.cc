#include "agent/io/wifi_worker.h"

#include <utility>

#include "agent/io/wifi_look.h"
#include "agent/io/wifi_steps.h"

namespace karkara {

WifiWorker::WifiWorker(EventSink events) : events_{std::move(events)} {}

WifiWorker::~WifiWorker() = default;

void WifiWorker::run(const LookAtWifi& effect) {
  put(effect);
}

void WifiWorker::run(const WifiStep& effect) {
  put(effect);
}

void WifiWorker::put(Task task) {
  {
    const std::lock_guard lock{mutex_};
    tasks_.push_back(std::move(task));
  }
  if (!thread_.joinable()) {
    thread_ = std::jthread{[this](const std::stop_token& stop) { work(stop); }};
  }
  changed_.notify_one();
}

void WifiWorker::work(const std::stop_token& stop) {
  WifiKernel kernel;
  WifiSteps steps{kernel};
  for (;;) {
    Task task;
    {
      std::unique_lock lock{mutex_};
      if (!changed_.wait(lock, stop, [&] { return !tasks_.empty(); }) || stop.stop_requested()) {
        return;
      }
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    if (const auto* look = std::get_if<LookAtWifi>(&task)) {
      events_(look_at_wifi(kernel, *look, steps.air()));
    } else if (const auto* step = std::get_if<WifiStep>(&task)) {
      events_(WifiStepDone{step->request, steps.run(*step)});
    }
  }
}

}  // namespace karkara
