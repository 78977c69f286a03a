#include "controller/planner/cover/cover_problem.h"

#include <algorithm>
#include <string>

#include "common/fnv1a.h"

namespace karkara::planner {
namespace {

constexpr MicroCost kMostCost = MicroCost{1} << 40U;  // a million million millionths; times 2^22 sites still fits
constexpr std::size_t kMostSites = std::size_t{1} << 22U;

class Hash {
 public:
  void add(std::uint64_t number) {
    for (unsigned byte = 0; byte < 8; ++byte) {
      hash_ = (hash_ ^ ((number >> (8 * byte)) & 0xFFU)) * 0x100'0000'01b3U;
    }
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = fnv1a("");
};

Status bad(std::size_t site, const char* what) {
  return Error{ErrorCode::InvalidArgument, "site " + std::to_string(site) + ": " + what};
}

}  // namespace

Incidence transposed(const Incidence& lists, std::size_t columns) {
  Incidence result;
  result.begin.assign(columns + 1, 0);
  for (const std::uint32_t item : lists.items) {
    ++result.begin[item + 1];
  }
  for (std::size_t i = 0; i < columns; ++i) {
    result.begin[i + 1] += result.begin[i];
  }
  result.items.resize(lists.items.size());
  std::vector<std::uint32_t> next(result.begin.begin(), result.begin.end() - 1);
  for (std::size_t list = 0; list < lists.size(); ++list) {
    for (const std::uint32_t item : lists[list]) {
      result.items[next[item]++] = static_cast<std::uint32_t>(list);
    }
  }
  return result;
}

Status check(const CoverProblem& problem) {
  if (problem.covers.size() != problem.cost.size() || problem.covers.size() > kMostSites) {
    return Error{ErrorCode::InvalidArgument, "as many costs as sites are needed, at most 4,194,304"};
  }
  if (!problem.people.empty() && problem.people.size() != problem.settlements) {
    return Error{ErrorCode::InvalidArgument, "people are needed for every settlement or for none"};
  }
  for (std::size_t site = 0; site < problem.covers.size(); ++site) {
    if (problem.cost[site] <= 0 || problem.cost[site] > kMostCost) {
      return bad(site, "its cost is not over 0 and below a million units");
    }
    const auto list = problem.covers[site];
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i] >= problem.settlements || (i > 0 && list[i] <= list[i - 1])) {
        return bad(site, "its settlements are not ascending numbers of the settlements");
      }
    }
  }
  const bool negative = std::any_of(problem.people.begin(), problem.people.end(), [](std::int64_t people) {
    return people < 0 || people > (std::int64_t{1} << 40U);
  });
  return negative ? Status{Error{ErrorCode::InvalidArgument, "a settlement has a population below 0 or without bound"}}
                  : Status{};
}

std::uint64_t input_hash(const CoverProblem& problem) {
  Hash hash;
  hash.add(problem.covers.size());
  hash.add(problem.settlements);
  for (const auto* numbers : {&problem.covers.begin, &problem.covers.items}) {
    for (const std::uint32_t number : *numbers) {
      hash.add(number);
    }
  }
  for (const auto* numbers : {&problem.cost, &problem.people}) {
    for (const std::int64_t number : *numbers) {
      hash.add(static_cast<std::uint64_t>(number));
    }
  }
  return hash.value();
}

}  // namespace karkara::planner
