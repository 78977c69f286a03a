// The telemetry blocks of all sites as they were received, in append-only logs by UTC day of receipt
// (telemetry/2026-11-26/). Refuses to look into a block, and to drop one that came before: readers tell doubles by site
// and sequence. Called by the store's writer thread only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/host/record_log.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

struct StoredBlock {
  SiteId site;
  std::uint64_t sequence = 0;
  WallTime received;
  std::string content;
  friend bool operator==(const StoredBlock&, const StoredBlock&) = default;
};

// A record: version 1, length of the site's id, the id, sequence and time of receipt (8 bytes each, big endian), block.
[[nodiscard]] std::string encode_stored_block(const StoredBlock& block);
[[nodiscard]] Result<StoredBlock> decode_stored_block(std::span<const std::byte> record);

class BlockLog {
 public:
  // Room for the largest record of the log, less our own head of it.
  static constexpr std::size_t kMostBlockBytes = (1U << 20U) - 64;

  BlockLog(FileSystem& files, std::filesystem::path folder);

  Status append(const StoredBlock& block);
  // After an error every block since the last success must be appended again.
  Status sync();
  // Whether the disk takes a file of 64 KiB.
  Status probe();

 private:
  Status open_day(const std::string& day);

  FileSystem& files_;
  std::filesystem::path folder_;
  std::string day_;
  std::optional<RecordLog> log_;
};

}  // namespace karkara
