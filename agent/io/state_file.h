// What must survive a reboot, one small file a key: written so that after a power cut the old or the new content is
// there, whole, with a checksum. A file that does not check is told of and ignored. Spares the flash: a key is written
// at most once a minute unless a person waits for it, and a failed write is tried again. Called by main.cc (load) and
// the effect runner.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agent/facts/effects.h"
#include "agent/io/disk_worker.h"
#include "common/host/file_system.h"
#include "common/host/log.h"
#include "common/time.h"

namespace karkara {

class StateFile {
 public:
  // All references must outlive the worker's last deed.
  StateFile(DiskWorker& worker, FileSystem& files, std::string directory, Log& log,
            Duration pause = std::chrono::seconds{60});

  // Everything that is held, by key. On the calling thread: once, before anything runs. The error is that the folder
  // cannot be made; unreadable files are logged and left out.
  Result<std::map<std::string, std::string>> load();
  // Keys are plain names; content is at most 192 KiB.
  void run(const Persist& persist);
  // What waits for its minute is written now.
  void flush();

 private:
  struct Key {
    std::optional<std::string> on_disk;  // as far as we know
    std::optional<std::string> waiting;
    bool timer = false;  // write_waiting comes when the pause is over
  };
  // Lives as long as a deed that uses it; after load() touched by the worker's thread only.
  struct Shelf : std::enable_shared_from_this<Shelf> {
    Shelf(DiskWorker& by, FileSystem& on, std::string in, Log& telling, Duration between)
        : worker{by}, files{on}, directory{std::move(in)}, log{telling}, pause{between} {}
    void put(const Persist& persist);
    void write(const std::string& name, Key& key);
    void write_waiting(const std::string& name);
    void write_all();

    DiskWorker& worker;
    FileSystem& files;
    std::string directory;
    Log& log;
    Duration pause;
    std::map<std::string, Key> keys;
  };

  DiskWorker& worker_;
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace karkara
