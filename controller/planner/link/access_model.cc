#include "controller/planner/link/access_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "controller/planner/propagation/free_space.h"
#include "controller/planner/propagation/p1812.h"
#include "controller/planner/propagation/p526.h"
#include "controller/planner/propagation/portable_math.h"

namespace karkara::planner {
namespace {

namespace itm = propagation::itm;
namespace p1812 = propagation::p1812;

constexpr Metres kItmBegins{1'000};
constexpr Metres kP1812Begins{250};
constexpr std::size_t kFewestHeights = 5;  // of P.1812
constexpr Metres kNearest{50};  // under the mast nobody is nearer than its foot and the antenna's height make
// Of places in sight of a rural mast, 3GPP TR 38.901, table 7.4.1-1 (RMa, before the breakpoint).
constexpr Db kNearSigma{4};
// P.1812's share of locations is one of a square; villages are about so wide.
constexpr Metres kVillage{500};

}  // namespace

Result<AccessModel> AccessModel::make(const RadioProfile& profile, std::vector<Metres> heights,
                                      const GroundKind& ground) {
  if (heights.empty() || !std::is_sorted(heights.begin(), heights.end())) {
    return Error{ErrorCode::InvalidArgument, "mast heights: at least one is needed, ascending"};
  }
  const auto budget = make_budget(profile);
  if (!budget) {
    return budget.error();
  }
  AccessModel model{profile, *budget, std::move(heights), ground};
  model.prepare_margins();
  const Status prepared = profile.model == LossModel::Itm ? model.prepare_itm() : Status{};
  return prepared.ok() ? Result<AccessModel>{std::move(model)} : prepared.error().in(profile.id);
}

itm::Radio AccessModel::itm_radio(Metres height) const {
  itm::Radio radio;
  radio.tx_height = height;
  radio.rx_height = profile_.terminal.height;
  radio.frequency = profile_.frequency;
  radio.polarization = profile_.polarization;
  radio.permittivity = ground_.permittivity;
  radio.conductivity = ground_.conductivity;
  radio.sea_level_n_units = ground_.sea_level_n_units;
  return radio;
}

p1812::Link AccessModel::p1812_link(Metres height, Degrees latitude) const {
  return {.tx_height = height,
          .rx_height = profile_.terminal.height,
          .frequency = profile_.frequency,
          .polarization = profile_.polarization,
          .latitude = latitude,
          .sea_level_n_units = ground_.sea_level_n_units};
}

p1812::Share AccessModel::p1812_share() const {
  return {profile_.time, profile_.location, location_sigma_};
}

Status AccessModel::prepare_itm() {
  for (const Metres height : heights_) {
    itm::Radio radio = itm_radio(height);
    const itm::Statistics statistics{.time = profile_.time, .location = profile_.location};
    for (const itm::Climate climate : {itm::Climate::ContinentalSubtropical, itm::Climate::Desert}) {
      radio.climate = climate;
      auto prepared = itm::Model::make(radio, statistics);
      if (!prepared) {
        return prepared.error();
      }
      (climate == itm::Climate::Desert ? desert_ : south_).push_back(*std::move(prepared));
    }
  }
  return {};
}

// In sight of the mast nothing changes over the year; places do. Nobody counts on places better than the median.
void AccessModel::prepare_margins() {
  near_fading_ = std::max(Db{0}, p1812::location_margin(profile_.location, kNearSigma));
  location_sigma_ = p1812::location_sigma(profile_.frequency, profile_.terminal.height, Metres{0}, kVillage);
}

Metres AccessModel::model_begins() const {
  return profile_.model == LossModel::Itm ? kItmBegins : kP1812Begins;
}

Result<Db> AccessModel::model_loss(const propagation::PathProfile& path, std::size_t height, const Place& from) const {
  if (profile_.model == LossModel::Itm) {
    const auto answer = (from.latitude < ground_.desert_from ? south_ : desert_)[height].over(path);
    return answer ? Result<Db>{answer->loss} : answer.error();
  }
  // What stands on the ground is in the heights between the ends already.
  const std::vector<double> km = p1812::equal_distances(path);
  const auto answer =
      p1812::loss({km, path.heights, {}, {}}, p1812_link(heights_[height], from.latitude), p1812_share());
  return answer ? Result<Db>{answer->loss} : answer.error();
}

// As ITU-R P.1546 (annex 5, section 14) leads its curves below 1 km to free space: what is lost beyond it goes with the
// logarithm of the distance, from what is known near the mast to what the model says of the same ground drawn out to
// where it begins. So no margin jumps there.
Result<Db> AccessModel::near_loss(const propagation::PathProfile& path, std::size_t height, const Place& from) const {
  const Metres length = std::max(path.length(), kNearest);
  const auto free = propagation::free_space_loss(length, profile_.frequency);
  const auto free_there = propagation::free_space_loss(model_begins(), profile_.frequency);
  if (!free || !free_there) {
    return free ? free_there : free;
  }
  const auto steps = static_cast<double>(path.steps());
  const auto there = model_loss({path.heights, model_begins() * (1 / steps)}, height, from);
  const auto edge = propagation::p526::bullington({path.heights, length * (1 / steps)},
                                                  {heights_[height], profile_.terminal.height}, profile_.frequency);
  if (!there || !edge) {
    return there ? edge : there;
  }
  const double outwards = portable::log(length / kNearest) / portable::log(model_begins() / kNearest);
  return *free + (*edge + near_fading_) * (1 - outwards) + (*there - *free_there) * outwards;
}

Result<Db> AccessModel::loss(const propagation::PathProfile& path, std::size_t height, const Place& from) const {
  if (path.heights.size() < kFewestHeights) {
    return path.heights.size() < 2 ? Error{ErrorCode::InvalidArgument, "a path has two ends"}
                                   : finer_loss(path, height, from);
  }
  return path.length() < model_begins() ? near_loss(path, height, from) : model_loss(path, height, from);
}

// With the ground in the middle of each step, between its ends.
Result<Db> AccessModel::finer_loss(const propagation::PathProfile& path, std::size_t height, const Place& from) const {
  std::vector<double> heights{path.heights.front()};
  for (std::size_t i = 1; i < path.heights.size(); ++i) {
    heights.push_back((path.heights[i - 1] + path.heights[i]) / 2);
    heights.push_back(path.heights[i]);
  }
  return loss({heights, path.spacing * 0.5}, height, from);
}

Result<propagation::Band> AccessModel::band(const propagation::PathProfile& path, std::size_t height,
                                            const Place& from) const {
  if (path.length() < model_begins()) {
    return Error{ErrorCode::FailedPrecondition, "the path is shorter than the model holds"};
  }
  return profile_.model == LossModel::Itm
             ? propagation::itm_band(itm_radio(heights_[height]),
                                     {.time = profile_.time, .location = profile_.location}, path)
             : propagation::p1812_band(path, p1812_link(heights_[height], from.latitude), p1812_share());
}

Db AccessModel::pattern(const propagation::PathProfile& path, std::size_t height, Degrees azimuth) const {
  const double up =
      path.heights.back() + profile_.terminal.height.value() - path.heights.front() - heights_[height].value();
  const double along = std::max(path.length(), kNearest).value();
  return pattern_loss(profile_.antenna, azimuth, Degrees{std::atan2(up, along) * (180 / std::numbers::pi)});
}

Result<Db> AccessModel::margin_over(const propagation::PathProfile& path, std::size_t height, const Place& from,
                                    const Place& to) const {
  const auto lost = loss(path, height, from);
  if (!lost) {
    return lost.error();
  }
  const bool all_around = profile_.antenna.horizontal_width.value() >= 360;
  return margin(budget_, *lost, pattern(path, height, all_around ? Degrees{0} : bearing(from, to)));
}

}  // namespace karkara::planner
