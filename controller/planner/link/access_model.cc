#include "controller/planner/link/access_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "controller/planner/propagation/free_space.h"
#include "controller/planner/propagation/p526.h"

namespace karkara::planner {
namespace {

namespace itm = propagation::itm;

constexpr Metres kItmFrom{1'000};
constexpr Metres kNearest{50};  // under the mast nobody is nearer than its foot and the antenna's height make

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
  AccessModel model{profile, *budget, std::move(heights), ground.desert_from};
  for (const Metres height : model.heights_) {
    itm::Radio radio;
    radio.tx_height = height;
    radio.rx_height = profile.terminal.height;
    radio.frequency = profile.frequency;
    radio.polarization = profile.polarization;
    radio.permittivity = ground.permittivity;
    radio.conductivity = ground.conductivity;
    radio.sea_level_n_units = ground.sea_level_n_units;
    const itm::Statistics statistics{.time = profile.time, .location = profile.location};
    for (const itm::Climate climate : {itm::Climate::ContinentalSubtropical, itm::Climate::Desert}) {
      radio.climate = climate;
      auto prepared = itm::Model::make(radio, statistics);
      if (!prepared) {
        return prepared.error().in(profile.id);
      }
      (climate == itm::Climate::Desert ? model.desert_ : model.south_).push_back(*std::move(prepared));
    }
  }
  return model;
}

Result<Db> AccessModel::near_loss(const propagation::PathProfile& path, std::size_t height) const {
  const auto free = propagation::free_space_loss(std::max(path.length(), kNearest), profile_.frequency);
  if (!free || path.heights.size() < 3 || path.length() < kNearest) {
    return free;
  }
  const auto edge =
      propagation::p526::bullington(path, {heights_[height], profile_.terminal.height}, profile_.frequency);
  return edge ? Result<Db>{*free + *edge} : edge;
}

Result<Db> AccessModel::loss(const propagation::PathProfile& path, std::size_t height, const Place& from) const {
  if (path.length() < kItmFrom) {
    return near_loss(path, height);
  }
  const auto& models = from.latitude < desert_from_ ? south_ : desert_;
  const auto answer = models[height].over(path);
  return answer ? Result<Db>{answer->loss} : answer.error();
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
