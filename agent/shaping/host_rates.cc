#include "agent/shaping/host_rates.h"

#include <algorithm>
#include <tuple>

namespace karkara {
namespace {

auto key_of(const HostTraffic& traffic) {
  return std::tie(traffic.host, traffic.mark);
}

// As it was counted before; nothing where it was not.
std::optional<HostTraffic> before(const std::vector<HostTraffic>& sorted, const HostTraffic& host) {
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), host,
                                      [](const HostTraffic& a, const HostTraffic& b) { return key_of(a) < key_of(b); });
  return found != sorted.end() && key_of(*found) == key_of(host) ? std::optional{*found} : std::nullopt;
}

double rate(std::uint64_t now, std::uint64_t then, Duration time) {
  return now > then ? static_cast<double>(now - then) * 8 / std::chrono::duration<double>{time}.count() : 0;
}

double all_of(const HostRate& one) {
  return one.down.value_or(0) + one.up.value_or(0);
}

bool is_busier(const HostRate& a, const HostRate& b) {
  return std::tuple{all_of(b), b.bytes, a.host, a.mark} < std::tuple{all_of(a), a.bytes, b.host, b.mark};
}

}  // namespace

bool HostRates::ask(Instant now) {
  if (asked_at_ && now - *asked_at_ < kPace) {
    return false;
  }
  asked_at_ = now;
  return true;
}

void HostRates::on(const HostsCounted& event, Instant now) {
  const bool again = is_fresh(now) && now > *counted_at_ && trouble_.empty();
  const Duration time = again ? now - *counted_at_ : Duration{};
  counted_at_ = now;
  trouble_ = event.status ? "" : event.status.error().text;
  std::vector<HostTraffic> sorted = event.hosts;
  std::sort(sorted.begin(), sorted.end());
  rates_.clear();
  for (const HostTraffic& host : sorted) {
    HostRate one{host.host, host.mark, {}, {}, host.up + host.down};
    const auto then = again ? before(last_, host) : std::nullopt;
    if (then || (again && last_.size() < kMostCounted)) {  // a new one: all of its flows are
      one.down = rate(host.down, then ? then->down : 0, time);
      one.up = rate(host.up, then ? then->up : 0, time);
    }
    rates_.push_back(one);
  }
  std::sort(rates_.begin(), rates_.end(), is_busier);
  rates_.resize(std::min(rates_.size(), kMost));
  last_ = std::move(sorted);
}

std::vector<HostRate> HostRates::busiest(Instant now) const {
  return is_fresh(now) ? rates_ : std::vector<HostRate>{};
}

std::string HostRates::trouble(Instant now) const {
  return is_fresh(now) ? trouble_ : "";
}

}  // namespace karkara
