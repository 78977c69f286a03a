// What the question where one mast helps most is answered with: text for a terminal, all villages as CSV. Called by the
// job where.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "controller/planner/people/settlement_import.h"
#include "controller/planner/roadmap/one_mast.h"

namespace karkara::planner {

// What the question's numbers stand for.
struct WhereNames {
  std::vector<const Settlement*> unserved;  // also the first candidates; those behind them are high ground
  std::vector<std::string> standing;        // safe for a terminal
  std::vector<Metres> masts;                // heights of the new mast, ascending
};

// Each place with whom it serves at which margin, and the near ones that it does not, and why.
void print_answers(std::FILE* out, const OneMastQuestion& question, const OneMastResult& found,
                   const WhereNames& names);
// A row for each village within reach of each answer.
[[nodiscard]] std::string answers_csv(const OneMastQuestion& question, const OneMastResult& found,
                                      const WhereNames& names);

}  // namespace karkara::planner
