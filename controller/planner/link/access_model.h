// How much is lost between a mast and a phone in a village, over the ground between them, for the profile's share of
// time and of places: by ITM, with the climate of the mast's latitude, or by ITU-R P.1812. Nearer than these hold, from
// free space, Bullington's edge and the fading of places in sight, step by step into what the model gives where it
// begins. What the model warns of goes along. Refuses profiles with unknown ground. Called by access_table and by
// explanations.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "controller/planner/link/link_budget.h"
#include "controller/planner/link/radio_profile.h"
#include "controller/planner/propagation/p1812.h"
#include "controller/planner/propagation/sensitivity.h"
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

// As the models read a profile; only while it stands.
[[nodiscard]] inline propagation::PathProfile path_over(const Profile& profile) {
  return {profile.heights, profile.spacing, profile.clutter};
}

// With what the model warns of on that way, as bits for AccessModel::warning_texts.
struct AccessLoss {
  Db loss;
  std::uint32_t warnings = 0;
};
struct AccessMargin {
  Db margin;
  std::uint32_t warnings = 0;
};

class AccessModel {
 public:
  // One mast height or more, ascending. Refuses what ITM refuses of the radio.
  static Result<AccessModel> make(const RadioProfile& profile, std::vector<Metres> heights, const GroundKind& ground);

  // Of another mast height, or of several.
  [[nodiscard]] Result<AccessModel> at_heights(std::vector<Metres> heights) const;

  // Basic transmission loss from the mast at the profile's first height, in `from`'s climate; corrected where the radio
  // has a correction.
  [[nodiscard]] Result<AccessLoss> predicted(const propagation::PathProfile& path, std::size_t height,
                                             const Place& from) const;
  [[nodiscard]] Result<Db> loss(const propagation::PathProfile& path, std::size_t height, const Place& from) const;
  // How far the loss moves with what is in doubt; only where the path is as long as the model holds.
  [[nodiscard]] Result<propagation::Band> band(const propagation::PathProfile& path, std::size_t height,
                                               const Place& from) const;
  // What the antenna's pattern takes towards the path's end.
  [[nodiscard]] Db pattern(const propagation::PathProfile& path, std::size_t height, Degrees azimuth) const;
  // The margin over the least rates; FailedPrecondition where ground is unknown.
  [[nodiscard]] Result<AccessMargin> judged(const propagation::PathProfile& path, std::size_t height, const Place& from,
                                            const Place& to) const;
  [[nodiscard]] Result<Db> margin_over(const propagation::PathProfile& path, std::size_t height, const Place& from,
                                       const Place& to) const;

  // What the model warns of whatever the path: the radio's frequency, heights and shares.
  [[nodiscard]] std::uint32_t radio_warnings() const;
  [[nodiscard]] std::vector<std::string_view> warning_texts(std::uint32_t warnings) const;

  // What the radio's correction takes off the loss from a mast there.
  [[nodiscard]] Db correction(const Place& from, Metres away) const;
  // The prepared model from which sweeps along radials are made, without the correction; none of P.1812.
  [[nodiscard]] const propagation::itm::Model* itm_model(std::size_t height, const Place& from) const;
  // Nearer than that nothing is its word.
  [[nodiscard]] Metres model_begins() const;

  [[nodiscard]] const RadioProfile& profile() const { return profile_; }
  [[nodiscard]] const LinkBudget& budget() const { return budget_; }
  [[nodiscard]] const std::vector<Metres>& heights() const { return heights_; }

 private:
  AccessModel(RadioProfile profile, LinkBudget budget, std::vector<Metres> heights, const GroundKind& ground)
      : profile_{std::move(profile)}, budget_{budget}, heights_{std::move(heights)}, ground_{ground} {}
  [[nodiscard]] propagation::itm::Radio itm_radio(Metres height) const;
  [[nodiscard]] propagation::p1812::Link p1812_link(Metres height, Degrees latitude) const;
  [[nodiscard]] propagation::p1812::Share p1812_share(double rx_clutter) const;
  Status prepare_itm();
  void prepare_margins();
  // Without the correction.
  [[nodiscard]] Result<AccessLoss> modelled(const propagation::PathProfile& path, std::size_t height,
                                            const Place& from) const;
  [[nodiscard]] std::uint32_t radio_warnings(std::size_t height, const Place& from) const;
  [[nodiscard]] Result<AccessLoss> model_loss(const propagation::PathProfile& path, std::size_t height,
                                              const Place& from) const;
  [[nodiscard]] Result<AccessLoss> finer_loss(const propagation::PathProfile& path, std::size_t height,
                                              const Place& from) const;
  [[nodiscard]] Result<AccessLoss> near_loss(const propagation::PathProfile& path, std::size_t height,
                                             const Place& from) const;

  RadioProfile profile_;
  LinkBudget budget_;
  std::vector<Metres> heights_;
  GroundKind ground_;
  Db near_fading_;
  std::vector<propagation::itm::Model> south_;  // by height
  std::vector<propagation::itm::Model> desert_;
};

}  // namespace karkara::planner
