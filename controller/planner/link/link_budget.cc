#include "controller/planner/link/link_budget.h"

#include <algorithm>

#include "controller/planner/propagation/portable_math.h"

namespace karkara::planner {
namespace {

constexpr double kThermal = -174;  // dBm in 1 Hz at 290 K

// The first step that carries the rate.
const RateStep* step_for(const RadioProfile& profile, BitsPerSecond least, Megahertz channel, double share) {
  for (const RateStep& step : profile.rates) {
    if (step.bits_per_hz * channel.value() * 1e6 * share >= least.value()) {
      return &step;
    }
  }
  return nullptr;
}

Error too_much(const RadioProfile& profile, const char* value) {
  return {ErrorCode::InvalidArgument, profile.id + ": " + value + ": more than the highest step of its rates carries"};
}

}  // namespace

Dbm eirp(const RadioProfile& profile) {
  return profile.power - profile.feeder_loss + profile.antenna.gain;
}

Dbm noise(Megahertz channel, Db noise_figure, Db interference) {
  return Dbm{kThermal + 60 + 10 * portable::log10(channel.value())} + noise_figure + interference;
}

Result<LinkBudget> make_budget(const RadioProfile& profile) {
  const RateStep* down = step_for(profile, profile.least_down, profile.channel, profile.share);
  if (down == nullptr) {
    return too_much(profile, "least_down");
  }
  LinkBudget budget;
  budget.snr_down = down->snr;
  if (profile.use == RadioUse::Backhaul) {
    const Dbm heard = noise(profile.channel, profile.noise_figure, profile.interference) + down->snr;
    budget.most_loss_down = eirp(profile) + profile.antenna.gain - profile.feeder_loss - heard;
    budget.most_loss_up = budget.most_loss_down;
    budget.snr_up = budget.snr_down;
    return budget;
  }
  const Terminal& far = profile.terminal;
  const RateStep* up = step_for(profile, profile.least_up, far.channel, profile.up_share);
  if (up == nullptr) {
    return too_much(profile, "least_up");
  }
  budget.snr_up = up->snr;
  const Db far_gain = far.gain - far.loss;
  budget.most_loss_down =
      eirp(profile) + far_gain - (noise(profile.channel, far.noise_figure, profile.interference) + down->snr);
  budget.most_loss_up = far.power + far_gain + profile.antenna.gain - profile.feeder_loss -
                        (noise(far.channel, profile.noise_figure, profile.interference) + up->snr);
  return budget;
}

Db margin(const LinkBudget& budget, Db loss, Db pattern) {
  return budget.most_loss() - loss - pattern;
}

BitsPerSecond rate_at(const RadioProfile& profile, Db snr) {
  double best = 0;
  for (const RateStep& step : profile.rates) {
    best = step.snr <= snr ? step.bits_per_hz : best;
  }
  return BitsPerSecond{best * profile.channel.value() * 1e6 * profile.share};
}

BitsPerSecond rate_down(const RadioProfile& profile, const LinkBudget& budget, Db loss, Db pattern) {
  return rate_at(profile, budget.most_loss_down - loss - pattern + budget.snr_down);
}

}  // namespace karkara::planner
