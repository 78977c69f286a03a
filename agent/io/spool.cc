#include "agent/io/spool.h"

#include <utility>

namespace karkara {
namespace {

// Whole files are freed when their last block is acknowledged: small ones, so that flash is given back soon.
constexpr std::uint64_t kSegmentBytes = 64U << 10U;
// What was cut off or is damaged may have been acknowledged earlier: its numbers are not given again. More than one
// file can hold.
constexpr std::uint64_t kGapAfterDamage = 10'000;

}  // namespace

Spool::Spool(DiskWorker& worker, FileSystem& files, std::string directory, EventSink sink)
    : worker_{worker}, disk_{std::make_shared<Disk>(Disk{files, std::move(directory), std::move(sink), {}})} {}

void Spool::open() {
  worker_.run([disk = disk_] { disk->open(); });
}

void Spool::run(const StoreBlock& store) {
  worker_.run([disk = disk_, store] { disk->store(store); });
}

void Spool::run(const LoadBlock& load) {
  worker_.run([disk = disk_, load] { disk->load(load.sequence); });
}

void Spool::run(const TrimSpool& trim) {
  worker_.run([disk = disk_, trim] { disk->trim(trim.first); });
}

// A disk that was away at start (read-only, not mounted) is tried again with the next deed.
Status Spool::Disk::ensure_open() {
  if (log) {
    return {};
  }
  auto opened = RecordLog::open(files, directory, kSegmentBytes);
  if (!opened) {
    return opened.error();
  }
  log.emplace(std::move(opened).value());
  const RecordLog::Opening& found = log->opening();
  const bool whole = found.cut_bytes == 0 && found.damaged.empty();
  SpoolOpened event{
      log->first(), log->next() + (whole ? 0 : kGapAfterDamage), log->records(), log->bytes(), found.cut_bytes, {}};
  event.damaged = found.damaged;
  event.first = log->records() > 0 ? event.first : event.next;
  sink(std::move(event));
  return {};
}

void Spool::Disk::open() {
  if (const Status opened = ensure_open(); !opened) {
    fail(SpoolDeed::Open, opened.error());
  }
}

void Spool::Disk::store(const StoreBlock& block) {
  Status done = ensure_open();
  if (done && block.sequence < log->next()) {
    const auto held = log->read(block.sequence);
    done = held && *held == block.content ? Status{} : log->append(block.sequence, block.content);
  } else if (done) {
    done = log->append(block.sequence, block.content);
  }
  if (done) {
    done = log->sync();
  }
  if (!done) {
    fail(SpoolDeed::Store, done.error());
    return;
  }
  sink(BlockStored{block.sequence, log->bytes()});
}

void Spool::Disk::load(std::uint64_t sequence) {
  if (const Status opened = ensure_open(); !opened) {
    fail(SpoolDeed::Load, opened.error());
    return;
  }
  for (std::uint64_t held = log->at_or_after(sequence); held < log->next(); held = log->at_or_after(held + 1)) {
    auto content = log->read(held);
    if (content) {
      sink(BlockLoaded{held, std::move(content).value()});
      return;
    }
    if (content.error().code != ErrorCode::DataLoss) {  // else only this block is lost
      fail(SpoolDeed::Load, content.error());
      return;
    }
  }
  fail(SpoolDeed::Load, {ErrorCode::NotFound, "no block from " + std::to_string(sequence) + " on"}, true);
}

void Spool::Disk::trim(std::uint64_t first) {
  Status done = ensure_open();
  if (done) {
    done = log->trim(first);
  }
  if (!done) {
    fail(SpoolDeed::Trim, done.error());
    return;
  }
  sink(SpoolTrimmed{log->first(), log->records(), log->bytes()});
}

void Spool::Disk::fail(SpoolDeed deed, const Error& error, bool gone) const {
  sink(SpoolFailed{error.in(directory).text, deed, gone});
}

}  // namespace karkara
