// A coverage plan and who has service now, as messages for the NOC. Refuses to judge: the plan and its picture say it.
// Names are anybody's: what is no UTF-8 becomes U+FFFD. Called by NocService.
#pragma once

#include "common/result.h"
#include "controller/planning/plan_desk.h"
#include "karkara/v1/noc.pb.h"

namespace karkara {

[[nodiscard]] v1::PlanSummary summary_of(const PlanPicture& picture);
// NotFound, with the nearest name.
[[nodiscard]] Result<v1::PlanExplanation> explanation_of(const PlanPicture& picture, const std::string& settlement);
// NotFound: no region is called so, with the nearest.
[[nodiscard]] Result<v1::CoverageReply> coverage_of(const PlanPicture& picture, const std::string& region, Instant now);

}  // namespace karkara
