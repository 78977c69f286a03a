// Reboots the router by the configured program, once what was given to the disk before is written; a disk that hangs is
// waited for half a minute, since it may be what the reboot cures. Refuses a second order while one is under way.
// Made by main, called by the effect runner, from io's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "agent/facts/modem.h"
#include "agent/io/command_runner.h"
#include "agent/io/disk_worker.h"

namespace karkara {

struct RebootPatience {
  std::chrono::milliseconds disk{30'000};
  std::chrono::milliseconds command{120'000};  // then it is killed
};

class RouterReboot {
 public:
  using Done = std::function<void(ModemCommandDone)>;
  RouterReboot(boost::asio::io_context& io, DiskWorker& disk, Done done, RebootPatience patience = {});

  void run(const RebootRouter& order);  // -> ModemCommandDone, unless the router goes down first

 private:
  void begin();

  boost::asio::io_context& io_;
  DiskWorker& disk_;
  Done done_;
  RebootPatience patience_;
  boost::asio::steady_timer timer_;
  CommandRunner runner_;
  RebootRouter order_;
  bool waiting_ = false;  // for the disk
  bool running_ = false;
  std::uint64_t orders_ = 0;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // handlers outlive their cancellation
};

}  // namespace karkara
