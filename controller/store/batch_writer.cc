#include "controller/store/batch_writer.h"

#include "controller/store/sql_writes.h"

namespace karkara {
namespace {

// What a group itself can be wrong about; everything else is the disk's trouble.
bool is_groups_own(ErrorCode code) {
  switch (code) {
    case ErrorCode::AlreadyExists:
    case ErrorCode::NotFound:
    case ErrorCode::Aborted:
    case ErrorCode::PermissionDenied:
    case ErrorCode::InvalidArgument:
    case ErrorCode::FailedPrecondition: return true;
    case ErrorCode::DeadlineExceeded:
    case ErrorCode::ResourceExhausted:
    case ErrorCode::Internal:
    case ErrorCode::Unavailable:
    case ErrorCode::DataLoss:
    case ErrorCode::Unauthenticated: return false;
  }
  return false;
}

bool has_block(const QueuedGroup& group) {
  for (const Write& write : group.writes) {
    if (std::holds_alternative<AppendBlock>(write)) {
      return true;
    }
  }
  return false;
}

Error unavailable(const Status& why) {
  return {ErrorCode::Unavailable, "the store cannot write: " + why.error().text};
}

}  // namespace

BatchWriter::Outcome BatchWriter::write(const std::vector<QueuedGroup>& batch, WallTime now) {
  Outcome outcome;
  outcome.groups.resize(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch[i].refused) {
      outcome.groups[i] = Error{ErrorCode::ResourceExhausted, "too much waits to be written"};
    }
  }
  write_blocks(batch, now, outcome);
  write_rows(batch, now, outcome);
  return outcome;
}

Status BatchWriter::probe() {
  if (Status blocks = blocks_.probe(); !blocks) {
    return blocks;
  }
  return database_.execute("UPDATE meta SET value = value + 1 WHERE key = 'probe'");
}

void BatchWriter::write_blocks(const std::vector<QueuedGroup>& batch, WallTime now, Outcome& outcome) {
  Status disk;
  for (std::size_t i = 0; i < batch.size() && disk; ++i) {
    for (const Write& write : batch[i].writes) {
      const auto* block = std::get_if<AppendBlock>(&write);
      if (block == nullptr || !outcome.groups[i]) {
        continue;
      }
      Status appended = blocks_.append({block->site, block->sequence, now, block->content});
      if (appended) {
        ++outcome.blocks;
        outcome.block_bytes += block->content.size();
      } else if (is_groups_own(appended.error().code)) {
        outcome.groups[i] = appended;
      } else {
        disk = appended;
      }
    }
  }
  if (disk && outcome.blocks > 0) {
    disk = blocks_.sync();
  }
  if (!disk) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (outcome.groups[i] && has_block(batch[i])) {
        outcome.groups[i] = unavailable(disk);
      }
    }
    outcome.disk = disk;
    outcome.blocks = 0;
    outcome.block_bytes = 0;
  }
}

void BatchWriter::write_rows(const std::vector<QueuedGroup>& batch, WallTime now, Outcome& outcome) {
  Status disk = database_.execute("BEGIN IMMEDIATE");
  for (std::size_t i = 0; i < batch.size() && disk; ++i) {
    if (!outcome.groups[i]) {
      continue;
    }
    Status written = write_group(batch[i].writes, now);
    if (!written && !is_groups_own(written.error().code)) {
      disk = written;
    }
    outcome.groups[i] = written;
  }
  if (disk) {
    disk = database_.execute("COMMIT");
  }
  if (disk) {
    return;
  }
  if (database_.in_transaction()) {
    static_cast<void>(database_.execute("ROLLBACK"));
  }
  for (Status& group : outcome.groups) {
    // What was wrong in itself stays so; all else is undone.
    if (group || !is_groups_own(group.error().code)) {
      group = unavailable(disk);
    }
  }
  outcome.disk = disk;
}

Status BatchWriter::write_group(const WriteGroup& writes, WallTime now) {
  if (Status begun = database_.execute("SAVEPOINT one"); !begun) {
    return begun;
  }
  for (const Write& write : writes) {
    if (Status applied = apply_write(database_, write, now); !applied) {
      // On a full disk SQLite may have rolled the whole transaction back already: then there is no savepoint left.
      static_cast<void>(database_.execute("ROLLBACK TO one; RELEASE one"));
      return applied;
    }
  }
  return database_.execute("RELEASE one");
}

}  // namespace karkara
