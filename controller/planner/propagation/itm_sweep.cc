#include "controller/planner/propagation/itm_sweep.h"

#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "controller/planner/propagation/itm_geometry.h"

namespace karkara::propagation::itm {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

// With the first unknown one where receivers stand on known ground there: what stands on it is not in their way.
std::size_t known_heights(std::span<const double> heights, std::span<const double> ends) {
  std::size_t known = 0;
  while (known < heights.size() && !std::isnan(heights[known])) {
    ++known;
  }
  return known < ends.size() && known > 0 && !std::isnan(ends[known]) ? known + 1 : known;
}

}  // namespace

// One radial, of which the parts up to each step are looked at in turn.
class RadialGround {
 public:
  void assign(const PathProfile& radial, std::span<const double> ends, double first_eye) {
    radial_ = radial;
    ends_ = ends;
    steps_ = 0;
    lowered_ = 0;
    if (!ends.empty()) {
      own_.assign(radial.heights.begin(), radial.heights.end());
      own_.back() = std::isnan(own_.back()) ? ends[own_.size() - 1] : own_.back();
      radial_.heights = own_;
      on_way_ = own_.front();
    }
    add_up();
    horizons_.assign(radial_.heights, first_eye);
    guess_ = {};
  }
  // What is asked from now on is about the part up to there.
  void end_at(std::size_t steps) {
    if (!ends_.empty()) {
      own_[steps_] = on_way_;  // the last end is a place on the way again
      on_way_ = own_[steps];
      own_[steps] = ends_[steps];
      lowered_ = on_way_ - own_[steps];
    }
    steps_ = steps;
  }
  [[nodiscard]] PathProfile part() const { return {radial_.heights.first(steps_ + 1), radial_.spacing}; }

  // Of the middle 80 %, as mean_height.
  [[nodiscard]] double middle_mean() const {
    const std::size_t tenth = steps_ / 10;
    const double lowered = tenth == 0 ? lowered_ : 0;
    return radial_.heights[0] +
           (sum_[steps_ - tenth + 1] - sum_[tenth] - lowered) / static_cast<double>(steps_ - 2 * tenth + 1);
  }

  [[nodiscard]] FitSums between(std::size_t first, std::size_t last) const {
    const auto count = static_cast<double>(last - first + 1);
    const double base = radial_.heights[first] - radial_.heights[0];
    const double lowered = last == steps_ ? lowered_ : 0;
    const double above = sum_[last + 1] - sum_[first] - lowered;
    const auto offset = static_cast<double>(first);
    FitSums sums;
    sums.sum = above - count * base;
    sums.moment = (moment_[last + 1] - moment_[first] - static_cast<double>(last) * lowered) - offset * above -
                  base * (count * (count - 1) / 2);
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
  void add_up() {
    const std::size_t count = radial_.heights.size();
    sum_.assign(count + 1, 0);
    moment_.assign(count + 1, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const double above = radial_.heights[i] - radial_.heights[0];
      sum_[i + 1] = sum_[i] + above;
      moment_[i + 1] = moment_[i] + static_cast<double>(i) * above;
    }
  }

  PathProfile radial_;
  std::size_t steps_ = 0;
  std::span<const double> ends_;
  std::vector<double> own_;     // heights of which the last of the part is lowered to its end
  double on_way_ = 0;           // what it was
  double lowered_ = 0;          // by so much
  std::vector<double> sum_;     // of the heights before, above the first
  std::vector<double> moment_;  // of index times that
  RadialHorizons horizons_;
  DecileGuess guess_;  // from the step before
  IrregularSamples samples_;
  Neighbours near_;
};

namespace {

// Nothing where what is known is no profile.
Result<PathProfile> known_part(const PathProfile& radial, std::span<const double> ends) {
  const PathProfile known{radial.heights.first(known_heights(radial.heights, ends)), radial.spacing};
  // The last may be known of its ground alone.
  const bool bare_end = !known.heights.empty() && std::isnan(known.heights.back());
  const PathProfile way{known.heights.first(known.heights.size() - (bare_end ? 1 : 0)), radial.spacing};
  const Status sound = way.heights.size() < 3 ? Status{} : check_profile(way);
  return sound ? Result<PathProfile>{known} : sound.error();
}

// Geometry for some steps, then their answers: a processor works on several answers at once, as none waits for another.
template <class StepOf, class Found>
void look_at(const Prepared& radio, RadialGround& ground, std::size_t count, StepOf step_of, Found found) {
  struct Step {
    Atmosphere air;
    Geometry path;
  };
  constexpr std::size_t kTogether = 16;
  std::array<Step, kTogether> steps;
  for (std::size_t first = 0; first < count; first += kTogether) {
    const std::size_t some = std::min(kTogether, count - first);
    for (std::size_t i = 0; i < some; ++i) {
      ground.end_at(step_of(first + i));
      steps[i].air = atmosphere_at(ground.middle_mean(), radio.n_sea_level);
      steps[i].path = geometry_of(ground.part(), ground, radio.height, steps[i].air.curvature);
    }
    for (std::size_t i = 0; i < some; ++i) {
      const Result<Answer> answer = answer_for(radio, steps[i].path, steps[i].air, Terrain::Profile);
      found(first + i, answer ? static_cast<float>(answer->loss.value()) : kUnknown);
    }
  }
}

}  // namespace

Sweep::Sweep(const Model& model) : model_{model}, ground_{std::make_unique<RadialGround>()} {}
Sweep::Sweep(Sweep&&) noexcept = default;
Sweep& Sweep::operator=(Sweep&&) noexcept = default;
Sweep::~Sweep() = default;

Status Sweep::losses_along(const PathProfile& radial, std::size_t first_step, std::vector<float>& losses) {
  losses.assign(radial.heights.size(), kUnknown);
  const auto known = known_part(radial, {});
  if (!known || known->heights.size() < 3) {
    return known ? Status{} : Status{known.error()};
  }
  const std::size_t first = std::max<std::size_t>(first_step, 2);
  ground_->assign(*known, {}, known->heights.front() + model_.prepared().height[0]);
  look_at(
      model_.prepared(), *ground_, known->heights.size() - std::min(first, known->heights.size()),
      [first](std::size_t i) { return first + i; }, [&](std::size_t i, float loss) { losses[first + i] = loss; });
  return {};
}

Status Sweep::losses_at(const SomeSteps& asked, std::vector<float>& losses) {
  losses.assign(asked.steps.size(), kUnknown);
  const auto known = known_part(asked.radial, asked.ends);
  if (!known || known->heights.size() < 3) {
    return known ? Status{} : Status{known.error()};
  }
  const auto within = std::lower_bound(asked.steps.begin(), asked.steps.end(), known->heights.size());
  std::vector<std::uint32_t> steps(asked.steps.begin(), within);
  std::vector<std::uint32_t> places(steps.size());
  std::iota(places.begin(), places.end(), 0U);
  if (!asked.ends.empty()) {
    std::erase_if(places, [&](std::uint32_t i) { return std::isnan(asked.ends[steps[i]]); });
  }
  ground_->assign(*known, asked.ends, known->heights.front() + model_.prepared().height[0]);
  look_at(
      model_.prepared(), *ground_, places.size(), [&](std::size_t i) { return steps[places[i]]; },
      [&](std::size_t i, float loss) { losses[places[i]] = loss; });
  return {};
}

}  // namespace karkara::propagation::itm
