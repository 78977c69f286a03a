// The catalogue of telemetry series: what a number on the wire means.
// Each feature owns one file in common/series/ and a range of ids; the agent encodes by it, the controller exports
// by it, docs/series.md is generated from it. Refuses to hold values.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace karkara {

// Named SeriesId::UplinkRtt and so on; the numbers go on the wire and are never reused.
enum class SeriesId : std::uint16_t {
#define KARKARA_SERIES(identifier, number, name, unit, scale, instance, help) identifier = number,
#include "common/series/agent.def"
#include "common/series/mesh.def"
#include "common/series/power.def"
#include "common/series/shaping.def"
#include "common/series/uplink.def"
#undef KARKARA_SERIES
};

struct SeriesInfo {
  SeriesId id;
  std::string_view name;      // as in Prometheus, without the "karkara_site_" in front
  std::string_view unit;      // unit symbol of the value: "V", "s", "" for a plain number
  double scale;               // wire integer = round(value / scale)
  std::string_view instance;  // what the instance name is: "uplink", "source", or "" when there is one per site
  std::string_view help;
};

[[nodiscard]] std::span<const SeriesInfo> all_series();              // ordered by id
[[nodiscard]] const SeriesInfo* find_series(SeriesId id);            // nullptr when unknown
[[nodiscard]] const SeriesInfo* find_series(std::string_view name);  // nullptr when unknown

}  // namespace karkara
