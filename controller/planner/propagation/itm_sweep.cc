#include "controller/planner/propagation/itm_sweep.h"

#include <array>
#include <cmath>
#include <limits>

#include "controller/planner/propagation/itm_geometry.h"

namespace karkara::propagation::itm {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

std::size_t known_heights(std::span<const double> heights) {
  std::size_t known = 0;
  while (known < heights.size() && !std::isnan(heights[known])) {
    ++known;
  }
  return known;
}

}  // namespace

// One radial, of which the parts up to each step are looked at in turn.
class RadialGround {
 public:
  void assign(const PathProfile& radial, double first_eye) {
    radial_ = radial;
    const std::size_t count = radial.heights.size();
    sum_.assign(count + 1, 0);
    moment_.assign(count + 1, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const double above = radial.heights[i] - radial.heights[0];
      sum_[i + 1] = sum_[i] + above;
      moment_[i + 1] = moment_[i] + static_cast<double>(i) * above;
    }
    horizons_.assign(radial.heights, first_eye);
    guess_ = {};
  }
  // What is asked from now on is about the part up to there.
  void end_at(std::size_t steps) { steps_ = steps; }
  [[nodiscard]] PathProfile part() const { return {radial_.heights.first(steps_ + 1), radial_.spacing}; }

  // Of the middle 80 %, as mean_height.
  [[nodiscard]] double middle_mean() const {
    const std::size_t tenth = steps_ / 10;
    return radial_.heights[0] + (sum_[steps_ - tenth + 1] - sum_[tenth]) / static_cast<double>(steps_ - 2 * tenth + 1);
  }

  [[nodiscard]] FitSums between(std::size_t first, std::size_t last) const {
    const auto count = static_cast<double>(last - first + 1);
    const double base = radial_.heights[first] - radial_.heights[0];
    const double above = sum_[last + 1] - sum_[first];
    const auto offset = static_cast<double>(first);
    FitSums sums;
    sums.sum = above - count * base;
    sums.moment = (moment_[last + 1] - moment_[first]) - offset * above - base * (count * (count - 1) / 2);
    return sums;
  }
  Horizon from_first(double /*eye*/, double bend) { return horizons_.from_first(steps_ + 1, bend); }
  Horizon from_last(double eye, double bend) { return horizons_.from_last(steps_ + 1, eye, bend); }

  double irregularity(double start, double end) {
    sample_between(part(), start, end, samples_);
    if (samples_.count == 0) {
      return 0;
    }
    if (!deciles_near({samples_.heights.data(), samples_.count}, samples_.line, guess_, samples_.rank, near_)) {
      guess_.near = deciles_of(samples_);
    }
    return samples_.irregularity(guess_.near);
  }

 private:
  PathProfile radial_;
  std::size_t steps_ = 0;
  std::vector<double> sum_;     // of the heights before, above the first
  std::vector<double> moment_;  // of index times that
  RadialHorizons horizons_;
  DecileGuess guess_;  // from the step before
  IrregularSamples samples_;
  Neighbours near_;
};

Sweep::Sweep(const Model& model) : model_{model}, ground_{std::make_unique<RadialGround>()} {}
Sweep::Sweep(Sweep&&) noexcept = default;
Sweep& Sweep::operator=(Sweep&&) noexcept = default;
Sweep::~Sweep() = default;

Status Sweep::losses_along(const PathProfile& radial, std::size_t first_step, std::vector<float>& losses) {
  losses.assign(radial.heights.size(), kUnknown);
  const PathProfile known{radial.heights.first(known_heights(radial.heights)), radial.spacing};
  if (known.heights.size() < 3) {
    return {};
  }
  if (const Status sound = check_profile(known); !sound) {
    return sound;
  }
  struct Step {
    Atmosphere air;
    Geometry path;
  };
  // Geometry for some steps, then their answers: a processor works on several answers at once, as none waits for
  // another.
  constexpr std::size_t kTogether = 16;
  std::array<Step, kTogether> steps;
  const Prepared& radio = model_.prepared();
  ground_->assign(known, known.heights.front() + radio.height[0]);
  const std::size_t count = known.heights.size();
  for (std::size_t first = std::max<std::size_t>(first_step, 2); first < count; first += kTogether) {
    const std::size_t some = std::min(kTogether, count - first);
    for (std::size_t i = 0; i < some; ++i) {
      ground_->end_at(first + i);
      steps[i].air = atmosphere_at(ground_->middle_mean(), radio.n_sea_level);
      steps[i].path = geometry_of(ground_->part(), *ground_, radio.height, steps[i].air.curvature);
    }
    for (std::size_t i = 0; i < some; ++i) {
      const Result<Answer> answer = answer_for(radio, steps[i].path, steps[i].air, Terrain::Profile);
      losses[first + i] = answer ? static_cast<float>(answer->loss.value()) : kUnknown;
    }
  }
  return {};
}

}  // namespace karkara::propagation::itm
