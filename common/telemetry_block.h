// The telemetry block: some minutes of samples of one site as few bytes as is honest. Format: docs/telemetry-block.md.
// Refuses input that is torn, altered or out of bounds, always with the reason; never trusts a length.
// Written by agent/telemetry, read by the controller, which keeps the bytes as received.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/reading.h"
#include "common/result.h"
#include "common/series.h"
#include "common/time.h"

namespace karkara {

struct BlockBounds {
  static constexpr std::size_t kColumns = 4096;
  static constexpr std::size_t kSamples = 65'536;
  static constexpr std::size_t kValues = 1U << 20U;  // columns times samples: what a decoder must allocate
  static constexpr std::size_t kBodyBytes = 4U << 20U;
  static constexpr std::size_t kInstanceBytes = 40;
  static constexpr std::int64_t kWireInteger = std::int64_t{1} << 50U;  // up to it, n * scale gives n back
};

// One series of one instance. A series id that this build does not know is carried all the same: the scale is in the
// block.
struct Column {
  SeriesId series{};
  std::string instance;       // which uplink, which charger; "" when there is one per site; printable ASCII
  double scale = 1;           // the values' resolution
  std::vector<Value> values;  // one for each sample time
  friend bool operator==(const Column&, const Column&) = default;
};

// At most 40 printable ASCII characters, no space, '"' or '\\'.
[[nodiscard]] bool is_block_instance(std::string_view text);

// A column with the catalogue's scale.
[[nodiscard]] Column column_of(SeriesId series, std::string instance);

struct BlockContent {
  std::uint64_t sequence = 0;
  std::uint64_t boot_id = 0;   // changes with each boot of the router
  bool clock_trusted = false;  // whether first_at may be believed
  WallTime first_at;           // of the first sample, in whole milliseconds
  Instant first_since_boot;    // the same moment on the clock that never jumps, in whole milliseconds
  Duration interval{};         // that was meant between samples, in whole milliseconds
  std::vector<std::chrono::milliseconds> offsets;  // of each sample after the first; starts with 0, never falls
  std::vector<Column> columns;                     // no two with the same series and instance

  [[nodiscard]] WallTime time_of(std::size_t sample) const { return first_at + offsets[sample]; }
  friend bool operator==(const BlockContent&, const BlockContent&) = default;
};

enum class BlockCompression { Never, WhenSmaller };

// Values become integers of their column's scale; what is not finite or does not fit becomes Absent::OutOfRange.
// InvalidArgument when a bound or a rule above is broken.
[[nodiscard]] Result<std::vector<std::byte>> encode_block(const BlockContent& content,
                                                          BlockCompression compression = BlockCompression::WhenSmaller);

// Error texts start with the kind of fault, and the code tells it too:
//   "truncated"     DataLoss             "bad checksum"  DataLoss
//   "bad magic"     InvalidArgument      "malformed"     InvalidArgument
//   "unsupported"   FailedPrecondition   (a version, flag or dictionary of a newer writer)
[[nodiscard]] Result<BlockContent> decode_block(std::span<const std::byte> bytes);

// The same block under another sequence, without touching its body.
[[nodiscard]] Result<std::vector<std::byte>> renumber_block(std::span<const std::byte> bytes, std::uint64_t sequence);

}  // namespace karkara
