// How much is lost between a mast and a phone in a village, over the ground between them: ITM, with the climate of the
// mast's latitude; below its 1 km free space and what the ground adds by Bullington's construction. Refuses profiles
// with unknown ground. Called by access_table and by explanations.
#pragma once

#include <vector>

#include "common/result.h"
#include "controller/planner/link/link_budget.h"
#include "controller/planner/link/radio_profile.h"
#include "controller/planner/terrain/profile.h"

namespace karkara::planner {

// Niger's: desert north of 15 degrees, continental subtropical south of it; dry ground.
struct GroundKind {
  Degrees desert_from{15};
  double permittivity = 10;
  double conductivity = 0.003;
  double sea_level_n_units = 320;
  friend bool operator==(const GroundKind&, const GroundKind&) = default;
};

inline constexpr Metres kProfileStep{90};

class AccessModel {
 public:
  // One mast height or more, ascending. Refuses what ITM refuses of the radio.
  static Result<AccessModel> make(const RadioProfile& profile, std::vector<Metres> heights, const GroundKind& ground);

  // Basic transmission loss from the mast at the profile's first height, in `from`'s climate.
  [[nodiscard]] Result<Db> loss(const propagation::PathProfile& path, std::size_t height, const Place& from) const;
  // What the antenna's pattern takes towards the path's end.
  [[nodiscard]] Db pattern(const propagation::PathProfile& path, std::size_t height, Degrees azimuth) const;
  // The margin over the least rates; FailedPrecondition where ground is unknown.
  [[nodiscard]] Result<Db> margin_over(const propagation::PathProfile& path, std::size_t height, const Place& from,
                                       const Place& to) const;

  [[nodiscard]] const RadioProfile& profile() const { return profile_; }
  [[nodiscard]] const LinkBudget& budget() const { return budget_; }
  [[nodiscard]] const std::vector<Metres>& heights() const { return heights_; }

 private:
  AccessModel(RadioProfile profile, LinkBudget budget, std::vector<Metres> heights, Degrees desert_from)
      : profile_{std::move(profile)}, budget_{budget}, heights_{std::move(heights)}, desert_from_{desert_from} {}
  [[nodiscard]] Result<Db> near_loss(const propagation::PathProfile& path, std::size_t height) const;

  RadioProfile profile_;
  LinkBudget budget_;
  std::vector<Metres> heights_;
  Degrees desert_from_;
  std::vector<propagation::itm::Model> south_;  // by height
  std::vector<propagation::itm::Model> desert_;
};

}  // namespace karkara::planner
