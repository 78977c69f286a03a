#include <algorithm>
#include <cinttypes>

#include "controller/planner/outputs/text.h"
#include "controller/planner/roadmap/plan_losses.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/plan_names.h"
#include "controller/planner_io/plan_file.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kMostLosses = 20;

std::string shown_site(const Plan& plan, std::uint32_t site) {
  return shown_name(plan.sites[site].id, plan.sites[site].name);
}

void print_networks(std::FILE* out, const Plan& plan, const NetworkLoss& loss) {
  std::fprintf(out, "%zu sites stand on lost masts; %zu buy another network now; %zu find none\n", loss.fallen.size(),
               loss.fallback.size(), loss.cut.size());
  for (std::size_t i = 0; i < std::min(kMostLosses, loss.fallback.size()); ++i) {
    const NetworkFallback& one = loss.fallback[i];
    std::fprintf(out, "  %s: from %s to %s\n", shown_site(plan, one.site).c_str(),
                 clean_utf8(to_string(plan.sites[one.site].networks.front())).c_str(),
                 clean_utf8(to_string(one.to)).c_str());
  }
  for (std::size_t i = 0; i < std::min(kMostLosses, loss.cut.size()); ++i) {
    std::fprintf(out, "  %s: had %s, no other reaches it: a hop or a satellite is needed (what-if tells which)\n",
                 shown_site(plan, loss.cut[i]).c_str(),
                 clean_utf8(to_string(plan.sites[loss.cut[i]].networks.front())).c_str());
  }
  if (!loss.unknown.empty()) {
    std::fprintf(out, "  of %zu sites with a SIM the plan does not say whose it is: they count as untouched\n",
                 loss.unknown.size());
  }
}

void print_people(std::FILE* out, const Plan& plan, const PlanLoss& loss, std::size_t lost) {
  std::fprintf(out, "%zu sites down, %zu of them because their way out is\n", loss.down.size(),
               loss.down.size() - std::min(loss.down.size(), lost));
  std::fprintf(out, "%" PRId64 " people in %zu settlements fall back to their second site\n", loss.people_falling_back,
               loss.fall_back.size());
  std::fprintf(out, "%" PRId64 " people in %zu settlements are served by nobody\n", loss.people_unserved,
               loss.unserved.size());
  for (std::size_t i = 0; i < std::min(kMostLosses, loss.unserved.size()); ++i) {
    const PlanSettlement& one = plan.settlements[loss.unserved[i]];
    std::fprintf(out, "  %s, %" PRId64 " people\n", shown_name(one.id, one.name).c_str(), one.people.value_or(0));
  }
}

}  // namespace

int run_loss(const LossCommand& command, const JobStreams& streams) {
  if (command.sites.empty() && command.networks.empty()) {
    return fail_job(streams.notes, {ErrorCode::InvalidArgument, "--site, --tower or --operator says what is lost"});
  }
  const auto plan = read_plan(command.plan);
  if (!plan) {
    return fail_job(streams.notes, plan.error());
  }
  std::vector<std::uint32_t> lost;
  for (const std::string& word : command.sites) {
    const auto site = site_called(*plan, word);
    if (!site) {
      return fail_job(streams.notes, site.error().in(command.plan));
    }
    lost.push_back(*site);
  }
  NetworkLoss networks;
  if (!command.networks.empty()) {
    if (const Status known = check_known(*plan, command.networks); !known.ok()) {
      return fail_job(streams.notes, known.error().in(command.plan));
    }
    networks = network_loss_of(*plan, command.networks);
    print_networks(streams.out, *plan, networks);
    lost.insert(lost.end(), networks.fallen.begin(), networks.fallen.end());
  }
  std::sort(lost.begin(), lost.end());
  lost.erase(std::unique(lost.begin(), lost.end()), lost.end());
  print_people(streams.out, *plan, loss_of(*plan, lost, networks.cut), lost.size());
  return kDone;
}

}  // namespace karkara::planner
