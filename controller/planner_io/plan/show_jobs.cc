#include <algorithm>
#include <array>
#include <cinttypes>

#include "controller/planner/outputs/text.h"
#include "controller/planner_io/plan/curve_output.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/search_jobs.h"
#include "controller/planner_io/plan/second_way_texts.h"
#include "controller/planner_io/plan_file.h"

namespace karkara::planner {
namespace {

constexpr const char* kOverTheTable = ", with these radios' hops as the table has them";

int cannot(std::FILE* notes, const std::string& why) {
  std::fprintf(notes, "karkara-plan: %s\n", why.c_str());
  return kFailed;
}

double part_of(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

// Names are anybody's: they must neither steer a terminal nor look like lines of ours.
std::string plain(std::string_view text) {
  std::string line = clean_utf8(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return line;
}

// A site by its number, and what people call it.
std::string called(const PlanSite& site) {
  return plain(site.name.empty() || site.name == site.id ? site.id : site.name + " (" + site.id + ")");
}

void show_sites(const Plan& plan, std::FILE* out) {
  std::array<std::size_t, 3> roles{};
  std::array<std::size_t, 4> kinds{};
  for (const PlanSite& site : plan.sites) {
    ++roles[static_cast<std::size_t>(site.role)];
    ++kinds[static_cast<std::size_t>(site.backhaul)];
  }
  std::fprintf(out, "sites     %zu: %zu new, %zu relays, %zu on masts that stand\n", plan.sites.size(), roles[0],
               roles[1], roles[2]);
  std::fprintf(out, "way out   %zu by hop, %zu by satellite, %zu by SIM, %zu gateways\n", kinds[1], kinds[3], kinds[2],
               kinds[0]);
}

void show_cost(const Plan& plan, std::FILE* out) {
  const PlanCost& cost = plan.totals.cost;
  std::fprintf(out, "cost      %" PRId64 " %s net present: %" PRId64 " first, %" PRId64 " a year, %u years at %g %%\n",
               cost.npv, plain(plan.currency).c_str(), cost.capex, cost.opex, plan.years, 100 * plan.discount);
  if (!plan.bound) {
    std::fprintf(out, "proven    nothing: the search was ended before, or the plan was changed by hand\n");
  } else if (plan.by_budget) {
    std::fprintf(out, "proven    nobody serves more than %" PRId64 " people for the money (gap %.2f %%)%s\n",
                 *plan.bound, 100 * plan.gap, kOverTheTable);
  } else {
    std::fprintf(out, "proven    no plan costs less than %" PRId64 " (gap %.2f %%)%s\n", *plan.bound, 100 * plan.gap,
                 kOverTheTable);
  }
}

void show_busy_hour(const Plan& plan, std::FILE* out) {
  if (plan.loads.empty()) {
    return;
  }
  double served = 0;
  for (const PlanLoad& load : plan.loads) {
    served += load.served.value();
  }
  std::fprintf(out, "busy hour %.1f Mbit/s to %" PRIu64 " places; %td radios and %td ways out overloaded\n",
               served / 1e6, plan.totals.settlements_served,
               std::count_if(plan.loads.begin(), plan.loads.end(), is_channel_full),
               std::count_if(plan.loads.begin(), plan.loads.end(), is_way_out_full));
}

void tell_load(const Plan& plan, std::uint32_t number, std::FILE* out) {
  if (plan.loads.empty()) {
    return;
  }
  const PlanLoad& load = plan.loads[number];
  std::fprintf(
      out, "busy hour %s: %.1f Mbit/s to its people, %.0f %% of its radio's channel%s; %.1f Mbit/s pass its way out",
      called(plan.sites[number]).c_str(), load.served.value() / 1e6, 100 * load.airtime,
      is_channel_full(load) ? ", overloaded" : "", load.passing.value() / 1e6);
  if (load.carried.value() > 0) {
    std::fprintf(out, ", which carries %.1f%s", load.carried.value() / 1e6,
                 is_way_out_full(load) ? ": overloaded" : "");
  }
  std::fputs("\n", out);
}

const PlanSettlement* find_settlement(const Plan& plan, const std::string& wanted, std::size_t& named) {
  const PlanSettlement* found = nullptr;
  for (const PlanSettlement& row : plan.settlements) {
    if (row.id == wanted) {
      named = 1;
      return &row;
    }
    if (row.name == wanted) {
      found = found == nullptr ? &row : found;
      ++named;
    }
  }
  return found;
}

void tell_server(const char* word, const Plan& plan, const PlanServer& server, std::FILE* out) {
  const PlanSite& site = plan.sites[server.site];
  std::fprintf(out, "%s %s, %.1f km away, mast of %.0f m: %.1f dB to spare, %.1f Mbit/s\n", word, called(site).c_str(),
               server.distance.value() / 1000, site.mast.value(), server.margin.value(), server.rate.value() / 1e6);
}

// Whose network a SIM buys, and to whose it falls back.
void tell_networks(const PlanSite& site, std::FILE* out) {
  constexpr std::size_t kMostTold = 4;
  for (std::size_t i = 0; i < std::min(kMostTold, site.networks.size()); ++i) {
    std::fprintf(out, "%-9s %s\n", i == 0 ? "network" : "else", plain(to_string(site.networks[i])).c_str());
  }
  if (site.backhaul == BackhaulKind::Sim && site.networks.size() < 2) {
    std::fprintf(out, "%-9s %s\n", "else",
                 site.networks.empty() ? "unknown: the plan does not say whose network it is"
                                       : "no other network: a hop or a satellite");
  }
}

void tell_way_out(const Plan& plan, std::uint32_t number, std::FILE* out) {
  for (const PlanSite* site = &plan.sites[number];; site = &plan.sites[site->hop.parent]) {
    if (site->backhaul != BackhaulKind::Hop) {
      std::fprintf(out, "way out   %s by %s\n", called(*site).c_str(), std::string{to_string(site->backhaul)}.c_str());
      tell_networks(*site, out);
      return;
    }
    std::fprintf(out,
                 "hop       %s to %s, %.1f km, %s: %.2f of the Fresnel zone free (%.2f at low k), %.4f %%, "
                 "%.0f Mbit/s%s\n",
                 called(*site).c_str(), called(plan.sites[site->hop.parent]).c_str(), site->hop.length.value() / 1000,
                 plain(site->hop.profile).c_str(), site->hop.clearance, site->hop.clearance_low,
                 site->hop.availability.value(), site->hop.rate.value() / 1e6,
                 site->unproven ? "; unproven, the ground is coarse" : "");
  }
}

const char* words(WhyUnserved why) {
  switch (why) {
    case WhyUnserved::Served: return "it is served";
    case WhyUnserved::NoCandidate: return "no place that may carry a mast reaches it";
    case WhyUnserved::TooFar: return "it is too far from every mast";
    case WhyUnserved::Obstructed: return "the ground is in the way";
    case WhyUnserved::UnknownTerrain: return "nobody knows the ground between";
    case WhyUnserved::TooDear: return "the target or the budget left it out";
  }
  return "";
}

void tell_missing(const Plan& plan, const PlanSettlement& row, std::FILE* out) {
  std::fprintf(out, "unserved  %s\n", words(row.why));
  if (row.nearest_site == kNoSite) {
    return;
  }
  const PlanSite& site = plan.sites[row.nearest_site];
  std::fprintf(out, "nearest   %s, %.1f km away, mast of %.0f m", called(site).c_str(),
               distance(site.place, row.place).value() / 1000, site.mast.value());
  if (row.missing.value() > 0) {
    std::fprintf(out, ": %.1f dB are missing", row.missing.value());
  }
  std::fputs("\n", out);
  if (row.obstruction) {
    std::fprintf(out, "ground    tightest at %.5f, %.5f\n", row.obstruction->latitude.value(),
                 row.obstruction->longitude.value());
  }
  if (row.height_needed.value() > 0) {
    std::fprintf(out, "mast      one of %.0f m there would serve it\n", row.height_needed.value());
  }
}

}  // namespace

int run_job(const ShowCommand& command, const JobStreams& streams) {
  std::FILE* const out = streams.out;
  const auto plan = read_plan(command.plan);
  if (!plan) {
    return cannot(streams.notes, plan.error().text);
  }
  const PlanTotals& totals = plan->totals;
  std::fprintf(out, "target    %s\n", plain(plan->target).c_str());
  std::fprintf(out, "people    %" PRId64 " of %" PRId64 " served (%.2f %%), %" PRId64 " of %" PRId64 " eligible ones\n",
               totals.people_served, totals.people, part_of(totals.people_served, totals.people),
               totals.people_served_eligible, totals.people_eligible);
  std::fprintf(out, "places    %" PRIu64 " of %zu served; people of %" PRIu64 " unknown\n", totals.settlements_served,
               plan->settlements.size(), totals.settlements_unknown_people);
  show_sites(*plan, out);
  show_cost(*plan, out);
  show_busy_hour(*plan, out);
  print_curve(out, *plan);
  tell_safety(*plan, out);
  std::fprintf(out, "seed %" PRIu64 ", input %016" PRIx64 "%s\n", plan->seed, plan->input_hash,
               plan->cancelled ? "; ended early, so this is what there was" : "");
  for (const std::string& mark : plan->marks) {
    std::fprintf(out, "note      %s\n", plain(mark).c_str());
  }
  return kDone;
}

int run_job(const ExplainCommand& command, const JobStreams& streams) {
  std::FILE* const out = streams.out;
  const auto plan = read_plan(command.plan);
  if (!plan) {
    return cannot(streams.notes, plan.error().text);
  }
  std::size_t named = 0;
  const PlanSettlement* row = find_settlement(*plan, command.settlement, named);
  if (row == nullptr) {
    return cannot(streams.notes, command.plan + ": no settlement has the id or name '" + command.settlement + "'");
  }
  if (named > 1) {
    std::fprintf(streams.notes, "%zu settlements are called so; this is the first, its id names it\n", named);
  }
  std::fprintf(out, "%s (%s), %s people%s\n", plain(row->name).c_str(), plain(row->id).c_str(),
               row->people ? std::to_string(*row->people).c_str() : "unknown", row->eligible ? ", eligible" : "");
  if (!row->server) {
    tell_missing(*plan, *row, out);
    return kDone;
  }
  tell_server("served by", *plan, *row->server, out);
  if (row->margin_band) {
    std::fprintf(out, "certain   between %.1f and %.1f dB to spare, by what nobody knows exactly of ground and air\n",
                 row->margin_band->low.value(), row->margin_band->high.value());
  }
  if (row->second) {
    tell_server("else by  ", *plan, *row->second, out);
  } else {
    std::fprintf(out, "else by   nobody\n");
  }
  tell_way_out(*plan, row->server->site, out);
  tell_load(*plan, row->server->site, out);
  tell_detours(*plan, row->server->site, out);
  if (row->unproven) {
    std::fprintf(out, "note      unproven: the ground is coarser than 3 arc-seconds, or partly unknown\n");
  }
  for (const std::string& doubt : row->doubts) {
    std::fprintf(out, "note      the model warns: %s\n", plain(doubt).c_str());
  }
  return kDone;
}

}  // namespace karkara::planner
