#include <cmath>

#include "controller/planner/link/hop_quality.h"
#include "controller/planner/people/number_text.h"
#include "controller/planner/plan/plan_report.h"
#include "controller/planner/plan/why_unserved.h"
#include "controller/planner/propagation/sensitivity.h"
#include "controller/planner/terrain/line_of_sight.h"
#include "controller/planner_io/calibration_file.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/search_jobs.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

Result<Place> place_of_text(const std::string& text, const std::vector<Settlement>& settlements) {
  for (const Settlement& settlement : settlements) {
    if (settlement.id == text || settlement.name == text) {
      return settlement.place;
    }
  }
  const std::size_t comma = text.find(',');
  const auto latitude = parse_angle(std::string_view{text}.substr(0, comma));
  const auto longitude =
      comma == std::string::npos ? std::nullopt : parse_angle(std::string_view{text}.substr(comma + 1));
  if (!latitude || !longitude) {
    return Error{ErrorCode::NotFound, "'" + text + "' is neither a place (13.52,2.11) nor a settlement's id or name"};
  }
  return place_from(latitude->degrees, longitude->degrees);
}

const char* words_of(propagation::Cause cause) {
  switch (cause) {
    case propagation::Cause::TerrainSampling: return "terrain sampling";
    case propagation::Cause::TerrainHeight: return "heights";
    case propagation::Cause::Refraction: return "refraction";
    case propagation::Cause::Climate: return "climate";
  }
  return "";
}

void tell_band(const char* what, const propagation::Band& band, std::FILE* out) {
  std::fprintf(out, "  %s between %.1f and %.1f dB:", what, band.low.value(), band.high.value());
  for (const propagation::Contribution& part : band.by_cause) {
    std::fprintf(out, "%s %s %.1f to %.1f", &part == &band.by_cause.front() ? "" : ",", words_of(part.cause),
                 part.low.value(), part.high.value());
  }
  if (band.refused > 0) {
    std::fprintf(out, "; %d variants are none that the model knows", band.refused);
  }
  std::fputs("\n", out);
}

void tell_sight(const Profile& profile, Metres from_mast, Metres to_mast, std::FILE* out) {
  const SightLine line = line_of_sight(profile, from_mast, to_mast, 4.0 / 3);
  if (line.clearance) {
    std::fprintf(out, "  %s at k = 4/3: tightest %.1f m %s the line, at %.1f km\n",
                 line.sight == Sight::Hidden ? "out of sight" : "in sight", std::abs(line.clearance->value()),
                 line.clearance->value() < 0 ? "above" : "below",
                 profile.spacing.value() * static_cast<double>(line.at) / 1000);
  }
}

void tell_missing(const Missing& missing, std::FILE* out) {
  if (missing.obstruction) {
    std::fprintf(out, "  the ground is in the way, tightest at %.5f, %.5f; ", missing.obstruction->latitude.value(),
                 missing.obstruction->longitude.value());
  } else {
    std::fputs("  too far even over free ground; ", out);
  }
  if (missing.height_needed.value() > 0) {
    std::fprintf(out, "a mast of %.0f m would serve\n", missing.height_needed.value());
  } else {
    std::fprintf(out, "no mast up to %.0f m would serve\n", kHighestMast.value());
  }
}

const char* words_of(HopCause cause) {
  switch (cause) {
    case HopCause::GeoclimaticFactor: return "geoclimatic factor";
    case HopCause::RefractivityGradient: return "refractivity gradient";
    case HopCause::RainRate: return "rain";
  }
  return "";
}

// What is not certain about a hop: the ground's diffraction by k and terrain, the year by what its air is like.
void tell_doubts(const RadioProfile& radio, const Profile& profile, const HopEnds& ends, std::FILE* out) {
  const auto bent = propagation::diffraction_band(path_over(profile), {ends.from_mast, ends.to_mast},
                                                  {radio.frequency, radio.polarization});
  if (bent) {
    std::fprintf(out, "  diffraction %.1f dB at k = 4/3\n", bent->nominal.value());
    tell_band("diffraction", *bent, out);
  }
  const auto year = availability_band(radio, profile, ends);
  if (!year) {
    return;
  }
  std::fprintf(out, "  between %.4f and %.4f %% of the year:", year->low.value(), year->high.value());
  for (const HopContribution& part : year->by_cause) {
    std::fprintf(out, "%s %s %.4f to %.4f", &part == &year->by_cause.front() ? "" : ",", words_of(part.cause),
                 part.low.value(), part.high.value());
  }
  std::fputs("\n", out);
}

void tell_access(const LinkCommand& command, const RadioProfile& radio, const TerrainView& terrain,
                 const Profile& profile, const Place& from, const Place& to, std::FILE* out) {
  const auto access = AccessModel::make(radio, {command.from_mast}, GroundKind{});
  const propagation::PathProfile path = path_over(profile);
  const auto loss = access ? access->loss(path, 0, from) : access.error();
  const auto judged = loss ? access->judged(path, 0, from, to) : Result<AccessMargin>{loss.error()};
  if (!judged) {
    std::fprintf(out, "%s: %s\n", radio.id.c_str(), judged.error().text.c_str());
    return;
  }
  const Db margin = judged->margin;
  const Db pattern = access->pattern(path, 0, bearing(from, to));
  std::fprintf(out, "%s: loss %.1f dB, margin %.1f dB, %.1f Mbit/s down\n", radio.id.c_str(), loss->value(),
               margin.value(), rate_down(radio, access->budget(), *loss, pattern).value() / 1e6);
  for (const std::string_view warning : access->warning_texts(judged->warnings)) {
    std::fprintf(out, "  the model warns: %s\n", std::string{warning}.c_str());
  }
  if (radio.measured) {
    std::fprintf(out, "  %.1f dB without the correction by measurements: %s\n",
                 (*loss + access->correction(from, path.length())).value(), to_text(*radio.measured).c_str());
  }
  if (const auto band = access->band(path, 0, from)) {
    tell_band("loss", *band, out);
  }
  tell_sight(profile, command.from_mast, radio.terminal.height, out);
  if (margin.value() < 0) {
    tell_missing(why_unserved(terrain, *access, from, 0, to), out);
  }
}

void tell_hop(const LinkCommand& command, const RadioProfile& radio, const Profile& profile, Degrees latitude,
              std::FILE* out) {
  const auto quality = hop_quality(radio, profile, {command.from_mast, command.to_mast, latitude});
  if (!quality) {
    std::fprintf(out, "%s: %s\n", radio.id.c_str(), quality.error().text.c_str());
    return;
  }
  const auto& clearance = quality->clearance;
  std::fprintf(out, "%s: margin %.1f dB, %.4f %% of the year, %.0f Mbit/s; %.2f of the Fresnel zone free at %.1f km",
               radio.id.c_str(), quality->margin.value(), quality->availability.value(), quality->rate.value() / 1e6,
               clearance.at_median_k.fraction, clearance.at_median_k.at.value() / 1000);
  if (clearance.at_low_k) {
    std::fprintf(out, " (%.2f at low k)", clearance.at_low_k->fraction);
  }
  if (!clearance.clear()) {
    std::fprintf(out, "; both masts are %.1f m too low", clearance.missing.value());
  }
  std::fputs("\n", out);
  tell_doubts(radio, profile, {command.from_mast, command.to_mast, latitude}, out);
}

Status link(const LinkCommand& command, std::FILE* out, std::FILE* notes) {
  ThreadExecutor executor{0};
  SettlementImport people;
  if (!command.settlements.empty()) {
    auto import = read_people({command.settlements, "", ""}, notes);
    if (!import) {
      return import.error();
    }
    people = *std::move(import);
  }
  const auto from = place_of_text(command.from, people.settlements);
  const auto to = place_of_text(command.to, people.settlements);
  if (!from || !to) {
    return !from ? from.error() : to.error();
  }
  const auto ground =
      read_ground(command.files, executor, [&](const std::string& text) { std::fprintf(notes, "%s\n", text.c_str()); });
  if (!ground) {
    return ground.error();
  }
  auto access = read_radio(command.files.access);
  if (const Status corrected = access ? calibrate_with(command.files.calibration, *access) : Status{};
      !corrected.ok()) {
    return corrected;
  }
  const auto profile = profile_between(*ground->terrain, *from, *to, kProfileStep, Sampling::Bilinear);
  if (!access || !profile) {
    return !access ? access.error() : profile.error();
  }
  std::fprintf(out, "%.2f km, ground %.0f and %.0f m%s\n", profile->length().value() / 1000, profile->heights.front(),
               profile->heights.back(),
               is_proven(*ground->terrain, *from, *to) ? "" : "; unproven: coarser than 3 arc-seconds or unknown");
  tell_access(command, *access, *ground->terrain, *profile, *from, *to, out);
  for (const std::string& path : command.files.backhaul) {
    const auto radio = read_radio(path);
    if (!radio) {
      return radio.error();
    }
    tell_hop(command, *radio, *profile, (from->latitude + to->latitude) * 0.5, out);
  }
  return {};
}

}  // namespace

int run_job(const LinkCommand& command, const JobStreams& streams) {
  const Status done = link(command, streams.out, streams.notes);
  if (!done.ok()) {
    std::fprintf(streams.notes, "karkara-plan: %s\n", done.error().text.c_str());
  }
  return done.ok() ? kDone : kFailed;
}

}  // namespace karkara::planner
