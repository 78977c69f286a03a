// Where ONE mast helps most now: the places from which it serves the most people that nobody serves, over real ground,
// and which standing sites it could be joined to by radio. Exact, and quick: places are judged in the order of how many
// they could serve at most, until no other can be better. Refuses cost: a mast is a mast; a plan weighs many.
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
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct OneMastQuestion {
  std::vector<Place> candidates;  // where it may stand
  std::vector<Place> unserved;
  std::vector<std::int64_t> people;       // of the unserved
  std::vector<Place> standing;            // sites with a way out
  std::vector<Metres> standing_masts;     // as long
  std::size_t answers = 5;                // how many places to tell, the best first
  HopRule hop;                            // one height: the new mast's; far ends are judged at their own
  std::optional<RadioProfile> hop_radio;  // whose share of the year the hop must keep
};

struct OneMastWayOut {
  std::size_t standing = 0;  // number in the question
  Metres length;
};

struct OneMastAnswer {
  std::size_t candidate = 0;
  std::int64_t people = 0;
  std::vector<std::uint32_t> served;     // numbers of unserved
  std::size_t unknown = 0;               // within reach, but over ground that nobody knows
  std::optional<OneMastWayOut> way_out;  // the nearest standing site that the hop's rule allows
};

struct OneMastResult {
  std::vector<OneMastAnswer> answers;  // by people, then by number
  std::size_t judged = 0;              // candidates whose ground was looked at
  bool cancelled = false;
};

// `model` has one height: the mast's.
[[nodiscard]] OneMastResult best_mast(const OneMastQuestion& question, const TerrainView& terrain,
                                      const AccessModel& model, Executor& executor,
                                      const std::function<bool()>& cancelled);

}  // namespace karkara::planner
