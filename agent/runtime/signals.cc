#include "agent/runtime/signals.h"

#include <csignal>

namespace karkara {

Signals::Signals(boost::asio::io_context& io, EventSink sink)
    : set_{io, SIGHUP, SIGINT, SIGTERM}, sink_{std::move(sink)} {
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads the log may go away
  wait();
}

void Signals::wait() {
  set_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) {
      return;
    }
    if (number == SIGHUP) {
      sink_(ReloadAsked{"SIGHUP"});
    } else {
      sink_(StopAsked{});
    }
    wait();
  });
}

}  // namespace karkara
