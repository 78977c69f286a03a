#include "controller/planner_io/plan/comparison_output.h"

#include <algorithm>
#include <cinttypes>

#include "controller/planner/outputs/text.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kMostDifferences = 20;

void print_change(std::FILE* out, const char* what, std::int64_t before, std::int64_t after) {
  std::fprintf(out, "%-24s %16" PRId64 " %16" PRId64 " %+16" PRId64 "\n", what, before, after, after - before);
}

// People that one failure may cut off.
std::string allowed(const std::optional<std::int64_t>& most) {
  return most ? "at most " + std::to_string(*most) : "anybody";
}

std::string words_of_change(const SiteChange& change) {
  if (change.after == kNoSite) {
    return "only in the first";
  }
  if (change.before == kNoSite) {
    return "only in the second";
  }
  std::string text;
  for (const std::string& one : change.what) {
    text += (text.empty() ? "" : "; ") + one;
  }
  return text.empty() ? "cost" : text;
}

}  // namespace

std::string comparison_csv(const PlanComparison& comparison) {
  std::string text = "kind,id,change,npv_or_people\n";
  for (const SiteChange& site : comparison.sites) {
    text += "site," + csv_text(site.id) + "," + csv_text(words_of_change(site)) + "," + std::to_string(site.npv) + "\n";
  }
  for (const SettlementChange& one : comparison.settlements) {
    text += std::string{one.gained ? "gained"
                        : one.lost ? "lost"
                                   : "changed"} +
            "," + csv_text(one.id) + "," + csv_text(one.what) + "," + std::to_string(one.people) + "\n";
  }
  for (const std::string& id : comparison.only_before) {
    text += "settlement only in the first," + csv_text(id) + ",,\n";
  }
  for (const std::string& id : comparison.only_after) {
    text += "settlement only in the second," + csv_text(id) + ",,\n";
  }
  return text;
}

void print_comparison(std::FILE* out, const PlanComparison& found) {
  std::fprintf(out, "%-24s %16s %16s %16s\n", "", "first", "second", "difference");
  print_change(out, "people served", found.before.people_served, found.after.people_served);
  print_change(out, "settlements served", static_cast<std::int64_t>(found.before.settlements_served),
               static_cast<std::int64_t>(found.after.settlements_served));
  print_change(out, "building", found.before.cost.capex, found.after.cost.capex);
  print_change(out, "running, a year", found.before.cost.opex, found.after.cost.opex);
  print_change(out, "net present cost", found.before.cost.npv, found.after.cost.npv);
  if (found.before_most_cut_off || found.after_most_cut_off) {
    print_change(out, "of it second ways out", found.before.second_ways.npv, found.after.second_ways.npv);
    std::fprintf(out, "%-24s %16s %16s\n", "one failure cuts off", allowed(found.before_most_cut_off).c_str(),
                 allowed(found.after_most_cut_off).c_str());
  }
  if (!found.same_input) {
    std::fputs("the plans rest on different data\n", out);
  }
  std::size_t gained = 0;
  std::size_t lost = 0;
  for (const SettlementChange& one : found.settlements) {
    gained += one.gained ? 1 : 0;
    lost += one.lost ? 1 : 0;
  }
  std::fprintf(out,
               "%zu sites differ; settlements: %zu gained, %zu lost, %zu served otherwise; %zu known to one only\n",
               found.sites.size(), gained, lost, found.settlements.size() - gained - lost,
               found.only_before.size() + found.only_after.size());
  for (std::size_t i = 0; i < std::min(kMostDifferences, found.sites.size()); ++i) {
    std::fprintf(out, "  site %s: %s (%+" PRId64 ")\n", clean_utf8(found.sites[i].id).c_str(),
                 clean_utf8(words_of_change(found.sites[i])).c_str(), found.sites[i].npv);
  }
  for (std::size_t i = 0; i < std::min(kMostDifferences, found.settlements.size()); ++i) {
    const SettlementChange& one = found.settlements[i];
    std::fprintf(out, "  settlement %s, %" PRId64 " people: %s\n", clean_utf8(one.id).c_str(), one.people,
                 clean_utf8(one.what).c_str());
  }
  if (found.sites.size() > kMostDifferences || found.settlements.size() > kMostDifferences) {
    std::fputs("  more; -o writes all\n", out);
  }
}

}  // namespace karkara::planner
