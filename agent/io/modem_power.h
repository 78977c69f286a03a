// Cuts the power of a modem and gives it back: by a configured program, or by the USB port's "authorized" file. Runs in
// a process of its own, which ends its work even when the agent dies in between; never blocks the loop. Refuses a port
// that is not a port's name. Made by main, called by the effect runner, from io's thread only.
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "agent/facts/modem.h"

namespace karkara {

struct ModemPowerOptions {
  std::string usb_devices = "/sys/bus/usb/devices";
  std::chrono::seconds patience{60};  // beyond the time without power; then the program is killed
};

class ModemPowerAdapter {
 public:
  using Done = std::function<void(ModemCommandDone)>;
  ModemPowerAdapter(boost::asio::io_context& io, Done done, ModemPowerOptions options = {});
  ~ModemPowerAdapter();  // what runs goes on, and tells nobody
  ModemPowerAdapter(const ModemPowerAdapter&) = delete;
  ModemPowerAdapter& operator=(const ModemPowerAdapter&) = delete;

  void run(const PowerCycleModem& cycle);  // -> ModemCommandDone, always, after this has returned

 private:
  struct Job {
    Job(boost::asio::io_context& io, std::uint64_t command, pid_t process, int pidfd)
        : id{command}, pid{process}, ended{io, pidfd}, timer{io} {}
    std::uint64_t id;
    pid_t pid;
    boost::asio::posix::stream_descriptor ended;
    boost::asio::steady_timer timer;
    bool killed = false;
  };
  void start(std::uint64_t id, const std::vector<std::string>& argv, std::chrono::seconds patience);
  void finish(Job& job);
  void answer(std::uint64_t id, Status status);

  boost::asio::io_context& io_;
  Done done_;
  ModemPowerOptions options_;
  std::list<Job> jobs_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // handlers outlive their cancellation
};

}  // namespace karkara
