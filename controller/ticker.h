// Calls something again and again on an io_context, with a pause in between by the clock that never jumps. Refuses to
// catch up on what it missed. Gone when destroyed.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace karkara {

class Ticker {
 public:
  Ticker(boost::asio::io_context& io, std::chrono::milliseconds pause, std::function<void()> deed);
  ~Ticker();

 private:
  struct Shared;
  static void wait(const std::shared_ptr<Shared>& shared);
  std::shared_ptr<Shared> shared_;
};

}  // namespace karkara
