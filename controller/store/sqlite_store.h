// The store on SQLite (WAL, synchronous FULL) and the block log: one writer thread, readers on connections of their
// own. Survives kill -9 and power cuts; on a full disk it refuses every write, says so once, and goes on when there is
// room. Refuses a folder that another controller uses. Made once in the composition of the controller.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "common/host/log.h"
#include "controller/store/batch_writer.h"
#include "controller/store/store.h"

namespace karkara {

class SqliteStore final : public Store {
 public:
  // The folder must exist. The references must outlive the store.
  static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& folder, FileSystem& files,
                                                   const Clock& clock, Log& log);
  ~SqliteStore() override;  // writes what is queued first

  void submit(WriteGroup group, WriteDone done) override;
  [[nodiscard]] bool healthy() const override { return healthy_; }
  [[nodiscard]] StoreNumbers numbers() const override;
  [[nodiscard]] std::uint64_t epoch() const override { return epoch_; }

  Result<std::vector<StoredSite>> load() override;
  Result<std::uint32_t> anchor_key_id(const SiteId& site) override;
  Result<std::uint64_t> last_block(const SiteId& site) override;
  Result<bool> is_superseded(const std::string& serial) override;
  Result<std::vector<std::string>> revoked_serials(WallTime now) override;
  Result<std::uint32_t> certificates_of(const SiteId& site) override;
  Result<std::vector<AlarmRecord>> alarms(const AlarmQuery& query) override;
  Result<AlarmRecord> alarm(std::uint64_t id) override;
  Result<std::vector<AuditRow>> audit(std::uint32_t limit) override;
  Result<AuditVerdict> verify_audit() override;

 private:
  struct Lock;
  SqliteStore(std::filesystem::path file, std::unique_ptr<Lock> lock, BatchWriter writer, std::uint64_t epoch,
              const Clock& clock, Log& log);
  void run();
  void write(std::vector<QueuedGroup> batch);
  void judge_disk(const Status& disk);
  // Not in with_reader: inlined there, gcc 12 warns of a free that cannot be.
  Status open_reader(std::optional<Database>& reader);
  template <class Read>
  auto with_reader(Read read) -> decltype(read(std::declval<Database&>()));

  std::filesystem::path file_;
  std::unique_ptr<Lock> lock_;
  BatchWriter writer_;
  std::uint64_t epoch_;
  const Clock& clock_;
  Log& log_;
  WriteQueue queue_;
  std::atomic<bool> healthy_{true};
  mutable std::mutex numbers_mutex_;
  StoreNumbers numbers_;
  std::mutex readers_mutex_;
  std::vector<Database> idle_readers_;
  std::thread thread_;
};

}  // namespace karkara
