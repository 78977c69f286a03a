#include "agent/shaping/flow_delays.h"

#include <algorithm>
#include <map>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr unsigned kEnough = 3;  // samples
constexpr Duration kWindow = milliseconds{600};
constexpr Duration kRecent = seconds{1};
constexpr Duration kAssumed = seconds{5};
constexpr Duration kNoQueue = milliseconds{20};
constexpr Duration kFarthest = std::chrono::hours{24 * 365 * 100};  // of two clocks
constexpr Duration kHalf = DelayBaseline::kLongest / 2;

struct Weighed {
  Duration value{};
  unsigned samples = 0;
};

// The middle one, each as often as it was sampled.
Duration middle(std::vector<Weighed> all) {
  std::sort(all.begin(), all.end(), [](const Weighed& a, const Weighed& b) { return a.value < b.value; });
  unsigned half = 0;
  for (const Weighed& each : all) {
    half += each.samples;
  }
  half = (half + 1) / 2;
  for (const Weighed& each : all) {
    if (half <= each.samples) {
      return each.value;
    }
    half -= each.samples;
  }
  return {};
}

}  // namespace

DelaySeen FlowDelays::Pooled::in(bool upward) const {
  DelaySeen seen{.path = kPath, .round_trip = round_trip, .passive = true, .asked = asked};
  if (back) {
    seen.one_way = upward ? round_trip - *back : *back;
  }
  return seen;
}

bool FlowDelays::is_recent(Instant now) const {
  return base_ && now - pooled_at_ <= kRecent;
}

Duration FlowDelays::Known::above(Duration value, Instant now) {
  const Duration seen_above = least.above(value, now);
  return assumed ? std::max(seen_above, value - *assumed) : seen_above;
}

// Found or made; the one that was silent for longest makes room.
FlowDelays::Known& FlowDelays::known(std::vector<Known>& all, std::uint64_t key, Instant now) {
  auto found = std::find_if(all.begin(), all.end(), [key](const Known& each) { return each.key == key; });
  if (found == all.end() && all.size() >= kMostFlows) {
    found = std::min_element(all.begin(), all.end(), [](const Known& a, const Known& b) { return a.seen < b.seen; });
    *found = Known{key, {}, {}, false, now, now};
  } else if (found == all.end()) {
    found = all.insert(all.end(), Known{key, {}, {}, false, now, now});
  }
  found->seen = now;
  if (now - found->born > kAssumed) {
    found->assumed.reset();
  }
  return *found;
}

void FlowDelays::take(const FlowRoundTrip& told, Instant now) {
  Known& of = known(remotes_, told.remote, now);
  const bool first = of.least.empty();
  if (first && !is_recent(now)) {
    of.doubtful = true;
  } else if (first && added_ > kNoQueue) {
    of.assumed = told.least - std::min(added_, told.least);
  }
  of.doubtful = of.doubtful && now - of.born <= kAssumed;
  const Instant came = now + -told.age;
  const Duration added = of.above(told.least, now);
  const Told made{came,  came + -told.least,         told.remote, std::min(told.samples, kMostOfAFlow),
                  added, take_back(told, added, now)};
  // The first would only say what was just said, or nothing; who is asked instead of a doubtful one are anchors.
  if (!first && !of.doubtful) {
    pending_.push_back(made);
  }
}

// Of what was added, what is on the way back.
std::optional<Duration> FlowDelays::take_back(const FlowRoundTrip& told, Duration added, Instant now) {
  if (!told.far_time || *told.far_time < -kFarthest || *told.far_time > kFarthest) {
    return std::nullopt;
  }
  const Duration transit = now.since_boot() - told.age - *told.far_time;
  Known& clock = known(clocks_, told.flow, now);
  if (clock.least.empty() && added > kNoQueue) {
    // How much of the queue is on this way is known from others, or not at all.
    if (!added_back_ || !is_recent(now)) {
      return std::nullopt;
    }
    clock.assumed = transit - *added_back_;
    clock.doubtful = true;
  }
  if (clock.doubtful && !clock.assumed) {  // all that it knows may be of that queue
    if (added > kNoQueue) {
      return std::nullopt;
    }
    clock.least = {};
    clock.doubtful = false;
  }
  return std::min(clock.above(transit, now), added);  // no way takes more than both of them
}

// So many of a far end as it may have.
void FlowDelays::weigh() {
  std::map<std::uint64_t, unsigned> of_remote;
  for (Told& each : pending_) {
    unsigned& taken = of_remote[each.remote];
    each.samples = std::min(each.samples, kMostOfARemote - std::min(taken, kMostOfARemote));
    taken += each.samples;
  }
}

std::optional<FlowDelays::Pooled> FlowDelays::see(std::span<const FlowRoundTrip> flows, Instant now) {
  std::erase_if(pending_, [now](const Told& each) { return now - each.came > kWindow; });
  for (const FlowRoundTrip& each : flows) {
    take(each, now);
  }
  weigh();
  std::vector<Weighed> added;
  std::vector<Weighed> back;
  unsigned samples = 0;
  for (const Told& each : pending_) {
    added.push_back({each.added, each.samples});
    samples += each.samples;
    if (each.added_back) {
      back.push_back({*each.added_back, each.samples});
    }
  }
  if (samples < kEnough) {
    return std::nullopt;
  }
  added_ = middle(std::move(added));
  added_back_ = back.empty() ? std::nullopt : std::optional{std::min(middle(std::move(back)), added_)};
  const auto told = std::find_if(pending_.begin(), pending_.end(),
                                 [this](const Told& each) { return each.samples > 0 && each.added == added_; });
  const Instant asked = told->asked;
  pending_.clear();
  pooled_at_ = now;
  base_ = base_.value_or(remotes_.front().least.least());
  Pooled pooled{*base_ + added_, asked, {}};
  if (added_back_) {
    pooled.back = kHalf + *added_back_;
  }
  return pooled;
}

void FlowDelays::forget() {
  *this = FlowDelays{};
}

}  // namespace karkara
