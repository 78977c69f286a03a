#include <cinttypes>
#include <map>
#include <optional>

#include "controller/planner/existing/mast_import.h"
#include "controller/planner/existing/operator_coverage.h"
#include "controller/planner/roadmap/one_mast.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/table_files.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

// Who is served already: by a plan, by what operators claim.
Result<std::vector<char>> served_now(const WhereCommand& command, const std::vector<Settlement>& settlements,
                                     const std::optional<Plan>& plan) {
  std::vector<char> served(settlements.size());
  std::map<std::string, bool> by_plan;
  for (const PlanSettlement& one : plan ? plan->settlements : std::vector<PlanSettlement>{}) {
    by_plan[one.id] = one.server.has_value();
  }
  OperatorCoverage coverage;
  if (!command.operators.empty()) {
    const auto shapes = read_shapes(command.operators);
    if (!shapes) {
      return shapes.error();
    }
    auto import = import_operators(*shapes, Areas{{}});
    if (!import) {
      return import.error().in(command.operators);
    }
    coverage = std::move(import->coverage);
  }
  for (std::size_t i = 0; i < settlements.size(); ++i) {
    const auto known = by_plan.find(settlements[i].id);
    served[i] = (known != by_plan.end() && known->second) || !coverage.owners_at(settlements[i].place).empty() ? 1 : 0;
  }
  return served;
}

Status add_standing(const WhereCommand& command, const std::optional<Plan>& plan, OneMastQuestion& question,
                    std::vector<std::string>& names, std::FILE* notes) {
  for (const PlanSite& site : plan ? plan->sites : std::vector<PlanSite>{}) {
    question.standing.push_back(site.place);
    question.standing_masts.push_back(site.mast);
    names.push_back(shown_name(site.id, site.name));
  }
  if (command.masts.empty()) {
    return {};
  }
  const auto table = read_table(command.masts);
  if (!table) {
    return table.error();
  }
  const auto import = import_masts(*table, Areas{{}});
  if (!import) {
    return import.error().in(command.masts);
  }
  std::size_t assumed = 0;
  for (const Mast& mast : import->masts) {
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

void print_answers(std::FILE* out, const OneMastResult& found, const std::vector<const Settlement*>& unserved,
                   const std::vector<std::string>& standing, Metres mast) {
  for (std::size_t i = 0; i < found.answers.size(); ++i) {
    const OneMastAnswer& answer = found.answers[i];
    const Settlement& at = *unserved[answer.candidate];
    std::fprintf(out, "%zu. %s, %.5f %.5f, a mast of %.0f m: %" PRId64 " people in %zu settlements", i + 1,
                 shown_name(at.id, at.name).c_str(), at.place.latitude.value(), at.place.longitude.value(),
                 mast.value(), answer.people, answer.served.size());
    if (answer.unknown > 0) {
      std::fprintf(out, " (%zu more lie over unknown ground)", answer.unknown);
    }
    if (answer.way_out) {
      std::fprintf(out, "; radio hop of %.1f km to %s\n", answer.way_out->length.value() / 1000,
                   standing[answer.way_out->standing].c_str());
    } else {
      std::fputs("; no hop to a standing site: VSAT or SIM\n", out);
    }
  }
}

// Each may get the mast.
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

// The radio's own file says its frequency and reach; without one 5.8 GHz over 30 km, and no share of the year is asked.
Status add_hop(const WhereCommand& command, OneMastQuestion& question) {
  HopRule& rule = question.hop;
  rule.reach = Metres{30'000};
  rule.frequency = Megahertz{5'800};
  rule.heights = {command.mast};
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
  question.hop_radio = *radio;
  return {};
}

}  // namespace

int run_where(const WhereCommand& command, const JobStreams& streams) {
  const auto import = read_people(command.files, streams.notes);
  const auto radio = read_radio(command.radio);
  OneMastQuestion question;
  const Status rule = add_hop(command, question);
  const auto terrain = read_ground(command.terrain, command.cover, command.scratch, streams.notes);
  auto plan = command.plan.empty() ? Result<Plan>{Plan{}} : read_plan(command.plan);
  if (!import || !radio || !rule.ok() || !terrain || !plan) {
    return fail_job(streams.notes, !import      ? import.error()
                                   : !radio     ? radio.error()
                                   : !rule.ok() ? rule.error()
                                   : !terrain   ? terrain.error()
                                                : plan.error());
  }
  const std::optional<Plan> known = command.plan.empty() ? std::nullopt : std::optional{std::move(*plan)};
  question.answers = command.answers;
  std::vector<std::string> standing;
  const auto served = served_now(command, import->settlements, known);
  const Status stands = add_standing(command, known, question, standing, streams.notes);
  const auto model = AccessModel::make(*radio, {command.mast}, GroundKind{});
  if (!served || !stands.ok() || !model) {
    return fail_job(streams.notes, !served ? served.error() : !stands.ok() ? stands.error() : model.error());
  }
  const auto unserved = add_unserved(import->settlements, *served, question);
  ThreadExecutor executor{0};
  const OneMastResult found = best_mast(question, *terrain, *model, executor, streams.cancelled);
  print_answers(streams.out, found, unserved, standing, command.mast);
  std::fprintf(streams.notes, "%zu settlements are unserved; the ground around %zu of them was looked at\n",
               unserved.size(), found.judged);
  if (found.answers.empty()) {
    std::fputs("nobody is left to serve whose number is known\n", streams.out);
  }
  return found.cancelled ? kDoubtful : kDone;
}

}  // namespace karkara::planner
