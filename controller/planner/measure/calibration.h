// How far a model is from what was measured, by site and by radio, and what a correction would gain. The gain is judged
// on sites that the correction has not seen (one site left out in turn; with one site, one stretch of distances), so a
// correction that only remembers is found out. Refuses to correct anything by itself: calibration_table.h writes it
// down, and whoever asks for that file gets it, with its error.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/units.h"
#include "controller/planner/link/correction.h"

namespace karkara::planner {

// One measurement and what the model says there.
struct Compared {
  std::string site;
  std::string profile;
  Metres away;
  Dbm measured;
  Dbm predicted;  // for half of the time and of the places, as medians are
  Place mast{};
};

struct ModelError {
  std::size_t count = 0;
  Db bias;       // mean of measured less predicted: above 0, the model is pessimistic
  Db rmse;       // with the bias
  Db deviation;  // without it
  Db worst;      // greatest distance between both
};

[[nodiscard]] ModelError model_error(const std::vector<Compared>& compared);

enum class CorrectionKind { None, Offset, OffsetAndSlope };

struct ProfileCalibration {
  std::string profile;
  std::size_t sites = 0;
  ModelError before;
  CorrectionKind kind = CorrectionKind::None;  // the one that does best on what it has not seen
  Correction correction;                       // fitted to all
  Db rmse_unseen_none;                         // on what was left out: uncorrected, and with each kind
  Db rmse_unseen_offset;
  Db rmse_unseen_slope;  // infinite where distances differ too little for a slope
  ModelError after;      // on what it was fitted to: shown beside the former, not instead of it
};

struct Calibration {
  std::vector<ProfileCalibration> profiles;  // by name
  struct Site {
    std::string site;
    std::string profile;
    ModelError error;  // uncorrected
    Place mast;
    ProfileCalibration own;  // what its measurements alone would have it
  };
  std::vector<Site> sites;  // by profile, then name
};

[[nodiscard]] Calibration calibrate(const std::vector<Compared>& compared);

[[nodiscard]] const char* to_string(CorrectionKind kind);
// On what was left out, with the correction that was chosen.
[[nodiscard]] Db rmse_of_choice(const ProfileCalibration& calibration);

}  // namespace karkara::planner
