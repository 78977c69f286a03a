// What karkara-agent does when it does not stay: check a configuration, tell what it would do, take everything
// away, decide again what a record tells.
// Each prints for a person and returns the exit code: 0 good, 1 the machine refused, 2 the configuration is wrong.
#pragma once

#include "agent/options.h"

namespace karkara {

int run(const CheckConfig& command);
int run(const DryRun& command);
int run(const Withdraw& command);
int run(const Replay& command);

}  // namespace karkara
