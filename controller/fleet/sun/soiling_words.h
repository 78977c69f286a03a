// A finding in words: the sentence for people, and the fields of the alarm. Refuses to judge. Called by Fleet and by
// controller/service.
#pragma once

#include <string>

#include "common/messages.h"
#include "controller/fleet/sun/soiling_finding.h"

namespace karkara {

[[nodiscard]] std::string soiling_sentence(const SoilingFinding& finding);
[[nodiscard]] Fields soiling_fields(const SoilingFinding& finding);

}  // namespace karkara
