#include "controller/planner/outputs/report_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

namespace karkara::planner {
namespace {

const ReportWords kEnglishWords{
    .lang = "en",
    .colon = ": ",
    .title = "Coverage plan",
    .target = "Target",
    .people_served = "People served",
    .cost = "Net present cost",
    .gap = "Proven gap",
    .none = "none",
    .settlements = "Settlements",
    .served = "served",
    .unserved = "not served",
    .unknown_ground = "ground unknown",
    .sites = "Sites",
    .relays = "relays",
    .hop = "radio hop",
    .hop_unproven = "hop, unproven",
    .summary = "Summary",
    .people = "People",
    .share = "Share",
    .capex = "Building",
    .opex = "Running, a year",
    .npv = "Net present cost",
    .years = "Years counted",
    .discount = "Discount a year",
    .bound = "No plan can be better than",
    .seed = "Seed",
    .input = "Input",
    .search_cancelled = "The search was ended early: this is the best plan that it had by then.",
    .marks = "What this plan assumes",
    .marks_note = "Each of these must be checked before money is spent.",
    .no_marks = "Nothing was marked as assumed.",
    .curve = "What each franc buys",
    .curve_note =
        "Sites are put in the order in which they buy the most people for their cost. The end of the curve is steep: "
        "the last people cost the most, and that is shown, not smoothed.",
    .curve_of_people = "Share of all people",
    .curve_sites = "Sites",
    .curve_cost = "Net present cost",
    .curve_share_of_cost = "Share of the plan’s cost",
    .curve_last = "The last site’s cost per person",
    .never = "not reached by this plan",
    .tail = "The last {people} of the people served take {cost} of the cost.",
    .regions = "By region and department",
    .region = "Region",
    .department = "Department",
    .people_in_it = "People",
    .unknown_people = "Settlements whose people are unknown",
    .phases = "By budget year",
    .phase = "Phase",
    .year = "Year",
    .budget = "Budget",
    .running = "Running costs",
    .left = "Left",
    .people_total = "People served by then",
    .not_paid = "not paid for by any year",
    .reasons = "Who is not served, and why",
    .reason = "Reason",
    .way_outs = "Ways out",
    .way_out_word = "Way out",
    .mast = "Mast",
    .count = "Number",
    .unproven = "Unproven: terrain coarser than 3 arc-seconds, or partly unknown",
    .most_expensive = "The most expensive sites per person",
    .per_person = "Per person",
    .site = "Site",
    .why_note = "Unserved people are counted in every share above.",
    .unknown_region = "unknown",
    .map = "Map",
    .made_by = "Made by karkara-plan",
    .gateway_word = "own way out",
    .hop_word = "radio hop",
    .sim_word = "operator (SIM)",
    .vsat_word = "VSAT",
    .why_no_candidate = "no possible site within reach",
    .why_too_far = "too far for the signal",
    .why_obstructed = "the ground is in the way",
    .why_unknown = "the ground between is unknown",
    .everybody = "everybody",
    .eligible = "settlements of the programme’s sizes",
    .why_too_dear = "could be served, but not within the target or budget",
    .why_served = "served",
    .target_share = "{n} of the people",
    .target_budget = "the most people for {n}",
};

const ReportWords kFrenchWords{
    .lang = "fr",
    .colon = "\u00a0: ",
    .title = "Plan de couverture",
    .target = "Objectif",
    .people_served = "Population desservie",
    .cost = "Coût actualisé",
    .gap = "Écart prouvé",
    .none = "aucun",
    .settlements = "Localités",
    .served = "desservies",
    .unserved = "non desservies",
    .unknown_ground = "relief inconnu",
    .sites = "Sites",
    .relays = "relais",
    .hop = "liaison radio",
    .hop_unproven = "liaison non prouvée",
    .summary = "Résumé",
    .people = "Habitants",
    .share = "Part",
    .capex = "Construction",
    .opex = "Exploitation par an",
    .npv = "Coût actualisé",
    .years = "Années comptées",
    .discount = "Taux d’actualisation annuel",
    .bound = "Aucun plan ne peut faire mieux que",
    .seed = "Graine",
    .input = "Données",
    .search_cancelled = "La recherche a été interrompue : ceci est le meilleur plan trouvé jusque-là.",
    .marks = "Ce que ce plan suppose",
    .marks_note = "Chacun de ces points doit être vérifié avant toute dépense.",
    .no_marks = "Rien n’a été marqué comme supposé.",
    .curve = "Ce que chaque franc achète",
    .curve_note =
        "Les sites sont rangés dans l’ordre où ils atteignent le plus d’habitants pour leur coût. La fin de la courbe "
        "est raide : les derniers habitants coûtent le plus cher, et cela est montré, non lissé.",
    .curve_of_people = "Part de la population",
    .curve_sites = "Sites",
    .curve_cost = "Coût actualisé",
    .curve_share_of_cost = "Part du coût du plan",
    .curve_last = "Coût par habitant du dernier site",
    .never = "non atteint par ce plan",
    .tail = "Les derniers {people} des habitants desservis prennent {cost} du coût.",
    .regions = "Par région et département",
    .region = "Région",
    .department = "Département",
    .people_in_it = "Habitants",
    .unknown_people = "Localités dont la population est inconnue",
    .phases = "Par année budgétaire",
    .phase = "Phase",
    .year = "Année",
    .budget = "Budget",
    .running = "Exploitation",
    .left = "Reste",
    .people_total = "Habitants desservis alors",
    .not_paid = "financé par aucune année",
    .reasons = "Qui n’est pas desservi, et pourquoi",
    .reason = "Raison",
    .way_outs = "Raccordements",
    .way_out_word = "Raccordement",
    .mast = "Pylône",
    .count = "Nombre",
    .unproven = "Non prouvé : relief plus grossier que 3 secondes d’arc, ou en partie inconnu",
    .most_expensive = "Les sites les plus chers par habitant",
    .per_person = "Par habitant",
    .site = "Site",
    .why_note = "Les habitants non desservis sont comptés dans toutes les parts ci-dessus.",
    .unknown_region = "inconnue",
    .map = "Carte",
    .made_by = "Établi par karkara-plan",
    .gateway_word = "accès propre",
    .hop_word = "liaison radio",
    .sim_word = "opérateur (SIM)",
    .vsat_word = "VSAT",
    .why_no_candidate = "aucun site possible à portée",
    .why_too_far = "trop loin pour le signal",
    .why_obstructed = "le relief fait obstacle",
    .why_unknown = "le relief intermédiaire est inconnu",
    .everybody = "toute la population",
    .eligible = "les localités de la taille du programme",
    .why_too_dear = "pourrait l’être, mais hors de l’objectif ou du budget",
    .why_served = "desservie",
    .target_share = "{n} de la population",
    .target_budget = "le plus d’habitants pour {n}",
};

// How sentences of plans end; what stands before (numbers, names) stays.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kMarkEndings{{
    {" hops are unproven: the ground is coarser than 3 arc-seconds",
     " liaisons non prouvées : relief plus grossier que 3 secondes d’arc"},
    {" hops keep less of the year than their radio is asked to",
     " liaisons tiennent une part de l’année plus faible que celle demandée à leur radio"},
    {" links run over unknown ground: neither the plan nor the bound counts them",
     " liaisons passent sur un relief inconnu : ni le plan ni la borne ne les comptent"},
    {"the bound is over these radios' hops as the table has them",
     "la borne vaut pour les liaisons de ces radios telles que la table les tient"},
    {" people a site at most, the nearest; the bound has no limit",
     " personnes par site au plus, les plus proches ; la borne est sans limite"},
    {" values are assumed", " valeurs supposées"},
    {" existing masts are lower than any antenna height; not used",
     " pylônes existants sont plus bas que toute hauteur d’antenne ; non utilisés"},
    {": no hop keeps its availability; not used", " : aucune liaison ne tient sa disponibilité ; non utilisée"},
    {"the choice counts schools and health centres as more people",
     "le choix compte écoles et centres de santé comme des habitants en plus"},
}};

}  // namespace

const ReportWords& words_of(Language language) {
  return language == Language::French ? kFrenchWords : kEnglishWords;
}

const std::string& ReportWords::way_out(BackhaulKind kind) const {
  switch (kind) {
    case BackhaulKind::Gateway: return gateway_word;
    case BackhaulKind::Hop: return hop_word;
    case BackhaulKind::Sim: return sim_word;
    case BackhaulKind::Vsat: return vsat_word;
  }
  return vsat_word;
}

const std::string& ReportWords::why(WhyUnserved reason_of) const {
  switch (reason_of) {
    case WhyUnserved::Served: return why_served;
    case WhyUnserved::NoCandidate: return why_no_candidate;
    case WhyUnserved::TooFar: return why_too_far;
    case WhyUnserved::Obstructed: return why_obstructed;
    case WhyUnserved::UnknownTerrain: return why_unknown;
    case WhyUnserved::TooDear: return why_too_dear;
  }
  return why_served;
}

std::string ReportWords::target_text(const std::string& asked) const {
  const std::size_t space = asked.find(' ');
  const std::string kind = asked.substr(0, space);
  std::string number = space == std::string::npos ? "" : asked.substr(space + 1);
  const auto with_number = [&](std::string text) { return text.replace(text.find("{n}"), 3, number); };
  if (number.empty()) {
    return asked == "everybody" ? everybody : asked == "eligible" ? eligible : asked;
  }
  if (kind == "eligible") {
    return eligible + " (" + number + ")";
  }
  if (kind == "share" && number.back() == '%') {
    number.pop_back();
    std::replace(number.begin(), number.end(), '.', lang == "fr" ? ',' : '.');
    number += "\u00a0%";
    return with_number(target_share);
  }
  std::int64_t money = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), money);
  if (kind == "budget" && error == std::errc{} && end == number.data() + number.size()) {
    number = grouped(money, lang == "fr" ? Language::French : Language::English);
    return with_number(target_budget);
  }
  return asked;
}

std::string ReportWords::mark_text(const std::string& mark) const {
  if (lang == "en") {
    return mark;
  }
  for (const auto& [english, french] : kMarkEndings) {
    if (mark.ends_with(english)) {
      std::string text = mark.substr(0, mark.size() - english.size());
      if (const std::size_t of = text.rfind(" of "); of != std::string::npos && english == " values are assumed") {
        text.replace(of, 4, " sur ");
      }
      return text + std::string{french};
    }
  }
  return mark;
}

}  // namespace karkara::planner
