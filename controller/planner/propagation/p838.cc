#include "controller/planner/propagation/p838.h"

#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "controller/planner/propagation/checks.h"
#include "controller/planner/propagation/portable_math.h"

namespace karkara::propagation::p838 {
namespace {

struct Term {
  double a, b, c;
};

// (2), (3): a sum of Gauss curves over log10 of the frequency, and a straight line.
struct Fit {
  std::span<const Term> terms;
  double m, c;

  [[nodiscard]] double at(double log_f) const {
    double sum = m * log_f + c;
    for (const Term& term : terms) {
      sum += term.a * portable::exp(-portable::square((log_f - term.b) / term.c));
    }
    return sum;
  }
};

// Tables 1 to 4.
constexpr std::array<Term, 4> kTermsKh{{{-5.33980, -0.10008, 1.13098},
                                        {-0.35351, 1.26970, 0.45400},
                                        {-0.23789, 0.86036, 0.15354},
                                        {-0.94158, 0.64552, 0.16817}}};
constexpr std::array<Term, 4> kTermsKv{{{-3.80595, 0.56934, 0.81061},
                                        {-3.44965, -0.22911, 0.51059},
                                        {-0.39902, 0.73042, 0.11899},
                                        {0.50167, 1.07319, 0.27195}}};
constexpr std::array<Term, 5> kTermsAlphaH{{{-0.14318, 1.82442, -0.55187},
                                            {0.29591, 0.77564, 0.19822},
                                            {0.32177, 0.63773, 0.13164},
                                            {-5.37610, -0.96230, 1.47828},
                                            {16.1721, -3.29980, 3.43990}}};
constexpr std::array<Term, 5> kTermsAlphaV{{{-0.07771, 2.33840, -0.76284},
                                            {0.56727, 0.95545, 0.54039},
                                            {-0.20238, 1.14520, 0.26809},
                                            {-48.2991, 0.791669, 0.116226},
                                            {48.5833, 0.791459, 0.116479}}};
const Fit kKh{kTermsKh, -0.18961, 0.71147};
const Fit kKv{kTermsKv, -0.16398, 0.63297};
const Fit kAlphaH{kTermsAlphaH, 0.67849, -1.95537};
const Fit kAlphaV{kTermsAlphaV, -0.053739, 0.83433};

double radians(Degrees angle) {
  return angle.value() * std::numbers::pi / 180;
}

}  // namespace

Result<Coefficients> coefficients(Megahertz frequency, Degrees elevation, Degrees tilt) {
  if (!is_between(frequency.value(), 1000, 1e6)) {
    return refusal("p838", "the frequency is outside 1 to 1000 GHz");
  }
  if (!is_between(elevation.value(), -90, 90) || !is_between(tilt.value(), -180, 180)) {
    return refusal("p838", "the elevation or the polarization's tilt is no angle");
  }
  const double log_f = portable::log10(frequency.value() / 1000);
  const double kh = portable::pow10(kKh.at(log_f));
  const double kv = portable::pow10(kKv.at(log_f));
  const double alpha_h = kAlphaH.at(log_f);
  const double alpha_v = kAlphaV.at(log_f);
  const double mix = portable::square(std::cos(radians(elevation))) * std::cos(2 * radians(tilt));
  const double k = (kh + kv + (kh - kv) * mix) / 2;                                                       // (4)
  return Coefficients{k, (kh * alpha_h + kv * alpha_v + (kh * alpha_h - kv * alpha_v) * mix) / (2 * k)};  // (5)
}

Result<Db> per_km(RainRate rate, Megahertz frequency, Degrees elevation, Degrees tilt) {
  if (!is_between(rate.mm_per_hour, 0, 1000)) {
    return refusal("p838", "the rain rate is outside 0 to 1000 mm/h");
  }
  const Result<Coefficients> fit = coefficients(frequency, elevation, tilt);
  if (!fit) {
    return fit.error();
  }
  return Db{rate.mm_per_hour == 0 ? 0 : fit->k * portable::pow(rate.mm_per_hour, fit->alpha)};
}

}  // namespace karkara::propagation::p838
