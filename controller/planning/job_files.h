// Small looks into a job's folder: how far it is, the end of its log. Refuses large files: what is beyond the bound is
// not read. Called by PlanRunner.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/planner/live/job_progress.h"

namespace karkara {

// None where there is no such file.
[[nodiscard]] std::optional<std::string> file_text(const std::string& path);
// The last `most` bytes.
[[nodiscard]] std::optional<std::string> file_end(const std::string& path, std::size_t most);
// Without what is no text; at most so many, the last 8 KiB.
[[nodiscard]] std::vector<std::string> last_lines(const std::string& path, std::size_t most);
// Whether a plan of this version is there from its first line to its last.
[[nodiscard]] bool is_whole_plan(const std::string& path);
// None before the first word, and where it is torn.
[[nodiscard]] std::optional<planner::JobProgress> read_progress(const std::string& folder);

}  // namespace karkara
