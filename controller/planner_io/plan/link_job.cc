#include <cmath>

#include "controller/planner/link/hop_quality.h"
#include "controller/planner/people/number_text.h"
#include "controller/planner/plan/plan_report.h"
#include "controller/planner/plan/why_unserved.h"
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

void tell_access(const LinkCommand& command, const RadioProfile& radio, const TerrainView& terrain,
                 const Profile& profile, const Place& from, const Place& to, std::FILE* out) {
  const auto access = AccessModel::make(radio, {command.from_mast}, GroundKind{});
  const propagation::PathProfile path{profile.heights, profile.spacing};
  const auto loss = access ? access->loss(path, 0, from) : access.error();
  const auto margin = loss ? access->margin_over(path, 0, from, to) : loss;
  if (!margin) {
    std::fprintf(out, "%s: %s\n", radio.id.c_str(), margin.error().text.c_str());
    return;
  }
  const Db pattern = access->pattern(path, 0, bearing(from, to));
  std::fprintf(out, "%s: loss %.1f dB, margin %.1f dB, %.1f Mbit/s down\n", radio.id.c_str(), loss->value(),
               margin->value(), rate_down(radio, access->budget(), *loss, pattern).value() / 1e6);
  if (const auto band = access->band(path, 0, from)) {
    std::fprintf(out, "  loss moves between %.1f and %.1f dB with terrain sampling, heights, refraction and climate\n",
                 band->low.value(), band->high.value());
  }
  if (margin->value() < 0) {
    const Missing missing = why_unserved(terrain, *access, from, 0, to);
    if (missing.obstruction) {
      std::fprintf(out, "  the ground is in the way at %.5f, %.5f; a mast of %.0f m would see over it\n",
                   missing.obstruction->latitude.value(), missing.obstruction->longitude.value(),
                   missing.height_needed.value());
    }
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
  const auto access = read_radio(command.files.access);
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
