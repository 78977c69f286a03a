#include "controller/cli/render/plan_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "controller/cli/render/display.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

// 1,234,567
std::string grouped_text(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::ptrdiff_t sign = number < 0 ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > sign; at -= 3) {
    text.insert(text.begin() + at, ',');
  }
  return text;
}
std::string grouped_count(std::uint64_t number) {
  return grouped_text(static_cast<std::int64_t>(std::min<std::uint64_t>(number, INT64_MAX)));
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.2f} %", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string people_text(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("{} of {} ({})", grouped_count(part), grouped_count(whole), share_text(part, whole));
}

std::string money_text(const v1::PlanCost& cost, const std::string& currency) {
  return fmt::format("{} {} net present: {} first, {} a year", grouped_text(cost.net_present()), currency,
                     grouped_text(cost.capex()), grouped_text(cost.opex_a_year()));
}

std::string time_of(std::int64_t unix) {
  constexpr std::int64_t kEndOfTime = 253'402'300'800;  // the year 10000
  return unix > 0 && unix < kEndOfTime ? format_time(unix * 1000) : "-";
}

Cell job_state_cell(const v1::PlanJob& job) {
  switch (job.state()) {
    case v1::PLAN_JOB_STATE_RUNNING: return {job.cancelling() ? "running, asked to end" : "running", Tone::Good};
    case v1::PLAN_JOB_STATE_DONE: return {"done", Tone::Good};
    case v1::PLAN_JOB_STATE_CANCELLED: return {"cancelled", Tone::Warn};
    case v1::PLAN_JOB_STATE_FAILED: return {"failed", Tone::Bad};
    default: break;  // foreign: of a newer controller
  }
  return {"(unknown to this program)", Tone::Dim};
}

std::string so_far_text(const v1::PlanSoFar& best) {
  std::string text = fmt::format("{} sites, {} people, {} net present", grouped_count(best.sites()),
                                 people_text(best.people_served(), best.people()), grouped_text(best.cost()));
  return best.has_gap_percent() ? fmt::format("{}; within {:.2f} % of the bound", text, best.gap_percent()) : text;
}

std::string bound_text(const v1::PlanSummary& plan) {
  if (!plan.has_bound()) {
    return "nothing: the search was ended before";
  }
  return plan.by_budget()
             ? fmt::format("nobody serves more than {} people for the money (gap {:.2f} %)", grouped_text(plan.bound()),
                           plan.gap_percent())
             : fmt::format("no plan costs less than {} (gap {:.2f} %), with these radios' hops as the table has them",
                           grouped_text(plan.bound()), plan.gap_percent());
}

std::string named(const std::string& name, const std::string& id) {
  return name.empty() || name == id ? id : fmt::format("{} ({})", name, id);
}

Cell server_cell(const v1::PlanServer& server) {
  const std::string state = server.fleet_site().empty() ? "not built"
                            : server.up()               ? fmt::format("up, site {}", server.fleet_site())
                                                        : fmt::format("down, site {}", server.fleet_site());
  return {fmt::format("{}, {} away, mast of {}: {} to spare, {}; {}", named(server.name(), server.site()),
                      format_number(server.metres() / 1000, 1, "km"), format_number(server.mast_metres(), 0, "m"),
                      format_number(server.margin_db(), 1, "dB"), format_number(server.rate_bps() / 1e6, 1, "Mbit/s"),
                      state),
          server.up() ? Tone::Good : Tone::Plain};
}

Cell served_now_cell(const v1::PlanExplanation& explanation) {
  switch (explanation.served_now()) {
    case v1::SERVED_NOW_BEST: return {"served by its best site", Tone::Good};
    case v1::SERVED_NOW_SECOND: return {"served by its second site", Tone::Warn};
    default: return {"not served", Tone::Bad};  // foreign: of a newer controller, or nobody
  }
}

std::string why_text(const std::string& why) {
  return why == "no-candidate"      ? "no place that may carry a mast reaches it"
         : why == "too-far"         ? "it is too far from every mast"
         : why == "obstructed"      ? "the ground is in the way"
         : why == "unknown-terrain" ? "nobody knows the ground between"
         : why == "too-dear"        ? "the target or the budget left it out"
                                    : why;
}

void add_unserved(const v1::PlanExplanation& told, Facts& facts) {
  facts.push_back({"Unserved", {why_text(told.why()), Tone::Bad}});
  if (told.has_nearest_metres()) {
    facts.push_back(
        {"Nearest",
         {fmt::format(
             "{}, {} away{}", told.nearest_site(), format_number(told.nearest_metres() / 1000, 1, "km"),
             told.has_missing_db() ? ": " + format_number(told.missing_db(), 1, "dB") + " are missing" : "")}});
  }
  if (told.has_obstruction_latitude()) {
    facts.push_back(
        {"Ground",
         {fmt::format("tightest at {:.5f}, {:.5f}", told.obstruction_latitude(), told.obstruction_longitude())}});
  }
  if (told.height_needed_metres() > 0) {
    facts.push_back(
        {"Mast", {fmt::format("one of {} there would serve it", format_number(told.height_needed_metres(), 0, "m"))}});
  }
}

void add_second_ways(const v1::PlanSecondWays& told, const std::string& currency, Facts& facts) {
  facts.push_back({"Second ways",
                   {fmt::format("{} by hop, {} by satellite, {} by SIM, {}; not in the bound", told.hops(),
                                told.vsats(), told.sims(), money_text(told.cost(), currency))}});
  facts.push_back({"One failure",
                   {fmt::format("cuts off at most {} people of other sites{}", grouped_count(told.most_people()),
                                told.worst().empty() ? "; none cuts off anybody"
                                                     : fmt::format("; the worst, the {}, {}", told.worst(),
                                                                   grouped_count(told.people_worst()))),
                    told.people_worst() > told.most_people() ? Tone::Bad : Tone::Plain}});
  facts.push_back({"In touch",
                   {fmt::format("{} sites with {} people by two ways, {} with {} by their own alone, {} with {} by one",
                                told.sites_two_ways(), grouped_count(told.people_two_ways()), told.sites_own_way(),
                                grouped_count(told.people_own_way()), told.sites_one_way(),
                                grouped_count(told.people_one_way()))}});
}

std::string hop_text(const v1::PlanHop& hop) {
  return fmt::format("{} to {}, {}, {}: {:.2f} of the Fresnel zone free ({:.2f} at low k), {:.4f} % of the year, {}{}",
                     hop.from(), hop.to(), format_number(hop.metres() / 1000, 1, "km"), hop.radio(), hop.clearance(),
                     hop.clearance_low_k(), hop.availability_percent(),
                     format_number(hop.rate_bps() / 1e6, 0, "Mbit/s"), hop.unproven() ? "; unproven" : "");
}

// What is left while one thing is down.
void add_detour(const v1::PlanDetour& detour, Facts& facts) {
  std::string when;
  for (const std::string& site : detour.when_down()) {
    when += (when.empty() ? "" : " or ") + site;
  }
  when = when.empty() ? "its own way out" : when;
  if (detour.way_out().empty()) {
    facts.push_back({"One way", {fmt::format("without {} it is cut off", when), Tone::Warn}});
    return;
  }
  facts.push_back({"Second way", {fmt::format("without {}: {} by {}", when, detour.way_out_site(), detour.way_out())}});
  for (const v1::PlanHop& hop : detour.hops()) {
    facts.push_back({"", {hop_text(hop), Tone::Dim}});
  }
}

void add_way_out(const v1::PlanExplanation& told, Facts& facts) {
  for (const v1::PlanHop& hop : told.hops()) {
    facts.push_back({"Hop", {hop_text(hop)}});
  }
  facts.push_back({"Way out", {fmt::format("{} by {}", told.way_out_site(), told.way_out())}});
  for (int i = 0; i < told.networks_size(); ++i) {
    facts.push_back({i == 0 ? "Network" : "",
                     {fmt::format("{}{}", i == 0 ? "" : "else ", told.networks(i)), i == 0 ? Tone::Plain : Tone::Dim}});
  }
}

std::string area_text(const v1::Coverage& area) {
  const std::string name = area.level() == 1   ? area.region()
                           : area.level() == 2 ? area.region() + " / " + area.department()
                           : area.level() == 3 ? area.region() + " / " + area.department() + " / " + area.commune()
                                               : "all";
  return name.empty() ? "unknown" : name;
}

Row coverage_row(const v1::Coverage& area, Tone tone) {
  std::string phases;
  for (const std::uint64_t people : area.people_by_phase()) {
    phases += (phases.empty() ? "" : ", ") + grouped_count(people);
  }
  return {{area_text(area), tone},
          {grouped_count(area.people())},
          {grouped_count(area.people_planned())},
          {share_text(area.people_planned(), area.people())},
          {grouped_count(area.people_served_now()), area.people_served_now() > 0 ? Tone::Good : Tone::Plain},
          {share_text(area.people_served_now(), area.people())},
          {grouped_count(area.people_by_second())},
          {fmt::format("{}/{}", area.sites_up(), area.sites())},
          {std::to_string(area.settlements_unknown_people())},
          {grouped_text(area.cost().net_present())},
          plain(phases)};
}

// Down to what is known.
std::string area_text(const v1::PlanExplanation& told) {
  std::string text = told.region();
  for (const std::string& part : {told.department(), told.commune()}) {
    text += part.empty() ? "" : fmt::format(" / {}", part);
  }
  return text;
}

}  // namespace

std::string progress_line(const v1::PlanJob& job) {
  std::string text = job.stage().empty() ? "starting" : job.stage();
  if (job.pieces() > 0) {
    text += fmt::format(": {} of {}", job.done(), job.pieces());
  }
  return job.has_left_seconds() ? fmt::format("{}, about {} more", text, format_span(job.left_seconds())) : text;
}

View plan_job_view(const v1::PlanJob& job) {
  Facts facts{{"Job", {std::to_string(job.number())}}, {"State", job_state_cell(job)}};
  if (!job.why().empty()) {
    facts.push_back({"Why", {job.why(), Tone::Bad}});
  }
  if (job.state() == v1::PLAN_JOB_STATE_RUNNING) {
    facts.push_back({"Stage", {progress_line(job)}});
  }
  if (job.has_so_far()) {
    facts.push_back({"Best so far", {so_far_text(job.so_far())}});
  }
  facts.push_back({"Target", job.asked().target().empty() ? Cell{"as the planner's options say", Tone::Dim}
                                                          : Cell{job.asked().target()}});
  facts.push_back({"Asked by", plain(job.asked_by())});
  facts.push_back({"Started", {time_of(job.started_unix())}});
  if (job.has_ended_unix()) {
    facts.push_back({"Ended", {time_of(job.ended_unix())}});
  }
  View view{.kind = "PlanJob", .value = value_of(job), .list = "", .item = "", .sections = {{"", std::move(facts)}}};
  if (!job.log().empty()) {
    view.sections.push_back({"Log", Lines{{job.log().begin(), job.log().end()}, ""}});
  }
  return view;
}

View plan_summary_view(const v1::PlanSummary& plan) {
  Facts facts{
      {"Target", plain(plan.target())},
      {"People", {people_text(plan.people_served(), plan.people())}},
      {"Eligible", {people_text(plan.people_served_eligible(), plan.people_eligible())}},
      {"Settlements",
       {fmt::format("{} of {} served; people of {} unknown; {} unproven", plan.settlements_served(), plan.settlements(),
                    plan.settlements_unknown_people(), plan.settlements_unproven())}},
      {"Sites",
       {fmt::format("{} new, {} relays, {} on masts that stand", plan.sites_new(), plan.sites_relay(),
                    plan.sites_existing())}},
      {"Ways out",
       {fmt::format("{} by hop, {} by satellite, {} by SIM, {} gateways", plan.ways_out_hop(), plan.ways_out_vsat(),
                    plan.ways_out_sim(), plan.ways_out_gateway())}},
      {"Cost",
       {fmt::format("{}, {} years at {:g} %", money_text(plan.cost(), plan.currency()), plan.years(),
                    plan.discount_percent())}},
      {"Proven", {bound_text(plan)}},
      {"Now",
       {fmt::format("{} sites of the plan stand in the fleet, {} are up", plan.sites_in_fleet(), plan.sites_up())}},
      {"Made",
       {fmt::format("{} by job {}, seed {}, input {}{}", time_of(plan.made_unix()), plan.job(), plan.seed(),
                    plan.input(), plan.cancelled() ? "; ended early, so this is what there was" : "")}}};
  if (plan.has_second_ways()) {
    add_second_ways(plan.second_ways(), plan.currency(), facts);
  }
  for (const std::string& note : plan.notes()) {
    facts.push_back({"Note", {note, Tone::Dim}});
  }
  return {.kind = "PlanSummary", .value = value_of(plan), .list = "", .item = "", .sections = {{"", std::move(facts)}}};
}

View plan_explanation_view(const v1::PlanExplanation& told) {
  Facts facts{{"Settlement", {named(told.name(), told.id()), Tone::Strong}},
              {"People",
               {fmt::format("{}{}", told.has_people() ? grouped_count(told.people()) : "unknown",
                            told.eligible() ? ", eligible" : "")}},
              {"Area", plain(area_text(told))}};
  if (told.same_name() > 1) {
    facts.push_back({"Name",
                     {fmt::format("{} settlements are called so; this is the first, its id names it", told.same_name()),
                      Tone::Warn}});
  }
  if (told.has_server()) {
    facts.push_back({"Now", served_now_cell(told)});
    facts.push_back({"Served by", server_cell(told.server())});
    facts.push_back({"Else by", told.has_second() ? server_cell(told.second()) : Cell{"nobody", Tone::Dim}});
    add_way_out(told, facts);
    for (const v1::PlanDetour& detour : told.detours()) {
      add_detour(detour, facts);
    }
  } else {
    add_unserved(told, facts);
  }
  if (told.phase() > 0) {
    facts.push_back({"Phase", {std::to_string(told.phase())}});
  }
  if (told.unproven()) {
    facts.push_back({"Note", {"unproven: the ground is coarser than 3 arc-seconds, or partly unknown", Tone::Dim}});
  }
  for (const std::string& doubt : told.doubts()) {
    facts.push_back({"Note", {"the model warns: " + doubt, Tone::Dim}});
  }
  return {
      .kind = "PlanExplanation", .value = value_of(told), .list = "", .item = "", .sections = {{"", std::move(facts)}}};
}

View coverage_view(const v1::CoverageReply& reply, bool all) {
  Table table;
  table.columns = {{.head = "AREA", .shrinks = true},
                   {"PEOPLE", Align::Right},
                   {"PLANNED", Align::Right},
                   {"%", Align::Right},
                   {"SERVED NOW", Align::Right},
                   {"%", Align::Right},
                   {.head = "BY SECOND", .align = Align::Right, .wide = true},
                   {"SITES UP", Align::Right},
                   {.head = "UNKNOWN", .align = Align::Right, .wide = true},
                   {.head = "COST", .align = Align::Right, .wide = true},
                   {.head = "BY PHASE", .wide = true}};
  table.nothing = "No areas.";
  table.rows.push_back(coverage_row(reply.whole(), Tone::Strong));
  for (const v1::Coverage& area : reply.areas()) {
    if (all || area.level() == 1) {
      table.rows.push_back(coverage_row(area, Tone::Plain));
    }
  }
  return {.kind = "Coverage",
          .value = value_of(reply),
          .list = "areas",
          .item = "AreaCoverage",
          .sections = {{"", std::move(table)}}};
}

}  // namespace karkara::cli
