#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "controller/planner/existing/mast_import.h"
#include "controller/planner/link/access_model.h"
#include "controller/planner/measure/calibration.h"
#include "controller/planner/measure/calibration_table.h"
#include "controller/planner/measure/measurement_import.h"
#include "controller/planner/outputs/text.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/list_texts.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/table_files.h"

namespace karkara::planner {
namespace {

constexpr double kOtherFrequency = 0.1;  // share by which a measurement may differ from the radio's frequency

Result<MeasurementImport> read_measurements(const CheckMeasurements& command, bool tell, std::FILE* notes) {
  const auto table = read_table(command.file);
  const auto country = areas_in(command.country);
  if (!table || !country) {
    return !table ? table.error() : country.error();
  }
  auto import = import_measurements(*table, *country);
  if (!import) {
    return import.error().in(command.file);
  }
  if (tell) {
    tell_problems(notes, command.file, table->problems);
    tell_problems(notes, command.file, import->problems);
  } else if (!import->problems.empty() || !table->problems.empty()) {
    std::fprintf(notes, "%s: %zu doubts; 'karkara-plan check measurements' tells them\n", command.file.c_str(),
                 import->problems.size() + table->problems.size());
  }
  return import;
}

// Measurements beside the model's word; what cannot be compared is counted by its reason.
class Comparison {
 public:
  Comparison(const CalibrateCommand& command, const std::vector<Mast>& masts, const std::vector<RadioProfile>& radios,
             const TerrainView& terrain)
      : command_{command}, radios_{radios}, terrain_{terrain} {
    for (const Mast& mast : masts) {
      masts_.emplace(mast.id, &mast);
      if (!mast.name.empty()) {
        masts_.emplace(mast.name, &mast);
      }
    }
  }

  void add(const LocalMedian& median) {
    const auto mast = masts_.find(median.site);
    const RadioProfile* radio = radio_of(median);
    if (mast == masts_.end()) {
      ++skipped["of a site that is not in the list of masts"];
    } else if (!mast->second->height) {
      ++skipped["of a mast whose height is unknown"];
    } else if (radio == nullptr) {
      ++skipped["of a radio that was not given"];
    } else if (is_other_frequency(median, *radio)) {
      ++skipped["at another frequency than the radio's"];
    } else {
      compare(median, *mast->second, *radio);
    }
  }

  std::vector<Compared> compared;
  std::vector<LocalMedian> at;  // as long
  std::map<std::string, std::size_t> skipped;
  std::size_t known_receivers = 0;  // of those compared: at a mast of the list, and as the command line says
  std::size_t told_receivers = 0;

 private:
  [[nodiscard]] const RadioProfile* radio_of(const LocalMedian& median) const {
    for (const RadioProfile& radio : radios_) {
      if (radio.id == median.profile) {
        return &radio;
      }
    }
    return radios_.size() == 1 && median.profile.empty() ? &radios_.front() : nullptr;
  }

  static bool is_other_frequency(const LocalMedian& median, const RadioProfile& radio) {
    return median.frequency && std::abs(*median.frequency / radio.frequency - 1) > kOtherFrequency;
  }

  void compare(const LocalMedian& median, const Mast& mast, const RadioProfile& radio) {
    const auto profile = profile_between(terrain_, mast.place, median.place, kProfileStep, Sampling::Bilinear);
    if (!profile || !profile->is_known()) {
      ++skipped["over unknown ground"];
      return;
    }
    const Receiver receiver = receiver_of(median, radio);
    const AccessModel* model = model_of(radio, *mast.height, receiver.height);
    const propagation::PathProfile path = path_over(*profile);
    const auto loss = model == nullptr ? Result<Db>{Error{}} : model->loss(path, 0, mast.place);
    if (!loss) {
      ++skipped["on paths that the model refuses"];
      return;
    }
    const bool all_around = radio.antenna.horizontal_width.value() >= 360;
    const Db pattern = model->pattern(path, 0, all_around ? Degrees{0} : bearing(mast.place, median.place));
    const Dbm sent = mast.eirp.value_or(eirp(radio));
    compared.push_back({median.site, radio.id, distance(mast.place, median.place), median.level,
                        sent - pattern - *loss + receiver.gain, mast.place});
    at.push_back(median);
    (receiver.of_list ? known_receivers : told_receivers) += 1;
  }

  struct Receiver {
    Metres height;
    Db gain;
    bool of_list = false;  // its height is known
  };

  // A drive test's antenna is what the command line says. A site that heard another has the same radio on its own mast.
  [[nodiscard]] Receiver receiver_of(const LocalMedian& median, const RadioProfile& radio) const {
    const auto site = median.heard_by.empty() ? masts_.end() : masts_.find(median.heard_by);
    const bool known = site != masts_.end() && site->second->height.has_value();
    const Db own = median.heard_by.empty() ? Db{0} : radio.antenna.gain - radio.feeder_loss;
    return {known ? *site->second->height : command_.receiver_height,
            command_.receiver_gain ? Db{*command_.receiver_gain} : own, known};
  }

  // At its median: what a radio file asks of time and places beyond it is a margin, and no measurement's fault.
  const AccessModel* model_of(const RadioProfile& radio, Metres height, Metres receiver) {
    auto& model = models_[{radio.id, height.value(), receiver.value()}];
    if (!model) {
      RadioProfile heard = radio;
      heard.time = heard.location = Percent{50};
      heard.terminal.height = receiver;
      auto made = AccessModel::make(heard, {height}, GroundKind{});
      model = made ? std::optional{std::move(*made)} : std::nullopt;
    }
    return model ? &*model : nullptr;
  }

  const CalibrateCommand& command_;
  const std::vector<RadioProfile>& radios_;
  const TerrainView& terrain_;
  std::map<std::string, const Mast*> masts_;
  std::map<std::tuple<std::string, double, double>, std::optional<AccessModel>> models_;
};

void print_calibration(std::FILE* out, const Calibration& calibration) {
  std::fprintf(out, "%-20s %-12s %6s %8s %8s %8s %8s\n", "site", "radio", "count", "bias", "RMSE", "spread", "worst");
  for (const auto& site : calibration.sites) {
    std::fprintf(out, "%-20s %-12s %6zu %+8.1f %8.1f %8.1f %8.1f\n", clean_utf8(site.site).c_str(),
                 site.profile.c_str(), site.error.count, site.error.bias.value(), site.error.rmse.value(),
                 site.error.deviation.value(), site.error.worst.value());
  }
  for (const ProfileCalibration& one : calibration.profiles) {
    std::fprintf(out, "\n%s: %zu measurements of %zu sites; measured less predicted: bias %+.1f dB, RMSE %.1f dB\n",
                 one.profile.c_str(), one.before.count, one.sites, one.before.bias.value(), one.before.rmse.value());
    std::fprintf(out, "  on %s left out in turn: RMSE %.1f dB uncorrected, %.1f dB with an offset",
                 one.sites > 1 ? "sites" : "distances (one site: take it for less)", one.rmse_unseen_none.value(),
                 one.rmse_unseen_offset.value());
    if (std::isfinite(one.rmse_unseen_slope.value())) {
      std::fprintf(out, ", %.1f dB with a slope", one.rmse_unseen_slope.value());
    }
    std::fprintf(out, "\n  correction: %s", to_string(one.kind));
    if (one.kind != CorrectionKind::None) {
      std::fprintf(out, ", %+.1f dB at 1 km, %+.1f dB a decade; RMSE on what it was fitted to %.1f dB",
                   one.correction.offset.value(), one.correction.per_decade.value(), one.after.rmse.value());
    }
    std::fputs("\n", out);
  }
  for (const auto& site : calibration.sites) {
    if (site.own.kind != CorrectionKind::None) {
      std::fprintf(out, "%s, %s: of its own %+.1f dB at 1 km, %+.1f dB a decade; RMSE %.1f dB on distances left out\n",
                   clean_utf8(site.site).c_str(), site.profile.c_str(), site.own.correction.offset.value(),
                   site.own.correction.per_decade.value(), rmse_of_choice(site.own).value());
    }
  }
}

std::string residuals_csv(const Comparison& comparison) {
  std::string text =
      "site,radio,latitude,longitude,distance_km,measured_dbm,predicted_dbm,measured_less_predicted_db,row\n";
  for (std::size_t i = 0; i < comparison.compared.size(); ++i) {
    const Compared& one = comparison.compared[i];
    const Place& place = comparison.at[i].place;
    text += csv_text(one.site) + "," + csv_text(one.profile) + "," + decimal(place.latitude.value(), 6) + "," +
            decimal(place.longitude.value(), 6) + "," + decimal(one.away.value() / 1000, 3) + "," +
            decimal(one.measured.value(), 1) + "," + decimal(one.predicted.value(), 1) + "," +
            decimal((one.measured - one.predicted).value(), 1) + "," + std::to_string(comparison.at[i].row) + "\n";
  }
  return text;
}

Result<std::vector<RadioProfile>> read_radios(const std::vector<std::string>& paths) {
  std::vector<RadioProfile> radios;
  for (const std::string& path : paths) {
    auto radio = read_radio(path);
    if (!radio) {
      return radio.error();
    }
    radios.push_back(*std::move(radio));
  }
  return radios;
}

}  // namespace

int run_check(const CheckMeasurements& command, const JobStreams& streams) {
  const auto import = read_measurements(command, true, streams.notes);
  if (!import) {
    return fail_job(streams.notes, import.error());
  }
  const auto medians = local_medians(import->samples, command.square);
  struct SiteSums {
    std::size_t samples = 0, medians = 0;
    double weakest = 0, strongest = -999;
  };
  std::map<std::string, SiteSums> sites;
  for (const LocalMedian& median : medians) {
    SiteSums& site = sites[median.site];
    site.samples += median.samples;
    ++site.medians;
    site.weakest = std::min(site.weakest, median.level.value());
    site.strongest = std::max(site.strongest, median.level.value());
  }
  for (const auto& [name, site] : sites) {
    std::fprintf(streams.out, "%s: %zu samples, %zu medians, %.1f to %.1f dBm\n", clean_utf8(name).c_str(),
                 site.samples, site.medians, site.weakest, site.strongest);
  }
  std::fprintf(streams.out, "%zu samples of %zu sites, %zu medians over %.0f m; %zu doubts, %zu rows left out\n",
               import->samples.size(), sites.size(), medians.size(), command.square.value(), import->problems.size(),
               left_out(import->problems));
  if (!command.output.empty()) {
    if (const Status written = write_text_file(command.output, measurements_csv(import->samples)); !written.ok()) {
      return fail_job(streams.notes, written.error());
    }
  }
  return import->problems.empty() ? kDone : kDoubtful;
}

int run_calibrate(const CalibrateCommand& command, const JobStreams& streams) {
  const auto import = read_measurements(command.measurements, false, streams.notes);
  const auto table = read_table(command.masts);
  const auto radios = read_radios(command.radios);
  if (!import || !table || !radios) {
    return fail_job(streams.notes, !import ? import.error() : !table ? table.error() : radios.error());
  }
  const auto masts = import_masts(*table, Areas{{}});
  const auto terrain = read_ground(command.terrain, command.cover, command.scratch, streams.notes);
  if (!masts || !terrain) {
    return fail_job(streams.notes, !masts ? masts.error().in(command.masts) : terrain.error());
  }
  Comparison comparison{command, masts->masts, *radios, *terrain};
  for (const LocalMedian& median : local_medians(import->samples, command.measurements.square)) {
    comparison.add(median);
  }
  for (const auto& [why, count] : comparison.skipped) {
    std::fprintf(streams.notes, "%s: %zu medians left out: %s\n", command.measurements.file.c_str(), count,
                 why.c_str());
  }
  if (comparison.compared.empty()) {
    return fail_job(streams.notes, {ErrorCode::FailedPrecondition, "no measurement can be compared with the model"});
  }
  if (comparison.known_receivers > 0) {
    std::fprintf(streams.notes, "%s: %zu medians were heard on masts of known height, %zu at %.1f m\n",
                 command.measurements.file.c_str(), comparison.known_receivers, comparison.told_receivers,
                 command.receiver_height.value());
  }
  const Calibration calibration = calibrate(comparison.compared);
  print_calibration(streams.out, calibration);
  for (const auto& [path, text] : {std::pair{command.output, calibration_csv(calibration, *radios)},
                                   std::pair{command.residuals, residuals_csv(comparison)}}) {
    if (path.empty()) {
      continue;
    }
    if (const Status written = write_text_file(path, text); !written.ok()) {
      return fail_job(streams.notes, written.error());
    }
  }
  return comparison.skipped.empty() ? kDone : kDoubtful;
}

}  // namespace karkara::planner
