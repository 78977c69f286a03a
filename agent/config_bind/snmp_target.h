// How a device with SNMP is asked, as the configuration says it. Called by the binders of terminals and power devices.
#pragma once

#include <string>

#include "agent/facts/terminal.h"
#include "common/result.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {

// interface: the only one that its packets may use; empty: any. An error names what cannot be used.
[[nodiscard]] Result<SnmpTarget> bind_snmp_target(const v1::SnmpConfig& config, const std::string& interface);

}  // namespace karkara
