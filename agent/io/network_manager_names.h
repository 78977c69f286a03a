// Asks NetworkManager on the bus which resolvers a device got, IPv4 and IPv6. Refuses to change anything there, and to
// start it: where it does not run the answer is empty, at once. Called by LeaseLook, on io's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/codec/bus_value.h"
#include "agent/facts/ip.h"
#include "agent/io/bus_connection.h"

namespace karkara {

class NetworkManagerNames {
 public:
  using Done = std::function<void(std::vector<IpAddress>)>;

  NetworkManagerNames(boost::asio::io_context& io, std::string address) : io_{io}, address_{std::move(address)} {}

  void ask(const std::string& interface, Done done);  // done: once, perhaps before this has returned

 private:
  struct Question {
    Done done;
    std::vector<IpAddress> told{};
  };
  using Asked = std::shared_ptr<Question>;
  using OnProperties = std::function<void(const BusDict&)>;
  void ask_device(const std::string& path, const Asked& asked);
  void ask_config(const std::string& interface, const std::string& path, const Asked& asked,
                  std::function<void()> then);
  void properties(const std::string& path, const std::string& interface, OnProperties then);
  [[nodiscard]] bool connected();

  boost::asio::io_context& io_;
  std::string address_;
  std::unique_ptr<BusConnection> bus_;
  bool broken_ = false;  // the connection is to be made anew
};

}  // namespace karkara
