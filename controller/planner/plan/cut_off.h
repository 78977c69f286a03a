// Whom a falling mast would cut off: first ways out are trees, second ways are links between masts or from a mast to
// the world outside. When a mast falls, a branch that hung on it stays in touch if links lead from it, over other such
// branches, to a mast that did not hang on the fallen one. Whoever bears every other mast's fall bears every hop's and
// every other way out's failure as well, since each of those hangs on a mast. Refuses prices and radios. Called by
// second_way_search.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

inline constexpr std::uint32_t kOutside = kNoSite;

class CutOff {
 public:
  // Of each mast the one it hangs on, kOutside for those with a way out of their own; no circles. `most`: people that
  // one fall may cut off, those of the fallen mast itself not counted.
  CutOff(std::vector<std::uint32_t> parent, const std::vector<std::int64_t>& people, std::int64_t most);

  void clear();                                                             // no links any more
  void link(std::uint32_t a, std::uint32_t b);                              // b may be kOutside
  [[nodiscard]] std::int64_t gain(std::uint32_t a, std::uint32_t b) const;  // by which a link would lower the excess
  // The same for a way out of its own, of each mast. A link gains no more than those of both its ends together.
  [[nodiscard]] std::vector<std::int64_t> gains_alone() const;
  // Over all masts that may fall, the people cut off beyond `most`. 0: second ways suffice.
  [[nodiscard]] std::int64_t excess() const { return excess_; }
  // The root of its tree.
  [[nodiscard]] std::uint32_t tree(std::uint32_t mast) const { return tree_[mast]; }
  [[nodiscard]] std::uint32_t depth(std::uint32_t mast) const { return mast == kOutside ? 0 : depth_[mast]; }

 private:
  // Tells each branch between the ends and where their ways meet, by its top, and whether it hangs on the very mast
  // where they do.
  template <class Tell>
  void climb(std::uint32_t a, std::uint32_t b, Tell tell) const;
  [[nodiscard]] std::uint32_t set_of(std::uint32_t top) const;
  [[nodiscard]] std::int64_t excess_at(std::uint32_t mast) const;
  [[nodiscard]] std::int64_t gain_in_touch(std::uint32_t top) const;  // when its branch comes to be in touch
  void keep_in_touch(std::uint32_t top);
  void join(std::uint32_t top, std::uint32_t other);

  std::vector<std::uint32_t> parent_;
  std::vector<std::uint32_t> depth_;  // 1 at the roots
  std::vector<std::uint32_t> tree_;
  std::vector<std::uint32_t> order_;         // whom a mast hangs on comes before it
  std::vector<std::int64_t> branch_people_;  // of each mast and all behind it
  std::vector<std::int64_t> all_cut_;        // without links, of each mast that falls
  std::int64_t most_;
  // Branches that links join; the smallest number stands for all.
  std::vector<std::uint32_t> joined_;
  std::vector<std::int64_t> people_;  // of joined branches
  std::vector<char> in_touch_;        // of joined branches, when what they hang on falls
  std::vector<std::int64_t> cut_;
  std::int64_t excess_ = 0;
};

}  // namespace karkara::planner
