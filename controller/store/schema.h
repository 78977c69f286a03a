// The tables, and the way from each older version of them to the newest. Refuses a database of a newer program.
// Called once when the store opens.
#pragma once

#include "controller/store/sqlite.h"

namespace karkara {

inline constexpr int kSchemaVersion = 3;

// FailedPrecondition: made by a newer program.
Status migrate(Database& database);

}  // namespace karkara
