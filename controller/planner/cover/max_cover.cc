#include "controller/planner/cover/max_cover.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/splitmix.h"

namespace karkara::planner {
namespace {

constexpr std::uint64_t kLeastTabu = 4;
constexpr std::uint64_t kTabuSpread = 12;
constexpr double kLeastShare = 1e-6;

// The sites that swaps try: those that the relaxation builds at least in part, the largest share first.
std::vector<std::uint32_t> candidates_of(const CoverProblem& problem, const std::vector<double>& shares) {
  std::vector<std::uint32_t> candidates;
  for (std::uint32_t site = 0; site < shares.size(); ++site) {
    if (shares[site] > kLeastShare && !problem.covers[site].empty()) {
      candidates.push_back(site);
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return shares[a] > shares[b]; });
  return candidates;
}

// `worth` of a site outside: the people it would newly cover; inside: those that only it covers.
class Swaps {
 public:
  Swaps(const CoverProblem& problem, const Incidence& covered_by, const std::vector<std::uint32_t>& candidates,
        const MaxCoverSearch& options, std::uint64_t seed, std::int64_t enough)
      : problem_{problem},
        covered_by_{covered_by},
        candidates_{candidates},
        options_{options},
        enough_{enough},
        times_(problem.settlements, 0),
        worth_(problem.covers.size(), 0),
        inside_(problem.covers.size(), 0),
        tabu_until_(problem.covers.size(), 0),
        random_{seed} {
    for (std::size_t site = 0; site < problem.covers.size(); ++site) {
      for (const std::uint32_t row : problem.covers[site]) {
        worth_[site] += problem.people[row];
      }
    }
  }

  std::vector<std::uint32_t> run() {
    for (std::size_t i = 0; i < std::min(options_.sites, candidates_.size()); ++i) {
      put_in(candidates_[i]);
    }
    best_ = chosen_;
    best_people_ = people_;
    for (std::uint64_t step = 1; step <= options_.steps && !chosen_.empty() && best_people_ < enough_; ++step) {
      if (step % 256 == 0 && options_.cancelled()) {
        break;
      }
      swap(step);
    }
    std::sort(best_.begin(), best_.end());
    return best_;
  }

 private:
  void swap(std::uint64_t step) {
    const std::size_t out = splitmix64(random_) % 2 == 0 ? least_inside(step) : splitmix64(random_) % chosen_.size();
    const std::uint32_t site = chosen_[out];
    chosen_[out] = chosen_.back();
    chosen_.pop_back();
    take_out(site);
    tabu_until_[site] = step + tenure();
    const std::uint32_t in = best_outside(step);
    if (in == kNoNumber) {
      put_in(site);
      return;
    }
    put_in(in);
    tabu_until_[in] = step + tenure();
    if (people_ > best_people_) {
      best_people_ = people_;
      best_ = chosen_;
    }
  }

  std::uint64_t tenure() { return kLeastTabu + splitmix64(random_) % kTabuSpread; }

  [[nodiscard]] std::size_t least_inside(std::uint64_t step) const {
    std::size_t best = 0;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      if (worth_[chosen_[i]] < least && tabu_until_[chosen_[i]] < step) {
        least = worth_[chosen_[i]];
        best = i;
      }
    }
    return best;
  }

  [[nodiscard]] std::uint32_t best_outside(std::uint64_t step) const {
    std::uint32_t best = kNoNumber;
    std::int64_t most = -1;
    for (const std::uint32_t site : candidates_) {
      if (worth_[site] > most && !inside_[site] && tabu_until_[site] <= step) {
        most = worth_[site];
        best = site;
      }
    }
    return best;
  }

  void put_in(std::uint32_t site) {
    chosen_.push_back(site);
    inside_[site] = 1;
    people_ += worth_[site];
    for (const std::uint32_t row : problem_.covers[site]) {
      const std::uint32_t times = ++times_[row];
      for (const std::uint32_t other : covered_by_[row]) {
        if (other != site && (times == 1 || (times == 2 && inside_[other]))) {
          worth_[other] -= problem_.people[row];
        }
      }
    }
  }

  void take_out(std::uint32_t site) {
    inside_[site] = 0;
    people_ -= worth_[site];
    for (const std::uint32_t row : problem_.covers[site]) {
      const std::uint32_t times = --times_[row];
      for (const std::uint32_t other : covered_by_[row]) {
        if (other != site && (times == 0 || (times == 1 && inside_[other]))) {
          worth_[other] += problem_.people[row];
        }
      }
    }
  }

  const CoverProblem& problem_;
  const Incidence& covered_by_;
  const std::vector<std::uint32_t>& candidates_;
  const MaxCoverSearch& options_;
  std::int64_t enough_;
  std::vector<std::uint32_t> times_;
  std::vector<std::int64_t> worth_;
  std::vector<char> inside_;
  std::vector<std::uint64_t> tabu_until_;
  std::uint64_t random_;
  std::vector<std::uint32_t> chosen_;
  std::int64_t people_ = 0;
  std::vector<std::uint32_t> best_;
  std::int64_t best_people_ = 0;
};

}  // namespace

std::int64_t people_covered(const CoverProblem& problem, const std::vector<std::uint32_t>& sites) {
  std::vector<char> covered(problem.settlements, 0);
  std::int64_t people = 0;
  for (const std::uint32_t site : sites) {
    for (const std::uint32_t row : problem.covers[site]) {
      people += covered[row] ? 0 : problem.people[row];
      covered[row] = 1;
    }
  }
  return people;
}

MaxCover solve_max_cover(const CoverProblem& problem, const MaxCoverSearch& options, Executor& executor) {
  const Incidence covered_by = transposed(problem.covers, problem.settlements);
  const MaxCoverRelaxation relaxation = relax(problem, options.sites);
  const std::vector<std::uint32_t> candidates = candidates_of(problem, relaxation.shares);
  // Whole people: those of a bound that is met.
  const auto enough =
      static_cast<std::int64_t>(std::ceil((1 - options.gap) * static_cast<double>(relaxation.bound) - 1e-6));
  std::vector<std::vector<std::uint32_t>> found(options.starts);
  executor.run(options.starts, [&](std::size_t piece) {
    found[piece] = Swaps{problem, covered_by, candidates, options, options.seed + piece, enough}.run();
  });
  MaxCover best;
  best.bound = relaxation.bound;
  for (const auto& sites : found) {
    const std::int64_t people = people_covered(problem, sites);
    if (people > best.people) {
      best.people = people;
      best.sites = sites;
    }
  }
  return best;
}

}  // namespace karkara::planner
