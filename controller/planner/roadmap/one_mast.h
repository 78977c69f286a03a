// Where ONE mast helps most now: the places from which it serves the most people that nobody serves, over real ground,
// whom it serves at which margin, whom near it it does not serve and why, and which standing sites it could be joined
// to by radio. Exact, and quick: places are judged in the order of how many they could serve at most, until no other
// can be better. Refuses cost: a mast is a mast; a plan weighs many.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/link/access_model.h"
#include "controller/planner/link/hop_table.h"
#include "controller/planner/link/radio_profile.h"
#include "controller/planner/plan/why_unserved.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct OneMastQuestion {
  std::vector<Place> candidates;  // where it may stand
  std::vector<Place> unserved;
  std::vector<std::int64_t> people;       // of the unserved
  std::vector<Place> standing;            // sites with a way out
  std::vector<Metres> standing_masts;     // as long
  std::size_t answers = 5;                // how many places to tell, the best first
  HopRule hop;                            // the new mast's heights, as the model's; far ends are judged at their own
  std::optional<RadioProfile> hop_radio;  // whose share of the year the hop must keep
};

struct OneMastWayOut {
  std::size_t standing = 0;  // number in the question
  Metres length;
  std::size_t height = 0;  // index of the lowest new mast from which the hop is clear
};

// A settlement that nobody serves, within the radio's reach of the place.
struct OneMastVillage {
  std::uint32_t settlement = 0;  // number of unserved
  Metres distance;
  std::optional<std::size_t> least;  // index of the lowest mast that serves it; none: the highest does not
  Db margin;                         // of the highest mast, with the antenna where on it the margin is greatest
  Missing missing;                   // of one that is not served: why the highest mast does not
};

struct OneMastHeight {
  std::int64_t people = 0;
  std::size_t settlements = 0;
};

struct OneMastAnswer {
  std::size_t candidate = 0;
  std::int64_t people = 0;               // that the highest mast serves
  std::vector<std::uint32_t> served;     // numbers of unserved, by the highest mast
  std::vector<OneMastHeight> by_height;  // of each mast
  std::vector<OneMastVillage> villages;  // those that are served, the nearest first, then those that are not
  std::size_t unknown = 0;               // within reach, but over ground that nobody knows
  std::optional<OneMastWayOut> way_out;  // the nearest standing site that the hop's rule allows
};

struct OneMastResult {
  std::vector<OneMastAnswer> answers;  // by people, then by number
  std::size_t judged = 0;              // candidates whose ground was looked at
  bool cancelled = false;
};

// `model` has the heights that the mast may have; places are compared by the highest.
[[nodiscard]] OneMastResult best_mast(const OneMastQuestion& question, const TerrainView& terrain,
                                      const AccessModel& model, Executor& executor,
                                      const std::function<bool()>& cancelled);

}  // namespace karkara::planner
