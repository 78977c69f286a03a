#include "agent/io/air_events.h"

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <array>
#include <utility>

#include "agent/io/netlink_conversation.h"

namespace karkara {
namespace {

constexpr std::size_t kBuffer = 128 * 1024;
constexpr int kMostAtOnce = 64;               // datagrams, before others get their turn
constexpr int kControlNotify = GENL_ID_CTRL;  // the group has the family's own number
constexpr std::size_t kMostGroups = 3;

// Listed, not asked for by name: that would load the modules of Wi-Fi.
Result<AirGroups> groups_now() {
  auto conversation = NetlinkConversation::open(NETLINK_GENERIC);
  if (!conversation) {
    return conversation.error();
  }
  AirGroups groups;
  auto request = genetlink::encode_get_families();
  const auto ending = conversation->ask(request, [&](const NetlinkMessage& message) -> Status {
    if (auto found = air_groups_of(message)) {
      groups = std::move(*found);
    }
    return {};
  });
  return ending ? Result<AirGroups>{std::move(groups)} : ending.error();
}

Result<NetlinkSocket> open_on(const AirGroups& groups) {
  std::array<int, kMostGroups> ids{};
  ids.fill(kControlNotify);  // one may be joined twice
  for (std::size_t i = 0; i < std::min(groups.ids.size(), ids.size()); ++i) {
    ids.at(i) = static_cast<int>(groups.ids[i]);
  }
  return NetlinkSocket::open(NETLINK_GENERIC, {kControlNotify, ids[0], ids[1], ids[2]}, kBuffer);
}

}  // namespace

AirEvents::AirEvents(boost::asio::io_context& io, EventSink events)
    : io_{io}, events_{std::move(events)}, timer_{io}, retry_{io} {
  listen();
}

AirEvents::~AirEvents() = default;

// First the ear, then the list: a family that comes in between is heard.
void AirEvents::listen() {
  constexpr int kTries = 3;  // a module that comes and goes all the time is not waited for
  open_.reset();
  for (int i = 0; i < kTries && !open_; ++i) {
    auto socket = open_on(groups_);
    auto groups = socket ? groups_now() : Result<AirGroups>{socket.error()};
    if (!groups) {
      return listen_later();
    }
    if (*groups == groups_ || i + 1 == kTries) {
      open_.emplace(io_, std::move(*socket));
    }
    groups_ = std::move(*groups);
  }
  wait();
}

void AirEvents::listen_later() {
  retry_.expires_after(kAgain);
  retry_.async_wait([this, alive = std::weak_ptr{alive_}](const boost::system::error_code& error) {
    if (!error && !alive.expired()) {
      listen();
    }
  });
}

void AirEvents::wait() {
  open_->readable.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                             [this, alive = std::weak_ptr{alive_}](const boost::system::error_code& error) {
                               if (error == boost::asio::error::operation_aborted || alive.expired()) {
                                 return;
                               }
                               error ? listen_later() : drain();
                             });
}

void AirEvents::drain() {
  for (int i = 0; i < kMostAtOnce; ++i) {
    const auto datagram = open_->socket.receive();
    if (datagram && datagram->empty()) {
      break;
    }
    if (datagram) {
      add_news(*datagram, groups_.family, news_);
    } else {
      news_.changed.rules = news_.changed.radios = true;  // some were lost
    }
  }
  const bool moved = std::exchange(news_.family, false);
  news_.changed.radios = news_.changed.radios || moved;
  if (news_.any()) {
    plan_telling();
  }
  if (moved) {
    listen();
  } else {
    wait();
  }
}

void AirEvents::plan_telling() {
  const auto now = Clock::now();
  const auto rules_due = rules_told_at_ + kRulesPeace;
  if (news_.changed.rules && now >= rules_due) {
    return tell();
  }
  if (waiting_) {
    return;
  }
  waiting_ = true;
  timer_.expires_at(news_.changed.rules ? rules_due : std::max(now + kPeace / 10, told_at_ + kPeace));
  timer_.async_wait([this, alive = std::weak_ptr{alive_}](const boost::system::error_code& error) {
    if (!alive.expired()) {
      waiting_ = false;
      if (!error && news_.changed.rules) {
        plan_telling();  // rules that came meanwhile may have to wait longer
      } else if (!error && news_.any()) {
        tell();
      }
    }
  });
}

void AirEvents::tell() {
  told_at_ = Clock::now();
  rules_told_at_ = news_.changed.rules ? told_at_ : rules_told_at_;
  events_(std::exchange(news_.changed, {}));
}

}  // namespace karkara
