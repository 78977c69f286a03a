#include "controller/planner/outputs/report_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include "controller/planner/outputs/warning_words.h"

namespace karkara::planner {
namespace {

const ReportWords kEnglishWords{
#define KARKARA_REPORT_WORD(name, english, french) .name = english,
#include "controller/planner/outputs/report_words.def"
#undef KARKARA_REPORT_WORD
};

const ReportWords kFrenchWords{
#define KARKARA_REPORT_WORD(name, english, french) .name = french,
#include "controller/planner/outputs/report_words.def"
#undef KARKARA_REPORT_WORD
};

// How sentences of plans end; what stands before (numbers, names) stays.
constexpr auto kMarkEndings = std::to_array<std::pair<std::string_view, std::string_view>>({
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
    {": the model is corrected by measurements", " : le modèle est corrigé par des mesures"},
    {" existing masts are lower than any antenna height; not used",
     " pylônes existants sont plus bas que toute hauteur d’antenne ; non utilisés"},
    {": no hop keeps its availability; not used", " : aucune liaison ne tient sa disponibilité ; non utilisée"},
    {"the choice counts schools and health centres as more people",
     "le choix compte écoles et centres de santé comme des habitants en plus"},
    {"second ways out (N-1) were asked for, but are not in this plan yet",
     "des raccordements de secours (N-1) sont demandés, mais ne sont pas encore dans ce plan"},
    {" sites are asked for more in the busy hour than their access radio carries",
     " sites doivent porter plus à l’heure de pointe que leur radio d’accès"},
    {" ways out carry less than what passes them in the busy hour",
     " raccordements portent moins que ce qui y passe à l’heure de pointe"},
    {"a site serves no more than its radio carries in the busy hour; the bound has no limit",
     "un site ne dessert pas plus que sa radio ne porte à l’heure de pointe ; la borne est sans limite"},
    {" standing masts have no known height: it is assumed",
     " pylônes existants sont sans hauteur connue : elle est supposée"},
    {"the bound counts no second ways out (N-1)", "la borne ne compte pas les raccordements de secours (N-1)"},
    {" satellite terminals stand by at the price of ones that are used: the list has no other",
     " terminaux satellite de secours au prix de ceux qui servent : la liste n’en a pas d’autre"},
    {"while something is down, second ways out may carry less than the busy hour asks for",
     "pendant une panne, le secours peut porter moins que ce que l’heure chargée demande"},
});

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
  if (auto warning = french_warning(mark)) {
    return *std::move(warning);
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
