#include "agent/vsat/clear_sky.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace karkara {
namespace {

constexpr std::int64_t kRemembered = 14 * 24;  // hours
constexpr std::int64_t kRecent = 6;
constexpr std::size_t kFewestRecent = 4;
constexpr std::size_t kFewestLearned = 12;
constexpr unsigned kFewestSamples = 10;  // at the slowest pace an hour has 12
constexpr std::string_view kPrefix = "clear-sky ";

std::int64_t hour_of(Instant at) {
  return std::chrono::floor<std::chrono::hours>(at.since_boot()).count();
}

double quantile(std::vector<float> values, double part) {
  const auto rank = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

}  // namespace

void ClearSky::on_level(Db level, Instant now) {
  const std::int64_t hour = hour_of(now);
  if (hour != current_) {
    finish_hour();
    current_ = hour;
  }
  sum_ += level.value();
  ++count_;
}

void ClearSky::finish_hour() {
  if (count_ >= kFewestSamples) {
    hours_.push_back({current_, static_cast<float>(sum_ / count_)});
    while (hours_.back().number - hours_.front().number >= kRemembered) {
      hours_.pop_front();
      recalled_.reset();  // 14 days of our own: what the earlier run saw is older than that
    }
  }
  sum_ = 0;
  count_ = 0;
}

std::optional<double> ClearSky::learned() const {
  std::vector<float> means;
  for (const Hour& hour : hours_) {
    if (hour.number < current_ - kRecent) {
      means.push_back(hour.mean);
    }
  }
  constexpr double kExceededByOneInTen = 0.9;
  return means.size() >= kFewestLearned ? std::optional{quantile(std::move(means), kExceededByOneInTen)} : std::nullopt;
}

std::optional<Db> ClearSky::reference() const {
  const auto own = learned();
  if (!own && !recalled_) {
    return {};
  }
  return Db{std::max(own.value_or(-1e9), recalled_.value_or(-1e9))};
}

std::optional<Db> ClearSky::drift() const {
  std::vector<float> recent;
  for (const Hour& hour : hours_) {
    if (hour.number >= current_ - kRecent) {
      recent.push_back(hour.mean);
    }
  }
  const auto clear = reference();
  if (!clear || recent.size() < kFewestRecent) {
    return {};
  }
  constexpr double kBetterQuarter = 0.75;  // an hour of rain among six is not seen
  return *clear - Db{quantile(std::move(recent), kBetterQuarter)};
}

std::string ClearSky::remember() const {
  const auto clear = reference();
  return clear ? fmt::format("{}{:.2f}", kPrefix, clear->value()) : std::string{};
}

void ClearSky::recall(std::string_view line) {
  if (!line.starts_with(kPrefix)) {
    return;
  }
  line.remove_prefix(kPrefix.size());
  double level = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), level);
  constexpr double kPlausible = 60;
  if (error == std::errc{} && end == line.data() + line.size() && level >= -kPlausible && level <= kPlausible) {
    recalled_ = level;
  }
}

}  // namespace karkara
