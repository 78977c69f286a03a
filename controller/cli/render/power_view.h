// Sun, charger and battery as views: a table for each source of readings, values with units or the reason why absent.
// Refuses to show 0 for what is not known. Called by the power, site and local commands.
#pragma once

#include "controller/cli/render/view.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {

// What the controller has of it, each value with its age.
[[nodiscard]] View power_view(const v1::SiteDetail& site);
// What the site answered just now.
[[nodiscard]] View live_power_view(const v1::SiteStatus& status);

[[nodiscard]] std::vector<Section> power_sections(const v1::SiteDetail& site);
// Series: only what is kept of a source; All: also what it says beside, such as the state of its relays.
enum class Readings { Series, All };
using PowerSources = google::protobuf::RepeatedPtrField<v1::PowerSourceStatus>;
[[nodiscard]] std::vector<Section> live_power_sections(const PowerSources& sources, Readings readings);

}  // namespace karkara::cli
