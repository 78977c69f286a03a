// The signals that the agent listens to, as events: SIGHUP asks for a reload, SIGTERM and SIGINT for the end.
// Made by main.cc.
#pragma once

#include <boost/asio/signal_set.hpp>

#include "agent/io/event_sink.h"

namespace karkara {

class Signals {
 public:
  Signals(boost::asio::io_context& io, EventSink sink);

 private:
  void wait();

  boost::asio::signal_set set_;
  EventSink sink_;
};

}  // namespace karkara
