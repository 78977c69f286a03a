#include "controller/planner/propagation/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace karkara::propagation {
namespace {

constexpr double kEarthRadius = 6'371'000;

class BandBuilder {
 public:
  explicit BandBuilder(Db nominal) { band_.nominal = band_.low = band_.high = nominal; }

  void add(Cause cause, const Result<Db>& loss) {
    if (!loss) {
      ++band_.refused;
      return;
    }
    auto found = std::find_if(band_.by_cause.begin(), band_.by_cause.end(),
                              [cause](const Contribution& known) { return known.cause == cause; });
    if (found == band_.by_cause.end()) {
      found = band_.by_cause.insert(found, {cause, band_.nominal, band_.nominal});
    }
    found->low = std::min(found->low, *loss);
    found->high = std::max(found->high, *loss);
    band_.low = std::min(band_.low, *loss);
    band_.high = std::max(band_.high, *loss);
  }

  [[nodiscard]] Band take() { return std::move(band_); }

 private:
  Band band_;
};

using LossOver = std::function<Result<Db>(const PathProfile&)>;

// Samples taken half a step before or behind, or from a smoother surface, as other readers of the same tile take them;
// ground higher or lower all along. The ground under the antennas stays: they stand on it.
void vary_terrain(const PathProfile& profile, const Doubts& doubts, const LossOver& loss, BandBuilder& band) {
  const std::span<const double> z = profile.heights;
  std::vector<double> varied(z.begin(), z.end());
  const auto with = [&](Cause cause, auto&& height) {
    for (std::size_t i = 1; i + 1 < z.size(); ++i) {
      varied[i] = height(i);
    }
    band.add(cause, loss(PathProfile{varied, profile.spacing, profile.clutter}));
  };
  with(Cause::TerrainSampling, [z](std::size_t i) { return (z[i - 1] + z[i]) / 2; });
  with(Cause::TerrainSampling, [z](std::size_t i) { return (z[i] + z[i + 1]) / 2; });
  with(Cause::TerrainSampling, [z](std::size_t i) { return (z[i - 1] + 2 * z[i] + z[i + 1]) / 4; });
  const double error = doubts.vertical_error.value();
  with(Cause::TerrainHeight, [z, error](std::size_t i) { return z[i] + error; });
  with(Cause::TerrainHeight, [z, error](std::size_t i) { return z[i] - error; });
}

Result<Db> itm_loss(const itm::Radio& radio, const itm::Statistics& statistics, const PathProfile& profile) {
  const Result<itm::Model> model = itm::Model::make(radio, statistics);
  if (!model) {
    return model.error();
  }
  const Result<itm::Answer> answer = model->over(profile);
  return answer ? Result<Db>{answer->loss} : Result<Db>{answer.error()};
}

Result<Db> p1812_loss(const PathProfile& profile, const p1812::Link& link, const p1812::Share& share) {
  const Result<p1812::Answer> answer = p1812::loss_over(profile, link, share);
  return answer ? Result<Db>{answer->loss} : Result<Db>{answer.error()};
}

Result<Db> diffraction_loss(const PathProfile& profile, const p526::Antennas& antennas, const p526::Wave& wave,
                            double k) {
  const Result<p526::DeltaBullington> delta =
      p526::delta_bullington(profile, antennas, wave, {}, Metres{k * kEarthRadius});
  return delta ? Result<Db>{delta->loss} : Result<Db>{delta.error()};
}

}  // namespace

void shift(Band& band, Db by) {
  for (Db* loss : {&band.nominal, &band.low, &band.high}) {
    *loss = *loss + by;
  }
  for (Contribution& part : band.by_cause) {
    part.low = part.low + by;
    part.high = part.high + by;
  }
}

Result<Band> itm_band(const itm::Radio& radio, const itm::Statistics& statistics, const PathProfile& profile,
                      const Doubts& doubts) {
  const Result<Db> nominal = itm_loss(radio, statistics, profile);
  if (!nominal) {
    return nominal.error();
  }
  BandBuilder band{*nominal};
  const auto over = [&](const PathProfile& varied) { return itm_loss(radio, statistics, varied); };
  vary_terrain(profile, doubts, over, band);
  for (const double n_units : {doubts.low_n_units, doubts.high_n_units}) {
    itm::Radio varied = radio;
    varied.sea_level_n_units = n_units;
    band.add(Cause::Refraction, itm_loss(varied, statistics, profile));
  }
  for (const itm::Climate climate : doubts.climates) {
    itm::Radio varied = radio;
    varied.climate = climate;
    band.add(Cause::Climate, itm_loss(varied, statistics, profile));
  }
  return band.take();
}

Result<Band> p1812_band(const PathProfile& profile, const p1812::Link& link, const p1812::Share& share,
                        const Doubts& doubts) {
  const Result<Db> nominal = p1812_loss(profile, link, share);
  if (!nominal) {
    return nominal.error();
  }
  BandBuilder band{*nominal};
  const auto over = [&](const PathProfile& varied) { return p1812_loss(varied, link, share); };
  vary_terrain(profile, doubts, over, band);
  for (const double gradient : {doubts.low_gradient, doubts.high_gradient}) {
    p1812::Link varied = link;
    varied.gradient_n_units = gradient;
    band.add(Cause::Refraction, p1812_loss(profile, varied, share));
  }
  for (const double n_units : {doubts.low_n_units, doubts.high_n_units}) {
    p1812::Link varied = link;
    varied.sea_level_n_units = n_units;
    band.add(Cause::Climate, p1812_loss(profile, varied, share));
  }
  return band.take();
}

Result<Band> diffraction_band(const PathProfile& profile, const p526::Antennas& antennas, const p526::Wave& wave,
                              const Doubts& doubts) {
  const Result<Db> nominal = diffraction_loss(profile, antennas, wave, 4.0 / 3.0);
  if (!nominal) {
    return nominal.error();
  }
  BandBuilder band{*nominal};
  const auto over = [&](const PathProfile& varied) { return diffraction_loss(varied, antennas, wave, 4.0 / 3.0); };
  vary_terrain(profile, doubts, over, band);
  for (const double k : {doubts.low_k, doubts.high_k}) {
    band.add(Cause::Refraction, diffraction_loss(profile, antennas, wave, k));
  }
  return band.take();
}

}  // namespace karkara::propagation
