// Ways around a mast, so close to each other that every cell of a raster lies beside one: what the ITM sweep answers
// many cells from at once. A cell's answer is that at the nearest place on a way, at most 64 m (on small cells 0.7 of
// their width) from its middle, and equals the model's word for that place alone. Refuses to be a fan where too few
// cells share a way, and near the mast, where the model has none. Called by signal_grid for each site and band of rows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "controller/planner/link/access_model.h"
#include "controller/planner/propagation/itm_sweep.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct FanPlace {
  std::uint32_t way = 0;   // clockwise from north
  std::uint32_t step = 0;  // from the mast
  friend auto operator<=>(const FanPlace&, const FanPlace&) = default;
};

// How wide a raster's cells are, to the north and to the east at their narrowest.
struct CellSize {
  Metres high;
  Metres wide;
};

class SignalFan {
 public:
  static std::optional<SignalFan> over(const CellSize& cell, const AccessModel& model);

  // None nearer than the model begins.
  [[nodiscard]] std::optional<FanPlace> beside(const Place& mast, const Place& cell) const;
  [[nodiscard]] Degrees bearing_of(std::uint32_t way) const;
  [[nodiscard]] Place place(const Place& mast, const FanPlace& at) const;
  [[nodiscard]] Metres spacing() const { return spacing_; }
  [[nodiscard]] std::uint32_t steps() const { return steps_; }  // of each way

 private:
  SignalFan(Metres begins, Metres reach, Metres width);
  Metres begins_;
  Metres reach_;
  Metres spacing_;
  std::uint32_t ways_;
  std::uint32_t steps_;
};

// One site's antennas: where they may hang, as indices into the model's heights.
struct SignalAntennas {
  std::size_t lowest = 0;
  std::size_t highest = 0;
};

// What the way to a cell takes at the antenna that is best for it, its pattern included.
struct TakenOnWay {
  bool known = true;      // the ground
  std::optional<Db> all;  // none: unknown ground, or the model refuses
};

// Keeps what sweeps need from one way to the next: one for each thread.
class FanListener {
 public:
  FanListener(const SignalFan& fan, const TerrainView& terrain, const AccessModel& model)
      : fan_{fan}, terrain_{terrain}, model_{model} {}

  // One answer for each place; places ascending.
  [[nodiscard]] std::vector<TakenOnWay> listen(const Place& mast, const SignalAntennas& antennas,
                                               const std::vector<FanPlace>& places);

 private:
  void look_along(const Place& mast, std::uint32_t way);
  void hear(const Place& mast, std::size_t height, std::uint32_t way, std::vector<TakenOnWay>& taken,
            std::size_t first);
  propagation::itm::Sweep& sweep(const Place& mast, std::size_t height);

  const SignalFan& fan_;
  const TerrainView& terrain_;
  const AccessModel& model_;
  std::map<const propagation::itm::Model*, propagation::itm::Sweep> sweeps_;
  // Of the way that is looked along, up to its last step that was asked for.
  std::vector<std::uint32_t> steps_;
  std::vector<double> bare_;
  std::vector<double> heights_;  // with what stands on the ground
  std::size_t known_ = 0;        // of the heights from the mast on
  std::vector<float> losses_;
};

}  // namespace karkara::planner
