// How fast and how right the propagation models are, one core: ITM over profiles of 30 km at 90 m, ITM from one mast to
// every place within 30 km, a raster of signal by that, P.1812; and how far they are from the published cases. On the
// real tile N37W117 where it is, else on ground made by seed. Prints one JSON line a figure; 1 when a goal is missed.
// With --area-rate it prints the rate of the sweep alone, for the comparison with splat.
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <numbers>
#include <string>
#include <vector>

#include "controller/planner/propagation/itm_sweep.h"
#include "controller/planner/propagation/p1812.h"
#include "tests/bench/bench_raster.h"
#include "tests/controller/planner/propagation/drawn_ground.h"
#include "tests/controller/planner/propagation/published_cases.h"

namespace {

using namespace karkara;
using namespace karkara::propagation;

constexpr std::size_t kSteps = 333;  // 30 km
constexpr std::size_t kRounds = 7;
constexpr Metres kStep{90};
constexpr std::size_t kSamples = 1201;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double best_rate(std::size_t count, Work work) {
  double best = 0;
  for (std::size_t round = 0; round < kRounds; ++round) {
    const double start = cpu_seconds();
    work();
    best = std::max(best, static_cast<double>(count) / (cpu_seconds() - start));
  }
  return best;
}

// Heights of a 3-arc-second tile whose middle is the mast's place; without one, rolling ground.
class Ground {
 public:
  Ground() {
    const std::string command =
        std::string{"gzip -dc '"} + KARKARA_SOURCE_DIR + "/../shared/geo/hgt_sample/N37W117.hgt.gz' 2>/dev/null";
    std::vector<unsigned char> bytes(kSamples * kSamples * 2);
    if (FILE* file = popen(command.c_str(), "r")) {
      real_ = fread(bytes.data(), 1, bytes.size(), file) == bytes.size();
      pclose(file);
    }
    heights_.resize(kSamples * kSamples);
    for (std::size_t i = 0; real_ && i < heights_.size(); ++i) {
      heights_[i] = static_cast<std::int16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
    for (std::size_t row = 0; !real_ && row < kSamples; ++row) {
      const std::vector<double> line = drawn::rolling(kSamples, static_cast<std::uint32_t>(row / 7), 12);
      std::copy(line.begin(), line.end(), heights_.begin() + static_cast<std::ptrdiff_t>(row * kSamples));
    }
  }

  [[nodiscard]] bool is_real() const { return real_; }
  [[nodiscard]] std::vector<std::int16_t> whole() const {
    std::vector<std::int16_t> heights(heights_.size());
    std::transform(heights_.begin(), heights_.end(), heights.begin(),
                   [](double height) { return static_cast<std::int16_t>(std::lround(height)); });
    return heights;
  }

  // Nearest samples along an azimuth from the middle of the tile, at its latitude of 37.5 degrees.
  [[nodiscard]] std::vector<double> radial(double azimuth, double offset_rows = 0) const {
    constexpr double kMetresPerRow = 92.66;
    const double metres_per_column = kMetresPerRow * std::cos(37.5 * std::numbers::pi / 180);
    std::vector<double> heights(kSteps + 1);
    for (std::size_t i = 0; i < heights.size(); ++i) {
      const double away = static_cast<double>(i) * kStep.value();
      const double row = 600 + offset_rows - away * std::cos(azimuth) / kMetresPerRow;
      const double column = 600 + away * std::sin(azimuth) / metres_per_column;
      heights[i] = heights_[static_cast<std::size_t>(std::lround(row)) * kSamples +
                            static_cast<std::size_t>(std::lround(column))];
    }
    return heights;
  }

 private:
  std::vector<double> heights_;
  bool real_ = false;
};

itm::Model model_at(double megahertz) {
  itm::Radio radio{Metres{30}, Metres{1.5}, Megahertz{megahertz}};
  radio.climate = itm::Climate::ContinentalTemperate;
  return *itm::Model::make(radio, {});
}

// Radials of a disc, close enough for its rim; nearer in every second, fourth ... is enough.
struct Disc {
  std::vector<std::vector<double>> radials;
  std::vector<std::size_t> first_step;
  std::size_t points = 0;
};

Disc disc_on(const Ground& ground) {
  constexpr std::size_t kRadials = 1856;
  Disc disc;
  for (std::size_t j = 0; j < kRadials; ++j) {
    disc.radials.push_back(ground.radial(2 * std::numbers::pi * static_cast<double>(j) / kRadials));
    std::size_t first = 0;
    if (j != 0) {
      first = kSteps >> (static_cast<unsigned>(__builtin_ctzll(j)) + 1);
    }
    disc.first_step.push_back(std::max<std::size_t>(first, 2));
    disc.points += kSteps - disc.first_step.back() + 1;
  }
  return disc;
}

double area_rate(const Disc& disc, double& checksum) {
  itm::Sweep sweep{model_at(900)};
  std::vector<float> losses;
  return best_rate(disc.points, [&] {
    for (std::size_t j = 0; j < disc.radials.size(); ++j) {
      if (sweep.losses_along({disc.radials[j], kStep}, disc.first_step[j], losses)) {
        checksum += static_cast<double>(losses.back());
      }
    }
  });
}

double worst_difference(const Disc& disc) {
  const itm::Model model = model_at(900);
  itm::Sweep sweep{model};
  std::vector<float> losses;
  double worst = 0;
  for (std::size_t j = 0; j < disc.radials.size(); j += 61) {
    const PathProfile radial{disc.radials[j], kStep};
    (void)sweep.losses_along(radial, 2, losses);
    for (std::size_t i = 2; i <= kSteps; ++i) {
      const auto alone = model.over(PathProfile{radial.heights.first(i + 1), kStep});
      worst = std::max(worst, alone ? std::abs(alone->loss.value() - static_cast<double>(losses[i])) : 1e9);
    }
  }
  return worst;
}

class Report {
 public:
  void add(const char* name, double value, const char* unit, double goal, bool lower, const std::string& comment) {
    std::printf(R"({"bench":"planner","name":"%s","value":%.6g,"unit":"%s","goal":%.6g,"peer":"","comment":"%s"})"
                "\n",
                name, value, unit, goal, comment.c_str());
    missed_ = missed_ || (lower ? value > goal : value < goal);
  }
  void add_vectors(const char* name, const published::Outcome& outcome, double goal, const char* unit = "dB") {
    add(name, outcome.worst, unit, goal, true,
        std::to_string(outcome.cases) + " numbers, " + std::to_string(outcome.refused) +
            " refused; worst: " + outcome.worst_case);
    missed_ = missed_ || outcome.refused > 0;
  }
  [[nodiscard]] bool missed() const { return missed_; }

 private:
  bool missed_ = false;
};

void report_rates(const Ground& ground, Report& report) {
  const std::string where = ground.is_real() ? "real tile N37W117" : "ground made by seed: the real tile is not here";
  std::vector<std::vector<double>> profiles;
  for (int i = 0; i < 2000; ++i) {
    profiles.push_back(ground.radial(i * 0.7, (i % 40 - 20) * 10));
  }
  double checksum = 0;
  double p2p = 1e12;
  for (const double megahertz : {900.0, 5800.0}) {
    const itm::Model model = model_at(megahertz);
    p2p = std::min(p2p, best_rate(profiles.size(), [&] {
                     for (const auto& profile : profiles) {
                       const auto answer = model.over(PathProfile{profile, kStep});
                       checksum += answer ? answer->loss.value() : 0;
                     }
                   }));
  }
  report.add("itm_p2p_rate", p2p, "calls/s/core", 400'000, false,
             where + ", 2000 profiles, the slower of 900 and 5800 MHz");
  const Disc disc = disc_on(ground);
  const double area = area_rate(disc, checksum);
  report.add("itm_area_rate", area, "points/s/core", 1'000'000, false,
             where + ", " + std::to_string(disc.points) + " points");
  report.add("itm_area_from_point_to_point_max", worst_difference(disc), "dB", 0.01, true,
             where + ", each step of every 61st radial beside the prediction for it alone");
  const bench::RasterRates raster = bench::raster_rates(ground.whole());
  report.add("raster_speed_up", raster.swept / raster.alone, "times", 2, false,
             where + ", " + std::to_string(static_cast<int>(raster.cells)) + " cells of 0.001 degrees within 30 km, " +
                 std::to_string(static_cast<int>(raster.swept)) + " a second by sweeps, " +
                 std::to_string(static_cast<int>(raster.alone)) + " each alone, terrain read included");
  const std::vector<double> km = p1812::equal_distances({profiles[0], kStep});
  const p1812::Link link{Metres{30}, Metres{1.5}, Megahertz{900}, Polarization::Vertical, Degrees{13.5}};
  report.add("p1812_rate",
             best_rate(profiles.size(),
                       [&] {
                         for (const auto& profile : profiles) {
                           const auto answer = p1812::loss({km, profile, {}, {}}, link, {Percent{10}});
                           checksum += answer ? answer->loss.value() : 0;
                         }
                       }),
             "calls/s/core", 100'000, false, where + ", checksum " + std::to_string(checksum));
}

}  // namespace

int main(int argc, char** argv) {
  const Ground ground;
  if (argc > 1 && std::strcmp(argv[1], "--area-rate") == 0) {
    double checksum = 0;
    std::printf("%.0f\n", area_rate(disc_on(ground), checksum));
    return checksum != 0 ? 0 : 1;
  }
  Report report;
  if (published::are_here()) {
    report.add_vectors("itm_vector_error_max", published::itm(), 0.05);
    report.add_vectors("p1812_vector_error_max", published::p1812(), 1e-6);
    report.add_vectors("p526_vector_error_max", published::p526(), 0.01);
    // Printed to so many digits that half of the last is a perfect match.
    report.add_vectors("p838_vector_error_max", published::p838(), 0.51, "last digits");
    report.add_vectors("p676_vector_error_max", published::p676(), 0.6, "last digits");
  } else {
    std::fprintf(stderr, "bench_propagation: the published cases are not here\n");
  }
  report_rates(ground, report);
  return report.missed() ? 1 : 0;
}
