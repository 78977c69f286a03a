// Which site would cover which settlement, what a site costs and how many people a settlement counts: what set cover
// and maximum coverage are asked on. Refuses to know geography; `sites_within` makes one from a radius, a coverage
// matrix another. Costs are integers (millionths of the caller's unit), so that sums and bounds are exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/executor.h"
#include "controller/planner/terrain/place.h"

namespace karkara::planner {

using MicroCost = std::int64_t;
inline constexpr MicroCost kOneUnit = 1'000'000;
inline constexpr std::uint32_t kNoNumber = 0xFFFF'FFFFU;  // of no site and no settlement

// Lists of numbers of many owners in one piece of memory: list i is items[begin[i]..begin[i + 1]).
struct Incidence {
  std::vector<std::uint32_t> begin{0};
  std::vector<std::uint32_t> items;

  [[nodiscard]] std::size_t size() const { return begin.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t i) const {
    return std::span{items}.subspan(begin[i], begin[i + 1] - begin[i]);
  }
  void push_back(std::span<const std::uint32_t> list) {
    items.insert(items.end(), list.begin(), list.end());
    begin.push_back(static_cast<std::uint32_t>(items.size()));
  }
};

// The same pairs from the other side: of each of `columns` items, the ascending lists that hold it.
[[nodiscard]] Incidence transposed(const Incidence& lists, std::size_t columns);

struct CoverProblem {
  Incidence covers;  // of each site, the settlements, ascending
  std::size_t settlements = 0;
  std::vector<MicroCost> cost;       // of each site, over 0
  std::vector<std::int64_t> people;  // of each settlement; empty where only covering counts
};

// Every list within bounds, ascending, without repeats; costs positive and few enough that no sum overflows.
[[nodiscard]] Status check(const CoverProblem& problem);

// The same for the same problem on every machine; printed with every answer.
[[nodiscard]] std::uint64_t input_hash(const CoverProblem& problem);

// Of each of `sites`, those of `settlements` at most `radius` away (great circle).
[[nodiscard]] Incidence sites_within(std::span<const Place> sites, std::span<const Place> settlements, Metres radius,
                                     Executor& executor);

}  // namespace karkara::planner
