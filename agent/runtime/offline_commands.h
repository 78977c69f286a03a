// What karkara-agent does when it does not stay: check a configuration, tell what it would do, take everything
// away, decide again what a record tells, read one power device.
// Each prints for a person and returns the exit code: 0 good, 1 the machine refused, 2 the configuration is wrong.
#pragma once

#include "agent/options.h"

namespace karkara {

int run(const CheckConfig& command);
int run(const DryRun& command);
int run(const Withdraw& command);
int run(const Replay& command);
int run(const ProbeDevice& command);  // 0 it answered, 1 it did not

}  // namespace karkara
