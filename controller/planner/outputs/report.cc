#include "controller/planner/outputs/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "controller/planner/outputs/report_money.h"
#include "controller/planner/outputs/report_parts.h"
#include "controller/planner/outputs/report_second_ways.h"
#include "controller/planner/outputs/report_words.h"
#include "controller/planner/roadmap/curve_table.h"

namespace karkara::planner {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kMostDots = 600;  // of the curve: more than a printer shows
constexpr std::size_t kMostExpensive = 20;

std::string replaced(std::string text, const std::string& mark, const std::string& by) {
  const std::size_t at = text.find(mark);
  return at == std::string::npos ? text : text.replace(at, mark.size(), by);
}

Money site_npv(const PlanSite& site) {
  return site.mast_cost.npv + site.backhaul_cost.npv;
}

class Report {
 public:
  Report(const Plan& plan, const Regions& regions, const ReportOptions& options)
      : plan_{plan},
        regions_{regions},
        options_{options},
        words_{words_of(options.language)},
        curve_{cost_curve(plan)} {}

  std::string run() {
    std::string body = "<h1>" + xml_text(words_.title) + "</h1>\n";
    body += html::paragraph(words_.target + words_.colon + words_.target_text(plan_.target), "note");
    body += summary() + marks();
    if (!options_.map_png.empty()) {
      body += html::heading(words_.map) + "<img alt=\"" + xml_text(words_.map) + "\" src=\"data:image/png;base64," +
              html::base64(options_.map_png) + "\">\n";
    }
    body += cost_of_people() + by_region() + by_phase() + unserved() + way_outs() +
            busy_hour_section(plan_, options_.language) + second_ways_section(plan_, options_.language) + expensive();
    char hash[17];
    std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(plan_.input_hash));
    body += html::paragraph(
        words_.made_by + ", " + words_.input + " " + hash + ", " + words_.seed + " " + std::to_string(plan_.seed),
        "note");
    return html::page(words_.lang, words_.title, body);
  }

 private:
  [[nodiscard]] std::string whole(std::int64_t value) const { return grouped(value, options_.language); }
  [[nodiscard]] std::string whole(std::uint64_t value) const { return whole(static_cast<std::int64_t>(value)); }
  [[nodiscard]] std::string real(double value, int digits) const { return decimal(value, digits, options_.language); }
  [[nodiscard]] std::string percent(double part, double all) const {
    return all > 0 ? real(100 * part / all, 2) + "\u00a0%" : "-";
  }
  [[nodiscard]] std::string percent(std::int64_t part, std::int64_t all) const {
    return percent(static_cast<double>(part), static_cast<double>(all));
  }
  [[nodiscard]] std::string with_money(const std::string& word) const { return word + " (" + plan_.currency + ")"; }

  [[nodiscard]] std::string summary() const {
    const PlanTotals& all = plan_.totals;
    Rows rows{
        {words_.people_served,
         whole(all.people_served) + " / " + whole(all.people) + " (" + percent(all.people_served, all.people) + ")"},
        {words_.settlements,
         whole(all.settlements_served) + " / " + whole(static_cast<std::uint64_t>(plan_.settlements.size()))},
        {words_.unknown_people, whole(all.settlements_unknown_people)},
        {words_.sites, whole(static_cast<std::uint64_t>(plan_.sites.size()))},
        {with_money(words_.capex), whole(all.cost.capex)},
        {with_money(words_.opex), whole(all.cost.opex)},
        {with_money(words_.npv), whole(all.cost.npv)},
        {words_.years, std::to_string(plan_.years)},
        {words_.discount, real(100 * plan_.discount, 1) + "\u00a0%"},
        {words_.bound,
         plan_.bound ? whole(*plan_.bound) + " " + (plan_.by_budget ? words_.people : plan_.currency) : words_.none},
        {words_.gap, plan_.bound ? real(100 * plan_.gap, 2) + "\u00a0%" : words_.none},
        {words_.unproven, words_.sites + words_.colon + whole(all.sites_unproven) + " / " +
                              whole(static_cast<std::uint64_t>(plan_.sites.size())) + "; " + words_.settlements +
                              words_.colon + whole(all.settlements_unproven) + " / " +
                              whole(static_cast<std::uint64_t>(plan_.settlements.size()))}};
    return html::heading(words_.summary) +
           (plan_.cancelled ? html::paragraph(words_.search_cancelled, "warn") : std::string{}) +
           html::table({"", ""}, rows, 1);
  }

  [[nodiscard]] std::string marks() const {
    std::string text = html::heading(words_.marks);
    if (plan_.marks.empty()) {
      return text + html::paragraph(words_.no_marks);
    }
    text += html::paragraph(words_.marks_note, "note") + "<ul>\n";
    for (const std::string& mark : plan_.marks) {
      text += "<li>" + xml_text(words_.mark_text(mark)) + "</li>\n";
    }
    return text + "</ul>\n";
  }

  // --- The curve ---

  [[nodiscard]] std::string cost_of_people() const {
    if (curve_.empty()) {
      return {};
    }
    const CurvePoint& last = curve_.back();
    Rows rows;
    for (const auto& [share, point] : curve_table(plan_, curve_)) {
      if (point) {
        rows.push_back(curve_row(share, *point, last));
      } else {  // nor is any higher
        rows.push_back({share_text(share) + (share < 1 ? " – " + share_text(1) : ""), words_.never, "", "", "", ""});
      }
    }
    return html::heading(words_.curve) + html::paragraph(words_.curve_note, "note") + drawn_curve(last) + tail(last) +
           html::table({words_.curve_of_people, words_.people, words_.curve_sites, with_money(words_.curve_cost),
                        words_.curve_share_of_cost, with_money(words_.curve_last)},
                       rows, 0);
  }

  [[nodiscard]] std::string share_text(double share) const {
    return real(100 * share, share == std::round(share * 100) / 100 ? 0 : 1) + "\u00a0%";
  }

  [[nodiscard]] std::vector<std::string> curve_row(double share, const CurvePoint& point,
                                                   const CurvePoint& last) const {
    return {share_text(share),
            whole(point.people),
            whole(point.sites),
            whole(point.npv),
            percent(point.npv, last.npv),
            std::isfinite(point.last_per_person) ? real(point.last_per_person, 0) : "-"};
  }

  [[nodiscard]] std::string tail(const CurvePoint& last) const {
    const auto point = point_at(curve_, last.people, 0.95);
    if (!point || last.people <= 0 || last.npv <= 0) {
      return {};
    }
    return html::paragraph(
        replaced(replaced(words_.tail, "{people}", percent(last.people - point->people, last.people)), "{cost}",
                 percent(last.npv - point->npv, last.npv)));
  }

  [[nodiscard]] std::string drawn_curve(const CurvePoint& last) const {
    if (last.npv <= 0 || plan_.totals.people <= 0) {
      return {};
    }
    std::vector<html::CurveDot> dots;
    const std::size_t step = curve_.size() / kMostDots + 1;
    const auto add = [&](const CurvePoint& point) {
      dots.push_back({static_cast<double>(point.npv) / static_cast<double>(last.npv),
                      static_cast<double>(point.people) / static_cast<double>(plan_.totals.people)});
    };
    for (std::size_t i = 0; i < curve_.size(); i += step) {
      add(curve_[i]);
    }
    add(last);
    std::vector<html::AxisMark> along;
    std::vector<html::AxisMark> up;
    for (int i = 0; i <= 4; ++i) {
      const double part = i / 4.0;
      along.push_back({part, real(part * static_cast<double>(last.npv) / 1e6, 1) + " M"});
      up.push_back({part, real(100 * part, 0) + "\u00a0%"});
    }
    return html::curve(dots, along, up, with_money(words_.curve_cost), words_.curve_of_people);
  }

  // --- Tables ---

  struct RegionSums {
    std::int64_t people = 0, served = 0, unknown = 0;
    std::uint64_t sites = 0;
    Money npv = 0;
  };

  [[nodiscard]] std::string by_region() const {
    std::map<std::pair<std::string, std::string>, RegionSums> sums;
    const auto key_of = [&](const Place& place, const std::string& code) {
      const Division division = regions_.of(place, code);
      return std::pair{division.region.empty() ? words_.unknown_region : division.region, division.department};
    };
    for (const PlanSettlement& place : plan_.settlements) {
      for (auto key = key_of(place.place, place.code);; key.second.clear()) {
        RegionSums& sum = sums[key];
        sum.people += place.people.value_or(0);
        sum.served += place.server ? place.people.value_or(0) : 0;
        sum.unknown += place.people ? 0 : 1;
        if (key.second.empty()) {
          break;
        }
      }
    }
    for (const PlanSite& site : plan_.sites) {
      for (auto key = key_of(site.place, site.code);; key.second.clear()) {
        RegionSums& sum = sums[key];
        ++sum.sites;
        sum.npv += site_npv(site);
        if (key.second.empty()) {
          break;
        }
      }
    }
    for (const PlanSecondWay& way : plan_.second_ways) {
      const PlanSite& site = plan_.sites[way.site];
      for (auto key = key_of(site.place, site.code);; key.second.clear()) {
        sums[key].npv += way.cost.npv;
        if (key.second.empty()) {
          break;
        }
      }
    }
    Rows rows;
    for (const auto& [key, sum] : sums) {
      rows.push_back({key.second.empty() ? key.first : "", key.second, whole(sum.people), whole(sum.served),
                      percent(sum.served, sum.people), whole(sum.people - sum.served), whole(sum.unknown),
                      whole(sum.sites), whole(sum.npv)});
    }
    return html::heading(words_.regions) +
           html::table({words_.region, words_.department, words_.people_in_it, words_.people_served, words_.share,
                        words_.unserved, words_.unknown_people, words_.sites, with_money(words_.npv)},
                       rows, 2);
  }

  [[nodiscard]] std::string by_phase() const {
    if (!options_.phases) {
      return {};
    }
    Rows rows;
    for (const Phase& phase : options_.phases->phases) {
      const std::string year = options_.first_year == 0 ? "" : std::to_string(options_.first_year + phase.number - 1);
      rows.push_back({std::to_string(phase.number), year, whole(phase.budget), whole(phase.running), whole(phase.capex),
                      whole(phase.left), whole(phase.sites), whole(phase.people), whole(phase.people_total),
                      percent(phase.people_total, plan_.totals.people)});
    }
    rows.push_back({words_.not_paid, "", "", "", whole(options_.phases->capex_left), "",
                    whole(options_.phases->sites_left), whole(options_.phases->people_left), "", ""});
    return html::heading(words_.phases) +
           html::table({words_.phase, words_.year, with_money(words_.budget), words_.running, words_.capex, words_.left,
                        words_.sites, words_.people, words_.people_total, words_.share},
                       rows, 1) +
           region_money_section(*options_.phases, plan_.currency, options_.first_year, options_.language);
  }

  [[nodiscard]] std::string unserved() const {
    std::map<WhyUnserved, std::pair<std::uint64_t, std::int64_t>> by_reason;
    for (const PlanSettlement& place : plan_.settlements) {
      if (!place.server) {
        auto& [count, people] = by_reason[place.why];
        ++count;
        people += place.people.value_or(0);
      }
    }
    Rows rows;
    for (const auto& [why, sum] : by_reason) {
      rows.push_back({words_.why(why), whole(sum.first), whole(sum.second), percent(sum.second, plan_.totals.people)});
    }
    return html::heading(words_.reasons) + html::paragraph(words_.why_note, "note") +
           html::table({words_.reason, words_.settlements, words_.people, words_.share}, rows, 1);
  }

  [[nodiscard]] std::string way_outs() const {
    struct Sum {
      std::uint64_t sites = 0;
      std::int64_t people = 0;
      Money npv = 0;
    };
    std::map<BackhaulKind, Sum> sums;
    for (const PlanSite& site : plan_.sites) {
      Sum& sum = sums[site.backhaul];
      ++sum.sites;
      sum.people += site.people;
      sum.npv += site.backhaul_cost.npv;
    }
    Rows rows;
    for (const auto& [kind, sum] : sums) {
      rows.push_back({words_.way_out(kind), whole(sum.sites), whole(sum.people), whole(sum.npv)});
    }
    return html::heading(words_.way_outs) +
           html::table({words_.way_out_word, words_.sites, words_.people, with_money(words_.npv)}, rows, 1);
  }

  [[nodiscard]] std::string expensive() const {
    std::vector<const PlanSite*> sites;
    for (const PlanSite& site : plan_.sites) {
      if (site.people > 0) {
        sites.push_back(&site);
      }
    }
    const auto price = [](const PlanSite* site) {
      return static_cast<double>(site_npv(*site)) / static_cast<double>(site->people);
    };
    std::stable_sort(sites.begin(), sites.end(),
                     [&](const PlanSite* a, const PlanSite* b) { return price(a) > price(b); });
    sites.resize(std::min(sites.size(), kMostExpensive));
    Rows rows;
    for (const PlanSite* site : sites) {
      const Division division = regions_.of(site->place, site->code);
      rows.push_back({site->name.empty() ? site->id : site->name, division.region, division.department,
                      words_.way_out(site->backhaul), real(site->mast.value(), 0) + " m", whole(site->people),
                      whole(site_npv(*site)), real(price(site), 0)});
    }
    return html::heading(words_.most_expensive) +
           html::table({words_.site, words_.region, words_.department, words_.way_out_word, words_.mast, words_.people,
                        with_money(words_.npv), words_.per_person},
                       rows, 4);
  }

  const Plan& plan_;
  const Regions& regions_;
  const ReportOptions& options_;
  const ReportWords& words_;
  std::vector<CurvePoint> curve_;
};

}  // namespace

std::string to_html(const Plan& plan, const Regions& regions, const ReportOptions& options) {
  return Report{plan, regions, options}.run();
}

}  // namespace karkara::planner
