// What a planning run answers: which masts, how each is reached, who is served by whom and why others are not, what it
// costs and what is proven about it. Plain values; refuses to compute anything. Made by PlanSearch (search.h), stored
// by controller/planner_io/plan_file, read by exports, phases, comparisons and explanations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/units.h"
#include "controller/planner/terrain/place.h"

namespace karkara::planner {

using Money = std::int64_t;  // whole units of the plan's currency

// Of one cost: the costs of two million sites still add up.
inline constexpr Money kMostMoney = 1'000'000'000'000;

inline constexpr std::uint32_t kNoSite = 0xFFFF'FFFFU;

struct PlanCost {
  Money capex = 0;  // in the first year
  Money opex = 0;   // a year
  Money npv = 0;    // capex and all years' opex, discounted
  friend bool operator==(const PlanCost&, const PlanCost&) = default;
};

enum class SiteRole : unsigned char {
  Access,    // serves settlements
  Relay,     // only passes on
  Existing,  // stood there before: its mast costs nothing
};

enum class BackhaulKind : unsigned char {
  Gateway,  // has a way out of its own already (fibre, an operator's mast)
  Hop,      // radio to the parent
  Sim,      // an operator's network
  Vsat,
};

// The radio hop to the parent. Empty for other kinds.
struct PlanHop {
  std::uint32_t parent = kNoSite;  // number of the site in Plan::sites
  std::string profile;             // radio profile
  Metres length;
  double clearance = 0;      // of the first Fresnel zone at the median k, at its tightest
  double clearance_low = 0;  // at the low k
  Percent availability;      // of the year
  BitsPerSecond rate;        // of this hop alone
  friend bool operator==(const PlanHop&, const PlanHop&) = default;
};

// Whose network a SIM buys: an operator's tower, or an area that an operator claims.
struct PlanNetwork {
  std::string owner;  // operator; empty: the list does not name it
  std::string tower;  // id of the mast; empty: an area, and no tower is known
  Metres distance;    // to the tower; 0 for an area
  friend bool operator==(const PlanNetwork&, const PlanNetwork&) = default;
};

struct PlanSite {
  std::string id;  // of the settlement or mast that it stands at; "relay 12" for found ground
  std::string name;
  Place place;
  std::string code;  // p-code of its settlement; empty where unknown
  SiteRole role = SiteRole::Access;
  Metres mast;          // height
  std::string profile;  // of its access radio; empty for a relay
  BackhaulKind backhaul = BackhaulKind::Vsat;
  PlanHop hop;
  BitsPerSecond chain_rate;  // of a site that hops: its share, when all who pass its hops share alike; else 0, unknown
  PlanCost mast_cost;        // mast, building, power, access radio, upkeep
  PlanCost backhaul_cost;    // of its own way out
  std::int64_t people = 0;   // of the settlements that it serves best
  std::uint32_t settlements = 0;
  std::uint32_t phase = 0;  // 0: not phased; else 1, 2, ...
  bool unproven = false;    // its hop runs over terrain that is coarser than 3 arc-seconds or partly unknown
  std::string owner{};      // of the standing mast that it is on; empty: unknown, or a mast of our own
  // Of a SIM: towers, the nearest first, then areas. The first carries it, the next one does when that is lost.
  std::vector<PlanNetwork> networks{};
  friend bool operator==(const PlanSite&, const PlanSite&) = default;
};

// A way out besides a site's first one, for when something of that fails. A radio hop is one for both of its ends, and
// for whoever hangs on them.
struct PlanSecondWay {
  std::uint32_t site = kNoSite;            // number in Plan::sites
  BackhaulKind kind = BackhaulKind::Vsat;  // never a gateway
  PlanHop hop;                             // its parent is the other end; empty for other kinds
  PlanCost cost;
  std::uint32_t phase = 0;  // with the later of its ends
  bool unproven = false;
  friend bool operator==(const PlanSecondWay&, const PlanSecondWay&) = default;
};

// What a site carries in the busy hour, where that was asked, beside what it can.
struct PlanLoad {
  BitsPerSecond served;        // to the people whom it serves
  double airtime = 0;          // of its access channel, at each settlement's own rate; over 1: overloaded
  BitsPerSecond passing;       // its way out: its own, and that of all that hang on it
  BitsPerSecond carried;       // most that its way out carries; 0: nobody told
  std::uint32_t ways_out = 1;  // as many SIMs or satellite terminals
  friend bool operator==(const PlanLoad&, const PlanLoad&) = default;
};

struct PlanServer {
  std::uint32_t site = kNoSite;  // number in Plan::sites
  Metres distance;
  Db margin;           // over what the radio profile's lowest rate needs
  BitsPerSecond rate;  // at that margin, of the whole channel
  friend bool operator==(const PlanServer&, const PlanServer&) = default;
};

struct PlanMarginBand {
  Db low;
  Db high;
  friend bool operator==(const PlanMarginBand&, const PlanMarginBand&) = default;
};

enum class WhyUnserved : unsigned char {
  Served,          // it is
  NoCandidate,     // nothing that may be a site is within the radio's reach
  TooFar,          // within reach of a chosen site, but too weak even over free ground
  Obstructed,      // the ground is in the way
  UnknownTerrain,  // nobody knows the ground between
  TooDear,         // could be served, but not within the target or budget
};

struct PlanSettlement {
  std::string id;
  std::string name;
  Place place;
  std::optional<std::int64_t> people;  // none: unknown
  std::string code;
  bool eligible = false;  // of the sizes that the programme is for
  std::optional<PlanServer> server;
  std::optional<PlanServer> second;  // who would serve if the first is down
  WhyUnserved why = WhyUnserved::Served;
  // When unserved: the nearest chosen site, what is missing, where ground is in the way its tightest place, and the
  // height from which a mast there would serve it.
  std::uint32_t nearest_site = kNoSite;
  Db missing;
  std::optional<Place> obstruction;
  Metres height_needed;   // 0: none that was looked at would serve it
  bool unproven = false;  // the ground to its server is coarse or partly unknown
  // Of its server: between which its margin moves with what nobody knows exactly (terrain, air, climate); none nearer
  // than the radio's model holds.
  std::optional<PlanMarginBand> margin_band;
  std::vector<std::string> doubts;  // what the radio model warns of on the way from its server
  friend bool operator==(const PlanSettlement&, const PlanSettlement&) = default;
};

struct PlanTotals {
  std::int64_t people = 0;  // of all settlements; unknown ones count nothing
  std::int64_t people_eligible = 0;
  std::int64_t people_served = 0;
  std::int64_t people_served_eligible = 0;
  std::uint64_t settlements_served = 0;
  std::uint64_t settlements_unknown_people = 0;
  std::uint64_t settlements_unproven = 0;
  std::uint64_t sites_unproven = 0;
  PlanCost cost;
  PlanCost second_ways;  // part of the cost
  friend bool operator==(const PlanTotals&, const PlanTotals&) = default;
};

struct Plan {
  std::string currency;  // "USD"
  std::string target;    // as it was asked: "100%", "eligible", "budget 20000000"
  std::uint32_t years = 0;
  double discount = 0;  // a year; 0.08
  std::uint64_t seed = 0;
  std::uint64_t input_hash = 0;  // of all that the plan rests on
  // Of the net present cost, for plans with a target; of people served, for plans with a budget. None where the search
  // was ended before it had one.
  std::optional<std::int64_t> bound;
  double gap = 1;  // (cost - bound) / cost, or (bound - people) / bound
  bool by_budget = false;
  bool cancelled = false;
  std::vector<std::string> marks;  // what is assumed or unproven, a sentence each
  std::vector<Metres> antennas;    // heights at which access antennas may hang, ascending; empty: at the mast's top
  PlanTotals totals;
  std::vector<PlanSite> sites;  // a parent may come before or after its children
  std::vector<PlanSettlement> settlements;
  // People that one failing hop, mast or way out may cut off at most (N-1), its own mast's not counted; none: nobody
  // asked.
  std::optional<std::int64_t> most_cut_off;
  std::vector<PlanSecondWay> second_ways;
  std::vector<PlanLoad> loads;  // of each site; empty: capacity was not asked
  friend bool operator==(const Plan&, const Plan&) = default;
};

[[nodiscard]] std::string_view to_string(SiteRole role);
[[nodiscard]] std::string_view to_string(BackhaulKind kind);
[[nodiscard]] std::string_view to_string(WhyUnserved why);
// "Zamani's tower 17, 4.2 km away", "an area that Zamani claims".
[[nodiscard]] std::string to_string(const PlanNetwork& network);

[[nodiscard]] bool is_channel_full(const PlanLoad& load);
[[nodiscard]] bool is_way_out_full(const PlanLoad& load);

// Sums what sites and settlements say. Called after either changed.
[[nodiscard]] PlanTotals totals_of(const Plan& plan);

}  // namespace karkara::planner
