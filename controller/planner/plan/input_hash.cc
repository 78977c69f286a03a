// The input's hash. Members of each struct are taken apart by name, all of them: a new member does not compile before
// somebody says here whether it changes the plan. The test changes each in turn.
#include <bit>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "common/fnv1a.h"
#include "controller/planner/plan/plan_input.h"

namespace karkara::planner {
namespace {

// Raised when propagation, the tables of links or what bounds prove changes: a plan found before is of another input
// then, and its bound is proven anew.
constexpr std::uint64_t kModelVersion = 2;

constexpr std::uint64_t kByHand = 0x9E37'79B9'7F4A'7C15U;

template <class T>
concept IsQuantity = requires(const T& one) {
  { one.value() } -> std::same_as<double>;
}
&&std::is_constructible_v<T, double>;

class InputHash {
 public:
  void add(std::uint64_t number) {
    for (unsigned byte = 0; byte < 8; ++byte) {
      hash_ = (hash_ ^ ((number >> (8 * byte)) & 0xFFU)) * 0x100'0000'01b3U;
    }
  }
  void add(std::string_view text) { add(fnv1a(text)); }

  template <class... Members>
  void all(const Members&... members) {
    (one(members), ...);
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  void one(const std::string& text) { add(std::string_view{text}); }
  void one(double number) { add(std::bit_cast<std::uint64_t>(number)); }
  template <class T>
  void one(const std::optional<T>& maybe) {
    add(std::uint64_t{maybe.has_value()});
    if (maybe) {
      one(*maybe);
    }
  }
  template <class T>
  void one(const std::vector<T>& list) {
    add(std::uint64_t{list.size()});
    for (const T& item : list) {
      one(item);
    }
  }
  template <class T>
  void one(const T& value) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      add(static_cast<std::uint64_t>(value));
    } else if constexpr (IsQuantity<T>) {
      one(value.value());
    } else {
      members(*this, value);  // below, by the type
    }
  }

  std::uint64_t hash_ = fnv1a("");
};

void members(InputHash& hash, const Place& place) {
  const auto& [latitude, longitude] = place;
  hash.all(latitude, longitude);
}

void members(InputHash& hash, const Settlement& settlement) {
  const auto& [id, name, place, people, code, row, schools, health_centres] = settlement;
  hash.all(id, name, place, people, code, schools, health_centres);  // not where in its file it stood
}

void members(InputHash& hash, const Incidence& lists) {
  const auto& [begin, items] = lists;
  hash.all(begin, items);
}

void members(InputHash& hash, const NetworkSource& network) {
  const auto& [owner, tower, place] = network;
  hash.all(owner, tower, place);
}

void members(InputHash& hash, const ExistingMast& mast) {
  const auto& [id, name, place, height, gateway, operates, usable, owner] = mast;
  hash.all(id, name, place, height, gateway, operates, usable, owner);
}

// A plan says how many values are assumed; from where the others are is for people.
void members(InputHash& hash, const Origin& origin) {
  const auto& [value, assumed, text] = origin;
  hash.all(value, assumed);
}

void members(InputHash& hash, const Antenna& antenna) {
  const auto& [gain, sectors, horizontal_width, vertical_width, tilt, azimuth, horizontal_floor, vertical_floor] =
      antenna;
  hash.all(gain, sectors, horizontal_width, vertical_width, tilt, azimuth, horizontal_floor, vertical_floor);
}

void members(InputHash& hash, const RateStep& step) {
  const auto& [snr, bits_per_hz] = step;
  hash.all(snr, bits_per_hz);
}

void members(InputHash& hash, const Terminal& terminal) {
  const auto& [power, gain, loss, noise_figure, height, channel] = terminal;
  hash.all(power, gain, loss, noise_figure, height, channel);
}

void members(InputHash& hash, const HopClimate::RainAt& rain) {
  const auto& [latitude, mm_per_hour] = rain;
  hash.all(latitude, mm_per_hour);
}

void members(InputHash& hash, const HopClimate& climate) {
  const auto& [log10_k, dn75, rain_mm_per_hour, rain_by_latitude] = climate;
  hash.all(log10_k, dn75, rain_mm_per_hour, rain_by_latitude);
}

void members(InputHash& hash, const propagation::p530::ClearanceRule& rule) {
  const auto& [climate, obstacle, median_k, low_k] = rule;
  hash.all(climate, obstacle, median_k, low_k);
}

void members(InputHash& hash, const Correction& correction) {
  const auto& [offset, per_decade, nearest, farthest] = correction;
  hash.all(offset, per_decade, nearest, farthest);
}

void members(InputHash& hash, const SiteCorrection& own) {
  const auto& [site, place, correction, measurements, rmse_unseen] = own;
  hash.all(site, place, correction, measurements, rmse_unseen);
}

void members(InputHash& hash, const AccessCorrection& measured) {
  const auto& [correction, measurements, sites, rmse_uncorrected, rmse_unseen, own] = measured;
  hash.all(correction, measurements, sites, rmse_uncorrected, rmse_unseen, own);
}

// Its title is for people.
void members(InputHash& hash, const RadioProfile& radio) {
  const auto& [id, title, use, frequency, channel, polarization, power, feeder_loss, antenna, eirp_limit, noise_figure,
               interference, share, up_share, rates, least_down, least_up, reach, model, time, location, terminal,
               availability, climate, clearance, measured, origins] = radio;
  hash.all(id, use, frequency, channel, polarization, power, feeder_loss, antenna, eirp_limit, noise_figure,
           interference, share, up_share, rates, least_down, least_up, reach, model, time, location, terminal,
           availability, climate, clearance, measured, origins);
}

void members(InputHash& hash, const MastPrice& mast) {
  const auto& [height, capex] = mast;
  hash.all(height, capex);
}

void members(InputHash& hash, const HopPrice& hop) {
  const auto& [profile, capex, opex, load] = hop;
  hash.all(profile, capex, opex, load);
}

void members(InputHash& hash, const WayOutPrice& way) {
  const auto& [capex, opex, load, rate] = way;
  hash.all(capex, opex, load, rate);
}

void members(InputHash& hash, const PowerPrice& power) {
  const auto& [fixed, per_panel_watt, per_battery_wh, battery_years, days_alone, depth, efficiency, clearness] = power;
  hash.all(fixed, per_panel_watt, per_battery_wh, battery_years, days_alone, depth, efficiency, clearness);
}

void members(InputHash& hash, const CostBook& book) {
  const auto& [id, currency, years, discount, masts, preparation, site_opex, relay_preparation, relay_opex,
               existing_opex, access_radio, access_load, relay_load, hops, sim, vsat, vsat_standby_opex, gateway_rate,
               sim_reach, power, origins] = book;
  hash.all(id, currency, years, discount, masts, preparation, site_opex, relay_preparation, relay_opex, existing_opex,
           access_radio, access_load, relay_load, hops, sim, vsat, vsat_standby_opex, gateway_rate, sim_reach, power,
           origins);
}

void members(InputHash& hash, const GroundKind& ground) {
  const auto& [desert_from, permittivity, conductivity, sea_level_n_units] = ground;
  hash.all(desert_from, permittivity, conductivity, sea_level_n_units);
}

void members(InputHash& hash, const PlanTarget& target) {
  const auto& [kind, share, budget] = target;
  hash.all(kind, share, budget);
}

// The seed is told beside the hash.
void members(InputHash& hash, const PlanInput& input) {
  const auto& [settlements, bonus, sim, sim_by, networks, masts, relays, access, backhaul, costs, ground, target,
               eligible_from, eligible_to, fixed, forbidden, busy_kbit_per_person, most_people, most_cut_off, seed,
               marks, cover, cover_origins] = input;
  hash.all(settlements, bonus, sim, sim_by, networks, masts, relays, access, backhaul, costs, ground, target,
           eligible_from, eligible_to, fixed, forbidden, busy_kbit_per_person, most_people, most_cut_off, marks, cover,
           cover_origins);
}

}  // namespace

std::uint64_t input_hash(const PlanInput& input, std::uint64_t terrain_hash) {
  InputHash hash;
  hash.add(kModelVersion);
  hash.add(terrain_hash);
  hash.all(input);
  return hash.value();
}

std::uint64_t hash_by_hand(std::uint64_t hash) {
  return hash ^ kByHand;
}

bool is_same_data(std::uint64_t hash, std::uint64_t other) {
  return hash == other || hash == hash_by_hand(other);
}

}  // namespace karkara::planner
