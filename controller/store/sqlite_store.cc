#include "controller/store/sqlite_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "controller/store/audit_chain.h"
#include "controller/store/schema.h"
#include "controller/store/sql_reads.h"

namespace karkara {
namespace {

constexpr std::chrono::milliseconds kProbePause{2000};  // of a store whose disk refuses
constexpr std::size_t kIdleReaders = 4;

Result<std::uint64_t> next_epoch(Database& database) {
  if (Status raised = database.execute("UPDATE meta SET value = value + 1 WHERE key = 'epoch'"); !raised) {
    return raised.error();
  }
  const auto epoch = read_number(database, "SELECT value FROM meta WHERE key = ?", "epoch");
  return epoch ? Result<std::uint64_t>{static_cast<std::uint64_t>(*epoch)} : Result<std::uint64_t>{epoch.error()};
}

}  // namespace

// Held for life; the kernel lets go of it when the process dies.
struct SqliteStore::Lock {
  explicit Lock(const std::filesystem::path& path) : fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)} {}
  ~Lock() {
    if (fd >= 0) {
      ::close(fd);
    }
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  int fd;
};

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& folder, FileSystem& files,
                                                       const Clock& clock, Log& log) {
  auto lock = std::make_unique<Lock>(folder / "lock");
  if (lock->fd < 0) {
    return Error{ErrorCode::Unavailable, folder.string() + " is not writable"};
  }
  if (::flock(lock->fd, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::FailedPrecondition, "another controller uses " + folder.string()};
  }
  const std::filesystem::path file = folder / "controller.db";
  // SQLite gives its other files the mode of this one.
  if (const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); fd >= 0) {
    ::close(fd);
  }
  auto database = Database::open(file, Database::Mode::ReadWrite);
  if (!database) {
    return database.error();
  }
  if (Status set = database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"); !set) {
    return set.error().in(file.string());
  }
  if (Status migrated = migrate(*database); !migrated) {
    return migrated.error().in(file.string());
  }
  const auto epoch = next_epoch(*database);
  if (!epoch) {
    return epoch.error().in(file.string());
  }
  BatchWriter writer{std::move(database).value(), BlockLog{files, folder / "telemetry"}};
  return std::unique_ptr<SqliteStore>{new SqliteStore{file, std::move(lock), std::move(writer), *epoch, clock, log}};
}

SqliteStore::SqliteStore(std::filesystem::path file, std::unique_ptr<Lock> lock, BatchWriter writer,
                         std::uint64_t epoch, const Clock& clock, Log& log)
    : file_{std::move(file)},
      lock_{std::move(lock)},
      writer_{std::move(writer)},
      epoch_{epoch},
      clock_{clock},
      log_{log},
      thread_{[this] { run(); }} {}

SqliteStore::~SqliteStore() {
  queue_.close();
  thread_.join();
}

void SqliteStore::submit(WriteGroup group, WriteDone done) {
  if (!queue_.push(std::move(group), done) && done) {
    done(Error{ErrorCode::Unavailable, "the controller stops"});
  }
}

StoreNumbers SqliteStore::numbers() const {
  const std::lock_guard lock{numbers_mutex_};
  StoreNumbers numbers = numbers_;
  numbers.queued = queue_.size();
  return numbers;
}

void SqliteStore::run() {
  while (!queue_.finished()) {
    std::vector<QueuedGroup> batch = queue_.take(kProbePause);
    if (!batch.empty()) {
      write(std::move(batch));
    } else if (!healthy_ && !queue_.finished()) {
      judge_disk(writer_.probe());
    }
  }
}

void SqliteStore::write(std::vector<QueuedGroup> batch) {
  const Instant before = clock_.now();
  const BatchWriter::Outcome outcome = writer_.write(batch, clock_.wall());
  const double seconds = std::chrono::duration<double>(clock_.now() - before).count();
  {
    const std::lock_guard lock{numbers_mutex_};
    ++numbers_.batches;
    numbers_.failed_batches += outcome.disk ? 0 : 1;
    numbers_.groups += batch.size();
    numbers_.blocks += outcome.blocks;
    numbers_.block_bytes += outcome.block_bytes;
    numbers_.busy_seconds += seconds;
    const auto& bounds = StoreNumbers::kBatchSeconds;
    const auto within = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
    ++numbers_.batches_within[static_cast<std::size_t>(within)];
  }
  judge_disk(outcome.disk);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch[i].done) {
      batch[i].done(outcome.groups[i]);
    }
  }
}

// A batch without blocks may succeed while the block log's disk is full: only a probe of both ends the trouble then.
void SqliteStore::judge_disk(const Status& disk) {
  if (!disk) {
    if (healthy_.exchange(false)) {
      log_.write({MessageId::StoreTrouble, {{"why", disk.error().text}}});
    }
    return;
  }
  if (!healthy_ && writer_.probe()) {
    log_.write({MessageId::StoreRecovered, {}});
    healthy_ = true;
  }
}

Status SqliteStore::open_reader(std::optional<Database>& reader) {
  auto opened = Database::open(file_, Database::Mode::ReadOnly);
  if (!opened) {
    return opened.error();
  }
  reader.emplace(std::move(opened).value());
  return {};
}

template <class Read>
auto SqliteStore::with_reader(Read read) -> decltype(read(std::declval<Database&>())) {
  std::optional<Database> reader;
  {
    const std::lock_guard lock{readers_mutex_};
    if (!idle_readers_.empty()) {
      reader.emplace(std::move(idle_readers_.back()));
      idle_readers_.pop_back();
    }
  }
  if (!reader) {
    if (const Status opened = open_reader(reader); !opened) {
      return opened.error();
    }
  }
  auto answer = read(*reader);
  const std::lock_guard lock{readers_mutex_};
  if (idle_readers_.size() < kIdleReaders) {
    idle_readers_.push_back(std::move(*reader));
  }
  return answer;
}

Result<std::vector<StoredSite>> SqliteStore::load() {
  return with_reader(read_sites);
}

Result<std::uint32_t> SqliteStore::anchor_key_id(const SiteId& site) {
  const auto id = with_reader([&](Database& database) {
    return read_number(database, "SELECT anchor_key_id FROM site WHERE id = ?", site.text());
  });
  return id ? Result<std::uint32_t>{static_cast<std::uint32_t>(*id)} : Result<std::uint32_t>{id.error()};
}

Result<std::uint64_t> SqliteStore::last_block(const SiteId& site) {
  const auto last = with_reader([&](Database& database) {
    return read_number(database, "SELECT last_block FROM site WHERE id = ?", site.text());
  });
  return last ? Result<std::uint64_t>{static_cast<std::uint64_t>(*last)} : Result<std::uint64_t>{last.error()};
}

Result<bool> SqliteStore::is_superseded(const std::string& serial) {
  const auto count = with_reader([&](Database& database) {
    return read_number(database, "SELECT count(*) FROM certificate WHERE serial = ? AND superseded_us IS NOT NULL",
                       serial);
  });
  return count ? Result<bool>{*count > 0} : Result<bool>{count.error()};
}

Result<std::vector<std::string>> SqliteStore::revoked_serials(WallTime now) {
  return with_reader([&](Database& database) { return read_revoked(database, now); });
}

Result<std::uint32_t> SqliteStore::certificates_of(const SiteId& site) {
  const auto count = with_reader([&](Database& database) {
    return read_number(database, "SELECT count(*) FROM certificate WHERE site = ? AND superseded_us IS NULL",
                       site.text());
  });
  return count ? Result<std::uint32_t>{static_cast<std::uint32_t>(*count)} : Result<std::uint32_t>{count.error()};
}

Result<std::vector<AlarmRecord>> SqliteStore::alarms(const AlarmQuery& query) {
  return with_reader([&](Database& database) { return read_alarms(database, query); });
}

Result<AlarmRecord> SqliteStore::alarm(std::uint64_t id) {
  return with_reader([&](Database& database) { return read_alarm(database, id); });
}

Result<std::vector<AuditRow>> SqliteStore::audit(std::uint32_t limit) {
  return with_reader([&](Database& database) { return read_audit(database, limit); });
}

Result<AuditVerdict> SqliteStore::verify_audit() {
  return with_reader(verify_audit_chain);
}

}  // namespace karkara
