#include "controller/planning/kept_plan.h"

#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/text_file.h"

namespace karkara {
namespace {

template <class Row>
Result<std::vector<planner::AreaNames>> divisions_of(const std::string& path, const std::vector<Row>& rows) {
  std::vector<std::string_view> ids;
  ids.reserve(rows.size());
  for (const Row& row : rows) {
    ids.push_back(row.id);
  }
  const auto text = planner::read_text(path);
  auto divisions = text ? planner::parse_divisions(*text, ids) : Result<std::vector<planner::AreaNames>>{text.error()};
  return divisions ? std::move(divisions) : divisions.error().in(path);
}

}  // namespace

Result<KeptPlan> read_kept_plan(const std::string& folder) {
  auto plan = planner::read_plan(folder + "/plan.txt");
  if (!plan) {
    return plan.error();
  }
  auto sites = divisions_of(folder + "/sites.csv", plan->sites);
  auto settlements = divisions_of(folder + "/settlements.csv", plan->settlements);
  if (!sites || !settlements) {
    return !sites ? sites.error() : settlements.error();
  }
  return KeptPlan{std::make_shared<const planner::Plan>(std::move(plan).value()),
                  {std::move(sites).value(), std::move(settlements).value()}};
}

}  // namespace karkara
