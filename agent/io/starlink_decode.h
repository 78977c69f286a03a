// What a Starlink dish's messages say, as plain facts: nothing that is missing, not a number or impossible becomes a
// value. Refuses to guess. Called by agent/io/starlink_dish.
#pragma once

#include <optional>

#include "agent/facts/terminal.h"
#include "karkara/v1/starlink_dish.pb.h"

namespace karkara {

// Without the power, which only the history has.
[[nodiscard]] DishStatus to_dish_status(const SpaceX::API::Device::DishGetStatusResponse& status);

// The newest sample in watts. The history is a ring of one-second samples: `current` counts all that were ever taken.
[[nodiscard]] std::optional<double> newest_power(const SpaceX::API::Device::DishGetHistoryResponse& history);

}  // namespace karkara
