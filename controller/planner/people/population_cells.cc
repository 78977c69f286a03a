#include "controller/planner/people/population_cells.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "controller/planner/people/row_place.h"

namespace karkara::planner {
namespace {

constexpr double kMostInACell = 2'000'000;  // a square kilometre of the densest city holds under 200,000
constexpr std::size_t kMostTold = 100;
constexpr double kGatherSquare = 0.05;  // degrees
constexpr double kMetresPerDegree = 111'195;

Spans country_spans(const Areas& country, Degrees latitude) {
  Spans all;
  for (const Area& area : country.all()) {
    const Spans spans = spans_at(area.rings, latitude);
    all.insert(all.end(), spans.begin(), spans.end());
  }
  return all;
}

bool holds(const Spans& spans, double longitude) {
  return std::any_of(spans.begin(), spans.end(),
                     [&](const auto& span) { return longitude >= span.first && longitude < span.second; });
}

}  // namespace

PopulationCells::PopulationCells(std::span<const Settlement> settlements, const Areas& country, Metres reach)
    : list_{settlements}, country_{country}, reach_{reach}, given_(settlements.size()) {
  // A square is as wide as the reach up to 60 degrees of latitude, so the nine around a place hold all that count.
  square_ = std::max(2 * reach.value() / kMetresPerDegree, 0.01);
  for (std::uint32_t i = 0; i < list_.size(); ++i) {
    by_square_[square_of(list_[i].place)].push_back(i);
  }
}

PopulationCells::Square PopulationCells::square_of(const Place& place) const {
  return {static_cast<std::int32_t>(std::floor(place.latitude.value() / square_)),
          static_cast<std::int32_t>(std::floor(place.longitude.value() / square_))};
}

void PopulationCells::add(const RasterRow& row) {
  const Spans spans = country_spans(country_, row.latitude);
  for (std::size_t column = 0; column < row.people.size(); ++column) {
    const double people = row.people[column];
    if (std::isnan(people) || people == 0) {
      continue;
    }
    if (people < 0) {
      refuse(totals_.negative, row, column, people, "is below 0");
      continue;
    }
    if (!(people <= kMostInACell)) {
      refuse(totals_.too_many, row, column, people, "is more than any cell holds");
      continue;
    }
    const double longitude = row.west.value() + static_cast<double>(column) * row.step.value();
    if (!country_.empty() && !holds(spans, longitude)) {
      totals_.outside += people;
      continue;
    }
    take({row.latitude, Degrees{longitude}}, people);
  }
}

void PopulationCells::take(const Place& place, double people) {
  totals_.people += people;
  ++totals_.cells;
  const Square middle = square_of(place);
  Metres nearest = reach_;
  std::size_t found = list_.size();
  for (std::int32_t dy = -1; dy <= 1; ++dy) {
    for (std::int32_t dx = -1; dx <= 1; ++dx) {
      const auto here = by_square_.find({middle.first + dy, middle.second + dx});
      if (here == by_square_.end()) {
        continue;
      }
      for (const std::uint32_t i : here->second) {
        const Metres away = distance(place, list_[i].place);
        if (away < nearest || (away == nearest && i < found)) {
          nearest = away;
          found = i;
        }
      }
    }
  }
  if (found < list_.size()) {
    given_[found] += people;
    totals_.near += people;
    return;
  }
  Gathered& gathered = unlisted_[{static_cast<std::int32_t>(std::floor(place.latitude.value() / kGatherSquare)),
                                  static_cast<std::int32_t>(std::floor(place.longitude.value() / kGatherSquare))}];
  gathered.people += people;
  gathered.north += people * place.latitude.value();
  gathered.east += people * place.longitude.value();
}

void PopulationCells::refuse(std::uint64_t& count, const RasterRow& row, std::size_t column, double people,
                             const char* why) {
  if (++count <= kMostTold) {
    const Place place{row.latitude, Degrees{row.west.value() + static_cast<double>(column) * row.step.value()}};
    problems_.push_back({row.number, ImportDoubt::BadPopulation,
                         "column " + std::to_string(column + 1) + " (" + shown(place) + "): " + std::to_string(people) +
                             " people " + why + "; left out"});
  }
}

std::vector<Settlement> PopulationCells::settlements(double least) const {
  std::vector<Settlement> all{list_.begin(), list_.end()};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].people = std::llround(given_[i]);
  }
  for (const auto& [square, gathered] : unlisted_) {
    if (gathered.people < least) {
      continue;
    }
    Settlement place;
    place.place = {Degrees{gathered.north / gathered.people}, Degrees{gathered.east / gathered.people}};
    place.id = "cell " + std::to_string(square.first) + " " + std::to_string(square.second);
    place.people = std::llround(gathered.people);
    all.push_back(std::move(place));
  }
  return all;
}

}  // namespace karkara::planner
