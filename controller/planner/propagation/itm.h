// The Irregular Terrain Model (Longley-Rice) 1.3: basic transmission loss over a terrain profile, or over ground of
// which only the roughness is known. It follows the reference of NTIA step by step (Hufford, "The ITS Irregular Terrain
// Model, version 1.2.2: the algorithm", cited as "Alg"; Longley and Rice, ERL 79-ITS 67; Tech Note 101, "TN101") and
// refuses what the reference refuses, with its error number in the text. Whoever plans coverage calls it: prepare once
// for a radio, then ask for each path. Valid for 20 MHz to 20 GHz, antennas 0.5 to 3000 m, paths above about 1 km.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/propagation/path_profile.h"
#include "controller/planner/propagation/polarization.h"

namespace karkara::propagation::itm {

enum class Climate {
  Equatorial = 1,
  ContinentalSubtropical,
  MaritimeSubtropical,
  Desert,
  ContinentalTemperate,
  MaritimeTemperateOverLand,
  MaritimeTemperateOverSea,
};

// Which of the three statistics are lumped together (Alg, section 5).
enum class Variability { SingleMessage, Accidental, Mobile, Broadcast };

struct Statistics {
  Variability mode = Variability::Broadcast;
  bool without_location = false;   // mdvar + 10: the ends are fixed
  bool without_situation = false;  // mdvar + 20: for interference
  Percent time{50};
  Percent location{50};
  Percent situation{50};
};

struct Radio {
  Metres tx_height;  // above ground
  Metres rx_height;
  Megahertz frequency;
  Polarization polarization = Polarization::Vertical;
  double permittivity = 15;        // of the ground, relative
  double conductivity = 0.005;     // of the ground, S/m
  double sea_level_n_units = 301;  // refractivity reduced to sea level
  Climate climate = Climate::Desert;
};

enum class Mode { LineOfSight, Diffraction, Troposcatter };  // which branch of the model answered

struct Answer {
  Db loss;  // basic transmission loss, free space included
  Db free_space;
  Db reference_attenuation;  // beyond free space, before statistics
  Mode mode = Mode::LineOfSight;
  bool obstructed = false;     // terrain stands in the straight path (mode alone does not tell)
  std::uint32_t warnings = 0;  // as words by warning_texts()
  Metres tx_horizon;
  Metres rx_horizon;
  Metres tx_effective_height;
  Metres rx_effective_height;
  Metres irregularity;  // delta h
  double surface_n_units = 0;
};

std::vector<std::string_view> warning_texts(std::uint32_t warnings);

enum class Siting { Random, Careful, VeryCareful };

// A path of which no profile is known (area mode).
struct RoughGround {
  Metres distance;
  Metres irregularity;
  Siting tx_siting = Siting::Random;
  Siting rx_siting = Siting::Random;
};

struct Prepared;  // what depends on the radio alone

class Model {
 public:
  static Result<Model> make(const Radio& radio, const Statistics& statistics);

  // FailedPrecondition "unknown terrain" where the profile has an unknown height.
  [[nodiscard]] Result<Answer> over(const PathProfile& profile) const;
  [[nodiscard]] Result<Answer> over(const RoughGround& ground) const;

  // Of the radio itself, whatever the path.
  [[nodiscard]] std::uint32_t warnings() const;

  [[nodiscard]] const Prepared& prepared() const { return *prepared_; }

 private:
  explicit Model(std::shared_ptr<const Prepared> prepared) : prepared_{std::move(prepared)} {}
  std::shared_ptr<const Prepared> prepared_;
};

}  // namespace karkara::propagation::itm
