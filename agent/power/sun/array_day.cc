#include "agent/power/sun/array_day.h"

#include <algorithm>
#include <cmath>

namespace karkara {
namespace {

constexpr double kLeastShare = 0.03;     // below, models and panels' edges differ too much
constexpr double kLeastClearSine = 0.4;  // 23 degrees high
constexpr std::uint16_t kFewestSamples = 3;
constexpr double kSmooth = 0.05;    // spread of a cloudless slot; sensors' noise is 1 to 2 %
constexpr double kEnvelope = 0.85;  // quantile of the smooth slots that the sky's envelope is taken from
constexpr double kNearEnvelope = 0.06;
constexpr std::size_t kFewestClearSlots = 4;
constexpr double kNotTheSky = 0.7;      // of what is expected: no haze or dust does this overnight
constexpr double kLeastMeasured = 1;    // sum of shares: 1 is one slot at full sun
constexpr double kMostLevel = 100'000;  // watts; no mast has more
constexpr std::uint16_t kMostSamples = 20'000;

}  // namespace

bool ArrayDay::Slot::is_smooth() const {
  if (seen < kFewestSamples || limited > 0 || least_sine < kLeastClearSine) {
    return false;
  }
  const double variance = std::max(0.0, squares / seen - mean() * mean());
  return std::sqrt(variance) < kSmooth * mean();
}

void ArrayDay::see(const ArrayMoment& moment) {
  if (moment.share < kLeastShare) {
    return;
  }
  Slot& slot = slots_[std::min<std::size_t>(moment.minute / kSlotMinutes, kSlots - 1)];
  if (slot.seen >= kMostSamples) {
    return;
  }
  const auto ratio = static_cast<float>(std::min(moment.power.value() / moment.share, kMostLevel));
  slot.ratios += ratio;
  slot.squares += ratio * ratio;
  slot.shares += static_cast<float>(moment.share);
  slot.least_sine = std::min(slot.least_sine, static_cast<float>(moment.sine));
  ++slot.seen;
  slot.limited = static_cast<std::uint16_t>(slot.limited + (moment.limited ? 1 : 0));
}

std::optional<Watts> ArrayDay::clear_level(std::optional<Watts> expected) const {
  std::array<double, kSlots> smooth{};
  std::size_t count = 0;
  const double floor = expected ? kNotTheSky * expected->value() : 0;
  for (const Slot& slot : slots_) {
    if (slot.is_smooth() && slot.mean() > floor) {
      smooth[count++] = slot.mean();
    }
  }
  if (count < kFewestClearSlots) {
    return std::nullopt;
  }
  const auto end = smooth.begin() + static_cast<std::ptrdiff_t>(count);
  std::sort(smooth.begin(), end);
  const double envelope = smooth[static_cast<std::size_t>(kEnvelope * static_cast<double>(count - 1))];
  const auto first = std::lower_bound(smooth.begin(), end, envelope * (1 - kNearEnvelope));
  const auto last = std::upper_bound(first, end, envelope * (1 + kNearEnvelope));
  const auto near = last - first;
  if (near < static_cast<std::ptrdiff_t>(kFewestClearSlots)) {
    return std::nullopt;
  }
  return Watts{*(first + near / 2)};
}

std::optional<Watts> ArrayDay::best_seen() const {
  double best = 0;
  for (const Slot& slot : slots_) {
    if (slot.seen >= kFewestSamples && slot.least_sine >= kLeastClearSine) {
      best = std::max(best, slot.mean());
    }
  }
  return best > 0 ? std::optional{Watts{best}} : std::nullopt;
}

std::optional<Clearness> ArrayDay::clearness(Watts level, double usual) const {
  double free_could = 0;
  double free_gave = 0;
  for (const Slot& slot : slots_) {
    if (slot.seen > 0 && slot.limited == 0) {
      free_could += slot.share();
      free_gave += slot.share() * slot.mean() / level.value();
    }
  }
  // A limited charger speaks for the sun: such slots were no darker than those that could be measured.
  const double hidden = std::max(usual, free_could > kLeastMeasured ? free_gave / free_could : 0);
  double could = free_could;
  double gave = free_gave;
  for (const Slot& slot : slots_) {
    if (slot.seen > 0 && slot.limited > 0) {
      could += slot.share();
      gave += slot.share() * std::max(hidden, slot.mean() / level.value());
    }
  }
  if (could <= 0 || level.value() <= 0) {
    return std::nullopt;
  }
  return Clearness{gave / could, could * kSlotMinutes / 60};
}

}  // namespace karkara
