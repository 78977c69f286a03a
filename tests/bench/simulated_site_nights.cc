#include "tests/bench/simulated_site_nights.h"

#include <utility>

namespace karkara {
namespace {

constexpr std::size_t kStepsPerHour = kStepsPerDay / 24;
constexpr std::size_t kCarriedFor = kStepsPerHour / 6;
constexpr std::size_t kNightEnds = 3 * kStepsPerHour;  // behind sunrise

}  // namespace

bool survives_night(SimulatedSite site, unsigned stage) {
  const std::size_t tomorrow = site.now() / kStepsPerDay + 1;
  const auto& days = site.sky().days();
  const std::size_t sunrise = tomorrow < days.size() ? days[tomorrow].sunrise : site.sky().steps();
  std::size_t carried = 0;
  while (!site.over() && site.now() < sunrise + kNightEnds && carried < kCarriedFor) {
    site.step(stage);
    if (!site.state().connected) {
      return false;
    }
    carried = site.now() > sunrise && site.state().battery_current.value() > 0 ? carried + 1 : 0;
  }
  return true;
}

bool is_close_night(const SimulatedSite& site, unsigned stage) {
  SimulatedSite lighter = site;
  SimulatedSite heavier = site;
  lighter.scale_load(0.9);
  heavier.scale_load(1.1);
  return survives_night(std::move(lighter), stage) != survives_night(std::move(heavier), stage);
}

std::vector<bool> dark_steps(SimulatedSite site, unsigned stage) {
  std::vector<bool> dark(site.sky().steps());
  while (!site.over()) {
    const std::size_t at = site.now();
    site.step(stage);
    dark[at] = !site.state().connected;
  }
  return dark;
}

}  // namespace karkara
