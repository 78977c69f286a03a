// The jobs of karkara-plan: read files, plan or check, write what was found. Each returns the exit code: 0 done, 1 when
// it could not, 3 when data has doubts (check, calibrate) or the job was cancelled and what there is has been written.
// Refuses to know signals and the command line.
#pragma once

#include <cstdio>
#include <functional>

#include "common/result.h"
#include "controller/planner/people/settlement_import.h"
#include "controller/planner_io/plan/plan_command.h"

namespace karkara::planner {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kDoubtful = 3;

// Results to `out`; progress, doubts and what was found to `notes`.
int run_cover(const CoverCommand& command, const std::function<bool()>& cancelled, std::FILE* out, std::FILE* notes);
int run_check(const CheckSettlements& command, std::FILE* out, std::FILE* notes);
int run_check(const CheckTerrain& command, std::FILE* out, std::FILE* notes);

// Rows that could not be read and doubts about the others are told on `notes`, each with its file and row.
[[nodiscard]] Result<SettlementImport> read_people(const PeopleFiles& files, std::FILE* notes);

}  // namespace karkara::planner
