// What a plan rests on: its hash, and ids of sites that must and must not be.
#include <gmock/gmock.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Visits each member with its name, from the list that the structured binding must match: a new member does not
// compile.
template <class Visit, class... Members>
void visit_members(const Visit& visit, std::string_view names, Members&... members) {
  const auto one = [&](auto& member) {
    const std::size_t comma = names.find(", ");
    visit(std::string{names.substr(0, comma)}, member);
    names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 2);
  };
  (one(members), ...);
}

#define KARKARA_MEMBERS(Type, ...)                   \
  template <class Visit>                             \
  void members_of(Type& whole, const Visit& visit) { \
    auto& [__VA_ARGS__] = whole;                     \
    visit_members(visit, #__VA_ARGS__, __VA_ARGS__); \
  }

KARKARA_MEMBERS(Place, latitude, longitude)
KARKARA_MEMBERS(Settlement, id, name, place, people, code, row, schools, health_centres)
KARKARA_MEMBERS(Incidence, begin, items)
KARKARA_MEMBERS(NetworkSource, owner, tower, place)
KARKARA_MEMBERS(ExistingMast, id, name, place, height, gateway, operates, usable, owner)
KARKARA_MEMBERS(Origin, value, assumed, text)
KARKARA_MEMBERS(Antenna, gain, sectors, horizontal_width, vertical_width, tilt, azimuth, horizontal_floor,
                vertical_floor)
KARKARA_MEMBERS(RateStep, snr, bits_per_hz)
KARKARA_MEMBERS(Terminal, power, gain, loss, noise_figure, height, channel)
KARKARA_MEMBERS(HopClimate::RainAt, latitude, mm_per_hour)
KARKARA_MEMBERS(HopClimate, log10_k, dn75, rain_mm_per_hour, rain_by_latitude)
KARKARA_MEMBERS(propagation::p530::ClearanceRule, climate, obstacle, median_k, low_k)
KARKARA_MEMBERS(Correction, offset, per_decade, nearest, farthest)
KARKARA_MEMBERS(SiteCorrection, site, place, correction, measurements, rmse_unseen)
KARKARA_MEMBERS(AccessCorrection, correction, measurements, sites, rmse_uncorrected, rmse_unseen, own)
KARKARA_MEMBERS(RadioProfile, id, title, use, frequency, channel, polarization, power, feeder_loss, antenna, eirp_limit,
                noise_figure, interference, share, up_share, rates, least_down, least_up, reach, model, time, location,
                terminal, availability, climate, clearance, measured, origins)
KARKARA_MEMBERS(MastPrice, height, capex)
KARKARA_MEMBERS(HopPrice, profile, capex, opex, load)
KARKARA_MEMBERS(WayOutPrice, capex, opex, load, rate)
KARKARA_MEMBERS(PowerPrice, fixed, per_panel_watt, per_battery_wh, battery_years, days_alone, depth, efficiency,
                clearness)
KARKARA_MEMBERS(CostBook, id, currency, years, discount, masts, preparation, site_opex, relay_preparation, relay_opex,
                existing_opex, access_radio, access_load, relay_load, hops, sim, vsat, vsat_standby_opex, gateway_rate,
                sim_reach, power, origins)
KARKARA_MEMBERS(GroundKind, desert_from, permittivity, conductivity, sea_level_n_units)
KARKARA_MEMBERS(PlanTarget, kind, share, budget)
KARKARA_MEMBERS(PlanInput, settlements, bonus, sim, sim_by, networks, masts, relays, access, backhaul, costs, ground,
                target, eligible_from, eligible_to, fixed, forbidden, busy_kbit_per_person, most_people, most_cut_off,
                seed, marks, cover, cover_origins)
#undef KARKARA_MEMBERS

using Look = std::function<void(const std::string& path)>;

template <class T>
void look_at(T& value, const std::string& path, const Look& look);

template <class T>
void look_at_changed(T& value, T changed, const std::string& path, const Look& look) {
  std::swap(value, changed);
  look(path);
  std::swap(value, changed);
}

template <class T>
void look_at(std::optional<T>& maybe, const std::string& path, const Look& look) {
  ASSERT_TRUE(maybe.has_value()) << path << ": give the sample one";
  look_at_changed(maybe, std::optional<T>{}, path + " none", look);
  look_at(*maybe, path, look);
}

template <class T>
void look_at(std::vector<T>& list, const std::string& path, const Look& look) {
  ASSERT_FALSE(list.empty()) << path << ": give the sample one";
  std::vector<T> longer = list;
  longer.emplace_back();
  look_at_changed(list, longer, path + " longer", look);
  look_at(list[0], path, look);
}

template <class T>
void look_at(T& value, const std::string& path, const Look& look) {
  if constexpr (std::is_same_v<T, std::string>) {
    look_at_changed(value, value + "x", path, look);
  } else if constexpr (std::is_same_v<T, bool>) {
    look_at_changed(value, !value, path, look);
  } else if constexpr (std::is_enum_v<T>) {
    look_at_changed(value, static_cast<T>(static_cast<int>(value) + 1), path, look);
  } else if constexpr (std::is_arithmetic_v<T>) {
    look_at_changed(value, static_cast<T>(value + 1), path, look);
  } else if constexpr (requires { T{value.value() + 1.0}; }) {
    look_at_changed(value, T{value.value() + 1.0}, path, look);
  } else {
    members_of(value, [&](const std::string& name, auto& member) {
      look_at(member, path.empty() ? name : path + "." + name, look);
    });
  }
}

// With at least one of everything.
PlanInput full_input() {
  PlanInput input = strewn_country(2, 0.2, 1);
  input.bonus = {1, 2};
  input.sim = {1, 0};
  input.networks = {{"Zamani", "T1", input.settlements[0].place}};
  input.sim_by.push_back(std::vector<std::uint32_t>{0});
  input.masts = {{"m", "M", input.settlements[0].place, Metres{40}, true, true, true, "Zamani"}};
  input.relays = {input.settlements[1].place};
  for (RadioProfile* radio : {&input.access, &input.backhaul[0]}) {
    radio->climate.rain_by_latitude = {{Degrees{13}, 60}};
    radio->measured.emplace();
    radio->measured->own.emplace_back();
    radio->origins = {{"power", true, "assumed"}};
  }
  input.costs.vsat_standby_opex = 100;
  input.costs.origins = {{"vsat.capex", true, "assumed"}};
  input.fixed = {"0"};
  input.forbidden = {"1"};
  input.most_cut_off = 1'000;
  input.marks = {"assumed"};
  input.cover_origins = {{"10", true, "assumed"}};
  return input;
}

TEST(PlanInput, HashChangesWithWhateverChangesThePlan) {
  PlanInput input = full_input();
  const std::uint64_t hash = input_hash(input, 7);
  EXPECT_EQ(input_hash(full_input(), 7), hash);
  EXPECT_NE(input_hash(input, 8), hash);
  // Where a row stood and what is written for people alone; the seed is told beside the hash.
  const std::set<std::string> unheard{
      "settlements.row",       "access.title",       "backhaul.title",     "access.origins.text",
      "backhaul.origins.text", "costs.origins.text", "cover_origins.text", "seed"};
  std::size_t heard = 0;
  look_at(input, "", [&](const std::string& path) {
    EXPECT_EQ(input_hash(input, 7) == hash, unheard.contains(path)) << path;
    ++heard;
  });
  EXPECT_GT(heard, 200U);
}

std::vector<std::string> ids_of(const Plan& plan) {
  std::vector<std::string> ids;
  for (const PlanSite& site : plan.sites) {
    ids.push_back(site.id);
  }
  return ids;
}

PlanInput country_with_mast() {
  PlanInput input = country_of({village("a", 13, 2, 500), village("b", 13, 2.02, 500)});
  input.masts = {{"m", "M", {Degrees{13}, Degrees{2.1}}, Metres{60}},
                 {"low", "Low", {Degrees{13}, Degrees{2}}, Metres{3}}};
  return input;
}

TEST(SiteWishes, AStandingMastCarriesARadioOrIsLeftAlone) {
  PlanInput input = country_with_mast();
  const FormulaTerrain flat{{.relief = 0}};
  input.costs.existing_opex = 100'000;  // nobody would choose it
  EXPECT_THAT(ids_of(*planned(input, flat)), testing::Not(testing::Contains("m")));
  input.fixed = {"m"};
  const Plan fixed = *planned(input, flat);
  EXPECT_THAT(ids_of(fixed), testing::Contains("m"));
  EXPECT_EQ(fixed.sites.back().profile, "village");
  input.fixed.clear();
  input.costs.existing_opex = 0;
  input.masts[0].place = {Degrees{13}, Degrees{2.01}};
  input.masts[0].gateway = true;
  EXPECT_THAT(ids_of(*planned(input, flat)), ElementsAre("m"));
  input.forbidden = {"m"};
  EXPECT_THAT(ids_of(*planned(input, flat)), testing::Not(testing::Contains("m")));
}

TEST(SiteWishes, RefusesWhatCannotBeMet) {
  const auto why = [](std::vector<std::string> fixed, std::vector<std::string> forbidden) {
    PlanInput input = country_with_mast();
    input.relays = {{Degrees{13.05}, Degrees{2.05}}};
    input.fixed = std::move(fixed);
    input.forbidden = std::move(forbidden);
    const Status status = check(input);
    return status.ok() ? std::string{} : status.error().text;
  };
  EXPECT_EQ(why({"m", "a"}, {"b", "low", "relay 1"}), "");
  EXPECT_THAT(why({"low"}, {}), HasSubstr("'low' must carry a radio, but none may hang on its mast"));
  EXPECT_THAT(why({"m"}, {"m"}), HasSubstr("'m' must get a mast and must not get one"));
  EXPECT_THAT(why({"relay 1"}, {}), HasSubstr("only passes on: it can be forbidden"));
  EXPECT_THAT(why({}, {"relay 2"}), HasSubstr("'relay 2' is the id of no settlement, mast or relay"));
  EXPECT_THAT(why({"nobody"}, {}), HasSubstr("'nobody' is the id of no settlement"));
}

TEST(SiteWishes, ForbiddenHighGroundPassesNothingOn) {
  PlanInput input = country_of({village("a", 13, 2, 500), village("b", 13, 2.3, 500)});
  input.fixed = {"a", "b"};
  input.relays = {{Degrees{13}, Degrees{2.15}}};
  SerialExecutor executor;
  const FormulaTerrain flat{{.relief = 0}};
  EXPECT_TRUE(make_model(input, flat, executor, {})->nodes[2].relays);
  input.forbidden = {"relay 1"};
  EXPECT_FALSE(make_model(input, flat, executor, {})->nodes[2].relays);
}

// The fleet's site often has the id of the settlement that it serves: one mast is enough there.
TEST(SiteWishes, TheStandingMastGoesBeforeTheSettlementOfItsId) {
  PlanInput input = country_with_mast();
  input.masts[0].id = "a";
  input.masts[0].place = input.settlements[0].place;
  input.fixed = {"a"};
  SerialExecutor executor;
  EXPECT_THAT(make_model(input, FormulaTerrain{{.relief = 0}}, executor, {})->forced, ElementsAre(2U));
  input.masts[0].usable = false;
  EXPECT_THAT(make_model(input, FormulaTerrain{{.relief = 0}}, executor, {})->forced, ElementsAre(0U));
}

}  // namespace
}  // namespace karkara::planner
