// One file of a record log: a header that names its first possible sequence, then records. Format: docs/record-log.md.
// Refuses records that are torn, altered or out of order: reading stops at the first. Called by RecordLog only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/result.h"

namespace karkara {

struct RecordPlace {
  std::uint64_t sequence = 0;
  std::uint32_t offset = 0;  // of the record's header in its file
  std::uint32_t length = 0;  // of its content
};

struct SegmentBounds {
  static constexpr std::size_t kHeader = 20;        // magic[8] first[8] crc32c[4]
  static constexpr std::size_t kRecordHeader = 16;  // length[4] crc32c[4] sequence[8]
  static constexpr std::size_t kContent = 1U << 20U;
  static constexpr std::uint64_t kFile = 1U << 30U;
};

[[nodiscard]] std::string segment_name(std::uint64_t first);  // "00000000000000000042.log"
// Nothing but what segment_name makes; NotFound otherwise.
[[nodiscard]] Result<std::uint64_t> segment_first(const std::string& name);

[[nodiscard]] std::vector<std::byte> segment_header(std::uint64_t first);
[[nodiscard]] std::vector<std::byte> make_record(std::uint64_t sequence, std::span<const std::byte> content);
// The content of one whole record of this sequence; DataLoss otherwise.
[[nodiscard]] Result<std::vector<std::byte>> open_record(std::span<const std::byte> record, std::uint64_t sequence);

// What of a segment's bytes is sound.
struct SegmentScan {
  std::vector<RecordPlace> records;
  std::uint64_t sound_bytes = 0;  // 0: not even the header
  std::string trouble;            // what ended the scan; "" when all bytes are sound
};
[[nodiscard]] SegmentScan scan_segment(std::span<const std::byte> bytes, std::uint64_t first);

}  // namespace karkara
