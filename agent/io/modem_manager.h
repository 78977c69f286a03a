// ModemManager on D-Bus: tells of each modem whenever something changes, and carries commands out. Survives a bus that
// is missing, a ModemManager that restarts, and answers that never come. Refuses to decide anything. Made by main,
// called by the effect runner, from io's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/facts/modem.h"
#include "agent/io/bus_connection.h"
#include "agent/io/modem_calls.h"
#include "agent/io/modem_objects.h"

namespace karkara {

// One callback for each kind of event.
struct ModemSinks {
  std::function<void(ModemSeen)> seen;
  std::function<void(ModemGone)> gone;
  std::function<void(ModemBusState)> bus;
  std::function<void(ModemCommandDone)> done;
};

struct ModemManagerOptions {
  std::string address = "unix:path=/run/dbus/system_bus_socket";
  ModemCallLimits limits;
  std::chrono::milliseconds settle{30};        // changes that come together are told once
  std::chrono::milliseconds reconnect{5'000};  // to a bus that is missing
  std::chrono::milliseconds ask_again{2'000};  // for a SIM or bearer that did not answer
  std::chrono::milliseconds question{25'000};  // how long an answer about properties may take
};

class ModemManagerAdapter {
 public:
  ModemManagerAdapter(boost::asio::io_context& io, ModemSinks sinks, ModemManagerOptions options = {});
  ModemManagerAdapter(const ModemManagerAdapter&) = delete;
  ModemManagerAdapter& operator=(const ModemManagerAdapter&) = delete;

  void run(const ModemCommand& command);  // -> ModemCommandDone, always, after this has returned

 private:
  using Clock = std::chrono::steady_clock;
  struct Command {
    std::string device;
    bool ussd;
    Clock::time_point give_up;
    std::uint64_t life;  // of ModemManager
  };
  void connect();
  void on_broken(const std::string& why);
  void watch_signals();
  void on_owner(const std::string& owner);
  void ask_owner();
  void ask_objects();
  void ask_wanted();
  [[nodiscard]] bool is_from_owner(sd_bus_message* message) const;
  void on_added(sd_bus_message* message);
  void on_removed(sd_bus_message* message);
  void on_changed(sd_bus_message* message);
  void settle_soon();
  void settle();
  void set_available(bool available, const std::string& why);
  void conclude(std::uint64_t id, const BusReply& reply);
  void finish(std::uint64_t id, Status status, std::string text);
  void abort_commands(const std::string& device, const std::string& why);  // empty: of every modem
  void cancel_ussd(const std::string& device);

  boost::asio::io_context& io_;
  ModemSinks sinks_;
  ModemManagerOptions options_;
  boost::asio::steady_timer reconnect_timer_;
  boost::asio::steady_timer settle_timer_;
  boost::asio::steady_timer ask_timer_;
  ModemObjects objects_;
  std::map<std::uint64_t, Command> commands_;  // that wait for their answer
  std::string owner_;                          // unique name of ModemManager, empty: does not run
  std::uint64_t life_ = 0;                     // counts owners: answers of an earlier one are void
  std::optional<bool> available_;
  bool settling_ = false;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
  std::unique_ptr<BusConnection> bus_;  // last: its end calls nobody
};

}  // namespace karkara
