#include "agent/power/sun/load_profile.h"

#include <algorithm>
#include <cmath>

#include "agent/power/sun/stage_loads.h"

namespace karkara {
namespace {

constexpr double kLeastSeconds = 1200;  // of an hour, to tell its mean
constexpr double kHourSeconds = 3600;
constexpr std::size_t kFewestDays = 3;    // before a residual tells anything
constexpr unsigned kFewestDayHours = 12;  // of a day that is compared
constexpr double kMostResidual = 0.5;     // of one hour: beyond, it is an outlier of that size
constexpr double kWeekdayMemory = 8;      // weeks
constexpr double kDaysMemory = 30;
constexpr double kHoursMemory = 24.0 * 21;
constexpr double kRecentHours = 6;       // over which the present residual is averaged
constexpr double kRecentFades = 12;      // hours ahead
constexpr double kDoubtedSquares = 0.1;  // so much evidence that the load does not stay where it is comes first
constexpr double kUsualDeviation = 0.12;
constexpr double kUsualWeight = 4;  // days
constexpr double kLeastDeviation = 0.02;

std::int64_t day_of(std::int64_t hour) {
  return hour >= 0 ? hour / LoadProfile::kHours : (hour + 1) / LoadProfile::kHours - 1;
}

unsigned hour_of_day(std::int64_t hour) {
  return static_cast<unsigned>(hour - day_of(hour) * LoadProfile::kHours);
}

unsigned weekday_of(std::int64_t day) {
  constexpr std::int64_t kWeek = LoadProfile::kWeekdays;
  return static_cast<unsigned>(((day % kWeek) + kWeek) % kWeek);
}

}  // namespace

void LoadProfile::Bias::see(double value, double most_weight) {
  weight = std::min(weight + 1, most_weight);
  mean += (value - mean) / weight;
  square += (value * value - square) / weight;
}

double LoadProfile::Recent::keeps() const {
  return std::clamp(products / (squares + kDoubtedSquares), 0.0, 1.0);
}

void LoadProfile::see(Watts load, unsigned stage, Duration lasted, std::optional<std::int64_t> hour) {
  const unsigned row = std::min(stage, kStages - 1);
  const bool full = !open_.hour && open_.seconds >= kHourSeconds;
  if (open_.hour != hour || open_.stage != row || full) {
    close_hour();
    open_ = {hour, row, 0, 0};
  }
  const double seconds = std::chrono::duration<double>(lasted).count();
  open_.joules += std::max(0.0, load.value()) * seconds;
  open_.seconds += seconds;
}

void LoadProfile::close_hour() {
  if (open_.seconds < kLeastSeconds) {
    return;
  }
  const double taken = open_.joules / open_.seconds;
  if (!open_.hour) {
    memory_.unplaced[open_.stage].push(taken);
    return;
  }
  auto& cell = memory_.cells[open_.stage][hour_of_day(*open_.hour)];
  const std::int64_t day = day_of(*open_.hour);
  if (day != day_.day) {
    close_day();
    day_ = {day, 0, 0, 0};
  }
  if (cell.count() >= kFewestDays) {
    compare(*open_.hour, taken, *cell.median());
  }
  cell.push(taken);
}

// usual: the median of the days before.
void LoadProfile::compare(std::int64_t hour, double taken, double usual) {
  day_.taken += taken;
  day_.expected += usual;
  ++day_.hours;
  const double expected = usual * std::exp(weekday_bias(weekday_of(day_of(hour))));
  constexpr double kLeastWatts = 0.01;
  const double residual = std::clamp(std::log(std::max(taken, kLeastWatts) / std::max(expected, kLeastWatts)),
                                     -kMostResidual, kMostResidual);
  Recent& recent = memory_.recent;
  recent.products += recent.residual * residual - recent.products / kHoursMemory;
  recent.squares += recent.residual * recent.residual - recent.squares / kHoursMemory;
  recent.residual += (residual - recent.residual) * (1 - std::exp(-1 / kRecentHours));
}

void LoadProfile::close_day() {
  if (day_.hours < kFewestDayHours || day_.taken <= 0 || day_.expected <= 0) {
    return;
  }
  const unsigned weekday = weekday_of(day_.day);
  const double residual = std::clamp(std::log(day_.taken / day_.expected), -kMostResidual, kMostResidual);
  memory_.all.see(residual - weekday_bias(weekday), kDaysMemory);
  memory_.weekdays[weekday].see(residual, kWeekdayMemory);
}

// Shrunk by how far it stands out of the days' own spread (James and Stein's positive part).
double LoadProfile::weekday_bias(unsigned weekday) const {
  const Bias& bias = memory_.weekdays[weekday];
  const double signal = bias.mean * bias.mean * bias.weight;
  const double noise = deviation() * deviation();
  return signal > noise ? bias.mean * (1 - noise / signal) : 0;
}

double LoadProfile::deviation() const {
  const double squares = kUsualWeight * kUsualDeviation * kUsualDeviation + memory_.all.weight * memory_.all.square;
  return std::max(kLeastDeviation, std::sqrt(squares / (kUsualWeight + memory_.all.weight)));
}

std::optional<LoadProfile::Expected> LoadProfile::expect(unsigned stage, std::int64_t from_hour) const {
  const auto loads = stage_loads(memory_.cells, memory_.unplaced);
  if (!loads) {
    return std::nullopt;
  }
  Expected expected;
  expected.usual_ = (*loads)[std::min(stage, kStages - 1)];
  for (unsigned weekday = 0; weekday < kWeekdays; ++weekday) {
    expected.weekday_[weekday] = weekday_bias(weekday);
  }
  expected.recent_ = memory_.recent.residual * memory_.recent.keeps();
  expected.from_ = from_hour;
  return expected;
}

Watts LoadProfile::Expected::at(std::int64_t hour) const {
  const double ahead = static_cast<double>(std::max<std::int64_t>(0, hour - from_));
  const double bias = weekday_[weekday_of(day_of(hour))] + recent_ * std::exp(-ahead / kRecentFades);
  return Watts{usual_[hour_of_day(hour)] * std::exp(bias)};
}

Watts LoadProfile::Expected::of_a_day() const {
  double sum = 0;
  for (unsigned hour = 0; hour < kHours; ++hour) {
    sum += at(from_ + hour).value();
  }
  return Watts{sum / kHours};
}

void LoadProfile::restore(const Memory& memory) {
  memory_ = memory;
  open_ = {};
  day_ = {};
}

}  // namespace karkara
