#include "tests/bench/simulated_site_score.h"

#include <algorithm>
#include <cmath>

namespace karkara {
namespace {

constexpr double kUntold = 100;  // points

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

SocBand band_of(Percent state_of_charge) {
  const double percent = state_of_charge.value();
  if (percent < 10) {
    return SocBand::Empty;
  }
  if (percent < 35) {
    return SocBand::Low;
  }
  if (percent < 65) {
    return SocBand::Middle;
  }
  return percent < 95 ? SocBand::High : SocBand::Full;
}

void YearScore::add(const BatteryState& believed, Percent truth) {
  ++told;
  if (believed.state_of_charge) {
    ++percents;
    const double error = (*believed.state_of_charge - truth).value();
    error_bars += believed.error.value();
    within_error += std::abs(error) <= believed.error.value() ? 1U : 0U;
    errors.push_back(static_cast<float>(error));
  }
  untold = believed.state_of_charge ? 0 : untold + 1;
  longest_untold = std::max(longest_untold, untold);
  ++bands;
  const int apart = static_cast<int>(believed.band) - static_cast<int>(band_of(truth));
  bands_near += believed.band != SocBand::Unknown && std::abs(apart) <= 1 ? 1U : 0U;
}

void YearScore::add(const YearScore& other) {
  append(errors, other.errors);
  append(wrong, other.wrong);
  append(changes_of_day, other.changes_of_day);
  append(worst_of_day, other.worst_of_day);
  within_error += other.within_error;
  told += other.told;
  bands += other.bands;
  bands_near += other.bands_near;
  percents += other.percents;
  longest_untold = std::max(longest_untold, other.longest_untold);
  error_bars += other.error_bars;
  nights += other.nights;
  deaths += other.deaths;
  close_nights += other.close_nights;
  close_deaths += other.close_deaths;
  undecided += other.undecided;
  unheard += other.unheard;
  brier += other.brier;
  disconnects += other.disconnects;
  avoidable += other.avoidable;
  oracle_disconnects += other.oracle_disconnects;
  seconds = std::max(seconds, other.seconds);
}

double YearScore::error_at(double part) const {
  const double place = part * static_cast<double>(told) / static_cast<double>(std::max<std::size_t>(percents, 1));
  return place > 1 ? kUntold : told_error_at(place);
}

double YearScore::told_error_at(double part) const {
  if (errors.empty()) {
    return kUntold;
  }
  std::vector<float> sizes(errors.size());
  std::transform(errors.begin(), errors.end(), sizes.begin(), [](float error) { return std::abs(error); });
  const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(sizes.size() - 1));
  std::nth_element(sizes.begin(), sizes.begin() + at, sizes.end());
  return static_cast<double>(sizes[static_cast<std::size_t>(at)]);
}

double YearScore::coverage() const {
  return 100 * share(within_error, percents);
}

double YearScore::near_bands() const {
  return 100 * share(bands_near, bands);
}

std::size_t YearScore::missed_deaths() const {
  return static_cast<std::size_t>(
      std::count_if(wrong.begin(), wrong.end(), [](const WrongNight& night) { return night.died; }));
}

double YearScore::median_changes() const {
  if (changes_of_day.empty()) {
    return 0;
  }
  std::vector<std::size_t> sorted = changes_of_day;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return static_cast<double>(*middle);
}

}  // namespace karkara
