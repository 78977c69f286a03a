#include "controller/planner/roadmap/one_mast.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "controller/planner/cover/cover_problem.h"
#include "controller/planner/link/access_table.h"
#include "controller/planner/link/hop_quality.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kAtOnce = 64;  // fixed, so that what is judged does not depend on threads

std::vector<std::int64_t> most_people(const OneMastQuestion& question, const Incidence& within) {
  std::vector<std::int64_t> most(question.candidates.size());
  for (std::size_t i = 0; i < most.size(); ++i) {
    for (const std::uint32_t settlement : within[i]) {
      most[i] += question.people[settlement];
    }
  }
  return most;
}

bool is_before(const OneMastAnswer& a, const OneMastAnswer& b) {
  return a.people != b.people ? a.people > b.people : a.candidate < b.candidate;
}

bool keeps_year(const HopYear& year, const Profile& path, Metres from_mast, Metres to_mast, Degrees latitude) {
  const std::vector<double>& heights = path.heights;
  const double mean = std::accumulate(heights.begin(), heights.end(), 0.0) / static_cast<double>(heights.size());
  return year.keeps(
      {path.length(), Metres{heights.front()} + from_mast, Metres{heights.back()} + to_mast, Metres{mean}, latitude});
}

// The lowest of the new masts from which the standing one is seen with free Fresnel zones, over a hop that keeps its
// radio's year; none: from none.
std::optional<std::size_t> lowest_that_sees(const OneMastQuestion& question, const std::optional<HopYear>& year,
                                            const Profile& profile, std::size_t standing, Degrees latitude) {
  const propagation::PathProfile path{profile.heights, profile.spacing};
  for (std::size_t height = 0; height < question.hop.heights.size(); ++height) {
    const Metres mast = question.hop.heights[height];
    const auto verdict = propagation::p530::judge_clearance(path, {mast, question.standing_masts[standing]},
                                                            question.hop.frequency, question.hop.clearance);
    if (verdict && verdict->clear() &&
        (!year || keeps_year(*year, profile, mast, question.standing_masts[standing], latitude))) {
      return height;
    }
  }
  return std::nullopt;
}

// The nearest standing site that the new mast can hop to.
std::optional<OneMastWayOut> way_out_of(const OneMastQuestion& question, const std::optional<HopYear>& year,
                                        const Place& from, const TerrainView& terrain) {
  std::vector<std::pair<double, std::size_t>> by_length;
  for (std::size_t i = 0; i < question.standing.size(); ++i) {
    const double away = distance(from, question.standing[i]).value();
    if (away <= question.hop.reach.value() && away > 0) {
      by_length.emplace_back(away, i);
    }
  }
  std::sort(by_length.begin(), by_length.end());
  for (const auto& [away, i] : by_length) {
    const auto profile = profile_between(terrain, from, question.standing[i], kProfileStep, Sampling::Bilinear);
    if (!profile || !profile->is_known() || profile->heights.size() < 3) {
      continue;
    }
    const Degrees middle = (from.latitude + question.standing[i].latitude) * 0.5;
    if (const auto height = lowest_that_sees(question, year, *profile, i, middle)) {
      return OneMastWayOut{i, Metres{away}, *height};
    }
  }
  return std::nullopt;
}

class OneMastSearch {
 public:
  OneMastSearch(const OneMastQuestion& question, const TerrainView& terrain, const AccessModel& model,
                Executor& executor)
      : question_{question}, terrain_{terrain}, model_{model}, executor_{executor} {}

  OneMastResult run(const std::function<bool()>& cancelled) {
    const Incidence within = sites_within(question_.candidates, question_.unserved, model_.profile().reach, executor_);
    const std::vector<std::int64_t> most = most_people(question_, within);
    std::vector<std::size_t> order(most.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return most[a] > most[b]; });
    for (std::size_t at = 0; at < order.size(); at += kAtOnce) {
      if (is_settled(most[order[at]])) {
        break;
      }
      if (cancelled()) {
        result_.cancelled = true;
        break;
      }
      judge(std::span{order}.subspan(at, std::min(kAtOnce, order.size() - at)), within);
    }
    const auto year = question_.hop_radio ? std::optional<HopYear>{*question_.hop_radio} : std::nullopt;
    executor_.run(result_.answers.size(), [&](std::size_t i) {
      OneMastAnswer& answer = result_.answers[i];
      answer.way_out = way_out_of(question_, year, question_.candidates[answer.candidate], terrain_);
      add_villages(within[answer.candidate], answer);
    });
    return std::move(result_);
  }

 private:
  // No place that could serve at most so many can come among the answers.
  [[nodiscard]] bool is_settled(std::int64_t most) const {
    return most <= 0 || (result_.answers.size() >= question_.answers && result_.answers.back().people > most);
  }

  void judge(std::span<const std::size_t> batch, const Incidence& within) {
    AccessPlaces places;
    for (const std::size_t candidate : batch) {
      places.sites.push_back(question_.candidates[candidate]);
    }
    // Only those near the batch, or each batch would index all.
    std::vector<std::uint32_t> near;
    for (const std::size_t candidate : batch) {
      const auto row = within[candidate];
      near.insert(near.end(), row.begin(), row.end());
    }
    std::sort(near.begin(), near.end());
    near.erase(std::unique(near.begin(), near.end()), near.end());
    for (const std::uint32_t settlement : near) {
      places.settlements.push_back(question_.unserved[settlement]);
    }
    const AccessTable table = access_table(terrain_, places, model_, executor_);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      OneMastAnswer answer;
      answer.candidate = batch[i];
      answer.by_height.resize(model_.heights().size());
      for (const AccessPair& pair : table.of(i)) {
        add_served(near[pair.settlement], pair.least, answer);
      }
      answer.unknown = unknown_from(question_.candidates[batch[i]], within[batch[i]]);
      result_.answers.push_back(std::move(answer));
    }
    result_.judged += batch.size();
    std::sort(result_.answers.begin(), result_.answers.end(), is_before);
    if (result_.answers.size() > question_.answers) {
      result_.answers.resize(question_.answers);
    }
  }

  void add_served(std::uint32_t settlement, std::size_t least, OneMastAnswer& answer) const {
    answer.served.push_back(settlement);
    answer.people += question_.people[settlement];
    for (std::size_t height = least; height < answer.by_height.size(); ++height) {
      answer.by_height[height].people += question_.people[settlement];
      ++answer.by_height[height].settlements;
    }
    OneMastVillage village;
    village.settlement = settlement;
    village.least = least;
    answer.villages.push_back(village);
  }

  // What those who are served get of it, and why the others near it do not.
  void add_villages(std::span<const std::uint32_t> row, OneMastAnswer& answer) const {
    const Place& from = question_.candidates[answer.candidate];
    const std::size_t top = model_.heights().size() - 1;
    for (const std::uint32_t settlement : row) {
      if (!std::binary_search(answer.served.begin(), answer.served.end(), settlement)) {
        OneMastVillage village;
        village.settlement = settlement;
        village.missing = why_unserved(terrain_, model_, from, top, question_.unserved[settlement]);
        answer.villages.push_back(village);
      }
    }
    for (OneMastVillage& village : answer.villages) {
      const Place& to = question_.unserved[village.settlement];
      village.distance = distance(from, to);
      const auto profile = profile_between(terrain_, from, to, kProfileStep, Sampling::Bilinear);
      village.margin = Db{-std::numeric_limits<double>::infinity()};
      for (std::size_t height = village.least.value_or(0); profile && height <= top; ++height) {
        const auto margin = model_.margin_over(path_over(*profile), height, from, to);
        village.margin = margin ? std::max(village.margin, *margin) : village.margin;
      }
    }
    std::sort(answer.villages.begin(), answer.villages.end(), [](const OneMastVillage& a, const OneMastVillage& b) {
      return a.least.has_value() != b.least.has_value() ? a.least.has_value()
             : a.distance != b.distance                 ? a.distance < b.distance
                                                        : a.settlement < b.settlement;
    });
  }

  // Settlements within reach whose own ground nobody knows.
  [[nodiscard]] std::size_t unknown_from(const Place& from, std::span<const std::uint32_t> row) const {
    const bool here = terrain_.resolution_at(from).value() > 0;
    return static_cast<std::size_t>(std::count_if(row.begin(), row.end(), [&](std::uint32_t settlement) {
      return !here || !(terrain_.resolution_at(question_.unserved[settlement]).value() > 0);
    }));
  }

  const OneMastQuestion& question_;
  const TerrainView& terrain_;
  const AccessModel& model_;
  Executor& executor_;
  OneMastResult result_;
};

}  // namespace

OneMastResult best_mast(const OneMastQuestion& question, const TerrainView& terrain, const AccessModel& model,
                        Executor& executor, const std::function<bool()>& cancelled) {
  return OneMastSearch{question, terrain, model, executor}.run(cancelled);
}

}  // namespace karkara::planner
