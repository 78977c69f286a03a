#include "agent/io/router_reboot.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace karkara {

RouterReboot::RouterReboot(boost::asio::io_context& io, DiskWorker& disk, Done done, RebootPatience patience)
    : io_{io}, disk_{disk}, done_{std::move(done)}, patience_{patience}, timer_{io}, runner_{io} {}

void RouterReboot::run(const RebootRouter& order) {
  if (waiting_ || running_) {
    boost::asio::post(io_, [this, id = order.id, alive = std::weak_ptr<const bool>(alive_)] {
      if (alive.lock()) {
        done_({id, Error{ErrorCode::ResourceExhausted, "a reboot is under way already"}, {}});
      }
    });
    return;
  }
  order_ = order;
  waiting_ = true;
  const std::uint64_t number = ++orders_;
  const auto begin_once = [this, number, alive = std::weak_ptr<const bool>(alive_)] {
    if (alive.lock() && waiting_ && number == orders_) {
      begin();
    }
  };
  disk_.run([&io = io_, begin_once] { boost::asio::post(io, begin_once); });
  timer_.expires_after(patience_.disk);
  timer_.async_wait([begin_once](const boost::system::error_code& error) {
    if (!error) {
      begin_once();
    }
  });
}

void RouterReboot::begin() {
  waiting_ = false;
  running_ = true;
  timer_.cancel();
  runner_.run({order_.command, patience_.command, true}, [this](const Status& status) {
    running_ = false;
    done_({order_.id, status, {}});
  });
}

}  // namespace karkara
