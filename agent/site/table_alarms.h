// What is said of device tables that cannot be read: an alarm for each file, and a line in the log whenever they are
// read. Pure; refuses to read them: agent/config_bind does. Called by Site.
#pragma once

#include <vector>

#include "agent/devices/device_table.h"
#include "agent/facts/effects.h"

namespace karkara {

// More files than these share the last alarm: the controller bounds what a site may raise.
inline constexpr std::size_t kMostTableAlarms = 8;

// `before`: what was unread when the tables were read last; empty at start.
[[nodiscard]] Effects tell_unread_tables(const std::vector<UnreadTable>& before, const std::vector<UnreadTable>& now);

}  // namespace karkara
