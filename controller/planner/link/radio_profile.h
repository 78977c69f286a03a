// A radio as a plan sees it: what it sends and hears, with which antenna, at which rates, how far it may go. Plain
// values; where each came from stands beside it, because a plan is worth what its numbers are. Refuses to be a device's
// configuration. Read from configs/radios by controller/planner_io/radio_file, used by link_budget.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/link/correction.h"
#include "controller/planner/propagation/itm.h"
#include "controller/planner/propagation/p530.h"
#include "controller/planner/propagation/polarization.h"

namespace karkara::planner {

// Of one value in a file: taken from a source, or assumed for a reason.
struct Origin {
  std::string value;  // "antenna.gain"
  bool assumed = false;
  std::string text;  // the source, or the reason
  friend bool operator==(const Origin&, const Origin&) = default;
};

// After 3GPP TR 36.814, table A.2.1.1-2: parabolas in decibels about the beam, each side limited.
struct Antenna {
  Db gain;
  int sectors = 1;                // equal ones, all around
  Degrees horizontal_width{360};  // at 3 dB; 360: all around
  Degrees vertical_width{90};
  Degrees tilt;             // downwards
  Degrees azimuth;          // of the first sector, from north
  Db horizontal_floor{25};  // most that the pattern takes
  Db vertical_floor{20};
};

// What the pattern of the best sector takes in a direction: azimuth from north, elevation above the horizon.
[[nodiscard]] Db pattern_loss(const Antenna& antenna, Degrees azimuth, Degrees elevation);

struct RateStep {
  Db snr;                  // that it needs
  double bits_per_hz = 0;  // of the channel, before overhead
};

enum class RadioUse : unsigned char { Access, Backhaul };

// By which model an access link's loss is predicted.
enum class LossModel : unsigned char { Itm, P1812 };

// The far end of an access link: a phone, in a hand, in a house.
struct Terminal {
  Dbm power{23};
  Db gain;
  Db loss;  // hand, walls
  Db noise_figure{9};
  Metres height{1.5};
  Megahertz channel{1};  // that its power is spread over
};

// What P.530 and P.838 want to know of a region.
struct HopClimate {
  double log10_k = -3.5;         // geoclimatic factor
  double dn75 = 20;              // N-units
  double rain_mm_per_hour = 60;  // in 0.01 % of the year
  struct RainAt {
    Degrees latitude;
    double mm_per_hour = 0;
  };
  std::vector<RainAt> rain_by_latitude{};  // ascending; empty: the rate above everywhere

  // Between two latitudes of the table along a straight line, beyond its ends as at them.
  [[nodiscard]] double rain_at(Degrees latitude) const;
  // The least and the greatest anywhere.
  [[nodiscard]] std::pair<double, double> rain_range() const;
};

struct RadioProfile {
  std::string id;
  std::string title;
  RadioUse use = RadioUse::Access;
  Megahertz frequency;
  Megahertz channel;
  propagation::Polarization polarization = propagation::Polarization::Vertical;
  Dbm power;  // into the feeder
  Db feeder_loss;
  Antenna antenna;
  Dbm eirp_limit;
  Db noise_figure;
  Db interference;   // above noise
  double share = 1;  // of the channel's time and symbols that carries payload: downwards, or either way of a hop
  double up_share = 1;
  std::vector<RateStep> rates;  // ascending
  BitsPerSecond least_down;     // below it nobody counts as served; of a hop: either way
  BitsPerSecond least_up;
  Metres reach;                      // by its timing, whatever the signal
  LossModel model = LossModel::Itm;  // access only, as all that follows
  Percent time{50};                  // at which the least rates are carried; of P.1812 at most 50
  Percent location{50};
  Terminal terminal;
  Percent availability{99.9};                  // of the year, backhaul only
  HopClimate climate;                          // backhaul only
  propagation::p530::ClearanceRule clearance;  // backhaul only
  // What measurements say the model is off by; only where somebody asked for a calibration. Access only.
  std::optional<AccessCorrection> measured;
  std::vector<Origin> origins;
};

// What no single value tells: order of rates, EIRP over its limit, a least rate that no step gives.
[[nodiscard]] Status check(const RadioProfile& profile);

}  // namespace karkara::planner
