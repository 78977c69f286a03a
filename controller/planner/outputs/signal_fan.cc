#include "controller/planner/outputs/signal_fan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "controller/planner/terrain/profile.h"

namespace karkara::planner {
namespace {

constexpr std::uint32_t kHalvings = 6;   // near the mast every second, fourth ... way is close enough
constexpr double kCellsToShareAWay = 2;  // fewer, and each cell alone is as fast

}  // namespace

SignalFan::SignalFan(Metres begins, Metres reach, Metres width)
    : begins_{begins}, reach_{reach}, spacing_{kProfileStep * (1 / std::ceil(kProfileStep / width - 1e-9))} {
  const double groups = std::ceil(2 * std::numbers::pi * (reach / width) / (1U << kHalvings));
  ways_ = static_cast<std::uint32_t>(groups) << kHalvings;
  steps_ = static_cast<std::uint32_t>(std::lround(reach / spacing_)) + 1;
}

std::optional<SignalFan> SignalFan::over(const CellSize& cell, const AccessModel& model) {
  const Metres reach = model.profile().reach;
  const Metres width = std::min({kProfileStep, cell.high, cell.wide});
  // As many cells as the disc has, over the ways at its rim.
  const double shared = reach.value() * width.value() / (2 * cell.high.value() * cell.wide.value());
  if (model.itm_model(0, {}) == nullptr || reach <= model.model_begins() || !(width.value() >= 1) ||
      !(shared >= kCellsToShareAWay)) {
    return std::nullopt;
  }
  return SignalFan{model.model_begins(), reach, width};
}

std::optional<FanPlace> SignalFan::beside(const Place& mast, const Place& cell) const {
  const Metres away = distance(mast, cell);
  const auto step = static_cast<std::uint32_t>(std::lround(std::min(away / spacing_, static_cast<double>(steps_))));
  if (spacing_ * step < begins_) {
    return std::nullopt;
  }
  const double halvings = std::clamp(std::floor(std::log2(reach_ / away)), 0.0, static_cast<double>(kHalvings));
  const std::uint32_t between = 1U << static_cast<std::uint32_t>(halvings);
  const std::uint32_t coarse = ways_ / between;
  const double turn = bearing(mast, cell).value() / 360 * coarse;
  return FanPlace{static_cast<std::uint32_t>(std::lround(turn)) * between % ways_, step};
}

Degrees SignalFan::bearing_of(std::uint32_t way) const {
  return Degrees{360.0 * way / ways_};
}

Place SignalFan::place(const Place& mast, const FanPlace& at) const {
  return destination(mast, bearing_of(at.way), spacing_ * at.step);
}

propagation::itm::Sweep& FanListener::sweep(const Place& mast, std::size_t height) {
  const propagation::itm::Model* model = model_.itm_model(height, mast);
  return sweeps_.try_emplace(model, *model).first->second;
}

// The whole way is laid out whatever is asked of it, so that the same places lie under every step.
void FanListener::look_along(const Place& mast, std::uint32_t way) {
  const std::vector<Place> places = great_circle(mast, fan_.place(mast, {way, fan_.steps()}), fan_.steps() + 1);
  const std::span<const Place> asked = std::span{places}.first(steps_.back() + 1);
  bare_.resize(asked.size());
  terrain_.heights_at(asked, Sampling::Bilinear, bare_);
  heights_ = bare_;
  if (terrain_.has_cover()) {
    terrain_.add_cover(asked.subspan(1), std::span{heights_}.subspan(1));
  }
  known_ = 0;
  while (known_ < heights_.size() && !std::isnan(heights_[known_])) {
    ++known_;
  }
}

std::vector<TakenOnWay> FanListener::listen(const Place& mast, const SignalAntennas& antennas,
                                            const std::vector<FanPlace>& places) {
  std::vector<TakenOnWay> taken(places.size());
  for (std::size_t first = 0; first < places.size(); first += steps_.size()) {
    steps_.clear();
    for (std::size_t i = first; i < places.size() && places[i].way == places[first].way; ++i) {
      steps_.push_back(places[i].step);
    }
    look_along(mast, places[first].way);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      taken[first + i].known = steps_[i] <= known_ && !std::isnan(bare_[steps_[i]]);
    }
    for (std::size_t height = antennas.lowest; height <= antennas.highest; ++height) {
      hear(mast, height, places[first].way, taken, first);
    }
  }
  return taken;
}

void FanListener::hear(const Place& mast, std::size_t height, std::uint32_t way, std::vector<TakenOnWay>& taken,
                       std::size_t first) {
  const std::span<const double> ends =
      terrain_.has_cover() ? std::span<const double>{bare_} : std::span<const double>{};
  if (!sweep(mast, height).losses_at({{heights_, fan_.spacing()}, steps_, ends}, losses_)) {
    return;
  }
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (std::isnan(losses_[i])) {
      continue;
    }
    const Metres away = fan_.spacing() * steps_[i];
    const std::array<double, 2> both{bare_.front(), bare_[steps_[i]]};
    const Db all = Db{static_cast<double>(losses_[i])} - model_.correction(mast, away) +
                   model_.pattern({both, away}, height, fan_.bearing_of(way));
    taken[first + i].all = std::min(taken[first + i].all.value_or(all), all);
  }
}

}  // namespace karkara::planner
