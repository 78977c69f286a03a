#include "controller/planner/outputs/report_money.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "controller/planner/outputs/report_parts.h"
#include "controller/planner/outputs/report_words.h"

namespace karkara::planner {
namespace {

using MoneyRows = std::vector<std::vector<std::string>>;

constexpr std::size_t kMostFull = 30;

std::string whole_number(std::uint64_t value, Language language) {
  return grouped(static_cast<std::int64_t>(value), language);
}

std::string per_person(const RegionPart& part, Language language) {
  return part.people > 0 ? decimal(static_cast<double>(part.capex) / static_cast<double>(part.people), 2, language)
                         : std::string{"-"};
}

MoneyRows rows_of_budgets(const PhaseTable& table, std::uint32_t first_year, Language language) {
  const ReportWords& words = words_of(language);
  MoneyRows rows;
  for (const Phase& phase : table.phases) {
    for (const BudgetYear& year : phase.budgets) {
      rows.push_back({year.region.empty() ? words.any_region : year.region,
                      std::to_string(first_year == 0 ? phase.number : first_year + phase.number - 1),
                      grouped(year.budget, language), grouped(year.running, language), grouped(year.capex, language),
                      grouped(year.left, language), whole_number(year.sites, language),
                      grouped(year.people, language)});
    }
  }
  return rows;
}

MoneyRows rows_of_parts(const PhaseTable& table, Language language) {
  const ReportWords& words = words_of(language);
  MoneyRows rows;
  const auto add = [&](const std::string& when, const auto& parts) {
    for (const auto& [region, part] : parts) {
      rows.push_back({region.empty() ? words.unknown_region : region, when, whole_number(part.sites, language),
                      grouped(part.people, language), grouped(part.capex, language), per_person(part, language)});
    }
  };
  for (const Phase& phase : table.phases) {
    add(std::to_string(phase.number), phase.by_region);
  }
  add(words.all_phases, table.by_region);
  add(words.not_paid, table.left_by_region);
  return rows;
}

// How full a site is: its radio's channel, or its way out where that is fuller.
double fullness(const PlanLoad& load) {
  return std::max(load.airtime, load.carried.value() > 0 ? load.passing / load.carried : 0.0);
}

}  // namespace

std::string region_money_section(const PhaseTable& table, const std::string& currency, std::uint32_t first_year,
                                 Language language) {
  const ReportWords& words = words_of(language);
  const auto with_money = [&](const std::string& word) { return word + " (" + currency + ")"; };
  std::string text = html::heading(words.region_money);
  if (const MoneyRows budgets = rows_of_budgets(table, first_year, language); !budgets.empty()) {
    text += html::table({words.region, first_year == 0 ? words.phase : words.year, with_money(words.budget),
                         words.running, words.capex, words.left, words.sites, words.people},
                        budgets, 1);
  }
  return text +
         html::table({words.region, words.phase, words.sites, words.people, with_money(words.capex), words.per_person},
                     rows_of_parts(table, language), 2);
}

std::string busy_hour_section(const Plan& plan, Language language) {
  if (plan.loads.size() != plan.sites.size() || plan.loads.empty()) {
    return {};
  }
  const ReportWords& words = words_of(language);
  std::vector<std::uint32_t> order(plan.loads.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return fullness(plan.loads[a]) > fullness(plan.loads[b]); });
  order.resize(std::min(order.size(), kMostFull));
  const auto mega = [&](BitsPerSecond rate) { return decimal(rate.value() / 1e6, 1, language); };
  MoneyRows rows;
  for (const std::uint32_t number : order) {
    const PlanSite& site = plan.sites[number];
    const PlanLoad& load = plan.loads[number];
    rows.push_back({site.name.empty() ? site.id : site.name, words.way_out(site.backhaul),
                    whole_number(load.ways_out, language), mega(load.served),
                    decimal(100 * load.airtime, 0, language) + "\u00a0%", mega(load.passing),
                    load.carried.value() > 0 ? mega(load.carried) : words.not_told});
  }
  return html::heading(words.busy_hour) + html::paragraph(words.busy_note, "note") +
         html::table({words.site, words.way_out_word, words.count, words.busy_served, words.busy_airtime,
                      words.busy_passing, words.busy_carried},
                     rows, 2);
}

}  // namespace karkara::planner
