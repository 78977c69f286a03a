#include "agent/shaping/efficiency_seed.h"

namespace karkara {
namespace {

constexpr double kLeast = 0.01;  // bits a symbol: below it is no coding of this world
constexpr double kMost = 20;

}  // namespace

void EfficiencySeed::learn(BitsPerSecond good) {
  if (efficiency_ && !better_since_ && good.value() > 0) {
    learned_ = Learned{good, *efficiency_};
  }
}

std::optional<BitsPerSecond> EfficiencySeed::expected() const {
  if (!learned_ || !efficiency_) {
    return std::nullopt;
  }
  return learned_->good * (*efficiency_ / learned_->efficiency);
}

std::optional<BitsPerSecond> EfficiencySeed::see(std::optional<double> told, Instant now) {
  if (!told || !(*told >= kLeast) || *told > kMost) {
    better_since_.reset();
    return std::nullopt;
  }
  if (!efficiency_) {
    efficiency_ = told;
    const bool other =
        learned_ && (*told * kWorthIt <= learned_->efficiency || *told >= learned_->efficiency * kWorthIt);
    return other ? expected() : std::nullopt;
  }
  if (*told * kWorthIt <= *efficiency_) {
    return settle(*told);
  }
  if (*told < *efficiency_ * kWorthIt) {
    better_since_.reset();
    return std::nullopt;
  }
  better_since_ = better_since_.value_or(now);
  return now - *better_since_ >= kSettled ? settle(*told) : std::nullopt;
}

std::optional<BitsPerSecond> EfficiencySeed::settle(double efficiency) {
  efficiency_ = efficiency;
  better_since_.reset();
  return expected();
}

}  // namespace karkara
