#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <set>

#include "controller/planner/propagation/diffraction_steps.h"
#include "controller/planner/propagation/p1812.h"
#include "controller/planner/propagation/p676.h"
#include "controller/planner/propagation/p838.h"
#include "tests/controller/planner/propagation/published_cases.h"

namespace karkara::published {
namespace {

using namespace propagation;

const std::string kFolder = std::string{KARKARA_SOURCE_DIR} + "/../shared/geo/validation/";

std::vector<std::string> files_of(const std::string& folder, const std::string& start) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{kFolder + folder}) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(start)) {
      names.insert(folder + "/" + name);
    }
  }
  return {names.begin(), names.end()};
}

double number(const std::vector<std::string>& row, std::size_t at) {
  return at < row.size() && !row[at].empty() ? std::stod(row[at]) : 0;
}

// A file of the ITU Study Group 3 databank.
struct Databank {
  std::vector<double> km, heights, clutter;
  std::vector<p1812::Zone> zones;
  double tx_north = 0, tx_east = 0, rx_north = 0, rx_east = 0, gradient = 0, n0 = 0;
  Rows measurements;
};

Databank databank_of(const Rows& rows) {
  Databank bank;
  bool measuring = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].empty()) {
      continue;
    }
    const std::string& key = rows[i][0];
    if (key == "{End of Measurements}") {
      measuring = false;
    }
    if (measuring) {
      bank.measurements.push_back(rows[i]);
    }
    measuring = measuring || key == "{Begin of Measurements}";
    bank.tx_north = key == "Tx LAT:" ? number(rows[i], 1) : bank.tx_north;
    bank.tx_east = key == "Tx LON:" ? number(rows[i], 1) : bank.tx_east;
    bank.rx_north = key == "Rx LAT:" ? number(rows[i], 1) : bank.rx_north;
    bank.rx_east = key == "Rx LON:" ? number(rows[i], 1) : bank.rx_east;
    bank.gradient = key == "Average annual values dN (N-units/km):" ? number(rows[i], 1) : bank.gradient;
    bank.n0 = key.starts_with("Average annual sea-level") ? number(rows[i], 1) : bank.n0;
    if (key == "Number of Points:") {
      const auto count = static_cast<std::size_t>(number(rows[i], 1));
      for (std::size_t k = 0; k < count; ++k) {
        const auto& row = rows[++i];
        bank.km.push_back(number(row, 0));
        bank.heights.push_back(number(row, 1));
        bank.clutter.push_back(number(row, 3));
        bank.zones.push_back(row.size() > 4 && !row[4].empty() ? static_cast<p1812::Zone>(std::stoi(row[4]))
                                                               : p1812::Zone::Inland);
      }
    }
  }
  return bank;
}

double middle_latitude(const Databank& bank) {  // P.2001, attachment H
  constexpr double kDegree = std::numbers::pi / 180;
  const double north_1 = bank.tx_north * kDegree;
  const double north_2 = bank.rx_north * kDegree;
  const double east = (bank.rx_east - bank.tx_east) * kDegree;
  const double r = std::sin(north_1) * std::sin(north_2) + std::cos(north_1) * std::cos(north_2) * std::cos(east);
  const double bearing =
      std::atan2(std::cos(north_1) * std::cos(north_2) * std::sin(east), std::sin(north_2) - r * std::sin(north_1));
  const double half = bank.km.back() / 2 / 6371;
  return std::asin(std::sin(north_1) * std::cos(half) + std::cos(north_1) * std::sin(half) * std::cos(bearing)) /
         kDegree;
}

void add_p1812(Outcome& outcome, const Databank& bank, const std::vector<std::string>& row, const std::string& where) {
  const p1812::Link link{Metres{number(row, 1)},
                         Metres{number(row, 3)},
                         Megahertz{number(row, 0)},
                         number(row, 4) == 1 ? Polarization::Horizontal : Polarization::Vertical,
                         Degrees{middle_latitude(bank)},
                         bank.gradient,
                         bank.n0};
  const auto answer = p1812::loss({bank.km, bank.heights, bank.clutter, bank.zones}, link, {Percent{number(row, 14)}});
  // The field strength is for the row's power, 30 dBm above 1 W being 1 kW.
  outcome.refused += answer ? 0 : 1;
  outcome.add(answer ? answer->loss.value() - number(row, 17) : 1e9, where);
}

// P.452's 17 profiles carry the diffraction loss of P.526's delta-Bullington method for the median Earth.
void add_p526(Outcome& outcome, const std::string& file) {
  const std::string profile = "p452/test_profile_" + file.substr(std::string{"p452/test_result_"}.size());
  std::vector<double> km, ground, raised;
  const Rows samples = rows_of(profile);
  for (std::size_t i = 1; i < samples.size(); ++i) {
    km.push_back(number(samples[i], 0));
    ground.push_back(number(samples[i], 1));
    raised.push_back(ground.back() + number(samples[i], 2));
  }
  // P.452-18 counts no clutter nearer than 50 m to a terminal.
  for (std::size_t i = 0; i < km.size(); ++i) {
    raised[i] = std::min(km[i], km.back() - km[i]) < 0.05 - 1e-9 ? ground[i] : raised[i];
  }
  const Rows rows = rows_of(file);
  const auto column = [&rows](const std::string& name) {
    return static_cast<std::size_t>(std::find(rows[0].begin(), rows[0].end(), name) - rows[0].begin());
  };
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto value = [&](const std::string& name) { return number(rows[i], column(name)); };
    const Ends ends{value("hts"), value("hrs")};
    const SurfacePeaks peaks = surface_peaks({km, ground}, ends, 1 / value("ae"));
    const Smooth smooth = diffraction_surface(smooth_surface(peaks, km.back()), peaks, ground.front(), ground.back());
    const Delta delta = delta_bullington_loss(
        {km, raised}, ends, smooth, value("ae"), value("f (GHz)"),
        value("pol (1-h/2-v)") == 1 ? Polarization::Horizontal : Polarization::Vertical, {{}, {80, 5}, value("omega")});
    const std::string where = file + " " + std::to_string(i);
    outcome.add(delta.loss - value("Ld50"), where + " Ld50");
    outcome.add(delta.spherical - value("Ldsph"), where + " Ldsph");
    outcome.add((smooth.tx - value("hstd")) * 1e-3, where + " hstd");
  }
}

// How far a number is from a printed one, in units of the last digit printed.
double last_digits(double ours, const std::string& printed) {
  const std::size_t point = printed.find('.');
  const double digits = point == std::string::npos ? 0 : static_cast<double>(printed.size() - point - 1);
  return (ours - std::stod(printed)) * std::pow(10.0, digits);
}

}  // namespace

Outcome p1812() {
  Outcome outcome;
  for (const std::string& file : files_of("p1812", "profiles__")) {
    const Databank bank = databank_of(rows_of(file));
    for (const auto& row : bank.measurements) {
      add_p1812(outcome, bank, row, file + " " + row[14] + " %");
    }
    ++outcome.profiles;
  }
  return outcome;
}

Outcome p526() {
  Outcome outcome;
  for (const std::string& file : files_of("p452", "test_result_")) {
    add_p526(outcome, file);
    ++outcome.profiles;
  }
  return outcome;
}

Outcome p838() {
  Outcome outcome;
  const Rows rows = rows_of("itu_rpy/ITURP838-3_rain_specific_attenuation.csv");
  for (std::size_t i = 2; i < rows.size(); ++i) {
    const auto& row = rows[i];
    const Degrees elevation{number(row, 0)};
    const Megahertz frequency{number(row, 1) * 1000};
    const Degrees tilt{number(row, 3)};
    const auto fit = p838::coefficients(frequency, elevation, tilt);
    const auto gamma = p838::per_km({number(row, 2)}, frequency, elevation, tilt);
    const std::string where = "row " + std::to_string(i + 1);
    outcome.refused += fit && gamma ? 0 : 1;
    outcome.add(fit ? last_digits(fit->k, row[4]) : 1e9, where + " k");
    outcome.add(fit ? last_digits(fit->alpha, row[5]) : 1e9, where + " alpha");
    outcome.add(gamma ? last_digits(gamma->value(), row[6]) : 1e9, where + " gamma");
    ++outcome.profiles;
  }
  return outcome;
}

Outcome p676() {
  Outcome outcome;
  const Rows rows = rows_of("itu_rpy/ITURP676-12_gamma.csv");
  for (std::size_t i = 2; i < rows.size(); ++i) {
    const auto& row = rows[i];
    const auto gamma = p676::per_km(Megahertz{number(row, 0) * 1000}, {number(row, 1), number(row, 2), number(row, 3)});
    const std::string where = "row " + std::to_string(i + 1);
    outcome.refused += gamma ? 0 : 1;
    outcome.add(gamma ? last_digits(gamma->oxygen.value(), row[4]) : 1e9, where + " oxygen");
    outcome.add(gamma ? last_digits(gamma->vapour.value(), row[5]) : 1e9, where + " vapour");
    outcome.add(gamma ? last_digits(gamma->both().value(), row[6]) : 1e9, where + " both");
    ++outcome.profiles;
  }
  return outcome;
}

}  // namespace karkara::published
