#include "controller/planner/propagation/itm.h"

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "controller/planner/propagation/checks.h"
#include "controller/planner/propagation/itm_steps.h"

namespace karkara::propagation::itm {
namespace {

bool is_share(Percent p) {
  return p.value() > 0 && p.value() < 100;
}

// The order of the checks is the reference's: with two faults the same one is told.
Status check(const Radio& radio, const Statistics& statistics) {
  const int climate = static_cast<int>(radio.climate);
  if (!is_between(radio.tx_height.value(), 0.5, 3000)) {
    return refusal(1000, "the transmitter's height is outside 0.5 to 3000 m");
  }
  if (!is_between(radio.rx_height.value(), 0.5, 3000)) {
    return refusal(1001, "the receiver's height is outside 0.5 to 3000 m");
  }
  if (climate < 1 || climate > 7) {
    return refusal(1002, "no such radio climate");
  }
  if (!is_between(radio.sea_level_n_units, 250, 400)) {
    return refusal(1008, "the refractivity is outside 250 to 400 N-units");
  }
  if (!is_between(radio.frequency.value(), 20, 20'000)) {
    return refusal(1009, "the frequency is outside 20 to 20000 MHz");
  }
  if (!(radio.permittivity >= 1) || std::isinf(radio.permittivity)) {
    return refusal(1011, "the ground's permittivity is below 1");
  }
  if (!(radio.conductivity > 0) || std::isinf(radio.conductivity)) {
    return refusal(1012, "the ground's conductivity is not above 0");
  }
  if (!is_share(statistics.situation)) {
    return refusal(1005, "the share of situations is not between 0 and 100 %");
  }
  if (!is_share(statistics.time)) {
    return refusal(1003, "the share of time is not between 0 and 100 %");
  }
  if (!is_share(statistics.location)) {
    return refusal(1004, "the share of locations is not between 0 and 100 %");
  }
  return {};
}

std::uint32_t near_limits(const Radio& radio) {
  std::uint32_t warnings = 0;
  warnings |= is_between(radio.tx_height.value(), 1, 1000) ? 0U : kTxHeight;
  warnings |= is_between(radio.rx_height.value(), 1, 1000) ? 0U : kRxHeight;
  warnings |= is_between(radio.frequency.value(), 40, 10'000) ? 0U : kFrequency;
  return warnings;
}

// Alg (4.1) to (4.3): transfer impedance of the ground.
std::complex<double> impedance(const Radio& radio) {
  const std::complex<double> relative{radio.permittivity, 18'000.0 * radio.conductivity / radio.frequency.value()};
  const std::complex<double> horizontal = std::sqrt(relative - 1.0);
  return radio.polarization == Polarization::Vertical ? horizontal / relative : horizontal;
}

constexpr std::array<std::pair<std::uint32_t, std::string_view>, 15> kTexts{{
    {kTxHeight, "the transmitter's height is outside 1 to 1000 m"},
    {kRxHeight, "the receiver's height is outside 1 to 1000 m"},
    {kFrequency, "the frequency is outside 40 MHz to 10 GHz"},
    {kDistanceBig1, "the path is longer than 1000 km"},
    {kDistanceBig2, "the path is longer than 2000 km: take care with the result"},
    {kDistanceSmall1, "the path is short for the difference of the antennas' heights"},
    {kDistanceSmall2, "the path is shorter than 1 km: take care with the result"},
    {kTxHorizonAngle, "the transmitter's horizon is steep: small angles are assumed"},
    {kRxHorizonAngle, "the receiver's horizon is steep: small angles are assumed"},
    {kTxHorizonNear, "the transmitter's horizon is nearer than a tenth of the smooth Earth's"},
    {kRxHorizonNear, "the receiver's horizon is nearer than a tenth of the smooth Earth's"},
    {kTxHorizonFar, "the transmitter's horizon is farther than three times the smooth Earth's"},
    {kRxHorizonFar, "the receiver's horizon is farther than three times the smooth Earth's"},
    {kExtremeVariability, "a share of time, locations or situations is far in the tail"},
    {kSurfaceRefractivity, "the refractivity at the surface is small: take care with the result"},
}};

}  // namespace

std::vector<std::string_view> warning_texts(std::uint32_t warnings) {
  std::vector<std::string_view> texts;
  for (const auto& [bit, text] : kTexts) {
    if ((warnings & bit) != 0) {
      texts.push_back(text);
    }
  }
  return texts;
}

Result<Model> Model::make(const Radio& radio, const Statistics& statistics) {
  if (const Status sound = check(radio, statistics); !sound) {
    return sound.error();
  }
  auto prepared = std::make_shared<Prepared>();
  prepared->height = {radio.tx_height.value(), radio.rx_height.value()};
  prepared->f_mhz = radio.frequency.value();
  prepared->wave_number = prepared->f_mhz / kSpeedOverTwoPi;
  prepared->cbrt_f = portable::cbrt(prepared->f_mhz);
  prepared->log_f = portable::log(prepared->f_mhz);
  prepared->free_space_at_1_m = 32.45 - 60.0 + 20.0 * portable::log10(prepared->f_mhz);
  prepared->ground_impedance = impedance(radio);
  prepared->impedance_size = std::abs(prepared->ground_impedance);
  prepared->n_sea_level = radio.sea_level_n_units;
  prepared->warnings = near_limits(radio);
  prepare_statistics(statistics, radio.climate, *prepared);
  if (!(prepared->ground_impedance.real() > std::abs(prepared->ground_impedance.imag()))) {
    return refusal(1013, "the ground's impedance is more reactive than resistive");
  }
  return Model{std::move(prepared)};
}

Result<Answer> answer_for(const Prepared& radio, const Geometry& path, const Atmosphere& air, Terrain terrain) {
  const Result<Reference> reference = reference_attenuation(radio, path, air, terrain);
  if (!reference) {
    return reference.error();
  }
  Answer answer;
  answer.free_space = Db{radio.free_space_at_1_m + 20.0 * portable::log10(path.distance)};
  answer.reference_attenuation = Db{reference->attenuation};
  answer.loss = answer.free_space + Db{with_statistics(radio, path, reference->attenuation)};
  answer.mode = reference->mode;
  answer.obstructed = path.obstructed;
  answer.warnings = radio.warnings | reference->warnings;
  answer.tx_horizon = Metres{path.horizon_distance[0]};
  answer.rx_horizon = Metres{path.horizon_distance[1]};
  answer.tx_effective_height = Metres{path.effective_height[0]};
  answer.rx_effective_height = Metres{path.effective_height[1]};
  answer.irregularity = Metres{path.irregularity};
  answer.surface_n_units = air.n_surface;
  if (!std::isfinite(answer.loss.value())) {
    return Error{ErrorCode::InvalidArgument, "itm: the path is outside what the model can compute"};
  }
  return answer;
}

std::uint32_t Model::warnings() const {
  return prepared_->warnings;
}

Result<Answer> Model::over(const PathProfile& profile) const {
  if (const Status sound = check_profile(profile); !sound) {
    return sound.error();
  }
  const Atmosphere air = atmosphere_at(mean_height(profile), prepared_->n_sea_level);
  return answer_for(*prepared_, geometry_over(profile, prepared_->height, air.curvature), air, Terrain::Profile);
}

Result<Answer> Model::over(const RoughGround& ground) const {
  if (!(ground.distance.value() > 0) || std::isinf(ground.distance.value())) {
    return refusal(1017, "the path's length is not above 0");
  }
  if (!(ground.irregularity.value() >= 0) || std::isinf(ground.irregularity.value())) {
    return refusal(1018, "the terrain's irregularity is negative");
  }
  const Atmosphere air = atmosphere_at(0, prepared_->n_sea_level);
  return answer_for(*prepared_, geometry_over(ground, prepared_->height, air.curvature), air, Terrain::Area);
}

}  // namespace karkara::propagation::itm
