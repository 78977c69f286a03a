#include "controller/planner/outputs/report_second_ways.h"

#include "controller/planner/outputs/report_parts.h"
#include "controller/planner/outputs/report_words.h"
#include "controller/planner/roadmap/plan_failures.h"

namespace karkara::planner {
namespace {

std::string with_number(std::string text, const std::string& number) {
  const std::size_t at = text.find("{n}");
  return at == std::string::npos ? text : text.replace(at, 3, number);
}

struct SumOfWays {
  std::int64_t count = 0;
  std::int64_t kept = 0;  // people
  Money npv = 0;
};

SumOfWays sum_of(const PlanWays& ways, BackhaulKind kind) {
  SumOfWays sum;
  const std::vector<PlanSecondWay>& all = ways.plan().second_ways;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].kind == kind) {
      ++sum.count;
      sum.kept += kept_in_touch(ways, i).people;
      sum.npv += all[i].cost.npv;
    }
  }
  return sum;
}

}  // namespace

std::string second_ways_section(const Plan& plan, Language language) {
  if (!plan.most_cut_off) {
    return {};
  }
  const ReportWords& words = words_of(language);
  const PlanSafety safety = safety_of(plan);
  const auto whole = [&](std::int64_t value) { return grouped(value, language); };
  const PlanWays ways{plan};
  std::vector<std::vector<std::string>> bought;
  for (const BackhaulKind kind : {BackhaulKind::Hop, BackhaulKind::Sim, BackhaulKind::Vsat}) {
    const SumOfWays sum = sum_of(ways, kind);
    bought.push_back({words.way_out(kind), whole(sum.count), whole(sum.kept), whole(sum.npv)});
  }
  std::vector<std::vector<std::string>> touch;
  const auto tell = [&](const std::string& what, const SiteGroup& group) {
    touch.push_back({what, whole(static_cast<std::int64_t>(group.sites)), whole(group.people)});
  };
  tell(words.two_ways, safety.two_ways);
  tell(words.own_way, safety.own_way);
  tell(words.one_way, safety.one_way);
  return html::heading(words.second_ways) +
         html::paragraph(with_number(words.second_ways_note, whole(*plan.most_cut_off)), "note") +
         html::table({words.way_out_word, words.count, words.second_ways_kept, words.npv + " (" + plan.currency + ")"},
                     bought, 1) +
         html::table({words.situation, words.sites, words.people}, touch, 1) +
         html::paragraph(with_number(words.worst_failure, whole(safety.worst ? safety.worst->people : 0)));
}

}  // namespace karkara::planner
