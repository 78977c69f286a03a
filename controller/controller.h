// The whole controller, wired: store, fleet, services, listeners, web, and the ticking that drives them. Refuses to
// start half: every trouble is one line. Made by main.cc, and by tests in their own process.
#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>

#include "common/host/log.h"
#include "controller/settings.h"

namespace karkara {

class Controller {
 public:
  // Its web server and timers run on `io`, which the caller runs. Everything given must outlive it.
  static Result<std::unique_ptr<Controller>> start(const ControllerSettings& settings, boost::asio::io_context& io,
                                                   const Clock& clock, Log& log);
  // Ends sessions and calls, then writes what is queued. `io` must not be running any more.
  ~Controller();

  struct Ports {
    int sites = 0;
    int enrolment = 0;
    int http = 0;
  };
  [[nodiscard]] Ports ports() const;

 private:
  struct Parts;
  explicit Controller(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace karkara
