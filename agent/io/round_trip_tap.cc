#include "agent/io/round_trip_tap.h"

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "agent/codec/round_trip_match.h"
#include "agent/codec/tcp_stamp.h"
#include "agent/io/packet_ring.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;
using Steady = std::chrono::steady_clock;

constexpr int kMostTries = 3;
constexpr Duration kAtOnce = std::chrono::microseconds{50};

struct Clocks {
  Instant now;
  StampedAt wall{};
};

// Both clocks at one moment: again when something came between.
Clocks read_clocks() {
  Clocks best;
  Duration apart = Duration::max();
  for (int i = 0; i < kMostTries && apart > kAtOnce; ++i) {
    const Duration before = Steady::now().time_since_epoch();
    const Duration wall = std::chrono::system_clock::now().time_since_epoch();
    const Duration after = Steady::now().time_since_epoch();
    if (after - before < apart) {
      apart = after - before;
      best = {Instant{before + apart / 2}, wall};
    }
  }
  return best;
}

std::vector<sock_filter> filter_of(const WatchedLink& link) {
  return tcp_stamp_filter(std::min(link.sample_bits, WatchedLink::kMostSampleBits));
}

SipKey new_seed() {
  std::random_device random;
  const auto word = [&] { return std::uint64_t{random()} << 32U | random(); };
  const std::uint64_t low = word();
  return {low, word()};
}

}  // namespace

class RoundTripTap::LinkTap : public std::enable_shared_from_this<LinkTap> {
 public:
  using OnFailure = std::function<void(const Error&)>;

  LinkTap(asio::io_context& io, const WatchedLink& link, PacketRing ring, const SipKey& seed, EventSink events)
      : link_{link}, ring_{std::move(ring)}, descriptor_{io}, timer_{io}, match_{seed}, events_{std::move(events)} {}
  ~LinkTap() {
    if (descriptor_.is_open()) {
      descriptor_.release();  // the ring closes it
    }
  }
  LinkTap(const LinkTap&) = delete;
  LinkTap& operator=(const LinkTap&) = delete;

  Status start(OnFailure on_failure) {
    boost::system::error_code error;
    descriptor_.assign(ring_.fd(), error);
    if (error) {
      return Error{ErrorCode::Unavailable, "packet socket: " + error.message()};
    }
    on_failure_ = std::move(on_failure);
    const Clocks clocks = read_clocks();
    match_.look(clocks.now, clocks.wall);
    match_.missed();  // what connections sent before
    wait();
    return {};
  }

  Status change_to(const WatchedLink& link) {
    if (link == link_) {
      return {};
    }
    link_ = link;
    match_.missed();  // what the filter kept back
    return ring_.filter(filter_of(link));
  }

 private:
  void wait() {
    descriptor_.async_wait(stream_descriptor::wait_read,
                           [self = weak_from_this()](const boost::system::error_code& error) {
                             if (const auto tap = self.lock(); tap && !error) {
                               tap->read();
                             }
                           });
  }

  void read() {
    for (unsigned i = 0; i < PacketRing::kBlocks && ring_.has_block(); ++i) {
      const Clocks clocks = read_clocks();
      match_.look(clocks.now, clocks.wall);
      if (ring_.may_have_lost()) {
        match_.missed();
      }
      ring_.take_block([this](const PacketRing::Packet& packet) {
        const auto stamp = decode_tcp_stamp(packet.bytes);
        if (stamp && *stamp) {
          match_.on(**stamp, packet.outgoing, packet.at);
        }
      });
    }
    tell();
    if (const Status status = ring_.failure(); !status) {
      on_failure_(status.error());  // and this is the last that is done
      return;
    }
    wait();
  }

  void tell() {
    auto flows = match_.take(Instant{Steady::now().time_since_epoch()});
    if (!flows.empty()) {
      events_(RoundTripsSeen{link_.link, std::move(flows)});
    }
    if (match_.next_deadline() != armed_for_) {
      arm();
    }
  }

  void arm() {
    armed_for_ = match_.next_deadline();
    if (armed_for_ == Instant::max()) {
      timer_.cancel();
      return;
    }
    timer_.expires_at(Steady::time_point{armed_for_.since_boot()});
    timer_.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
      if (const auto tap = self.lock(); tap && !error) {
        tap->tell();
      }
    });
  }

  WatchedLink link_;
  PacketRing ring_;
  stream_descriptor descriptor_;
  asio::steady_timer timer_;
  RoundTripMatch match_;
  EventSink events_;
  OnFailure on_failure_;
  Instant armed_for_ = Instant::max();
};

RoundTripTap::RoundTripTap(asio::io_context& io, EventSink events)
    : io_{io}, events_{std::move(events)}, seed_{new_seed()} {}

RoundTripTap::~RoundTripTap() = default;

void RoundTripTap::run(const WatchRoundTrips& effect) {
  std::erase_if(taps_, [&](const auto& known) {
    return std::none_of(effect.links.begin(), effect.links.end(),
                        [&](const WatchedLink& wanted) { return wanted.link == known.first; });
  });
  for (const WatchedLink& wanted : effect.links) {
    if (const Status status = watch(wanted); !status) {
      drop(wanted.link, status.error());
    }
  }
}

Status RoundTripTap::watch(const WatchedLink& wanted) {
  if (const auto known = taps_.find(wanted.link); known != taps_.end()) {
    return known->second->change_to(wanted);
  }
  auto ring = PacketRing::open(wanted.link, filter_of(wanted));
  if (!ring) {
    return ring.error();
  }
  auto tap = std::make_shared<LinkTap>(io_, wanted, std::move(ring).value(), seed_, events_);
  const Status status = tap->start([this, link = wanted.link](const Error& why) { drop(link, why); });
  if (status) {
    taps_.emplace(wanted.link, std::move(tap));
  }
  return status;
}

void RoundTripTap::drop(std::uint32_t link, const Error& why) {
  taps_.erase(link);
  events_(RoundTripsUnavailable{link, why.text});
}

}  // namespace karkara
