// One run of an anchor: sockets, signals, an hourly count in the log. Ends on SIGTERM or SIGINT.
// Refuses to read files; main.cc gives it what they say.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/host/log.h"
#include "common/result.h"
#include "controller/anchor/echo_responder.h"
#include "controller/anchor/echo_server.h"
#include "controller/anchor/truth_page.h"
#include "controller/anchor/truth_server.h"

namespace karkara {

class AnchorRun {
 public:
  AnchorRun(EchoResponderSettings settings, const Clock& clock, Log& log);

  Status listen(const boost::asio::ip::udp::endpoint& endpoint);
  Status listen_for_content(const boost::asio::ip::tcp::endpoint& endpoint);  // signed content; without it none
  void until_stopped();

 private:
  void wait_for_signal();
  void wait_an_hour();
  void log_counts();

  const Clock& clock_;
  Log& log_;
  EchoResponder responder_;
  TruthPage page_;
  boost::asio::io_context io_{1};
  EchoServer server_;
  TruthServer content_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer hourly_;
  EchoCounts logged_;
  TruthCounts logged_content_;
};

}  // namespace karkara
