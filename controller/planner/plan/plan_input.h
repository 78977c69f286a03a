// All that a plan rests on, gathered: settlements, masts that stand, radios, prices, what must and must not be, and the
// target. Refuses files; controller/planner_io reads them. Checked once, then trusted by the search.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/cover/cover_problem.h"
#include "controller/planner/link/access_model.h"
#include "controller/planner/people/settlement_import.h"
#include "controller/planner/plan/cost_book.h"

namespace karkara::planner {

struct ExistingMast {
  std::string id;
  std::string name;
  Place place;
  Metres height;          // known, or the caller's assumption
  bool gateway = false;   // has a way out of its own that a neighbour may use
  bool operates = false;  // an operator's: its network can be bought within the book's sim_reach
  bool usable = true;     // our radios may be mounted
  std::string owner{};    // operator; empty: nobody told
};

// An operator's network that can be bought: around a tower, or in an area that the operator claims.
struct NetworkSource {
  std::string owner;
  std::string tower{};  // id; empty: an area
  Place place{};        // of the tower
};

enum class TargetKind : unsigned char {
  Everybody,  // whom any site reaches
  Eligible,   // everybody of the eligible sizes; others as they come
  Share,      // a share of all people, the cheapest way
  Budget,     // the most people for the money
};

struct PlanTarget {
  TargetKind kind = TargetKind::Everybody;
  double share = 1;  // 0..1
  Money budget = 0;  // net present cost
};

struct PlanInput {
  std::vector<Settlement> settlements;
  // Counts as so many more people when the plan chooses (a school, a health centre); as long as settlements, or empty.
  std::vector<std::int64_t> bonus;
  // Where an operator's network can be bought, as long as settlements, or empty: none.
  std::vector<char> sim;
  // Whose network that would be: of each settlement numbers of `networks`, the first the one that would carry; as long
  // as settlements, or empty: nobody told.
  Incidence sim_by;
  std::vector<NetworkSource> networks;
  std::vector<ExistingMast> masts;
  std::vector<Place> relays;  // high ground without people
  RadioProfile access;
  std::vector<RadioProfile> backhaul;  // each with a price in the book
  CostBook costs;
  GroundKind ground;
  PlanTarget target;
  std::int64_t eligible_from = 250;
  std::int64_t eligible_to = 2'500;
  // Ids of settlements that get a mast, or of masts that stand and get a radio.
  std::vector<std::string> fixed;
  std::vector<std::string> forbidden;  // ids of settlements, standing masts and relays that are left alone
  double busy_kbit_per_person = 0;     // what each served person takes in the busy hour; 0: capacity is not asked
  std::int64_t most_people = 0;        // that a site serves, the nearest first; 0: no limit
  // People, with their bonus, that one failing hop, mast or way out may cut off at most; none: N-1 is not asked.
  std::optional<std::int64_t> most_cut_off;
  std::uint64_t seed = 1;
  std::vector<std::string> marks;  // what was assumed as it was read, a sentence each
  std::string cover;               // of the table of land cover's heights; empty: bare ground
  std::vector<Origin> cover_origins;
};

// Refuses: no settlement; an id that is fixed and forbidden, or of nobody; lists of another length; a budget or share
// that is none; a backhaul radio without a price; N-1 for fewer than nobody.
[[nodiscard]] Status check(const PlanInput& input);

// Of all that changes the plan but the terrain's heights, which come in as a number, and the seed.
[[nodiscard]] std::uint64_t input_hash(const PlanInput& input, std::uint64_t terrain_hash);
// Of a plan over that input which was changed by hand: no search takes it for one of its own.
[[nodiscard]] std::uint64_t hash_by_hand(std::uint64_t hash);
// Whether plans with these hashes rest on the same data, changed by hand or not.
[[nodiscard]] bool is_same_data(std::uint64_t hash, std::uint64_t other);

[[nodiscard]] std::string target_text(const PlanInput& input);

// bit/s that a settlement takes in the busy hour; 0 where capacity is not asked, or nobody knows its people.
[[nodiscard]] double busy_demand(const PlanInput& input, std::size_t settlement);

}  // namespace karkara::planner
