#include "controller/planner/cover/cover_reduction.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace karkara::planner {
namespace {

// Of a set of numbers, one bit for each by a hash: a set can only hold another whose bits it has.
std::uint64_t bits_of(std::span<const std::uint32_t> set) {
  std::uint64_t bits = 0;
  for (const std::uint32_t item : set) {
    bits |= std::uint64_t{1} << ((item * 0x9E37'79B1U) >> 26U);
  }
  return bits;
}

std::vector<std::uint64_t> bits_of(const Incidence& lists) {
  std::vector<std::uint64_t> bits(lists.size());
  for (std::size_t i = 0; i < lists.size(); ++i) {
    bits[i] = bits_of(lists[i]);
  }
  return bits;
}

bool holds(std::span<const std::uint32_t> whole, std::span<const std::uint32_t> part) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

std::uint32_t rarest(std::span<const std::uint32_t> items, const Incidence& owners) {
  return *std::min_element(items.begin(), items.end(),
                           [&](std::uint32_t a, std::uint32_t b) { return owners[a].size() < owners[b].size(); });
}

// One round over a problem that shrinks: sites and settlements are alive or not, lists hold the living.
class Reduction {
 public:
  explicit Reduction(const CoverProblem& problem)
      : cost_{problem.cost}, covers_{problem.covers}, covered_by_{transposed(covers_, problem.settlements)} {
    sites_.resize(problem.cost.size());
    std::iota(sites_.begin(), sites_.end(), 0U);
    settlements_.resize(problem.settlements);
    std::iota(settlements_.begin(), settlements_.end(), 0U);
  }

  CoverCore run() {
    bool changed = true;
    while (changed) {
      changed = fix_single();
      changed = drop_settlements() || changed;
      changed = drop_sites() || changed;
    }
    core_.problem.covers = std::move(covers_);
    core_.problem.settlements = settlements_.size();
    core_.problem.cost = std::move(cost_);
    core_.site_of = std::move(sites_);
    core_.settlement_of = std::move(settlements_);
    return std::move(core_);
  }

 private:
  bool fix_single() {
    std::vector<char> site_alive(sites_.size(), 1);
    std::vector<char> settlement_alive(settlements_.size(), 1);
    bool changed = false;
    for (std::uint32_t row = 0; row < settlements_.size(); ++row) {
      const auto owners = covered_by_[row];
      if (owners.empty()) {
        core_.out_of_reach.push_back(settlements_[row]);
        settlement_alive[row] = 0;
        changed = true;
      } else if (owners.size() == 1 && site_alive[owners[0]]) {
        core_.fixed.push_back(sites_[owners[0]]);
        site_alive[owners[0]] = 0;
        for (const std::uint32_t covered : covers_[owners[0]]) {
          settlement_alive[covered] = 0;
        }
        changed = true;
      }
    }
    return changed && keep(site_alive, settlement_alive);
  }

  bool drop_settlements() {
    const std::vector<std::uint64_t> bits = bits_of(covered_by_);
    std::vector<char> alive(settlements_.size(), 1);
    for (std::uint32_t row = 0; row < settlements_.size(); ++row) {
      const auto owners = covered_by_[row];
      if (!alive[row]) {
        continue;
      }
      for (const std::uint32_t other : covers_[rarest(owners, covers_)]) {
        const bool may = other != row && alive[other] && (bits[row] & ~bits[other]) == 0;
        if (may && covered_by_[other].size() >= owners.size() && holds(covered_by_[other], owners) &&
            (covered_by_[other].size() > owners.size() || row < other)) {
          alive[other] = 0;
        }
      }
    }
    return keep(std::vector<char>(sites_.size(), 1), alive);
  }

  bool drop_sites() {
    const std::vector<std::uint64_t> bits = bits_of(covers_);
    std::vector<char> alive(sites_.size(), 1);
    for (std::uint32_t site = 0; site < sites_.size(); ++site) {
      const auto list = covers_[site];
      alive[site] = !list.empty();
      if (list.empty()) {
        continue;
      }
      for (const std::uint32_t other : covered_by_[rarest(list, covered_by_)]) {
        const bool may =
            other != site && alive[other] && cost_[other] <= cost_[site] && (bits[site] & ~bits[other]) == 0;
        const bool better = may && (covers_[other].size() > list.size() || cost_[other] < cost_[site] || other < site);
        if (better && covers_[other].size() >= list.size() && holds(covers_[other], list)) {
          alive[site] = 0;
          break;
        }
      }
    }
    return keep(alive, std::vector<char>(settlements_.size(), 1));
  }

  // Forgets the dead; false when there were none.
  bool keep(const std::vector<char>& site_alive, const std::vector<char>& settlement_alive) {
    const auto dead = std::count(site_alive.begin(), site_alive.end(), 0) +
                      std::count(settlement_alive.begin(), settlement_alive.end(), 0);
    if (dead == 0) {
      return false;
    }
    std::vector<std::uint32_t> number(settlements_.size());
    std::vector<std::uint32_t> settlements;
    for (std::uint32_t row = 0; row < settlements_.size(); ++row) {
      number[row] = static_cast<std::uint32_t>(settlements.size());
      if (settlement_alive[row]) {
        settlements.push_back(settlements_[row]);
      }
    }
    Incidence covers;
    std::vector<std::uint32_t> sites;
    std::vector<MicroCost> cost;
    std::vector<std::uint32_t> list;
    for (std::uint32_t site = 0; site < sites_.size(); ++site) {
      if (!site_alive[site]) {
        continue;
      }
      list.clear();
      for (const std::uint32_t row : covers_[site]) {
        if (settlement_alive[row]) {
          list.push_back(number[row]);
        }
      }
      covers.push_back(list);
      sites.push_back(sites_[site]);
      cost.push_back(cost_[site]);
    }
    covers_ = std::move(covers);
    sites_ = std::move(sites);
    cost_ = std::move(cost);
    settlements_ = std::move(settlements);
    covered_by_ = transposed(covers_, settlements_.size());
    return true;
  }

  std::vector<MicroCost> cost_;
  Incidence covers_;
  Incidence covered_by_;
  std::vector<std::uint32_t> sites_;
  std::vector<std::uint32_t> settlements_;
  CoverCore core_;
};

std::uint32_t root_of(std::vector<std::uint32_t>& parent, std::uint32_t i) {
  while (parent[i] != i) {
    parent[i] = parent[parent[i]];
    i = parent[i];
  }
  return i;
}

}  // namespace

CoverCore reduce(const CoverProblem& problem) {
  return Reduction{problem}.run();
}

std::vector<CoverCore> components(const CoverCore& core) {
  const CoverProblem& problem = core.problem;
  const Incidence covered_by = transposed(problem.covers, problem.settlements);
  std::vector<std::uint32_t> parent(problem.cost.size());
  std::iota(parent.begin(), parent.end(), 0U);
  for (std::size_t row = 0; row < problem.settlements; ++row) {
    for (const std::uint32_t site : covered_by[row]) {
      // The smaller number is the root, so that a part is known by its first site.
      const std::uint32_t a = root_of(parent, covered_by[row][0]);
      const std::uint32_t b = root_of(parent, site);
      parent[std::max(a, b)] = std::min(a, b);
    }
  }
  std::vector<std::uint32_t> part_of(problem.cost.size(), kNoNumber);
  std::vector<std::uint32_t> number(problem.settlements, kNoNumber);
  std::vector<CoverCore> parts;
  std::vector<std::uint32_t> list;
  for (std::uint32_t site = 0; site < problem.cost.size(); ++site) {
    const std::uint32_t root = root_of(parent, site);
    if (part_of[root] == kNoNumber) {
      part_of[root] = static_cast<std::uint32_t>(parts.size());
      parts.emplace_back();
    }
    CoverCore& part = parts[part_of[root]];
    list.clear();
    for (const std::uint32_t row : problem.covers[site]) {
      if (number[row] == kNoNumber) {
        number[row] = static_cast<std::uint32_t>(part.problem.settlements++);
        part.settlement_of.push_back(core.settlement_of[row]);
      }
      list.push_back(number[row]);
    }
    std::sort(list.begin(), list.end());
    part.problem.covers.push_back(list);
    part.problem.cost.push_back(problem.cost[site]);
    part.site_of.push_back(core.site_of[site]);
  }
  return parts;
}

}  // namespace karkara::planner
