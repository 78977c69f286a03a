// One connection to a D-Bus daemon, driven by the loop: no thread, no blocking call. Asynchronous calls, each answered
// exactly once, and signals. Refuses to reconnect: whoever made it is told once that it is broken, and makes a new one.
// Called by ModemManagerAdapter, on io's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/result.h"

struct sd_bus;
struct sd_bus_slot;
struct sd_bus_message;

namespace karkara {

struct BusMessageUnref {
  void operator()(sd_bus_message* message) const;
};
using BusMessage = std::unique_ptr<sd_bus_message, BusMessageUnref>;

// What a call brought: the message to read, or the error's name and text.
struct BusReply {
  sd_bus_message* message = nullptr;  // nullptr on an error
  std::string error;
  std::string text;
};

class BusConnection {
 public:
  using OnReply = std::function<void(const BusReply&)>;
  using OnSignal = std::function<void(sd_bus_message*)>;
  using OnBroken = std::function<void(const std::string& why)>;

  // address: "unix:path=/run/dbus/system_bus_socket". Returns before the bus has greeted.
  static Result<std::unique_ptr<BusConnection>> open(boost::asio::io_context& io, const std::string& address,
                                                     OnBroken broken);
  ~BusConnection();  // answers nothing any more
  BusConnection(const BusConnection&) = delete;
  BusConnection& operator=(const BusConnection&) = delete;

  // Nothing when a name or path is malformed. Never starts a service that does not run.
  [[nodiscard]] BusMessage new_call(const std::string& destination, const std::string& path,
                                    const std::string& interface, const std::string& member);
  // What cannot be sent is answered with an error, later.
  void call(BusMessage message, std::chrono::milliseconds timeout, OnReply reply);
  void watch(const std::string& match_rule, OnSignal signal);

 private:
  friend struct BusCallbacks;
  struct Call {
    BusConnection* connection;
    OnReply reply;
    sd_bus_slot* slot = nullptr;
  };
  struct Watch {
    OnSignal signal;
    sd_bus_slot* slot = nullptr;
  };
  BusConnection(boost::asio::io_context& io, sd_bus* bus, OnBroken broken);
  void finish(Call* call, const BusReply& reply);
  void pump();
  void arm();
  void pump_soon();
  void break_off(const std::string& why);

  boost::asio::io_context& io_;
  sd_bus* bus_;
  OnBroken broken_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<std::unique_ptr<Watch>> watches_;
  bool dead_ = false;
  bool reading_ = false;  // a wait is under way
  bool writing_ = false;
  bool pump_posted_ = false;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // handlers outlive their cancellation
};

}  // namespace karkara
