#include <algorithm>
#include <map>
#include <optional>

#include "controller/planner/plan/high_ground.h"
#include "controller/planner/roadmap/one_mast.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/where_output.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/standing_lists.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

// Who is served already: by a plan, by what operators claim.
Result<std::vector<char>> served_now(const WhereCommand& command, const std::vector<Settlement>& settlements,
                                     const std::optional<Plan>& plan, const Areas& country, std::FILE* notes) {
  std::vector<char> served(settlements.size());
  std::map<std::string, bool> by_plan;
  for (const PlanSettlement& one : plan ? plan->settlements : std::vector<PlanSettlement>{}) {
    by_plan[one.id] = one.server.has_value();
  }
  OperatorCoverage coverage;
  if (!command.operators.empty()) {
    auto claims = operators_in(command.operators, country, teller(notes));
    if (!claims) {
      return claims.error();
    }
    coverage = *std::move(claims);
  }
  for (std::size_t i = 0; i < settlements.size(); ++i) {
    const auto known = by_plan.find(settlements[i].id);
    served[i] = (known != by_plan.end() && known->second) || !coverage.owners_at(settlements[i].place).empty() ? 1 : 0;
  }
  return served;
}

Status add_standing(const WhereCommand& command, const std::optional<Plan>& plan, const Areas& country,
                    OneMastQuestion& question, std::vector<std::string>& names, std::FILE* notes) {
  for (const PlanSite& site : plan ? plan->sites : std::vector<PlanSite>{}) {
    question.standing.push_back(site.place);
    question.standing_masts.push_back(site.mast);
    names.push_back(shown_name(site.id, site.name));
  }
  if (command.masts.empty()) {
    return {};
  }
  const auto masts = masts_in(command.masts, country, teller(notes));
  if (!masts) {
    return masts.error();
  }
  std::size_t assumed = 0;
  for (const Mast& mast : *masts) {
    question.standing.push_back(mast.place);
    question.standing_masts.push_back(mast.height.value_or(command.standing_mast));
    names.push_back(shown_name(mast.id, mast.name));
    assumed += mast.height ? 0 : 1;
  }
  if (assumed > 0) {
    std::fprintf(notes, "%s: the height of %zu masts is unknown; %.0f m is assumed\n", command.masts.c_str(), assumed,
                 command.standing_mast.value());
  }
  return {};
}

// Each may get the mast; so may the highest ground around them, where that is asked.
std::vector<const Settlement*> add_unserved(const std::vector<Settlement>& settlements, const std::vector<char>& served,
                                            OneMastQuestion& question) {
  std::vector<const Settlement*> unserved;
  for (std::size_t i = 0; i < settlements.size(); ++i) {
    if (served[i] == 0) {
      unserved.push_back(&settlements[i]);
      question.unserved.push_back(settlements[i].place);
      question.people.push_back(settlements[i].people.value_or(0));
    }
  }
  question.candidates = question.unserved;
  return unserved;
}

// Ascending, each once.
Result<std::vector<Metres>> heights_of(const WhereCommand& command) {
  std::vector<Metres> heights = command.heights.empty() ? std::vector<Metres>{Metres{30}} : command.heights;
  std::sort(heights.begin(), heights.end());
  heights.erase(std::unique(heights.begin(), heights.end()), heights.end());
  if (heights.size() > kMostHeights) {
    return Error{ErrorCode::InvalidArgument, "--mast: at most " + std::to_string(kMostHeights) + " heights"};
  }
  return heights;
}

// The radio's own file says its frequency and reach; without one 5.8 GHz over 30 km, and no share of the year is asked.
Status add_hop(const WhereCommand& command, const std::vector<Metres>& heights, OneMastQuestion& question) {
  HopRule& rule = question.hop;
  rule.reach = Metres{30'000};
  rule.frequency = Megahertz{5'800};
  rule.heights = heights;
  if (command.hop_radio.empty()) {
    return {};
  }
  const auto radio = read_radio(command.hop_radio);
  if (!radio) {
    return radio.error();
  }
  if (radio->use != RadioUse::Backhaul) {
    return Error{ErrorCode::InvalidArgument, command.hop_radio + ": is no backhaul radio"};
  }
  rule.reach = radio->reach;
  rule.frequency = radio->frequency;
  rule.clearance = radio->clearance;
  question.hop_radio = *radio;
  return {};
}

}  // namespace

int run_where(const WhereCommand& command, const JobStreams& streams) {
  const auto import = read_people(command.files, streams.notes);
  const auto radio = read_radio(command.radio);
  const auto heights = heights_of(command);
  if (!heights) {
    return fail_job(streams.notes, heights.error());
  }
  OneMastQuestion question;
  const Status rule = add_hop(command, *heights, question);
  const auto terrain = read_ground(command.terrain, command.cover, command.scratch, streams.notes);
  auto plan = command.plan.empty() ? Result<Plan>{Plan{}} : read_plan(command.plan);
  const auto country = areas_in(command.files.country);
  if (!import || !radio || !rule.ok() || !terrain || !plan || !country) {
    return fail_job(streams.notes, !import      ? import.error()
                                   : !radio     ? radio.error()
                                   : !rule.ok() ? rule.error()
                                   : !terrain   ? terrain.error()
                                   : !plan      ? plan.error()
                                                : country.error());
  }
  const std::optional<Plan> known = command.plan.empty() ? std::nullopt : std::optional{std::move(*plan)};
  question.answers = command.answers;
  WhereNames names;
  names.masts = *heights;
  const auto served = served_now(command, import->settlements, known, *country, streams.notes);
  const Status stands = add_standing(command, known, *country, question, names.standing, streams.notes);
  const auto model = AccessModel::make(*radio, *heights, GroundKind{});
  if (!served || !stands.ok() || !model) {
    return fail_job(streams.notes, !served ? served.error() : !stands.ok() ? stands.error() : model.error());
  }
  for (const std::string_view warning : model->warning_texts(model->radio_warnings())) {
    std::fprintf(streams.notes, "%s: the model warns: %s\n", command.radio.c_str(), std::string{warning}.c_str());
  }
  names.unserved = add_unserved(import->settlements, *served, question);
  ThreadExecutor executor{0};
  if (command.high_ground) {
    const std::vector<Place> hills = high_ground(*terrain, question.unserved, executor);
    question.candidates.insert(question.candidates.end(), hills.begin(), hills.end());
  }
  const OneMastResult found = best_mast(question, *terrain, *model, executor, streams.cancelled);
  print_answers(streams.out, question, found, names);
  std::fprintf(streams.notes, "%zu settlements are unserved; the ground around %zu of %zu places was looked at\n",
               names.unserved.size(), found.judged, question.candidates.size());
  if (found.answers.empty()) {
    std::fputs("nobody is left to serve whose number is known\n", streams.out);
  }
  if (!command.output.empty()) {
    if (const Status written = write_text_file(command.output, answers_csv(question, found, names)); !written.ok()) {
      return fail_job(streams.notes, written.error());
    }
  }
  return found.cancelled ? kDoubtful : kDone;
}

}  // namespace karkara::planner
