#include "controller/planner/link/hop_table.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

#include "controller/planner/cover/cover_problem.h"
#include "controller/planner/link/access_model.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kHopPieces = 512;  // fixed: pieces, not threads, decide the order of anything
constexpr const char* kHopStage = "hops";
constexpr double kBulgeRadius = 6'371'000;  // as P.530's clearance takes it

// How high a straight line must pass over each inner sample, above sea level: the ground, the Earth's bulge at k and
// the share of the Fresnel zone that is asked there; the greater of both k-factors.
std::vector<double> least_line(const Profile& profile, const HopRule& rule) {
  const double length = profile.length().value();
  const auto at_low = propagation::p530::asked_at_low_k(rule.clearance, profile.length());
  const double zone = 17.3 * 17.3 / (rule.frequency.value() * length);
  std::vector<double> line(profile.heights.size());
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    const double d1 = static_cast<double>(i) * profile.spacing.value();
    const double product = d1 * (length - d1);
    const double radius = std::sqrt(zone * product);
    double over = radius + product / (2 * rule.clearance.median_k * kBulgeRadius);
    if (at_low) {
      over = std::max(over, *at_low * radius + product / (2 * rule.clearance.low_k * kBulgeRadius));
    }
    line[i] = profile.heights[i] + over;
  }
  return line;
}

struct HopRows {
  std::vector<HopPair> pairs;
  std::uint64_t looked_at = 0;
  std::uint64_t unknown = 0;
  UnknownSquares unknown_in;
};

void look(const TerrainView& terrain, std::span<const Place> places, const HopJudge& judge, HopPair pair,
          HopRows& rows) {
  ++rows.looked_at;
  const auto profile = profile_between(terrain, places[pair.a], places[pair.b], kProfileStep, Sampling::Bilinear);
  if (!profile || !profile->is_known()) {
    ++rows.unknown;
    add_unknown(places[pair.a], places[pair.b], profile ? *profile : Profile{}, 1, rows.unknown_in);
    return;
  }
  const std::vector<double>& heights = profile->heights;
  pair.metres = static_cast<float>(profile->length().value());
  pair.ground_a = static_cast<float>(heights.front());
  pair.ground_b = static_cast<float>(heights.back());
  pair.mean_ground =
      static_cast<float>(std::accumulate(heights.begin(), heights.end(), 0.0) / static_cast<double>(heights.size()));
  judge(*profile, pair, rows.pairs);
}

}  // namespace

FarHeights far_heights(const Profile& profile, const HopRule& rule) {
  FarHeights far;
  far.fill(kTooLow);
  const std::vector<double> line = least_line(profile, rule);
  const double steps = static_cast<double>(line.size() - 1);
  for (std::size_t near = 0; near < rule.heights.size(); ++near) {
    const double eye = profile.heights.front() + rule.heights[near].value();
    // The steepest line from here that must be passed, continued to the far end.
    double rise = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i + 1 < line.size(); ++i) {
      rise = std::max(rise, (line[i] - eye) / static_cast<double>(i));
    }
    const double needed = eye + rise * steps - profile.heights.back();
    for (std::size_t other = rule.heights.size(); other-- > 0 && rule.heights[other].value() >= needed;) {
      far[near] = static_cast<std::uint8_t>(other);
    }
  }
  return far;
}

FarHeights seen_from_b(const FarHeights& far, std::size_t heights) {
  FarHeights seen;
  seen.fill(kTooLow);
  for (std::size_t at_b = 0; at_b < heights; ++at_b) {
    for (std::size_t at_a = heights; at_a-- > 0;) {
      if (far[at_a] <= at_b) {
        seen[at_b] = static_cast<std::uint8_t>(at_a);
      }
    }
  }
  return seen;
}

HopTable hop_table(const TerrainView& terrain, std::span<const Place> places, Metres reach, const HopJudge& judge,
                   Executor& executor, const Watch& watch) {
  const Incidence near = sites_within(places, places, reach, executor);
  const std::size_t all = near.items.size() > places.size() ? (near.items.size() - places.size()) / 2 : 0;
  std::vector<HopRows> parts(kHopPieces);
  watch.progress(kHopStage, 0, all);
  std::atomic<std::size_t> looked_at = 0;
  executor.run(kHopPieces, [&](std::size_t piece) {
    const std::size_t last = places.size() * (piece + 1) / kHopPieces;
    for (std::size_t a = places.size() * piece / kHopPieces; a < last && !watch.cancelled(); ++a) {
      for (const std::uint32_t b : near[a]) {
        if (b > a) {
          look(terrain, places, judge, HopPair{.a = static_cast<std::uint32_t>(a), .b = b}, parts[piece]);
        }
      }
    }
    watch.progress(kHopStage, looked_at += static_cast<std::size_t>(parts[piece].looked_at), all);
  });
  HopTable table;
  for (HopRows& part : parts) {
    table.pairs.insert(table.pairs.end(), part.pairs.begin(), part.pairs.end());
    part.pairs = {};  // a country's hops take half a gigabyte
    table.within_reach += part.looked_at;
    table.unknown += part.unknown;
    add_squares(part.unknown_in, table.unknown_in);
  }
  return table;
}

}  // namespace karkara::planner
