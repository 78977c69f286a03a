#include "controller/planner_io/plan/second_way_texts.h"

#include <algorithm>
#include <cinttypes>
#include <string>

#include "controller/planner/outputs/text.h"
#include "controller/planner/roadmap/plan_failures.h"
#include "controller/planner_io/plan/job_files.h"

namespace karkara::planner {
namespace {

std::string shown_site_of(const Plan& plan, std::uint32_t site) {
  return shown_name(plan.sites[site].id, plan.sites[site].name);
}

void tell_group(const char* word, const SiteGroup& group, const char* what, std::FILE* out) {
  std::fprintf(out, "%s %" PRIu64 " sites with %" PRId64 " people %s\n", word, group.sites, group.people, what);
}

void tell_step(const PlanWays& ways, const WayStep& step, std::FILE* out) {
  const Plan& plan = ways.plan();
  if (step.to == kNoSite) {
    std::fprintf(out, "            out of %s by %s\n", shown_site_of(plan, step.from).c_str(),
                 std::string{to_string(ways.kind(step.way))}.c_str());
    return;
  }
  const PlanHop& hop = ways.hop(step.way);
  std::fprintf(out, "            %s to %s, %.1f km, %s: %.4f %%, %.0f Mbit/s%s%s\n",
               shown_site_of(plan, step.from).c_str(), shown_site_of(plan, step.to).c_str(), hop.length.value() / 1000,
               clean_utf8(hop.profile).c_str(), hop.availability.value(), hop.rate.value() / 1e6,
               step.way >= plan.sites.size() ? "; second way" : "", ways.is_unproven(step.way) ? "; unproven" : "");
}

void tell_detour(const PlanWays& ways, const Detour& detour, std::FILE* out) {
  std::string when;
  for (const std::uint32_t site : detour.when_down) {
    when += (when.empty() ? "" : " or ") + shown_site_of(ways.plan(), site);
  }
  when = when.empty() ? "its own way out" : when;
  if (detour.steps.empty()) {
    std::fprintf(out, "one way   without %s it is cut off\n", when.c_str());
    return;
  }
  std::fprintf(out, "second    without %s:\n", when.c_str());
  for (const WayStep& step : detour.steps) {
    tell_step(ways, step, out);
  }
}

}  // namespace

void tell_safety(const Plan& plan, std::FILE* out) {
  if (!plan.most_cut_off) {
    return;
  }
  const PlanSafety safety = safety_of(plan);
  const auto count = [&](BackhaulKind kind) {
    return std::count_if(plan.second_ways.begin(), plan.second_ways.end(),
                         [&](const PlanSecondWay& way) { return way.kind == kind; });
  };
  std::fprintf(out,
               "second    %zu second ways out: %td by hop, %td by satellite, %td by SIM; %" PRId64
               " %s net present of the cost, not in the bound\n",
               plan.second_ways.size(), count(BackhaulKind::Hop), count(BackhaulKind::Vsat), count(BackhaulKind::Sim),
               plan.totals.second_ways.npv, clean_utf8(plan.currency).c_str());
  tell_group("two ways ", safety.two_ways, "stay in touch whatever fails elsewhere or of their ways", out);
  tell_group("own way  ", safety.own_way, "have a way out of their own, and no other", out);
  tell_group("one way  ", safety.one_way, "hang on others, too few behind each to be asked for", out);
  if (safety.worst) {
    std::fprintf(out, "worst     the %s: %zu sites with %" PRId64 " people cut off, %" PRId64 " may be\n",
                 clean_utf8(name_of(plan, *safety.worst)).c_str(), safety.worst->cut_off.size(), safety.worst->people,
                 *plan.most_cut_off);
  }
}

void tell_detours(const Plan& plan, std::uint32_t site, std::FILE* out) {
  if (!plan.most_cut_off) {
    return;
  }
  const PlanWays ways{plan};
  const std::vector<Detour> detours = detours_of(ways, site);
  if (detours.empty()) {
    std::fputs("one way   its own way out is the only one\n", out);
  }
  for (const Detour& detour : detours) {
    tell_detour(ways, detour, out);
  }
  for (std::size_t i = 0; i < plan.second_ways.size(); ++i) {
    const PlanSecondWay& way = plan.second_ways[i];
    if (way.site != site && (way.kind != BackhaulKind::Hop || way.hop.parent != site)) {
      continue;
    }
    const KeptInTouch kept = kept_in_touch(ways, i);
    const std::string by = way.kind == BackhaulKind::Hop
                               ? "hop to " + shown_site_of(plan, way.site == site ? way.hop.parent : way.site)
                               : std::string{to_string(way.kind)};
    std::fprintf(out, "protects  its second way by %s keeps %zu sites with %" PRId64 " people in touch\n", by.c_str(),
                 kept.sites.size(), kept.people);
  }
}

}  // namespace karkara::planner
