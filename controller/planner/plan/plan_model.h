// The problem that a plan search works on: places that may carry a mast, what a mast of each height costs there, whom
// it would serve, which hops are clear, what each way out costs. Plain numbers made once from the input and the
// terrain; refuses to decide. Made by make_model, read by backhaul_tree and plan_search.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "controller/planner/cover/cover_solver.h"
#include "controller/planner/link/access_table.h"
#include "controller/planner/link/hop_table.h"
#include "controller/planner/plan/plan_input.h"

namespace karkara::planner {

using Heights = std::array<Money, kMostHeights>;

inline constexpr Money kNoWayOut = std::numeric_limits<Money>::max();

// bit/s that one way out of a kind carries; 0: nobody told, all passes.
struct WayRates {
  double gateway = 0;
  double sim = 0;
  double vsat = 0;
};

struct PlanNode {
  Place place;
  std::uint32_t settlement = kNoSite;  // that it stands at
  std::uint32_t mast = kNoSite;        // number in the input's masts
  std::uint8_t top = 0;                // index of the highest mast it may have
  bool serves = false;                 // may carry an access radio
  bool relays = false;                 // may be built only to pass on
  bool gateway = false;                // may be a parent at no cost
  Heights access{};                    // net present cost of a mast that serves, by height
  Heights relay{};                     // of one that only passes on
  Money root = 0;                      // of its own way out, the cheapest; 0 for a gateway
  BackhaulKind root_kind = BackhaulKind::Vsat;
  Money sim = kNoWayOut;  // of one of these
  Money vsat = kNoWayOut;
};

struct PlanModel {
  std::vector<PlanNode> nodes;  // settlements, then existing masts, then relays
  AccessTable access;           // of all nodes that are no relays; with no more people or traffic than a site takes
  AccessTable reached;          // without that limit; empty where there is none
  std::vector<double> access_margin;    // of access' pairs, as access_margins; empty where capacity is not asked
  HopTable hops;                        // radios are numbers in the input's backhaul
  std::vector<Money> hop_price;         // of each pair, net present cost
  std::vector<double> hop_rate;         // of each pair, bit/s; empty where capacity is not asked
  std::optional<WayRates> way_rates;    // none where capacity is not asked
  Incidence hops_of;                    // of each node, its pairs
  std::vector<FarHeights> seen_from_b;  // of each pair
  std::size_t heights = 0;
  std::vector<std::uint32_t> forced;  // nodes that must serve
  std::vector<std::string> marks;

  // The least height at the other end, for a height here; kTooLow where none is enough.
  [[nodiscard]] std::uint8_t far(std::uint32_t pair, std::uint32_t here, std::size_t height) const {
    return hops.pairs[pair].a == here ? hops.pairs[pair].far[height] : seen_from_b[pair][height];
  }
  [[nodiscard]] std::uint32_t other(std::uint32_t pair, std::uint32_t here) const {
    return hops.pairs[pair].a == here ? hops.pairs[pair].b : hops.pairs[pair].a;
  }
};

// The cheapest way out that `node` could have at that height, whoever else is built: what every plan pays at least.
[[nodiscard]] Money least_way_out(const PlanModel& model, std::uint32_t node, std::size_t height);

// A model that looks at some places alone, as for a plan that is changed by hand: links of others are never computed.
struct ModelScope {
  enum class Part : unsigned char {
    None,      // carries nothing
    PassesOn,  // hops alone
    Whole,     // all that it may
  };
  std::vector<Part> nodes;                                        // of each node
  std::function<bool(std::uint32_t a, std::uint32_t b)> may_hop;  // a below b; called from any thread
};

// Stages are told to `watch`; Aborted where it is cancelled before the tables of links are whole. `input` must pass
// check().
[[nodiscard]] Result<PlanModel> make_model(const PlanInput& input, const TerrainView& terrain, Executor& executor,
                                           const Watch& watch, const ModelScope* scope = nullptr);

}  // namespace karkara::planner
