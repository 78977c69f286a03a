// The telemetry blocks on the router's flash: carries out the spool policy's effects on the disk worker and answers
// each with an event. Decides nothing, keeps no copy, and survives whatever the files hold. Called by the effect
// runner.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/facts/effects.h"
#include "agent/io/disk_worker.h"
#include "agent/io/event_sink.h"
#include "common/host/record_log.h"

namespace karkara {

class Spool {
 public:
  // worker and files must outlive the spool; directory is made when it is missing.
  Spool(DiskWorker& worker, FileSystem& files, std::string directory, EventSink sink);

  void open();                        // -> SpoolOpened, or SpoolFailed{Open}
  void run(const StoreBlock& store);  // -> BlockStored once it is durable, or SpoolFailed{Store}
  void run(const LoadBlock& load);    // -> BlockLoaded, or SpoolFailed{Load}
  void run(const TrimSpool& trim);    // -> SpoolTrimmed, or SpoolFailed{Trim}

 private:
  // Lives as long as a deed that uses it; touched by the worker's thread only.
  struct Disk {
    FileSystem& files;
    std::string directory;
    EventSink sink;
    std::optional<RecordLog> log;

    Status ensure_open();
    void open();
    void store(const StoreBlock& block);
    void load(std::uint64_t sequence);
    void trim(std::uint64_t first);
    void fail(SpoolDeed deed, const Error& error, bool gone = false) const;
  };

  DiskWorker& worker_;
  std::shared_ptr<Disk> disk_;
};

}  // namespace karkara
