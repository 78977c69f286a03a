#include "agent/io/relays.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

namespace karkara {
namespace {

constexpr Duration kPowerCommand = std::chrono::hours{1};  // a clean shutdown may wait for others

}  // namespace

LocalRelays::LocalRelays(boost::asio::io_context& io, EventSink events, RelayKernel kernel)
    : io_{io}, events_{std::move(events)}, gpio_{std::move(kernel.gpio)}, runner_{io, std::move(kernel.kill)} {}

void LocalRelays::run(const SwitchRelay& order) {
  if (const auto* line = std::get_if<GpioRelay>(&order.by)) {
    switch_line(order, *line);
    return;
  }
  lines_.erase(order.relay);  // it was a line, before another configuration
  Programs& programs = programs_[order.relay];
  if (!programs.busy) {
    run_program(order);
    return;
  }
  if (const auto overtaken = std::exchange(programs.next, order)) {
    answer(*overtaken, Error{ErrorCode::Aborted, "a newer order overtook it"});
  }
}

void LocalRelays::run(const RunPowerCommand& power) {
  runner_.run({power.command, kPowerCommand, false}, [](const Status&) {});
}

void LocalRelays::switch_line(const SwitchRelay& order, const GpioRelay& by) {
  auto held = lines_.find(order.relay);
  if (held != lines_.end() && held->second.relay() != by) {
    lines_.erase(held);
    held = lines_.end();
  }
  if (held == lines_.end()) {
    Result<GpioLine> taken = GpioLine::take(by, "karkara-" + order.relay.text(), order.on, gpio_);
    if (!taken) {
      answer(order, taken.error());
      return;
    }
    held = lines_.emplace(order.relay, std::move(taken).value()).first;
  }
  Status status = held->second.set(order.on);
  if (held->second.is_lost()) {
    lines_.erase(held);  // the chip may have been plugged in again: the next order takes the line anew
  }
  answer(order, std::move(status));
}

void LocalRelays::run_program(const SwitchRelay& order) {
  programs_[order.relay].busy = true;
  const auto& by = std::get<CommandRelay>(order.by);
  runner_.run({order.on ? by.on : by.off, order.deadline, true},
              [this, order](Status status) { ended(order, std::move(status)); });
}

void LocalRelays::ended(const SwitchRelay& order, Status status) {
  Programs& programs = programs_[order.relay];
  programs.busy = false;
  const auto next = std::exchange(programs.next, std::nullopt);
  if (next) {
    run_program(*next);
  } else {
    programs_.erase(order.relay);
  }
  events_(RelaySwitched{order.relay, order.request, order.on, std::move(status)});
}

void LocalRelays::answer(const SwitchRelay& order, Status status) {
  boost::asio::post(io_, [this, order, status = std::move(status), alive = std::weak_ptr<const bool>(alive_)] {
    if (alive.lock()) {
      events_(RelaySwitched{order.relay, order.request, order.on, status});
    }
  });
}

}  // namespace karkara
