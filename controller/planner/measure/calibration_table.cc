#include "controller/planner/measure/calibration_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string_view>

#include "controller/planner/link/link_budget.h"
#include "controller/planner/outputs/text.h"

namespace karkara::planner {
namespace {

constexpr double kMostDecibels = 60;
constexpr double kMostKilometres = 1'000;
constexpr double kMostMeasurements = 1e9;
constexpr std::size_t kMostSites = 10'000;
constexpr double kSamePower = 0.1;       // dB
constexpr double kSameFrequency = 0.01;  // share

constexpr std::array<std::string_view, 20> kColumns{"radio",
                                                    "correction",
                                                    "offset_db_at_1km",
                                                    "db_per_decade",
                                                    "measurements",
                                                    "sites",
                                                    "bias_db",
                                                    "rmse_db",
                                                    "rmse_unseen_db",
                                                    "rmse_unseen_offset_db",
                                                    "rmse_unseen_slope_db",
                                                    "rmse_fitted_db",
                                                    "site",
                                                    "latitude",
                                                    "longitude",
                                                    "nearest_km",
                                                    "farthest_km",
                                                    "model",
                                                    "frequency_mhz",
                                                    "eirp_dbm"};

const char* model_name(const RadioProfile& radio) {
  return radio.model == LossModel::P1812 ? "p1812" : "itm";
}

std::string kilometres(const ProfileCalibration& one, Metres away) {
  return one.kind == CorrectionKind::None ? "" : decimal(away.value() / 1000, 3);
}

std::string row_of(const ProfileCalibration& one, const Calibration::Site* site,
                   const std::vector<RadioProfile>& radios) {
  std::string text = csv_text(one.profile) + "," + to_string(one.kind);
  const Correction& fix = one.correction;
  for (const Db value : {fix.offset, fix.per_decade}) {
    text += "," + decimal(value.value(), 2);
  }
  text += "," + std::to_string(one.before.count) + "," + std::to_string(one.sites);
  for (const Db value : {one.before.bias, one.before.rmse, one.rmse_unseen_none, one.rmse_unseen_offset,
                         one.rmse_unseen_slope, one.after.rmse}) {
    text += "," + decimal(value.value(), 2);
  }
  text += site == nullptr ? ",,,"
                          : "," + csv_text(site->site) + "," + decimal(site->mast.latitude.value(), 6) + "," +
                                decimal(site->mast.longitude.value(), 6);
  text += "," + kilometres(one, fix.nearest) + "," + kilometres(one, fix.farthest);
  const auto radio =
      std::find_if(radios.begin(), radios.end(), [&](const RadioProfile& each) { return each.id == one.profile; });
  text += radio == radios.end() ? ",,,"
                                : std::string{","} + model_name(*radio) + "," + decimal(radio->frequency.value(), 3) +
                                      "," + decimal(eirp(*radio).value(), 2);
  return text + "\n";
}

// One row, of which the first field that is wrong is remembered.
class CalibrationRow {
 public:
  CalibrationRow(const Table& table, const TableRow& row) : table_{table}, row_{row} {}

  [[nodiscard]] std::string_view text(std::string_view column) {
    const auto found = std::find(table_.columns.begin(), table_.columns.end(), column);
    const auto at = static_cast<std::size_t>(found - table_.columns.begin());
    if (at >= row_.fields.size()) {
      refuse(column);
      return {};
    }
    return row_.fields[at];
  }
  double number(std::string_view column, double low, double high) {
    const std::string_view raw = text(column);
    double value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (error != std::errc{} || end != raw.data() + raw.size() || !(value >= low && value <= high)) {
      refuse(column);
      return low;
    }
    return value;
  }
  void refuse(std::string_view column) { wrong_ = wrong_.empty() ? std::string{column} : wrong_; }
  [[nodiscard]] Status outcome() const {
    return wrong_.empty() ? Status{}
                          : Error{ErrorCode::InvalidArgument,
                                  "row " + std::to_string(row_.number) + ": " + wrong_ + " is none of a calibration"};
  }

 private:
  const Table& table_;
  const TableRow& row_;
  std::string wrong_;
};

// Nothing where the row has none.
std::optional<Correction> read_correction(CalibrationRow& row) {
  const std::string_view kind = row.text("correction");
  if (kind == to_string(CorrectionKind::None)) {
    return std::nullopt;
  }
  if (kind != to_string(CorrectionKind::Offset) && kind != to_string(CorrectionKind::OffsetAndSlope)) {
    row.refuse("correction");
  }
  Correction correction;
  correction.offset = Db{row.number("offset_db_at_1km", -kMostDecibels, kMostDecibels)};
  correction.per_decade = Db{row.number("db_per_decade", -kMostDecibels, kMostDecibels)};
  correction.nearest = Metres{1000 * row.number("nearest_km", 0, kMostKilometres)};
  correction.farthest = Metres{1000 * row.number("farthest_km", 0, kMostKilometres)};
  if (correction.farthest < correction.nearest) {
    row.refuse("farthest_km");
  }
  return correction;
}

Db read_rmse(CalibrationRow& row) {
  const std::string_view kind = row.text("correction");
  return Db{row.number(kind == to_string(CorrectionKind::None)     ? "rmse_unseen_db"
                       : kind == to_string(CorrectionKind::Offset) ? "rmse_unseen_offset_db"
                                                                   : "rmse_unseen_slope_db",
                       0, 1000)};
}

// What was measured is the radio that asks.
Status check_radio(CalibrationRow& row, const RadioProfile& radio) {
  const std::string_view model = row.text("model");
  const double frequency = row.number("frequency_mhz", 1, 1e6);
  const double power = row.number("eirp_dbm", -100, 200);
  if (const Status read = row.outcome(); !read.ok()) {
    return read;
  }
  if (model == model_name(radio) && std::abs(frequency / radio.frequency.value() - 1) <= kSameFrequency &&
      std::abs(power - eirp(radio).value()) <= kSamePower) {
    return {};
  }
  char text[200];
  std::snprintf(
      text, sizeof text, "was measured against another radio: %.6s at %.1f MHz with %.1f dBm, not %s, %.1f, %.1f",
      std::string{model}.c_str(), frequency, power, model_name(radio), radio.frequency.value(), eirp(radio).value());
  return Error{ErrorCode::FailedPrecondition, radio.id + ": the calibration " + text};
}

Status take_row(CalibrationRow& row, AccessCorrection& into, bool& found) {
  const std::string site{row.text("site")};
  const auto correction = read_correction(row);
  const Db rmse = read_rmse(row);
  const auto count = static_cast<std::size_t>(row.number("measurements", 0, kMostMeasurements));
  if (site.empty()) {
    if (found) {
      row.refuse("radio");  // twice
    }
    found = true;
    into.correction = correction.value_or(Correction{});
    into.measurements = count;
    into.sites = static_cast<std::size_t>(row.number("sites", 0, kMostMeasurements));
    into.rmse_uncorrected = Db{row.number("rmse_unseen_db", 0, 1000)};
    into.rmse_unseen = rmse;
  } else if (correction) {
    if (into.own.size() >= kMostSites) {
      row.refuse("site");
    }
    const double latitude = row.number("latitude", -90, 90);
    into.own.push_back(
        {site, {Degrees{latitude}, Degrees{row.number("longitude", -180, 180)}}, *correction, count, rmse});
  }
  return row.outcome();
}

}  // namespace

std::string calibration_csv(const Calibration& calibration, const std::vector<RadioProfile>& radios) {
  std::string text;
  for (const std::string_view column : kColumns) {
    text += (text.empty() ? "" : ",") + std::string{column};
  }
  text += "\n";
  for (const ProfileCalibration& one : calibration.profiles) {
    text += row_of(one, nullptr, radios);
  }
  for (const Calibration::Site& site : calibration.sites) {
    text += row_of(site.own, &site, radios);
  }
  return text;
}

Result<AccessCorrection> correction_from(const Table& table, const RadioProfile& radio) {
  for (const std::string_view column : kColumns) {
    if (std::find(table.columns.begin(), table.columns.end(), column) == table.columns.end()) {
      return Error{ErrorCode::InvalidArgument, "is no calibration: it has no column " + std::string{column}};
    }
  }
  AccessCorrection correction;
  bool found = false;
  for (const TableRow& each : table.rows) {
    CalibrationRow row{table, each};
    if (row.text("radio") != radio.id) {
      continue;
    }
    for (const Status& status : {check_radio(row, radio), take_row(row, correction, found)}) {
      if (!status.ok()) {
        return status.error();
      }
    }
  }
  return found ? Result<AccessCorrection>{std::move(correction)}
               : Error{ErrorCode::NotFound, "has no measurements of the radio " + radio.id};
}

}  // namespace karkara::planner
