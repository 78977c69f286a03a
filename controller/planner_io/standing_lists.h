// Masts and operators' networks that stand already, from files, for jobs that build on them: rows that are torn,
// doubtful or outside the country are told one by one and left out or put right. Refuses to leave anything out
// silently. Called where a plan's input is gathered, and by the question where one mast helps most.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/existing/mast_import.h"
#include "controller/planner/existing/operator_coverage.h"
#include "controller/planner/people/areas.h"

namespace karkara::planner {

// A line for whoever reads along; it may hold bytes of the file.
using Tell = std::function<void(const std::string&)>;

// Polygons of a country or its areas; none for an empty path.
[[nodiscard]] Result<Areas> areas_in(const std::string& file);

// `country` may be empty: then only the globe bounds places.
[[nodiscard]] Result<std::vector<Mast>> masts_in(const std::string& file, const Areas& country, const Tell& tell);
[[nodiscard]] Result<OperatorCoverage> operators_in(const std::string& file, const Areas& country, const Tell& tell);

}  // namespace karkara::planner
