// Each kind of Write as SQL, inside the writer's transaction. Refuses blocks: they are the block log's, here only their
// number is kept. Called by the store's writer thread.
#pragma once

#include "controller/store/sqlite.h"
#include "controller/store/store.h"

namespace karkara {

Status apply_write(Database& database, const Write& write, WallTime now);

}  // namespace karkara
