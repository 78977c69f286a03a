#include "agent/runtime/agent_loop.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace karkara {
namespace {

// The timer runs on CLOCK_MONOTONIC, deadlines on CLOCK_BOOTTIME: after a suspend the loop is at most this late.
constexpr Duration kLongestSleep = std::chrono::seconds{60};

}  // namespace

AgentLoop::AgentLoop(boost::asio::io_context& io, const Clock& clock, Log& log)
    : io_{io}, clock_{clock}, log_{log}, timer_{io}, mailbox_{[this] { boost::asio::post(io_, [this] { turn(); }); }} {}

EventSink AgentLoop::sink() {
  return [this](Event event) { mailbox_.push(std::move(event)); };
}

void AgentLoop::run(Site& site, EffectRunner& runner) {
  site_ = &site;
  runner_ = &runner;
  runner_->perform(site_->start(times()));
  turn();
  const auto guard = boost::asio::make_work_guard(io_);
  io_.run();
}

void AgentLoop::activate(const ConfigActivated& change) {
  runner_->perform(site_->on(change, times()));
  arm();
}

void AgentLoop::stop() {
  io_.stop();
}

void AgentLoop::turn() {
  if (!site_ || io_.stopped()) {
    return;
  }
  for (const Event& event : mailbox_.take()) {
    runner_->perform(site_->on(event, times()));
  }
  if (site_->next_deadline() <= clock_.now()) {
    runner_->perform(site_->tick(times()));
  }
  report_drops();
  arm();
}

void AgentLoop::arm() {
  const Duration wait = std::clamp<Duration>(site_->next_deadline() - clock_.now(), Duration::zero(), kLongestSleep);
  timer_.expires_after(wait);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) {
      turn();
    }
  });
}

void AgentLoop::report_drops() {
  const std::uint64_t dropped = mailbox_.dropped();
  if (dropped != told_drops_) {
    told_drops_ = dropped;
    log_.write({MessageId::EventsDropped, {{"total", std::to_string(dropped)}}});
  }
}

}  // namespace karkara
