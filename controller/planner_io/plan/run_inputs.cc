#include "controller/planner_io/plan/run_inputs.h"

#include <algorithm>

#include "controller/planner_io/plan/plan_jobs.h"

namespace karkara::planner {
namespace {

// Empty where nothing counts more.
std::vector<std::int64_t> bonus_of(const std::vector<Settlement>& settlements, const RunCommand& command) {
  std::vector<std::int64_t> bonus;
  bonus.reserve(settlements.size());
  for (const Settlement& settlement : settlements) {
    bonus.push_back(settlement.schools * command.school_people + settlement.health_centres * command.health_people);
  }
  const bool any = std::any_of(bonus.begin(), bonus.end(), [](std::int64_t people) { return people > 0; });
  return any ? bonus : std::vector<std::int64_t>{};
}

}  // namespace

Result<Gathered> read_inputs(const RunCommand& command, Executor& executor, std::FILE* notes, const Tell& tell,
                             const Watch& watch) {
  auto people = read_people({command.settlements, command.country, command.areas}, notes);
  if (!people) {
    return people.error();
  }
  PlanSources files = command.files;
  files.country = command.country;
  auto ground = read_ground(files, executor, tell, watch);
  if (!ground) {
    return ground.error();
  }
  auto input = gather(std::move(people->settlements), files, *ground->terrain, executor, tell, watch);
  if (!input) {
    return input.error();
  }
  input->target = command.target;
  input->eligible_from = command.eligible_from;
  input->eligible_to = command.eligible_to;
  input->fixed = command.fixed;
  input->forbidden = command.forbidden;
  input->busy_kbit_per_person = command.busy_kbit_per_person;
  input->most_people = command.most_people;
  input->most_cut_off = command.most_cut_off;
  input->seed = command.seed;
  input->bonus = bonus_of(input->settlements, command);
  return Gathered{std::move(*ground), std::move(*input)};
}

}  // namespace karkara::planner
