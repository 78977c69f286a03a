// What can be doubtful about a row of somebody else's list, and what becomes of the row. Refuses judgement about the
// list as a whole. Every import tells its doubts by these; check jobs print them.
#pragma once

#include <cstddef>
#include <string>

namespace karkara::planner {

enum class ImportDoubt {
  NoPlace,         // left out: no coordinates, or no numbers
  WrongCrs,        // left out: metres of some projection
  OutsideCountry,  // left out
  Duplicate,       // left out: the first one counts
  BadShape,        // left out: no polygon, or one that encloses nothing
  BadValue,        // left out: what the row is for is no number or none that can be (a level of +40 dBm)
  Swapped,         // put right: latitude and longitude were exchanged
  DegreesMinutes,  // put right: written as degrees and minutes
  TakenAs,         // put right: a unit was missing and only one reading is possible
  BadPopulation,   // kept, its people unknown: text, or below 0
  UnknownValue,    // kept, a side value unknown: text, or none that can be
  OtherArea,       // kept: lies in another area than its p-code says
  BadCode,         // kept: no p-code, one twice, or one that does not begin with its parent's
  Overlap,         // kept: an area that lies in another one too
};

struct ImportProblem {
  std::size_t row = 0;
  ImportDoubt doubt = ImportDoubt::NoPlace;
  std::string text;  // what and what was done about it
};

[[nodiscard]] bool is_left_out(ImportDoubt doubt);

}  // namespace karkara::planner
