#include "controller/planner_io/plan/where_output.h"

#include <algorithm>
#include <cinttypes>
#include <cmath>

#include "controller/planner/outputs/text.h"
#include "controller/planner_io/plan/job_files.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kMostVillages = 12;  // of each kind, of each answer

std::string place_name(const WhereNames& names, std::size_t candidate) {
  return candidate < names.unserved.size() ? shown_name(names.unserved[candidate]->id, names.unserved[candidate]->name)
                                           : "high ground";
}

void print_place(std::FILE* out, std::size_t rank, const OneMastQuestion& question, const OneMastAnswer& answer,
                 const WhereNames& names) {
  const Place& at = question.candidates[answer.candidate];
  std::fprintf(out, "%zu. %s, %.5f %.5f, a mast of %.0f m: %" PRId64 " people in %zu settlements", rank,
               place_name(names, answer.candidate).c_str(), at.latitude.value(), at.longitude.value(),
               names.masts.back().value(), answer.people, answer.served.size());
  if (answer.unknown > 0) {
    std::fprintf(out, " (%zu more lie over unknown ground)", answer.unknown);
  }
  if (answer.way_out) {
    std::fprintf(out, "; radio hop of %.1f km to %s", answer.way_out->length.value() / 1000,
                 names.standing[answer.way_out->standing].c_str());
    if (names.masts.size() > 1) {
      std::fprintf(out, " from %.0f m", names.masts[answer.way_out->height].value());
    }
    std::fputs("\n", out);
  } else {
    std::fputs("; no hop to a standing site: VSAT or SIM\n", out);
  }
  for (std::size_t height = 0; height + 1 < answer.by_height.size(); ++height) {
    std::fprintf(out, "   at %.0f m: %" PRId64 " people in %zu settlements\n", names.masts[height].value(),
                 answer.by_height[height].people, answer.by_height[height].settlements);
  }
}

// ": 8.5 dB are missing; tightest at 13.6, 2.1, a mast of 60 m would see over it".
std::string why_text(const OneMastVillage& village) {
  const Missing& missing = village.missing;
  char text[200];
  std::string why{to_string(missing.why)};
  if (missing.missing.value() > 0) {
    std::snprintf(text, sizeof text, ", %.1f dB are missing", missing.missing.value());
    why += text;
  }
  if (missing.obstruction) {
    std::snprintf(text, sizeof text, "; the ground is tightest at %.5f, %.5f", missing.obstruction->latitude.value(),
                  missing.obstruction->longitude.value());
    why += text;
  }
  if (missing.height_needed.value() > 0) {
    std::snprintf(text, sizeof text, "; a mast of %.0f m is needed", missing.height_needed.value());
    why += text;
  }
  return why;
}

void print_village(std::FILE* out, const OneMastVillage& village, const WhereNames& names) {
  const Settlement& one = *names.unserved[village.settlement];
  const std::string people = one.people ? std::to_string(*one.people) : "unknown";
  std::fprintf(out, "   %s %s, %s people, %.1f km: ", village.least ? "+" : "-", shown_name(one.id, one.name).c_str(),
               people.c_str(), village.distance.value() / 1000);
  if (!village.least) {
    std::fprintf(out, "%s\n", why_text(village).c_str());
    return;
  }
  std::fprintf(out, "%.1f dB to spare", village.margin.value());
  if (names.masts.size() > 1) {
    std::fprintf(out, ", served from %.0f m", names.masts[*village.least].value());
  }
  std::fputs("\n", out);
}

// As many of each kind as fit on a screen.
void print_villages(std::FILE* out, const OneMastAnswer& answer, const WhereNames& names) {
  const std::size_t served = answer.served.size();
  const std::size_t others = answer.villages.size() - served;
  for (std::size_t i = 0; i < answer.villages.size(); ++i) {
    if (i < served ? i < kMostVillages : i - served < kMostVillages) {
      print_village(out, answer.villages[i], names);
    }
  }
  if (served > kMostVillages || others > kMostVillages) {
    std::fprintf(out, "   of %zu served and %zu near ones that are not; -o writes all\n", served, others);
  }
}

std::string number_or_nothing(double value, int digits, bool known) {
  return known && std::isfinite(value) ? decimal(value, digits) : "";
}

std::string village_row(const OneMastVillage& village, const WhereNames& names) {
  const Settlement& one = *names.unserved[village.settlement];
  const bool served = village.least.has_value();
  const Missing& missing = village.missing;
  const bool blocked = !served && missing.obstruction.has_value();
  return csv_text(one.id) + "," + csv_text(one.name) + "," + (one.people ? std::to_string(*one.people) : "") + "," +
         decimal(village.distance.value() / 1000, 3) + "," + (served ? "yes" : "no") + "," +
         number_or_nothing(served ? names.masts[*village.least].value() : 0, 0, served) + "," +
         number_or_nothing(village.margin.value(), 1, true) + "," +
         (served ? std::string{"served"} : std::string{to_string(missing.why)}) + "," +
         number_or_nothing(missing.missing.value(), 1, !served && missing.missing.value() > 0) + "," +
         number_or_nothing(blocked ? missing.obstruction->latitude.value() : 0, 6, blocked) + "," +
         number_or_nothing(blocked ? missing.obstruction->longitude.value() : 0, 6, blocked) + "," +
         number_or_nothing(missing.height_needed.value(), 0, !served && missing.height_needed.value() > 0);
}

}  // namespace

void print_answers(std::FILE* out, const OneMastQuestion& question, const OneMastResult& found,
                   const WhereNames& names) {
  for (std::size_t i = 0; i < found.answers.size(); ++i) {
    print_place(out, i + 1, question, found.answers[i], names);
    print_villages(out, found.answers[i], names);
  }
}

std::string answers_csv(const OneMastQuestion& question, const OneMastResult& found, const WhereNames& names) {
  std::string text =
      "answer,place,place_latitude,place_longitude,settlement,name,people,km,served,least_mast_m,margin_db,why,"
      "missing_db,obstruction_latitude,obstruction_longitude,height_needed_m\n";
  for (std::size_t i = 0; i < found.answers.size(); ++i) {
    const OneMastAnswer& answer = found.answers[i];
    const Place& at = question.candidates[answer.candidate];
    const std::string head = std::to_string(i + 1) + "," + csv_text(place_name(names, answer.candidate)) + "," +
                             decimal(at.latitude.value(), 6) + "," + decimal(at.longitude.value(), 6) + ",";
    for (const OneMastVillage& village : answer.villages) {
      text += head;
      text += village_row(village, names);
      text += '\n';
    }
  }
  return text;
}

}  // namespace karkara::planner
