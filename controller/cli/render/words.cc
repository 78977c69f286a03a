#include "controller/cli/render/words.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "common/series.h"
#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

// VE.Direct's numbers of the charger's state (the series' own help lists them).
std::string_view charge_state_name(double value) {
  constexpr double kSame = 0.5;
  const auto is = [&](double wanted) { return std::abs(value - wanted) < kSame; };
  if (is(0)) {
    return "off";
  }
  if (is(2)) {
    return "fault";
  }
  if (is(3)) {
    return "bulk";
  }
  if (is(4)) {
    return "absorption";
  }
  if (is(5)) {
    return "float";
  }
  return is(7) ? "equalise" : "";
}

int decimals_of(const SeriesInfo* series) {
  constexpr int kUnknown = 3;
  if (series == nullptr) {
    return kUnknown;
  }
  return series->scale >= 1 ? 0 : static_cast<int>(std::lround(-std::log10(series->scale)));
}

}  // namespace

Cell plain(std::string text) {
  return text.empty() ? Cell{"-", Tone::Dim} : Cell{std::move(text)};
}

Cell site_state_cell(v1::SiteState state) {
  switch (state) {
    case v1::SITE_STATE_UNKNOWN: return {"unknown", Tone::Dim};
    case v1::SITE_STATE_UP: return {"up", Tone::Good};
    case v1::SITE_STATE_DEGRADED: return {"degraded", Tone::Warn};
    case v1::SITE_STATE_UNREACHABLE: return {"unreachable", Tone::Bad};
    case v1::SiteState_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::SiteState_INT_MAX_SENTINEL_DO_NOT_USE_: break;
  }
  return {fmt::format("state {}", static_cast<int>(state)), Tone::Warn};  // a newer controller's
}

Cell uplink_state_cell(const std::string& state) {
  if (state == "up") {
    return {state, Tone::Good};
  }
  return {state.empty() ? "-" : state, state == "down" || state == "absent" ? Tone::Bad : Tone::Warn};
}

Cell level_cell(const std::string& level) {
  if (level == "error" || level == "critical") {
    return {level, Tone::Bad};
  }
  return level == "warning" ? Cell{level, Tone::Warn} : plain(level);
}

Cell age_cell(std::optional<std::int64_t> age_ms) {
  return {format_age(age_ms), age_ms ? Tone::Plain : Tone::Warn};
}

Cell alarm_count_cell(std::uint32_t count) {
  return count == 0 ? Cell{"0", Tone::Dim} : Cell{fmt::format("{}", count), Tone::Bad};
}

Cell rtt_cell(std::optional<double> seconds) {
  constexpr double kSlow = 10;  // below it milliseconds say more
  if (!seconds || !std::isfinite(*seconds)) {
    return plain("");
  }
  return {*seconds < kSlow ? format_number(*seconds * 1000, 0, "ms") : format_number(*seconds, 1, "s")};
}

Cell reading_cell(const std::string& series, std::optional<double> value, const std::string& absent,
                  const std::string& unit) {
  if (!value) {
    return {absent.empty() ? "-" : fmt::format("({})", absent), Tone::Dim};
  }
  const SeriesInfo* known = find_series(series);
  std::string text = format_number(*value, decimals_of(known), unit);
  if (known != nullptr && known->id == SeriesId::ChargeState) {
    const std::string_view name = charge_state_name(*value);
    text += name.empty() ? "" : fmt::format(" {}", name);
  }
  return {std::move(text)};
}

std::int64_t saturating_difference(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) {
    return a < b ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
  }
  return difference;
}

}  // namespace karkara::cli
