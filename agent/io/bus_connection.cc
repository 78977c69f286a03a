#include "agent/io/bus_connection.h"

#include <poll.h>
#include <systemd/sd-bus.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <system_error>
#include <utility>

namespace karkara {
namespace {

constexpr int kMessagesPerTurn = 64;  // then the loop's other work has its turn

std::string text_of(int negative_errno) {
  return std::generic_category().message(-negative_errno);
}

}  // namespace

// What the library calls from within sd_bus_process.
struct BusCallbacks {
  static int on_reply(sd_bus_message* message, void* data, sd_bus_error* /*error*/) {
    auto* call = static_cast<BusConnection::Call*>(data);
    BusReply reply{message, {}, {}};
    if (sd_bus_message_is_method_error(message, nullptr) > 0) {
      const sd_bus_error* error = sd_bus_message_get_error(message);
      reply = {nullptr, error && error->name ? error->name : "", error && error->message ? error->message : ""};
    }
    call->connection->finish(call, reply);
    return 1;
  }
  static int on_signal(sd_bus_message* message, void* data, sd_bus_error* /*error*/) {
    static_cast<BusConnection::Watch*>(data)->signal(message);
    return 0;  // others may want it, too
  }
};

void BusMessageUnref::operator()(sd_bus_message* message) const {
  sd_bus_message_unref(message);
}

Result<std::unique_ptr<BusConnection>> BusConnection::open(boost::asio::io_context& io, const std::string& address,
                                                           OnBroken broken) {
  sd_bus* bus = nullptr;
  int status = sd_bus_new(&bus);
  if (status >= 0) {
    status = sd_bus_set_address(bus, address.c_str());
  }
  if (status >= 0) {
    status = sd_bus_set_bus_client(bus, 1);
  }
  if (status >= 0) {
    status = sd_bus_start(bus);
  }
  if (status < 0) {
    sd_bus_unref(bus);
    return Error{ErrorCode::Unavailable, "bus " + address + ": " + text_of(status)};
  }
  std::unique_ptr<BusConnection> connection{new BusConnection{io, bus, std::move(broken)}};
  connection->pump_soon();
  return connection;
}

BusConnection::BusConnection(boost::asio::io_context& io, sd_bus* bus, OnBroken broken)
    : io_{io}, bus_{bus}, broken_{std::move(broken)}, socket_{io, sd_bus_get_fd(bus)}, timer_{io} {}

BusConnection::~BusConnection() {
  dead_ = true;
  alive_.reset();
  for (const auto& call : calls_) {
    sd_bus_slot_unref(call->slot);
  }
  for (const auto& watch : watches_) {
    sd_bus_slot_unref(watch->slot);
  }
  socket_.release();  // the descriptor is the library's to close
  sd_bus_close_unref(bus_);
}

BusMessage BusConnection::new_call(const std::string& destination, const std::string& path,
                                   const std::string& interface, const std::string& member) {
  sd_bus_message* message = nullptr;
  const int status = sd_bus_message_new_method_call(bus_, &message, destination.c_str(), path.c_str(),
                                                    interface.c_str(), member.c_str());
  if (status < 0) {
    return nullptr;
  }
  (void)sd_bus_message_set_auto_start(message, 0);
  return BusMessage{message};
}

void BusConnection::call(BusMessage message, std::chrono::milliseconds timeout, OnReply reply) {
  calls_.push_back(std::make_unique<Call>(Call{this, std::move(reply)}));
  Call* call = calls_.back().get();
  const auto patience = std::chrono::duration_cast<std::chrono::microseconds>(timeout);
  const int status = message && !dead_ ? sd_bus_call_async(bus_, &call->slot, message.get(), &BusCallbacks::on_reply,
                                                           call, static_cast<std::uint64_t>(patience.count()))
                                       : -EINVAL;
  if (status < 0) {
    boost::asio::post(io_, [this, call, status, alive = std::weak_ptr<const bool>(alive_)] {
      if (alive.lock()) {
        finish(call, {nullptr, "org.freedesktop.DBus.Error.Failed", text_of(status)});
      }
    });
    return;
  }
  pump_soon();
}

void BusConnection::watch(const std::string& match_rule, OnSignal signal) {
  watches_.push_back(std::make_unique<Watch>(Watch{std::move(signal)}));
  Watch* watch = watches_.back().get();
  const int status =
      sd_bus_add_match_async(bus_, &watch->slot, match_rule.c_str(), &BusCallbacks::on_signal, nullptr, watch);
  if (status < 0) {
    break_off("match: " + text_of(status));
    return;
  }
  pump_soon();
}

void BusConnection::finish(Call* call, const BusReply& reply) {
  const auto at = std::find_if(calls_.begin(), calls_.end(), [&](const auto& held) { return held.get() == call; });
  if (at == calls_.end()) {
    return;
  }
  const std::unique_ptr<Call> done = std::move(*at);
  calls_.erase(at);
  sd_bus_slot_unref(done->slot);
  done->reply(reply);
}

void BusConnection::pump_soon() {
  if (pump_posted_ || dead_) {
    return;
  }
  pump_posted_ = true;
  boost::asio::post(io_, [this, alive = std::weak_ptr<const bool>(alive_)] {
    if (alive.lock()) {
      pump_posted_ = false;
      pump();
    }
  });
}

void BusConnection::pump() {
  const std::weak_ptr<const bool> alive{alive_};
  for (int i = 0; !dead_ && i < kMessagesPerTurn; ++i) {
    const int status = sd_bus_process(bus_, nullptr);
    if (!alive.lock()) {
      return;  // a handler destroyed us
    }
    if (status < 0) {
      break_off(text_of(status));
      return;
    }
    if (status == 0) {
      arm();
      return;
    }
  }
  pump_soon();
}

void BusConnection::arm() {
  const int events = sd_bus_get_events(bus_);
  std::uint64_t until = 0;
  const int timed = sd_bus_get_timeout(bus_, &until);
  if (events < 0 || timed < 0) {
    break_off(text_of(std::min(events, timed)));
    return;
  }
  const std::weak_ptr<const bool> alive{alive_};
  const auto wait = [&](auto direction, bool& waiting) {
    if (std::exchange(waiting, true)) {
      return;
    }
    socket_.async_wait(direction, [this, alive, &waiting](const boost::system::error_code& error) {
      if (!alive.lock()) {
        return;
      }
      waiting = false;
      if (!error) {
        pump();
      }
    });
  };
  if ((events & POLLIN) != 0) {
    wait(boost::asio::posix::stream_descriptor::wait_read, reading_);
  }
  if ((events & POLLOUT) != 0) {
    wait(boost::asio::posix::stream_descriptor::wait_write, writing_);
  }
  // The library counts microseconds of the monotonic clock, which is what steady_clock is.
  if (timed > 0 && until != UINT64_MAX) {
    const std::chrono::steady_clock::time_point at{std::chrono::microseconds{static_cast<std::int64_t>(until)}};
    timer_.expires_at(at);
    timer_.async_wait([this, alive](const boost::system::error_code& error) {
      if (alive.lock() && !error) {
        pump();
      }
    });
  } else {
    timer_.cancel();
  }
}

void BusConnection::break_off(const std::string& why) {
  if (std::exchange(dead_, true)) {
    return;
  }
  timer_.cancel();
  boost::asio::post(io_, [this, why, alive = std::weak_ptr<const bool>(alive_)] {
    if (alive.lock()) {
      const OnBroken tell = broken_;  // it may destroy us, and so the member
      tell(why);
    }
  });
}

}  // namespace karkara
