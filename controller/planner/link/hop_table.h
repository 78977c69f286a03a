// Which pairs of places could be joined by radio hops, and with how high masts: for each height at one end the least
// height at the other at which the first Fresnel zones of P.530's rule (two k-factors) are free. Refuses to know radios
// and prices: who asks for a table judges each pair. Called by plan searches; the same table on any number of threads.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/propagation/p530.h"
#include "controller/planner/terrain/profile.h"
#include "controller/planner/terrain/unknown_squares.h"
#include "controller/planner/watch.h"

namespace karkara::planner {

inline constexpr std::size_t kMostHeights = 6;  // of masts, to choose from
inline constexpr std::uint8_t kTooLow = 0xFF;   // no height is enough
using FarHeights = std::array<std::uint8_t, kMostHeights>;

struct HopPair {
  std::uint32_t a = 0;  // below b
  std::uint32_t b = 0;
  float metres = 0;
  float ground_a = 0;  // above sea level
  float ground_b = 0;
  float mean_ground = 0;
  FarHeights far{};        // index of the least height at b, by the height's index at a; never rising; kTooLow above
  std::uint8_t radio = 0;  // the judge's number of it; a pair of places may have a hop of each
  friend bool operator==(const HopPair&, const HopPair&) = default;
};

struct HopTable {
  std::vector<HopPair> pairs;  // by a, then b; those that the judge added
  std::uint64_t within_reach = 0;
  std::uint64_t unknown = 0;  // over ground that nobody knows
  UnknownSquares unknown_in;  // where that ground is

  friend bool operator==(const HopTable&, const HopTable&) = default;
};

struct HopRule {
  Metres reach;
  Megahertz frequency;
  propagation::p530::ClearanceRule clearance;
  std::vector<Metres> heights;  // ascending, at most kMostHeights
};

// Over known ground. The heights beyond those of the rule are kTooLow.
[[nodiscard]] FarHeights far_heights(const Profile& profile, const HopRule& rule);
// Of one end's height given the other's: what far_heights says seen from b.
[[nodiscard]] FarHeights seen_from_b(const FarHeights& far, std::size_t heights);

// The hops that a pair of places could have, over known ground. Called from any thread.
using HopJudge = std::function<void(const Profile&, const HopPair& pair, std::vector<HopPair>& hops)>;

// A table that was cancelled lacks hops: it is no table of anything.
[[nodiscard]] HopTable hop_table(const TerrainView& terrain, std::span<const Place> places, Metres reach,
                                 const HopJudge& judge, Executor& executor, const Watch& watch = {});

}  // namespace karkara::planner
