// Coverage plans and who has service now, for people and machines. Refuses to trust names and logs: cells are cleaned.
// Called by the plan and coverage commands.
#pragma once

#include <string>

#include "controller/cli/render/view.h"
#include "karkara/v1/noc.pb.h"

namespace karkara::cli {

[[nodiscard]] View plan_job_view(const v1::PlanJob& job);
// "sites and backhaul: 3 of 24, about 17s more", of a job that runs.
[[nodiscard]] std::string progress_line(const v1::PlanJob& job);
[[nodiscard]] View plan_summary_view(const v1::PlanSummary& plan);
[[nodiscard]] View plan_explanation_view(const v1::PlanExplanation& explanation);
// `all`: departments and communes as well, not regions alone.
[[nodiscard]] View coverage_view(const v1::CoverageReply& reply, bool all);

}  // namespace karkara::cli
