// Whatever numbers the propagation models are given (NaN, infinities, zero distances, absurd heights): they refuse, or
// they answer with finite numbers.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

#include "controller/planner/propagation/free_space.h"
#include "controller/planner/propagation/itm_sweep.h"
#include "controller/planner/propagation/p530.h"
#include "controller/planner/propagation/p676.h"
#include "controller/planner/propagation/p837.h"
#include "controller/planner/propagation/sensitivity.h"

namespace {

using namespace karkara;
using namespace karkara::propagation;

// Numbers out of bytes: mostly likely ones for what is asked, else an odd one, else eight raw bytes.
class Numbers {
 public:
  Numbers(const std::uint8_t* data, std::size_t size) : at_{data}, end_{data + size} {}

  std::uint8_t byte() { return at_ < end_ ? *at_++ : std::uint8_t{0}; }

  double near(double likely) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr std::array<double, 12> kOdd{
        0,  -0.0, 1, -1, 1e-300, 1e300, 4.9e-324, -1e9, kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN(),
        0.5};
    const std::uint8_t kind = byte();
    if (kind < 200) {
      return likely * (0.1 + kind / 64.0);
    }
    if (kind < 240) {
      return kOdd[kind % kOdd.size()];
    }
    double raw = 0;
    std::array<std::uint8_t, 8> bytes{};
    for (std::uint8_t& one : bytes) {
      one = byte();
    }
    std::memcpy(&raw, bytes.data(), sizeof raw);
    return raw;
  }

  std::vector<double> heights() {
    std::vector<double> heights(byte());
    for (double& height : heights) {
      height = near(300);
    }
    return heights;
  }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

void must_be_finite(const Result<Db>& loss) {
  if (loss && !std::isfinite(loss->value())) {
    std::abort();
  }
}
void must_be_share(const Result<Percent>& share) {
  if (share && !(share->value() >= 0 && share->value() <= 100)) {
    std::abort();
  }
}
template <class Answer>
void must_have_finite_loss(const Result<Answer>& answer) {
  if (answer && !std::isfinite(answer->loss.value())) {
    std::abort();
  }
}
void must_be_ordered(const Result<Band>& band) {
  if (band && !(band->low <= band->nominal && band->nominal <= band->high)) {
    std::abort();
  }
}

void try_itm(Numbers& in) {
  const itm::Radio radio{Metres{in.near(30)},
                         Metres{in.near(2)},
                         Megahertz{in.near(900)},
                         static_cast<Polarization>(in.byte() % 2),
                         in.near(15),
                         in.near(0.005),
                         in.near(301),
                         static_cast<itm::Climate>(in.byte() % 9)};
  const itm::Statistics statistics{static_cast<itm::Variability>(in.byte() % 4),
                                   in.byte() % 2 == 0,
                                   in.byte() % 2 == 0,
                                   Percent{in.near(50)},
                                   Percent{in.near(50)},
                                   Percent{in.near(50)}};
  const std::vector<double> heights = in.heights();
  const PathProfile profile{heights, Metres{in.near(90)}};
  must_be_ordered(itm_band(radio, statistics, profile));
  const Result<itm::Model> model = itm::Model::make(radio, statistics);
  if (!model) {
    return;
  }
  must_have_finite_loss(model->over(profile));
  must_have_finite_loss(model->over(itm::RoughGround{Metres{in.near(10'000)}, Metres{in.near(30)},
                                                     static_cast<itm::Siting>(in.byte() % 3), itm::Siting::Careful}));
  itm::Sweep sweep{*model};
  std::vector<float> losses;
  const Status swept = sweep.losses_along(profile, in.byte(), losses);
  if (swept && losses.size() != heights.size()) {
    std::abort();
  }
}

void try_p526(Numbers& in) {
  const std::vector<double> heights = in.heights();
  const PathProfile profile{heights, Metres{in.near(90)}};
  const p526::Antennas antennas{Metres{in.near(30)}, Metres{in.near(30)}};
  const p526::Wave wave{Megahertz{in.near(5800)}, static_cast<Polarization>(in.byte() % 2)};
  const p526::Ground ground{in.near(22), in.near(0.003)};
  const Metres radius{in.near(8'500'000)};
  must_be_finite(p526::knife_edge(in.near(1)));
  must_be_finite(p526::single_edge(Metres{in.near(10)}, Metres{in.near(5000)}, Metres{in.near(5000)}, wave.frequency));
  must_be_finite(p526::bullington(profile, antennas, wave.frequency, radius));
  must_be_finite(p526::spherical_earth(Metres{in.near(20'000)}, antennas, wave, ground, radius));
  must_have_finite_loss(p526::delta_bullington(profile, antennas, wave, ground, radius));
  must_be_ordered(diffraction_band(profile, antennas, wave));
  must_be_finite(free_space_loss(Metres{in.near(1000)}, Megahertz{in.near(900)}));
}

void try_p1812(Numbers& in) {
  const std::vector<double> heights = in.heights();
  std::vector<double> km(heights.size());
  std::vector<double> clutter(in.byte() % 2 == 0 ? 0 : heights.size());
  std::vector<p1812::Zone> zones(in.byte() % 2 == 0 ? 0 : heights.size());
  for (std::size_t i = 1; i < km.size(); ++i) {
    km[i] = km[i - 1] + in.near(0.09);
  }
  for (double& one : clutter) {
    one = in.near(10);
  }
  for (p1812::Zone& zone : zones) {
    zone = static_cast<p1812::Zone>(in.byte() % 5);
  }
  const p1812::Link link{Metres{in.near(30)},
                         Metres{in.near(10)},
                         Megahertz{in.near(900)},
                         static_cast<Polarization>(in.byte() % 2),
                         Degrees{in.near(13)},
                         in.near(45),
                         in.near(325),
                         in.near(500),
                         in.near(500)};
  const p1812::Share share{Percent{in.near(20)}, Percent{in.near(50)}, Db{in.near(5)}};
  must_have_finite_loss(p1812::loss({km, heights, clutter, zones}, link, share));
  must_be_ordered(p1812_band({heights, Metres{in.near(90)}}, link, share));
}

void try_hops(Numbers& in) {
  const std::vector<double> heights = in.heights();
  const PathProfile profile{heights, Metres{in.near(90)}};
  const p526::Antennas antennas{Metres{in.near(30)}, Metres{in.near(30)}};
  const p530::ClearanceRule rule{static_cast<p530::ClearanceClimate>(in.byte() % 2),
                                 static_cast<p530::Obstacle>(in.byte() % 2), in.near(1.3), in.near(0.6)};
  const Result<p530::Verdict> verdict = p530::judge_clearance(profile, antennas, Megahertz{in.near(5800)}, rule);
  if (verdict && !(std::isfinite(verdict->missing.value()) && std::isfinite(verdict->at_median_k.fraction))) {
    std::abort();
  }
  const Result<Metres> radius =
      p530::fresnel_radius(Metres{in.near(100)}, Metres{in.near(100)}, Megahertz{in.near(900)});
  if (radius && !std::isfinite(radius->value())) {
    std::abort();
  }
  const p530::Hop hop{Metres{in.near(20'000)}, Megahertz{in.near(5800)}, Metres{in.near(300)}, Metres{in.near(300)},
                      Metres{in.near(250)},    Degrees{in.near(13)},     in.near(-6),          in.near(20)};
  must_be_share(p530::fade_in_worst_month(hop, Db{in.near(20)}));
  const p530::RainHop rain{Metres{in.near(10'000)},
                           Megahertz{in.near(18'000)},
                           Polarization::Horizontal,
                           Degrees{in.near(1)},
                           {in.near(60)}};
  must_be_finite(p530::rain_attenuation(rain, Percent{in.near(0.01)}));
  const Result<p530::Outage> outage = p530::outage_in_year(hop, rain, Db{in.near(20)});
  if (outage) {
    must_be_share(outage->multipath);
    must_be_share(outage->rain);
  }
}

void try_weather(Numbers& in) {
  must_be_finite(p838::per_km({in.near(60)}, Megahertz{in.near(18'000)}, Degrees{in.near(5)}, Degrees{in.near(45)}));
  must_be_finite(
      p676::over_path(Metres{in.near(10'000)}, Megahertz{in.near(18'000)}, {in.near(1013), in.near(288), in.near(7)}));
  p837::Year year;
  for (p837::Month& month : year) {
    month = {Celsius{in.near(25)}, in.near(50)};
  }
  const Result<p838::RainRate> rate = p837::rain_rate(year, Percent{in.near(0.01)});
  if (rate && !(rate->mm_per_hour >= 0 && rate->mm_per_hour <= 1000)) {
    std::abort();
  }
  must_be_share(p837::rain_probability(year));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Numbers in{data, size};
  switch (in.byte() % 5) {
    case 0: try_itm(in); break;
    case 1: try_p526(in); break;
    case 2: try_p1812(in); break;
    case 3: try_hops(in); break;
    default: try_weather(in); break;
  }
  return 0;
}
