// A plan's text read back; what does not hang together is refused with its line.
#include <string>
#include <string_view>
#include <vector>

#include "controller/planner_io/plan_fields.h"
#include "controller/planner_io/plan_file.h"

namespace karkara::planner {
namespace {

PlanHop read_hop(PlanFields& fields) {
  PlanHop hop;
  hop.parent = fields.number();
  hop.profile = fields.text();
  hop.length = Metres{fields.real(0)};
  hop.clearance = fields.real();
  hop.clearance_low = fields.real();
  hop.availability = Percent{fields.real(0, 100)};
  hop.rate = BitsPerSecond{fields.real(0)};
  return hop;
}

constexpr std::size_t kMostRows = 2'000'000;
constexpr double kMostTraffic = 1e24;
constexpr std::size_t kMostAntennas = 100;

PlanSite read_site(PlanFields& fields) {
  PlanSite site;
  site.id = fields.text();
  site.name = fields.text();
  site.place = fields.place();
  site.code = fields.text();
  site.role = fields.one_of({SiteRole::Access, SiteRole::Relay, SiteRole::Existing});
  site.mast = Metres{fields.real(0, 10'000)};
  site.profile = fields.text();
  site.backhaul = fields.one_of({BackhaulKind::Gateway, BackhaulKind::Hop, BackhaulKind::Sim, BackhaulKind::Vsat});
  site.hop = read_hop(fields);
  site.chain_rate = BitsPerSecond{fields.real(0)};
  site.mast_cost = fields.cost();
  site.backhaul_cost = fields.cost();
  site.people = fields.whole<std::int64_t>(0, std::int64_t{1} << 40U);
  site.settlements = fields.whole<std::uint32_t>(0, kMostRows);
  site.phase = fields.whole<std::uint32_t>(0, 10'000);
  site.unproven = fields.flag();
  return site;
}

// "owner" and "network" say more of a site that was told before; plans of older programs have none.
void read_owner(PlanFields& fields, Plan& plan, bool& known) {
  const std::uint32_t number = fields.number();
  std::string owner = fields.text();
  known = number < plan.sites.size();
  if (known) {
    plan.sites[number].owner = std::move(owner);
  }
}

void read_network(PlanFields& fields, Plan& plan, bool& known) {
  const std::uint32_t number = fields.number();
  PlanNetwork network;
  network.owner = fields.text();
  network.tower = fields.text();
  network.distance = Metres{fields.real(0)};
  known = number < plan.sites.size() && plan.sites[number].backhaul == BackhaulKind::Sim;
  if (known) {
    plan.sites[number].networks.push_back(std::move(network));
  }
}

// From a site that was told before to another one, or out.
void read_second_way(PlanFields& fields, Plan& plan, bool& known) {
  PlanSecondWay way;
  way.site = fields.number();
  way.kind = fields.one_of({BackhaulKind::Hop, BackhaulKind::Sim, BackhaulKind::Vsat});
  way.hop = read_hop(fields);
  way.cost = fields.cost();
  way.phase = fields.whole<std::uint32_t>(0, 10'000);
  way.unproven = fields.flag();
  const bool hops = way.kind == BackhaulKind::Hop;
  known = plan.most_cut_off && way.site < plan.sites.size() && way.site != way.hop.parent &&
          (hops ? way.hop.parent < plan.sites.size() : way.hop.parent == kNoSite) &&
          plan.second_ways.size() < kMostRows;
  if (known) {
    plan.second_ways.push_back(std::move(way));
  }
}

std::optional<PlanServer> read_server(PlanFields& fields) {
  PlanServer server;
  server.site = fields.number();
  server.distance = Metres{fields.real(0)};
  server.margin = Db{fields.real()};
  server.rate = BitsPerSecond{fields.real(0)};
  return server.site == kNoSite ? std::nullopt : std::optional{server};
}

PlanSettlement read_settlement(PlanFields& fields) {
  PlanSettlement row;
  row.id = fields.text();
  row.name = fields.text();
  row.place = fields.place();
  if (!fields.is_dash()) {
    row.people = fields.whole<std::int64_t>(0, std::int64_t{1} << 40U);
  }
  row.code = fields.text();
  row.eligible = fields.flag();
  row.server = read_server(fields);
  row.second = read_server(fields);
  row.why = fields.one_of({WhyUnserved::Served, WhyUnserved::NoCandidate, WhyUnserved::TooFar, WhyUnserved::Obstructed,
                           WhyUnserved::UnknownTerrain, WhyUnserved::TooDear});
  row.nearest_site = fields.number();
  row.missing = Db{fields.real()};
  if (!fields.is_dash()) {
    row.obstruction = fields.place();
  } else if (!fields.is_dash()) {
    fields.real(1, 0);  // nothing fits
  }
  row.height_needed = Metres{fields.real(0)};
  row.unproven = fields.flag();
  return row;
}

// Of a settlement that was told before.
void read_doubt(PlanFields& fields, Plan& plan, bool& known) {
  const auto number = fields.whole<std::size_t>(0, kMostRows);
  std::string doubt = fields.text();
  known = number < plan.settlements.size();
  if (known) {
    plan.settlements[number].doubts.push_back(std::move(doubt));
  }
}

void read_margin_band(PlanFields& fields, Plan& plan, bool& known) {
  const auto number = fields.whole<std::size_t>(0, kMostRows);
  const Db low{fields.real()};
  const Db high{fields.real()};
  known = number < plan.settlements.size() && plan.settlements[number].server.has_value() && low <= high;
  if (known) {
    plan.settlements[number].margin_band = {low, high};
  }
}

// Ascending.
void read_antenna(PlanFields& fields, Plan& plan, bool& known) {
  const Metres height{fields.real(0, 10'000)};
  known = plan.antennas.size() < kMostAntennas && (plan.antennas.empty() || height > plan.antennas.back());
  plan.antennas.push_back(height);
}

// Of the sites in their order, one each.
void read_load(PlanFields& fields, Plan& plan, bool& known) {
  known = fields.whole<std::size_t>(0, kMostRows) == plan.loads.size() && plan.loads.size() < plan.sites.size();
  PlanLoad load;
  load.served = BitsPerSecond{fields.real(0, kMostTraffic)};
  load.airtime = fields.real(0, kMostTraffic);
  load.passing = BitsPerSecond{fields.real(0, kMostTraffic)};
  load.carried = BitsPerSecond{fields.real(0, kMostTraffic)};
  load.ways_out = fields.whole<std::uint32_t>(1, 1'000'000);
  plan.loads.push_back(load);
}

void read_head(PlanFields& fields, Plan& plan, bool& known) {
  const std::string_view word = fields.word();
  if (word == "currency") {
    plan.currency = fields.text();
  } else if (word == "target") {
    plan.target = fields.text();
  } else if (word == "years") {
    plan.years = fields.whole<std::uint32_t>(0, 1'000);
  } else if (word == "discount") {
    plan.discount = fields.real(0, 1);
  } else if (word == "seed") {
    plan.seed = fields.whole<std::uint64_t>(0, UINT64_MAX);
  } else if (word == "input") {
    plan.input_hash = fields.whole<std::uint64_t>(0, UINT64_MAX);
  } else if (word == "bound") {
    plan.bound = fields.whole<std::int64_t>(0, INT64_MAX);
  } else if (word == "gap") {
    plan.gap = fields.real(-1e9, 1);
  } else if (word == "by-budget") {
    plan.by_budget = fields.flag();
  } else if (word == "cancelled") {
    plan.cancelled = fields.flag();
  } else if (word == "n-1") {
    plan.most_cut_off = fields.whole<std::int64_t>(0, std::int64_t{1} << 40U);
  } else if (word == "mark") {
    plan.marks.push_back(fields.text());
  } else if (word == "antenna") {
    read_antenna(fields, plan, known);
  } else {
    known = false;
  }
}

// Parents exist, and whoever follows them comes to a way out.
bool hangs_together(const Plan& plan) {
  std::vector<char> state(plan.sites.size(), 0);  // 1: on this walk, 2: comes to a way out
  for (std::size_t start = 0; start < plan.sites.size(); ++start) {
    std::vector<std::size_t> walk;
    for (std::size_t at = start; state[at] == 0;) {
      state[at] = 1;
      walk.push_back(at);
      const PlanSite& site = plan.sites[at];
      const bool hop = site.backhaul == BackhaulKind::Hop;
      if (hop != (site.hop.parent != kNoSite) || (hop && site.hop.parent >= plan.sites.size())) {
        return false;
      }
      at = hop ? site.hop.parent : at;
      if (hop && state[at] == 1) {
        return false;
      }
    }
    for (const std::size_t at : walk) {
      state[at] = 2;
    }
  }
  return true;
}

bool points_somewhere(const Plan& plan) {
  const auto fits = [&](std::uint32_t site) { return site == kNoSite || site < plan.sites.size(); };
  for (const PlanSettlement& row : plan.settlements) {
    const bool served = row.server.has_value();
    if (served != (row.why == WhyUnserved::Served) || (row.second && !served) || !fits(row.nearest_site) ||
        (row.server && !fits(row.server->site)) || (row.second && !fits(row.second->site))) {
      return false;
    }
  }
  return true;
}

Error in_line(std::size_t line, const char* what) {
  return {ErrorCode::InvalidArgument, "line " + std::to_string(line) + ": " + what};
}

// What is wrong with a line behind the first; nullptr when it was taken.
const char* take_line(std::string_view line, Plan& plan, bool& ended) {
  PlanFields fields{line};
  bool known = true;
  if (fields.word() == "site") {
    plan.sites.push_back(read_site(fields));
  } else if (fields.word() == "settlement") {
    plan.settlements.push_back(read_settlement(fields));
  } else if (fields.word() == "owner") {
    read_owner(fields, plan, known);
  } else if (fields.word() == "network") {
    read_network(fields, plan, known);
  } else if (fields.word() == "doubt") {
    read_doubt(fields, plan, known);
  } else if (fields.word() == "margin-band") {
    read_margin_band(fields, plan, known);
  } else if (fields.word() == "load") {
    read_load(fields, plan, known);
  } else if (fields.word() == "second-way") {
    read_second_way(fields, plan, known);
  } else if (fields.word() == "end") {
    ended = fields.whole<std::size_t>(0, kMostRows) == plan.sites.size();
    ended = fields.whole<std::size_t>(0, kMostRows) == plan.settlements.size() && ended;
    known = ended;
  } else {
    read_head(fields, plan, known);
  }
  if (!known) {
    return "is not known, or counts wrong";
  }
  const bool fits = plan.sites.size() <= kMostRows && plan.settlements.size() <= kMostRows;
  return fields.fine() && fits ? nullptr : "has a field too few, too many or out of range";
}

}  // namespace

Result<Plan> parse_plan(std::string_view text) {
  Plan plan;
  bool ended = false;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (end == std::string_view::npos || ended) {
      return in_line(number, ended ? "text behind the end" : "is torn");
    }
    text.remove_prefix(end + 1);
    if (number == 1) {
      if (line != kPlanFirstLine) {
        return in_line(1, "is no plan of this version");
      }
      continue;
    }
    if (const char* trouble = take_line(line, plan, ended)) {
      return in_line(number, trouble);
    }
  }
  if (!ended) {
    return Error{ErrorCode::DataLoss, "the end of the plan is missing"};
  }
  if (!plan.loads.empty() && plan.loads.size() != plan.sites.size()) {
    return Error{ErrorCode::InvalidArgument, "what sites carry is told of some of them only"};
  }
  if (!hangs_together(plan) || !points_somewhere(plan)) {
    return Error{ErrorCode::InvalidArgument, "a number points to no site, or hops go around in a circle"};
  }
  plan.totals = totals_of(plan);
  return plan;
}

}  // namespace karkara::planner
