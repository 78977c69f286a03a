// An append-only log of records over segment files that survives kill -9, power cuts, full disks and worn flash:
// what was synced is there, and nothing that was not written ever appears. Format and guarantees: docs/record-log.md.
// Not for several threads or processes at once. Called by the agent's spool and the controller's block store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/host/file_system.h"
#include "common/host/segment.h"
#include "common/result.h"

namespace karkara {

class RecordLog {
 public:
  struct Opening {
    std::uint64_t cut_bytes = 0;       // torn off behind the last whole record
    std::vector<std::string> damaged;  // segments of which not everything could be kept: "NAME: why"
  };

  // Makes the directory when it is missing. A segment is closed when a record would make it larger than segment_bytes.
  static Result<RecordLog> open(FileSystem& files, std::string directory, std::uint64_t segment_bytes);

  [[nodiscard]] const Opening& opening() const { return opening_; }
  [[nodiscard]] std::uint64_t first() const;  // sequence of the oldest record held; next() when there is none
  [[nodiscard]] std::uint64_t next() const { return next_; }  // lowest sequence that append takes; 1 in a new log
  [[nodiscard]] std::uint64_t records() const;
  [[nodiscard]] std::uint64_t bytes() const;  // of all files

  // Not durable before sync(). Gaps in the sequence are fine. Errors: InvalidArgument for a sequence below next() or
  // content over 1 MiB; what the file system says otherwise, and then the record is not in the log.
  [[nodiscard]] Status append(std::uint64_t sequence, std::span<const std::byte> content);
  // On an error all records since the last success are out of the log again, and next() is lower: append them again.
  [[nodiscard]] Status sync();
  // NotFound when it is not held, DataLoss when the disk no longer gives back what was written.
  [[nodiscard]] Result<std::vector<std::byte>> read(std::uint64_t sequence) const;
  [[nodiscard]] std::uint64_t at_or_after(std::uint64_t sequence) const;  // of the next record held; next() when none
  // Forgets every record below `first`; removes the files that hold nothing else. next() never falls by it.
  [[nodiscard]] Status trim(std::uint64_t first);

 private:
  struct Segment {
    std::uint64_t first = 0;  // its name
    std::uint64_t size = 0;
    std::vector<RecordPlace> records;
  };

  RecordLog(FileSystem& files, std::string directory, std::uint64_t segment_bytes);
  [[nodiscard]] std::string path(const Segment& segment) const;
  void load(std::uint64_t first, bool last);
  [[nodiscard]] Status start_segment(std::uint64_t first);
  [[nodiscard]] Status make_room(std::size_t record_bytes);
  void give_up_unsynced();

  FileSystem* files_;
  std::string directory_;
  std::uint64_t segment_bytes_;
  Opening opening_;
  std::vector<Segment> segments_;     // by first; only the last is appended to
  std::unique_ptr<AppendFile> file_;  // the last segment's; none when the next record must start another
  std::uint64_t synced_size_ = 0;     // of the last segment
  std::uint64_t next_ = 1;
  std::uint64_t trimmed_ = 0;  // records below are forgotten, though still in a file
};

}  // namespace karkara
