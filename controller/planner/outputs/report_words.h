// The words of reports and maps in English and French. Refuses sentences that a table can say. One struct, so a
// language that lacks a word does not compile.
#pragma once

#include <string>

#include "controller/planner/outputs/text.h"
#include "controller/planner/plan/plan.h"

namespace karkara::planner {

struct ReportWords {
  std::string lang;   // of HTML
  std::string colon;  // with its spaces
  std::string title, target, people_served, cost, gap, none, settlements, served, unserved, unknown_ground, sites;
  std::string relays, hop, hop_unproven, summary, people, share, capex, opex, npv, years, discount, bound, seed;
  std::string input, search_cancelled, marks, marks_note, no_marks, curve, curve_note, curve_of_people, curve_sites;
  std::string curve_cost, curve_share_of_cost, curve_last, never, tail, regions, region, department, people_in_it;
  std::string unknown_people, phases, phase, year, budget, running, left, people_total, not_paid, reasons, reason;
  std::string way_outs, way_out_word, mast, count, unproven, most_expensive, per_person, site, why_note;
  std::string unknown_region, map, made_by, gateway_word, hop_word, sim_word, vsat_word, why_no_candidate;
  std::string why_too_far, why_obstructed, why_unknown, everybody, eligible, why_too_dear, why_served;
  std::string target_share, target_budget;  // with {n}

  [[nodiscard]] const std::string& way_out(BackhaulKind kind) const;
  [[nodiscard]] const std::string& why(WhyUnserved reason) const;
  // Of Plan::target, as "everybody" and "share 95%"; what it does not know stands as it is.
  [[nodiscard]] std::string target_text(const std::string& asked) const;
  // A sentence of Plan::marks; those that it does not know stand as they are.
  [[nodiscard]] std::string mark_text(const std::string& mark) const;
};

[[nodiscard]] const ReportWords& words_of(Language language);

}  // namespace karkara::planner
