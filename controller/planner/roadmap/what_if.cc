#include "controller/planner/roadmap/what_if.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <unordered_map>

#include "controller/planner/plan/former_plan.h"
#include "controller/planner/plan/margin_bands.h"
#include "controller/planner/plan/plan_report.h"
#include "controller/planner/roadmap/plan_edit.h"
#include "controller/planner/roadmap/plan_failures.h"

namespace karkara::planner {
namespace {

constexpr Metres kSameSite{10};

std::string place_text(const Place& place) {
  char text[48];
  std::snprintf(text, sizeof text, "%.5f,%.5f", place.latitude.value(), place.longitude.value());
  return text;
}

Error not_so(std::string why) {
  return {ErrorCode::InvalidArgument, std::move(why)};
}

// What was asked against itself, the plan and the ground.
class Asking {
 public:
  Asking(const Plan& plan, const PlanInput& input, const TerrainView& terrain, const WhatIf& asked)
      : plan_{plan}, input_{input}, terrain_{terrain}, asked_{asked} {}

  Status check() {
    if (asked_.moves.empty() && asked_.raises.empty() && asked_.drops.empty() && asked_.adds.empty() &&
        asked_.lost.empty()) {
      return not_so("nothing is asked: move, raise, drop or add a site, or lose a tower");
    }
    for (const std::uint32_t site : asked_.drops) {
      if (const Status fine = name(site, dropped_, "dropped"); !fine.ok()) {
        return fine;
      }
    }
    for (const MoveSite& move : asked_.moves) {
      if (const Status fine = check(move); !fine.ok()) {
        return fine;
      }
    }
    for (const RaiseMast& raise : asked_.raises) {
      if (const Status fine = check(raise); !fine.ok()) {
        return fine;
      }
    }
    for (const AddMast& add : asked_.adds) {
      if (const Status fine = check(add); !fine.ok()) {
        return fine;
      }
    }
    return {};
  }

 private:
  Status name(std::uint32_t site, std::set<std::uint32_t>& named, const char* deed) {
    if (site >= plan_.sites.size()) {
      return not_so("a number points to no site of the plan");
    }
    if (!named.insert(site).second) {
      return not_so("site " + plan_.sites[site].id + " is " + deed + " twice");
    }
    if (&named != &dropped_ && dropped_.contains(site)) {
      return not_so("site " + plan_.sites[site].id + " is dropped, and " + deed);
    }
    return {};
  }

  Status check(const MoveSite& move) {
    if (const Status fine = name(move.site, moved_, "moved"); !fine.ok()) {
      return fine;
    }
    const PlanSite& site = plan_.sites[move.site];
    if (site.role == SiteRole::Existing) {
      return not_so("site " + site.id + " stands on a mast that is there already: it cannot move");
    }
    return check_ground(move.to, move.site);
  }

  Status check(const RaiseMast& raise) {
    if (const Status fine = name(raise.site, raised_, "raised"); !fine.ok()) {
      return fine;
    }
    const PlanSite& site = plan_.sites[raise.site];
    if (site.role == SiteRole::Existing) {
      return not_so("site " + site.id + " stands on a mast that is there already: its height is what it is");
    }
    return check_height(raise.height);
  }

  Status check(const AddMast& add) {
    if (add.settlement != kNoSite && add.settlement >= plan_.settlements.size()) {
      return not_so("a number points to no settlement of the plan");
    }
    if (add.settlement != kNoSite) {
      const std::string& id = plan_.settlements[add.settlement].id;
      const bool taken =
          std::any_of(plan_.sites.begin(), plan_.sites.end(), [&](const PlanSite& site) { return site.id == id; });
      if (taken || !added_.insert(id).second) {
        return not_so("settlement " + id + " has a site already: raise that");
      }
      const bool known = std::any_of(input_.settlements.begin(), input_.settlements.end(),
                                     [&](const Settlement& one) { return one.id == id; });
      if (!known) {
        return not_so("settlement " + id + " is not in the list of settlements any more");
      }
    }
    const Status height = check_height(add.height);
    return height.ok() ? check_ground(add.at, kNoSite) : height;
  }

  [[nodiscard]] Status check_height(std::size_t height) const {
    return height < input_.costs.masts.size() ? Status{} : not_so("a number points to no height of the prices");
  }

  // `self`: the site that comes there, which may stay where it is.
  Status check_ground(const Place& place, std::uint32_t self) {
    if (!(terrain_.resolution_at(place).value() > 0) || std::isnan(terrain_.height_at(place, Sampling::Bilinear))) {
      return not_so("nobody knows the ground at " + place_text(place) + ": it is outside the terrain");
    }
    for (std::uint32_t i = 0; i < plan_.sites.size(); ++i) {
      if (i != self && !dropped_.contains(i) && !moved_.contains(i) &&
          distance(plan_.sites[i].place, place) < kSameSite) {
        return not_so("site " + plan_.sites[i].id + " stands at " + place_text(place) + " already");
      }
    }
    for (const Place& other : places_) {
      if (distance(other, place) < kSameSite) {
        return not_so("two sites would stand at " + place_text(place));
      }
    }
    places_.push_back(place);
    return {};
  }

  const Plan& plan_;
  const PlanInput& input_;
  const TerrainView& terrain_;
  const WhatIf& asked_;
  std::set<std::uint32_t> dropped_, moved_, raised_;
  std::set<std::string> added_;  // settlements
  std::vector<Place> places_;
};

// The plan that an edit leads to: its rows are those of the input again, its sites called as they were.
class Rewriting {
 public:
  Rewriting(const Plan& before, const PlanEdit& edit, std::uint64_t hash) : before_{before}, edit_{edit}, hash_{hash} {}

  Plan run(Plan plan) {
    plan_ = std::move(plan);
    plan_.settlements.resize(edit_.settlements);
    rename();
    count_people();
    keep_reasons();
    keep_phases();
    keep_second_ways();
    plan_.target = before_.target;
    plan_.seed = before_.seed;
    plan_.by_budget = before_.by_budget;
    plan_.input_hash = hash_;
    plan_.bound.reset();
    plan_.gap = Plan{}.gap;
    plan_.totals = totals_of(plan_);
    return std::move(plan_);
  }

 private:
  void rename() {
    for (PlanSite& site : plan_.sites) {
      const auto place = std::find_if(edit_.places.begin(), edit_.places.end(),
                                      [&](const EditedPlace& one) { return one.stand_in == site.id; });
      if (place != edit_.places.end()) {
        site.id = place->id;
        site.name = place->name;
        site.code = place->code;
      }
    }
  }

  void count_people() {
    for (PlanSite& site : plan_.sites) {
      site.people = 0;
      site.settlements = 0;
    }
    for (const PlanSettlement& row : plan_.settlements) {
      if (row.server) {
        plan_.sites[row.server->site].people += row.people.value_or(0);
        ++plan_.sites[row.server->site].settlements;
      }
    }
  }

  // Whether other places could serve somebody was not looked at again.
  void keep_reasons() {
    std::unordered_map<std::string, const PlanSettlement*> rows;
    for (const PlanSettlement& row : before_.settlements) {
      rows.emplace(row.id, &row);
    }
    for (PlanSettlement& row : plan_.settlements) {
      const auto was = rows.find(row.id);
      if (!row.server && was != rows.end() && was->second->why == WhyUnserved::TooDear) {
        row.why = WhyUnserved::TooDear;
      }
    }
  }

  [[nodiscard]] std::map<std::string, std::uint32_t> numbers() const {
    std::map<std::string, std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < plan_.sites.size(); ++i) {
      numbers.emplace(plan_.sites[i].id, i);
    }
    return numbers;
  }

  void keep_phases() {
    const auto now = numbers();
    for (const PlanSite& site : before_.sites) {
      if (const auto found = now.find(site.id); found != now.end()) {
        plan_.sites[found->second].phase = site.phase;
      }
    }
    if (std::any_of(before_.sites.begin(), before_.sites.end(), [](const PlanSite& site) { return site.phase > 0; })) {
      plan_.marks.emplace_back("phases are those of the plan before; what is new has none");
    }
  }

  // Those whose ends nobody touched, and whose masts are as high as they were.
  void keep_second_ways() {
    plan_.second_ways.clear();
    plan_.most_cut_off = before_.most_cut_off;
    const auto now = numbers();
    const auto number_of = [&](std::uint32_t site) {
      if (site >= before_.sites.size() || edit_.touched[site] != 0) {
        return kNoSite;
      }
      const auto found = now.find(before_.sites[site].id);
      const bool stands = found != now.end() && plan_.sites[found->second].mast >= before_.sites[site].mast;
      return stands ? found->second : kNoSite;
    };
    for (const PlanSecondWay& way : before_.second_ways) {
      PlanSecondWay kept = way;
      kept.site = number_of(way.site);
      const bool hops = way.kind == BackhaulKind::Hop;
      kept.hop.parent = hops ? number_of(way.hop.parent) : kNoSite;
      if (kept.site != kNoSite && (!hops || kept.hop.parent != kNoSite)) {
        plan_.second_ways.push_back(std::move(kept));
      }
    }
    if (before_.most_cut_off) {
      promise(*before_.most_cut_off, before_.second_ways.size() - plan_.second_ways.size());
    }
  }

  // What single failures do now, walked anew.
  void promise(std::int64_t most, std::size_t fell_away) {
    const PlanSafety safety = safety_of(plan_);
    plan_.most_cut_off = std::max(most, safety.worst ? safety.worst->people : 0);
    plan_.marks.push_back(std::to_string(fell_away) + " second ways out fell away; one failure cuts off up to " +
                          std::to_string(*plan_.most_cut_off) + " people");
  }

  const Plan& before_;
  const PlanEdit& edit_;
  std::uint64_t hash_;
  Plan plan_;
};

struct Rebuilt {
  Plan plan;
  std::vector<std::string> told;
  std::uint64_t access_links = 0;
  std::size_t hops = 0;
};

class Rebuilding {
 public:
  Rebuilding(const TerrainView& terrain, std::uint64_t hash, Executor& executor, const Watch& watch)
      : terrain_{terrain}, hash_{hash}, executor_{executor}, watch_{watch} {}

  // `marked`: the hash that it gets.
  [[nodiscard]] Result<Rebuilt> plan_after(const Plan& before, const PlanEdit& edit, std::uint64_t marked) const {
    const ModelScope scope = scope_of(edit, executor_);
    const auto model = make_model(edit.input, terrain_, executor_, watch_, &scope);
    if (!model) {
      return model.error();
    }
    const FormerPlan former = former_plan(edit.plan, *model, edit.input, hash_);
    Plan plan = plan_of(*model, edit.input, terrain_, former.attempt, executor_);
    Plan rewritten = Rewriting{before, edit, marked}.run(std::move(plan));
    add_margin_bands(edit.input, terrain_, executor_, rewritten);
    return Rebuilt{std::move(rewritten), former.told, model->access.within_reach, model->hops.pairs.size()};
  }

 private:
  const TerrainView& terrain_;
  std::uint64_t hash_;
  Executor& executor_;
  const Watch& watch_;
};

// Antennas of ours on standing masts may hang lower than a plan's file says.
bool is_as_written(const Plan& plan, std::uint64_t hash) {
  return is_same_data(plan.input_hash, hash) &&
         std::none_of(plan.sites.begin(), plan.sites.end(),
                      [](const PlanSite& site) { return site.role == SiteRole::Existing && !site.profile.empty(); });
}

void tell_heights(const Plan& plan, const PlanInput& input, const WhatIf& asked, WhatIfAnswer& answer) {
  for (const RaiseMast& raise : asked.raises) {
    const PlanSite& was = plan.sites[raise.site];
    const Metres wanted = input.costs.masts[raise.height].height;
    for (const PlanSite& site : answer.after.sites) {
      if (site.id == was.id && site.mast != wanted) {
        char text[80];
        std::snprintf(text, sizeof text, " has a mast of %.0f m: its hops ask for that and for no other",
                      site.mast.value());
        answer.told.push_back("site " + was.id + text);
      }
    }
  }
}

void tell_gone(const Plan& plan, const WhatIf& asked, WhatIfAnswer& answer) {
  std::set<std::string> left;
  for (const PlanSite& site : answer.after.sites) {
    left.insert(site.id);
  }
  for (std::uint32_t i = 0; i < plan.sites.size(); ++i) {
    const PlanSite& site = plan.sites[i];
    const bool asked_for = std::find(asked.drops.begin(), asked.drops.end(), i) != asked.drops.end();
    const bool fallen = site.role == SiteRole::Existing && falls(site.id, site.owner, asked.lost);
    if (!left.contains(site.id) && !asked_for) {
      answer.told.push_back("site " + site.id +
                            (fallen ? " stood on a lost mast" : " passes nothing on any more: it is not built"));
    }
  }
}

}  // namespace

Result<WhatIfAnswer> what_if(const Plan& plan, const PlanInput& input, std::uint64_t hash, const TerrainView& terrain,
                             const WhatIf& asked, const NetworksAt& networks_at, Executor& executor,
                             const Watch& watch) {
  for (const Status& fine : {check(input), Asking{plan, input, terrain, asked}.check()}) {
    if (!fine.ok()) {
      return fine.error();
    }
  }
  const Rebuilding rebuilding{terrain, hash, executor, watch};
  WhatIfAnswer answer;
  if (is_as_written(plan, hash)) {
    answer.before = plan;
  } else {
    auto before = rebuilding.plan_after(plan, edited(plan, input, {}, networks_at), hash);
    if (!before) {
      return before.error();
    }
    answer.before = std::move(before->plan);
    if (!is_same_data(plan.input_hash, hash)) {
      answer.told = std::move(before->told);
    }
  }
  auto after = rebuilding.plan_after(plan, edited(plan, input, asked, networks_at), hash_by_hand(hash));
  if (!after) {
    return after.error();
  }
  answer.after = std::move(after->plan);
  answer.after.marks.emplace_back("changed by hand; nothing is proven about it");
  answer.told.push_back(std::to_string(after->access_links) + " links to settlements and " +
                        std::to_string(after->hops) + " possible hops were looked at");
  tell_heights(plan, input, asked, answer);
  tell_gone(plan, asked, answer);
  return answer;
}

}  // namespace karkara::planner
