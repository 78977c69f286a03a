// What is done once on the controller's machine, before and beside the running controller: the fleet's root, the
// anchors' master key, and operators' contexts. Refuses to replace any key. Called by --init and --operator.
#pragma once

#include <string>
#include <vector>

#include "controller/identity/spiffe_id.h"
#include "controller/settings.h"

namespace karkara {

// Makes what is missing in the state folder; says in a line each what is there now.
Result<std::vector<std::string>> initialise(const ControllerSettings& settings, WallTime now);

// A fresh certificate and key for one operator, written into the audit log. FailedPrecondition: not initialised.
Result<v1::OperatorContext> make_operator_context(const ControllerSettings& settings, const OperatorIdentity& who,
                                                  WallTime now);

// What every command but --init says while there is no root.
[[nodiscard]] Error not_initialised(const ControllerSettings& settings);

}  // namespace karkara
