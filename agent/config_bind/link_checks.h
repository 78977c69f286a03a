// What the configuration of modems, satellite terminals and what they share contradicts. Called by
// find_contradictions().
#pragma once

#include <string>
#include <vector>

#include "agent/config_bind/site_config.h"

namespace karkara {

void check_links(const v1::SiteConfig& config, std::vector<Contradiction>& found);
// The programs that the agent starts, each by its whole path: it has no PATH to look in.
void check_programs(const v1::SiteConfig& config, std::vector<Contradiction>& found);
// SNMP anywhere: of terminals, power devices and relays.
void check_snmp(const std::string& path, const v1::SnmpConfig& snmp, std::vector<Contradiction>& found);

}  // namespace karkara
