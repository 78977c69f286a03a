// Cuts the power of a modem and gives it back: by a configured program, by its port of the USB hub where kernel and hub
// switch it, else by the kernel's USB authorisation, which cuts nothing and only makes the driver begin anew; the
// answer says which it was. Runs in a process of its own, which ends its work even when the agent dies in between or
// its service is stopped; never blocks the loop. Refuses a port that is not a port's name. Made by main, called by the
// effect runner, from io's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/facts/modem.h"
#include "agent/io/command_runner.h"

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
  // At start: an agent before may have ended within a cut. Nothing happens to a port that has its power.
  void give_back(const std::string& usb_port);

 private:
  void start(std::uint64_t id, std::vector<std::string> argv, std::chrono::seconds patience, std::string by,
             std::string usb_port);
  void cycle_port(const PowerCycleModem& cycle, std::chrono::seconds off_for);
  void answer(std::uint64_t id, Status status);

  boost::asio::io_context& io_;
  Done done_;
  ModemPowerOptions options_;
  CommandRunner runner_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // handlers outlive their cancellation
};

}  // namespace karkara
