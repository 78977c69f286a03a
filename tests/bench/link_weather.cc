#include "tests/bench/link_weather.h"

#include <algorithm>
#include <cmath>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

bool covers(const std::vector<LinkWeather::Span>& spans, Instant now) {
  auto behind = std::upper_bound(spans.begin(), spans.end(), now,
                                 [](Instant t, const LinkWeather::Span& s) { return t < s.begin; });
  return behind != spans.begin() && now < std::prev(behind)->end;
}

Duration scaled(Duration duration, double by) {
  return Duration{static_cast<std::int64_t>(static_cast<double>(duration.count()) * by)};
}

}  // namespace

LinkWeather::LinkWeather(const WeatherShape& shape, Duration base_round_trip, Instant from, Duration length,
                         std::uint64_t seed)
    : shape_{shape}, base_{base_round_trip}, random_{seed} {
  draw_loss(from, from + length);
  draw_spikes(from, from + length);
  draw_outages(from, from + length);
}

Duration LinkWeather::between(Duration least, Duration most) {
  return least + scaled(most - least, unit());
}

Duration LinkWeather::about(Duration mean) {
  return scaled(mean, -std::log(1.0 - unit()));
}

void LinkWeather::draw_loss(Instant from, Instant end) {
  const double bad_share = (shape_.mean_loss - shape_.good_loss) / (shape_.bad_loss - shape_.good_loss);
  const Duration good_mean = scaled(shape_.bad_mean, (1 - bad_share) / bad_share);
  for (Instant at = from + about(good_mean); at < end; at = at + about(good_mean)) {
    const Instant over = at + about(shape_.bad_mean);
    bad_.push_back({at, over});
    at = over;
  }
  for (Instant at = from + about(shape_.handover_every); at < end; at = at + about(shape_.handover_every)) {
    handovers_.push_back({at, at + between(shape_.handover_longest / 4, shape_.handover_longest)});
    at = handovers_.back().end;
  }
}

void LinkWeather::draw_spikes(Instant from, Instant end) {
  for (Instant at = from + about(shape_.spike_every); at < end; at = at + about(shape_.spike_every)) {
    const Duration highest = std::max(shape_.spike_highest - base_, Duration{});
    spikes_.push_back({at, between(seconds{2}, seconds{6}), between(seconds{1}, seconds{10}),
                       between(seconds{2}, seconds{6}), between(highest / 5, highest)});
    at = spikes_.back().end();
  }
}

void LinkWeather::draw_outages(Instant from, Instant end) {
  if (shape_.outage_every == Duration{}) {
    return;
  }
  for (Instant hour = from; hour + shape_.outage_every <= end; hour = hour + shape_.outage_every) {
    const Instant at = hour + shape_.outage_every / 4 + between(Duration{}, shape_.outage_every / 2);
    outages_.push_back({at, at + shape_.outage});
  }
}

bool LinkWeather::loses(Instant now) {
  if (covers(handovers_, now) || is_out(now)) {
    return true;
  }
  return unit() < (covers(bad_, now) ? shape_.bad_loss : shape_.good_loss);
}

bool LinkWeather::is_out(Instant now) const {
  return covers(outages_, now);
}

Duration LinkWeather::round_trip(Instant now) const {
  auto behind =
      std::upper_bound(spikes_.begin(), spikes_.end(), now, [](Instant t, const Spike& s) { return t < s.begin; });
  if (behind == spikes_.begin() || now >= std::prev(behind)->end()) {
    return base_;
  }
  const Spike& spike = *std::prev(behind);
  const Duration since = now - spike.begin;
  const Duration left = spike.end() - now;
  const double part = std::min({1.0, static_cast<double>(since.count()) / static_cast<double>(spike.rise.count()),
                                static_cast<double>(left.count()) / static_cast<double>(spike.fall.count())});
  return base_ + scaled(spike.height, part);
}

}  // namespace karkara
