// What several jobs of karkara-plan read, with what they say when it cannot be read. Refuses to end the program: the
// caller returns kFailed.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/people/borders.h"
#include "controller/planner/people/import_doubt.h"
#include "controller/planner/terrain/tiled_terrain.h"
#include "controller/planner_io/cover_file.h"
#include "controller/planner_io/standing_lists.h"

namespace karkara::planner {

// Borders with their levels; none for an empty path. Doubts are counted on `notes`, not told one by one: `check
// borders` does that.
[[nodiscard]] Result<Borders> read_optional_borders(const std::string& path, std::FILE* notes);
// Tiles that cannot be read are told on `notes`; refuses when none can, and land cover that is not whole.
[[nodiscard]] Result<TiledTerrain> read_ground(const std::vector<std::string>& paths, const CoverFiles& cover,
                                               const std::string& scratch, std::FILE* notes);

// Lines onto `notes`, safe for a terminal.
[[nodiscard]] Tell teller(std::FILE* notes);
void tell_problems(std::FILE* notes, const std::string& file, const std::vector<Error>& problems);
void tell_problems(std::FILE* notes, const std::string& file, const std::vector<ImportProblem>& problems);
[[nodiscard]] std::size_t left_out(const std::vector<ImportProblem>& problems);

// "Gona (osm 17)", safe for a terminal.
[[nodiscard]] std::string shown_name(const std::string& id, const std::string& name);

// "karkara-plan: WHY"; kFailed.
int fail_job(std::FILE* notes, const Error& why);

}  // namespace karkara::planner
