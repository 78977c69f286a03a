// One batch of groups onto the disk: first the blocks into their log and synced, then everything else in one
// transaction, then the outcomes. A group fails alone when it is wrong, all fail together when the disk refuses.
// Refuses to acknowledge what is not durable. Lives on the store's writer thread.
#pragma once

#include "controller/store/block_log.h"
#include "controller/store/sqlite.h"
#include "controller/store/store.h"
#include "controller/store/write_queue.h"

namespace karkara {

class BatchWriter {
 public:
  BatchWriter(Database database, BlockLog blocks) : database_{std::move(database)}, blocks_{std::move(blocks)} {}

  struct Outcome {
    std::vector<Status> groups;  // one for each of the batch
    Status disk;                 // what the disk said
    std::uint64_t blocks = 0;    // made durable
    std::uint64_t block_bytes = 0;
  };
  Outcome write(const std::vector<QueuedGroup>& batch, WallTime now);
  // Whether both the database and the block log take a write now.
  Status probe();

 private:
  void write_blocks(const std::vector<QueuedGroup>& batch, WallTime now, Outcome& outcome);
  void write_rows(const std::vector<QueuedGroup>& batch, WallTime now, Outcome& outcome);
  Status write_group(const WriteGroup& writes, WallTime now);

  Database database_;
  BlockLog blocks_;
};

}  // namespace karkara
