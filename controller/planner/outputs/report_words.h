// The words of reports and maps in English and French, from the one table report_words.def: a word that a language
// lacks does not compile. Refuses sentences that a table can say.
#pragma once

#include <string>

#include "controller/planner/outputs/text.h"
#include "controller/planner/plan/plan.h"

namespace karkara::planner {

struct ReportWords {
#define KARKARA_REPORT_WORD(name, english, french) std::string name;
#include "controller/planner/outputs/report_words.def"
#undef KARKARA_REPORT_WORD

  [[nodiscard]] const std::string& way_out(BackhaulKind kind) const;
  [[nodiscard]] const std::string& why(WhyUnserved reason) const;
  // Of Plan::target, as "everybody" and "share 95%"; what it does not know stands as it is.
  [[nodiscard]] std::string target_text(const std::string& asked) const;
  // A sentence of Plan::marks; those that it does not know stand as they are.
  [[nodiscard]] std::string mark_text(const std::string& mark) const;
};

[[nodiscard]] const ReportWords& words_of(Language language);

}  // namespace karkara::planner
