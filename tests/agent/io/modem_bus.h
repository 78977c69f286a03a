// A private bus, a fake ModemManager on it, and our adapter: what a test of the adapter needs, driven by one loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/io/modem_manager.h"
#include "tests/fakes/private_bus.h"

namespace karkara {

class ModemBus {
 public:
  static std::string why_impossible();  // empty: it is possible here

  ModemBus();
  void start_fake(std::vector<std::string> knobs = {});
  void start_real();  // Debian's ModemManager, with its test interface
  void kill_manager();
  void start_adapter();

  void set(const std::string& knob, const std::string& value);
  void play(const std::string& what);
  [[nodiscard]] std::string calls();  // one line each, as the fake saw them
  // The error's name; empty: it was done.
  std::string call(const std::string& path, const std::string& interface, const std::string& member,
                   std::vector<std::string> texts, std::vector<std::string> list = {});
  [[nodiscard]] std::string introspect(const std::string& path);

  // False when 20 s pass.
  bool until(const std::function<bool()>& holds);
  ModemCommandDone run(ModemDeed deed);
  bool has_state(ModemState state) const { return modem && modem->state == state; }

  std::optional<ModemFacts> modem;  // as told last
  std::optional<ModemBusState> bus_state;
  std::vector<std::string> told;  // "seen /path", "gone /path", "bus up", "bus down"
  std::vector<ModemCommandDone> done;
  ModemManagerOptions options;
  PrivateBus& daemon() { return bus_; }
  ModemManagerAdapter& adapter() { return *adapter_; }
  boost::asio::io_context io;

 private:
  void connect_control();

  PrivateBus bus_;
  std::optional<pid_t> manager_;
  std::unique_ptr<BusConnection> control_;
  std::unique_ptr<ModemManagerAdapter> adapter_;
  std::uint64_t next_id_ = 1;
  std::string last_text_;
};

}  // namespace karkara
