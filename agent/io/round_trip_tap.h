// Round trips of the TCP connections over some links, overheard: between the kernel's queues and the device, so that
// nothing of ours is in them, and nothing is sent. Refuses to look at more than headers, to wake up on a link without
// TCP, and to follow one that went away. Made by agent/runtime, called by the effect runner, from the loop's thread
// only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <map>
#include <memory>

#include "agent/codec/sip_hash.h"
#include "agent/facts/round_trips.h"
#include "agent/io/event_sink.h"
#include "common/result.h"

namespace karkara {

class RoundTripTap {
 public:
  RoundTripTap(boost::asio::io_context& io, EventSink events);
  ~RoundTripTap();

  void run(const WatchRoundTrips& effect);  // -> RoundTripsSeen, RoundTripsUnavailable

 private:
  class LinkTap;

  Status watch(const WatchedLink& wanted);
  void drop(std::uint32_t link, const Error& why);

  boost::asio::io_context& io_;
  EventSink events_;
  SipKey seed_;
  std::map<std::uint32_t, std::shared_ptr<LinkTap>> taps_;
};

}  // namespace karkara
