// hostapd's control sockets, one an interface: asks and hands over the answer, each question by a socket of its own.
// Refuses to wait without end, and to understand the answers. Called by Radios, from io's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

class Hostapd {
 public:
  static constexpr const char* kFolder = "/var/run/hostapd";
  using Answer = std::function<void(Result<std::string>)>;

  Hostapd(boost::asio::io_context& io, std::string folder) : io_{io}, folder_{std::move(folder)} {}

  // Whether one listens there now; a socket that a dead one left behind is none.
  [[nodiscard]] bool manages(const std::string& interface) const;
  // Sent before it returns; answered once, later. DeadlineExceeded, Unavailable with the kernel's reason.
  void ask(const std::string& interface, std::string_view command, Duration patience, Answer answer);

 private:
  boost::asio::io_context& io_;
  std::string folder_;
};

}  // namespace karkara
