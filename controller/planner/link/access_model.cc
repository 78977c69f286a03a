#include "controller/planner/link/access_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

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

// Of what stands around the receiver, for P.1812; NaN where nobody knows.
double clutter_at_end(const propagation::PathProfile& path) {
  return path.clutter.empty() ? 0 : path.clutter.back();
}

// With the middle of each step between its ends.
std::vector<double> halved(std::span<const double> values) {
  std::vector<double> finer{values.front()};
  for (std::size_t i = 1; i < values.size(); ++i) {
    finer.push_back((values[i - 1] + values[i]) / 2);
    finer.push_back(values[i]);
  }
  return finer;
}

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

// Section 4.8: places vary more where the receiver stands lower than what is around it. Where nobody knows what that
// is, as among houses.
p1812::Share AccessModel::p1812_share(double rx_clutter) const {
  const Metres around = std::isnan(rx_clutter) ? profile_.terminal.height + Metres{1} : Metres{rx_clutter};
  return {profile_.time, profile_.location,
          p1812::location_sigma(profile_.frequency, profile_.terminal.height, around, kVillage)};
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
}

Metres AccessModel::model_begins() const {
  return profile_.model == LossModel::Itm ? kItmBegins : kP1812Begins;
}

std::uint32_t AccessModel::radio_warnings(std::size_t height, const Place& from) const {
  return profile_.model == LossModel::Itm
             ? (from.latitude < ground_.desert_from ? south_ : desert_)[height].warnings()
             : p1812::warnings_of(p1812_link(heights_[height], from.latitude), p1812_share(0));
}

std::uint32_t AccessModel::radio_warnings() const {
  std::uint32_t warnings = 0;
  for (std::size_t height = 0; height < heights_.size(); ++height) {
    for (const Degrees latitude : {ground_.desert_from - Degrees{1}, ground_.desert_from}) {
      warnings |= radio_warnings(height, {latitude, Degrees{0}});
    }
  }
  return warnings;
}

std::vector<std::string_view> AccessModel::warning_texts(std::uint32_t warnings) const {
  return profile_.model == LossModel::Itm ? itm::warning_texts(warnings) : p1812::warning_texts(warnings);
}

Result<AccessLoss> AccessModel::model_loss(const propagation::PathProfile& path, std::size_t height,
                                           const Place& from) const {
  if (profile_.model == LossModel::Itm) {
    const auto answer = (from.latitude < ground_.desert_from ? south_ : desert_)[height].over(path);
    return answer ? Result<AccessLoss>{{answer->loss, answer->warnings}} : answer.error();
  }
  const auto answer =
      p1812::loss_over(path, p1812_link(heights_[height], from.latitude), p1812_share(clutter_at_end(path)));
  return answer ? Result<AccessLoss>{{answer->loss, answer->warnings}} : answer.error();
}

// As ITU-R P.1546 (annex 5, section 14) leads its curves below 1 km to free space: what is lost beyond it goes with the
// logarithm of the distance, from what is known near the mast to what the model says of the same ground drawn out to
// where it begins. So no margin jumps there. What the model says of that ground's shape is no warning about this path.
Result<AccessLoss> AccessModel::near_loss(const propagation::PathProfile& path, std::size_t height,
                                          const Place& from) const {
  const Metres length = std::max(path.length(), kNearest);
  const auto free = propagation::free_space_loss(length, profile_.frequency);
  const auto free_there = propagation::free_space_loss(model_begins(), profile_.frequency);
  if (!free || !free_there) {
    return free ? free_there.error() : free.error();
  }
  const auto steps = static_cast<double>(path.steps());
  const auto there = model_loss({path.heights, model_begins() * (1 / steps), path.clutter}, height, from);
  const auto edge = propagation::p526::bullington({path.heights, length * (1 / steps)},
                                                  {heights_[height], profile_.terminal.height}, profile_.frequency);
  if (!there || !edge) {
    return there ? edge.error() : there.error();
  }
  const double outwards = portable::log(length / kNearest) / portable::log(model_begins() / kNearest);
  return AccessLoss{*free + (*edge + near_fading_) * (1 - outwards) + (there->loss - *free_there) * outwards,
                    radio_warnings(height, from)};
}

Result<Db> AccessModel::loss(const propagation::PathProfile& path, std::size_t height, const Place& from) const {
  const auto lost = predicted(path, height, from);
  return lost ? Result<Db>{lost->loss} : lost.error();
}

Db AccessModel::correction(const Place& from, Metres away) const {
  return profile_.measured ? profile_.measured->of(from).at(away) : Db{0};
}

const itm::Model* AccessModel::itm_model(std::size_t height, const Place& from) const {
  return profile_.model != LossModel::Itm ? nullptr : &(from.latitude < ground_.desert_from ? south_ : desert_)[height];
}

Result<AccessModel> AccessModel::at_heights(std::vector<Metres> heights) const {
  return make(profile_, std::move(heights), ground_);
}

Result<AccessLoss> AccessModel::predicted(const propagation::PathProfile& path, std::size_t height,
                                          const Place& from) const {
  auto lost = modelled(path, height, from);
  if (lost && profile_.measured) {
    lost->loss = lost->loss - correction(from, path.length());
  }
  return lost;
}

Result<AccessLoss> AccessModel::modelled(const propagation::PathProfile& path, std::size_t height,
                                         const Place& from) const {
  if (path.heights.size() < kFewestHeights) {
    return path.heights.size() < 2 ? Error{ErrorCode::InvalidArgument, "a path has two ends"}
                                   : finer_loss(path, height, from);
  }
  return path.length() < model_begins() ? near_loss(path, height, from) : model_loss(path, height, from);
}

// With the ground in the middle of each step, between its ends.
Result<AccessLoss> AccessModel::finer_loss(const propagation::PathProfile& path, std::size_t height,
                                           const Place& from) const {
  const std::vector<double> heights = halved(path.heights);
  if (path.clutter.empty()) {
    return modelled({heights, path.spacing * 0.5}, height, from);
  }
  std::vector<double> clutter(path.clutter.begin(), path.clutter.end());
  const double at_end = std::exchange(clutter.back(), 0);
  clutter.front() = 0;  // both ends of the heights are bare
  clutter = halved(clutter);
  clutter.back() = at_end;
  return modelled({heights, path.spacing * 0.5, clutter}, height, from);
}

Result<propagation::Band> AccessModel::band(const propagation::PathProfile& path, std::size_t height,
                                            const Place& from) const {
  if (path.length() < model_begins()) {
    return Error{ErrorCode::FailedPrecondition, "the path is shorter than the model holds"};
  }
  itm::Radio radio = itm_radio(heights_[height]);
  radio.climate = from.latitude < ground_.desert_from ? itm::Climate::ContinentalSubtropical : itm::Climate::Desert;
  auto band = profile_.model == LossModel::Itm
                  ? propagation::itm_band(radio, {.time = profile_.time, .location = profile_.location}, path)
                  : propagation::p1812_band(path, p1812_link(heights_[height], from.latitude),
                                            p1812_share(clutter_at_end(path)));
  if (band && profile_.measured) {
    propagation::shift(*band, Db{0} - correction(from, path.length()));
  }
  return band;
}

Db AccessModel::pattern(const propagation::PathProfile& path, std::size_t height, Degrees azimuth) const {
  const double up =
      path.heights.back() + profile_.terminal.height.value() - path.heights.front() - heights_[height].value();
  const double along = std::max(path.length(), kNearest).value();
  return pattern_loss(profile_.antenna, azimuth, Degrees{std::atan2(up, along) * (180 / std::numbers::pi)});
}

Result<Db> AccessModel::margin_over(const propagation::PathProfile& path, std::size_t height, const Place& from,
                                    const Place& to) const {
  const auto found = judged(path, height, from, to);
  return found ? Result<Db>{found->margin} : found.error();
}

Result<AccessMargin> AccessModel::judged(const propagation::PathProfile& path, std::size_t height, const Place& from,
                                         const Place& to) const {
  const auto lost = predicted(path, height, from);
  if (!lost) {
    return lost.error();
  }
  const bool all_around = profile_.antenna.horizontal_width.value() >= 360;
  const Db off_beam = pattern(path, height, all_around ? Degrees{0} : bearing(from, to));
  return AccessMargin{margin(budget_, lost->loss, off_beam), lost->warnings};
}

}  // namespace karkara::planner
