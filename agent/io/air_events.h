// Listens to what nl80211 tells unasked and hands on hints: rules that changed at once and then once a second, radios
// and peers that came or went a little later and together. Without Wi-Fi in the kernel it waits for that to come, and
// loads nothing. Refuses to replace looks: the kernel drops events. Made by the effect runner.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "agent/codec/air_news.h"
#include "agent/io/event_sink.h"
#include "agent/io/netlink_socket.h"

namespace karkara {

class AirEvents {
 public:
  static constexpr std::chrono::milliseconds kPeace{500};  // between hints that are not about rules
  static constexpr std::chrono::seconds kRulesPeace{1};    // between those that are: the first comes at once
  static constexpr std::chrono::seconds kAgain{30};        // after a kernel that could not be listened to

  AirEvents(boost::asio::io_context& io, EventSink events);
  ~AirEvents();
  AirEvents(const AirEvents&) = delete;
  AirEvents& operator=(const AirEvents&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  struct Open {
    Open(boost::asio::io_context& io, NetlinkSocket from) : socket{std::move(from)}, readable{io, socket.fd()} {}
    ~Open() { readable.release(); }  // the descriptor is libnl's to close
    NetlinkSocket socket;
    boost::asio::posix::stream_descriptor readable;
  };
  void listen();
  void listen_later();
  void wait();
  void drain();
  void plan_telling();
  void tell();

  boost::asio::io_context& io_;
  EventSink events_;
  AirGroups groups_;
  std::optional<Open> open_;
  AirNews news_;
  Clock::time_point told_at_{};
  Clock::time_point rules_told_at_{};
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer retry_;
  bool waiting_ = false;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // handlers outlive their cancellation
};

}  // namespace karkara
