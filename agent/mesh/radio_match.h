// Which of the radios that the kernel shows a configured one is, and which of its interfaces it has.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/facts/radio.h"
#include "agent/mesh/radio_settings.h"

namespace karkara {

// With its own interfaces only, in the order of the kernel. Nothing: the router has no such radio now.
[[nodiscard]] std::optional<RadioSeen> find_radio(const RadioSettings& radio, const std::vector<RadioSeen>& all);

// Those that are configured and not there.
[[nodiscard]] std::vector<std::string> missing_interfaces(const RadioSettings& radio, const RadioSeen& seen);

}  // namespace karkara
