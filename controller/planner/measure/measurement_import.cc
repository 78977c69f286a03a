#include "controller/planner/measure/measurement_import.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <tuple>

#include "controller/planner/people/list_reading.h"
#include "controller/planner/people/number_text.h"

namespace karkara::planner {
namespace {

using Name = std::string_view;

constexpr std::array<Name, 14> kLevel{"dbm",   "level_dbm", "signal_dbm", "rsrp",      "rsrp_dbm",
                                      "rssi",  "rssi_dbm",  "rscp",       "rxlev",     "signal",
                                      "level", "niveau",    "power_dbm",  "niveau_dbm"};
constexpr std::array<Name, 4> kInMegahertz{"frequency_mhz", "freq_mhz", "mhz", "frequence_mhz"};
constexpr std::array<Name, 4> kInHertz{"frequency_hz", "freq_hz", "hz", "frequence_hz"};
constexpr std::array<Name, 4> kInGigahertz{"frequency_ghz", "freq_ghz", "ghz", "frequence_ghz"};
constexpr std::array<Name, 3> kUnsaid{"frequency", "freq", "frequence"};
constexpr std::array<Name, 10> kSite{"site",  "site_id", "cell",    "cell_id", "bts",
                                     "tower", "mast",    "station", "emitter", "transmitter"};
constexpr std::array<Name, 5> kProfile{"profile", "radio", "technology", "technologie", "techno"};
constexpr std::array<Name, 5> kTime{"time", "timestamp", "date", "datetime", "heure"};
constexpr std::array<Name, 4> kHeardBy{"heard_by", "receiver", "measured_by", "recepteur"};
constexpr double kWeakest = -160;  // dBm: below the noise of a kilohertz
constexpr double kStrongest = 0;   // beside the antenna
constexpr double kLowest = 20;     // MHz
constexpr double kHighest = 100'000;

class MeasurementReading {
 public:
  MeasurementReading(const Table& table, const Areas& country) : table_{table}, list_{table, country} {
    const ColumnNames& names = list_.columns();
    level_ = names.find(kLevel);
    site_ = names.find(kSite);
    profile_ = names.find(kProfile);
    time_ = names.find(kTime);
    heard_by_ = names.find(kHeardBy);
    frequencies_ = {FrequencyColumn{names.find(kInMegahertz), 1}, FrequencyColumn{names.find(kInGigahertz), 1e3},
                    FrequencyColumn{names.find(kInHertz), 1e-6}, FrequencyColumn{names.find(kUnsaid), 0}};
  }

  [[nodiscard]] std::string missing() const {
    return !list_.has_places() ? "places (lat/lon, latitude/longitude or y/x, or a geometry)"
           : !level_           ? "levels (dbm, rsrp, rssi, rxlev, level, niveau)"
           : !site_            ? "sites (site, site_id, cell, bts, tower, station)"
                               : "";
  }

  MeasurementImport run() {
    for (const TableRow& row : table_.rows) {
      take(row);
    }
    result_.problems = list_.take_doubts();
    return std::move(result_);
  }

 private:
  struct FrequencyColumn {
    std::optional<std::size_t> column;
    double in_megahertz = 1;  // 0: the unit is not said
  };

  void take(const TableRow& row) {
    Measurement sample;
    sample.row = row.number;
    sample.site = field_of(row, site_);
    sample.profile = field_of(row, profile_);
    const std::string text = field_of(row, level_);
    const auto level = parse_level(text);
    if (!level || *level < kWeakest || *level >= kStrongest) {
      const bool no_sign = level && *level > 0 && -*level > kWeakest;
      refuse(row, "'" + text + "' is no received level in dBm" + (no_sign ? " (its sign is missing?)" : ""));
      return;
    }
    sample.level = Dbm{*level};
    if (sample.site.empty()) {
      refuse(row, "does not say which site it heard");
      return;
    }
    const auto place = list_.place_of(row);
    if (!place) {
      return;
    }
    sample.place = *place;
    sample.frequency = frequency_of(row);
    sample.time = field_of(row, time_);
    sample.heard_by = field_of(row, heard_by_);
    const auto key = std::make_tuple(sample.site, sample.profile, sample.level.value(), place->latitude.value(),
                                     place->longitude.value(), sample.time + "\n" + sample.heard_by);
    const auto [first, is_new] = rows_.emplace(key, row.number);
    if (!is_new) {
      list_.doubt(row.number, ImportDoubt::Duplicate,
                  "the same as row " + std::to_string(first->second) + "; left out");
      return;
    }
    result_.samples.push_back(std::move(sample));
  }

  static std::optional<double> parse_level(std::string text) {
    for (const Name unit : {"dBm", "dbm", "DBM"}) {
      if (text.ends_with(unit)) {
        text.resize(text.size() - unit.size());
      }
    }
    const auto angle = text.empty() || text.find_first_not_of("0123456789+-., ") != std::string::npos
                           ? std::nullopt
                           : parse_angle(text);  // it knows decimal commas
    return angle && !angle->had_minutes ? std::optional{angle->degrees} : std::nullopt;
  }

  std::optional<Megahertz> frequency_of(const TableRow& row) {
    for (const FrequencyColumn& known : frequencies_) {
      const std::string text = field_of(row, known.column);
      if (text.empty()) {
        continue;
      }
      const auto number = parse_level(text);
      double megahertz = number.value_or(0) * known.in_megahertz;
      if (number && known.in_megahertz == 0) {
        megahertz = unsaid(row, *number);
      }
      if (megahertz >= kLowest && megahertz <= kHighest) {
        return Megahertz{megahertz};
      }
      list_.doubt(row.number, ImportDoubt::UnknownValue,
                  "frequency '" + text + "' is none; kept, its frequency is unknown");
      return std::nullopt;
    }
    return std::nullopt;
  }

  // 900 is megahertz, 900000000 hertz: no radio of a network reads both ways.
  double unsaid(const TableRow& row, double number) {
    if (number >= kLowest * 1e6) {
      list_.doubt(row.number, ImportDoubt::TakenAs,
                  "the frequency has no unit; taken as " + std::to_string(std::llround(number / 1e6)) + " MHz");
      return number / 1e6;
    }
    return number;
  }

  void refuse(const TableRow& row, std::string why) {
    list_.doubt(row.number, ImportDoubt::BadValue, std::move(why) + "; left out");
  }

  const Table& table_;
  ListReading list_;
  std::optional<std::size_t> level_, site_, profile_, time_, heard_by_;
  std::array<FrequencyColumn, 4> frequencies_;
  MeasurementImport result_;
  std::map<std::tuple<std::string, std::string, double, double, double, std::string>, std::size_t> rows_;
};

}  // namespace

Result<MeasurementImport> import_measurements(const Table& table, const Areas& country) {
  MeasurementReading reading{table, country};
  if (const std::string missing = reading.missing(); !table.rows.empty() && !missing.empty()) {
    return Error{ErrorCode::InvalidArgument, "no columns for " + missing};
  }
  return reading.run();
}

std::vector<LocalMedian> local_medians(const std::vector<Measurement>& samples, Metres square) {
  using Key = std::tuple<std::string, std::string, double, long, long, std::string>;
  std::map<Key, std::vector<const Measurement*>> squares;
  const double step = square.value() / 111'195;  // degrees of latitude
  for (const Measurement& sample : samples) {
    const double squeeze = std::max(0.01, std::cos(sample.place.latitude.value() * (std::numbers::pi / 180)));
    squares[{sample.site, sample.profile, sample.frequency.value_or(Megahertz{0}).value(),
             std::lround(std::floor(sample.place.latitude.value() / step)),
             std::lround(std::floor(sample.place.longitude.value() * squeeze / step)), sample.heard_by}]
        .push_back(&sample);
  }
  std::vector<LocalMedian> medians;
  for (auto& [key, members] : squares) {
    std::sort(members.begin(), members.end(), [](const Measurement* a, const Measurement* b) {
      return a->level != b->level ? a->level < b->level : a->row < b->row;
    });
    const Measurement& middle = *members[(members.size() - 1) / 2];
    medians.push_back({middle.place, middle.level, middle.frequency, middle.site, middle.profile, members.size(),
                       middle.row, middle.heard_by});
  }
  return medians;
}

}  // namespace karkara::planner
