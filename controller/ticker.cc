#include "controller/ticker.h"

#include <boost/asio/io_context.hpp>

namespace karkara {

struct Ticker::Shared {
  boost::asio::steady_timer timer;
  std::chrono::milliseconds pause;
  std::function<void()> deed;
  bool stopped = false;
};

Ticker::Ticker(boost::asio::io_context& io, std::chrono::milliseconds pause, std::function<void()> deed)
    : shared_{std::make_shared<Shared>(Shared{boost::asio::steady_timer{io}, pause, std::move(deed)})} {
  wait(shared_);
}

Ticker::~Ticker() {
  shared_->stopped = true;
  shared_->timer.cancel();
}

void Ticker::wait(const std::shared_ptr<Shared>& shared) {
  shared->timer.expires_after(shared->pause);
  shared->timer.async_wait([shared](const boost::system::error_code& cancelled) {
    if (!cancelled && !shared->stopped) {
      shared->deed();
      wait(shared);
    }
  });
}

}  // namespace karkara
