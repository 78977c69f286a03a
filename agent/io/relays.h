// Switches the relays on the router itself, by GPIO lines or by configured programs, and runs the programs for
// power-off and wake-up. One program at a time for each relay; of orders that wait, only the newest is carried out.
// Refuses to decide and to repeat: RelaySwitch does. Made by main, called by the effect runner, from io's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>

#include "agent/facts/relay.h"
#include "agent/io/command_runner.h"
#include "agent/io/event_sink.h"
#include "agent/io/gpio_line.h"

namespace karkara {

// What of the kernel a test may play.
struct RelayKernel {
  KillRules kill = {};
  GpioCall gpio = kernel_gpio();
};

class LocalRelays {
 public:
  LocalRelays(boost::asio::io_context& io, EventSink events, RelayKernel kernel = {});

  void run(const SwitchRelay& order);      // -> RelaySwitched, always, once, after this has returned
  void run(const RunPowerCommand& power);  // nobody waits; an hour at most

 private:
  struct Programs {  // of one relay
    bool busy = false;
    std::optional<SwitchRelay> next;
  };
  void switch_line(const SwitchRelay& order, const GpioRelay& by);
  void run_program(const SwitchRelay& order);
  void ended(const SwitchRelay& order, Status status);
  void answer(const SwitchRelay& order, Status status);

  boost::asio::io_context& io_;
  EventSink events_;
  GpioCall gpio_;
  std::map<DeviceId, GpioLine> lines_;  // held until the agent ends
  std::map<DeviceId, Programs> programs_;
  CommandRunner runner_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace karkara
