// The source of each kind that a configuration may name. Called by PowerFeature.
#pragma once

#include <memory>

#include "agent/power/power_source.h"

namespace karkara {

[[nodiscard]] std::unique_ptr<PowerSource> make_source(const PowerSourceSettings& source, const PowerSettings& site);

}  // namespace karkara
