#include "common/host/segment.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

#include "common/crc32c.h"
#include "common/varint.h"

namespace karkara {
namespace {

constexpr std::string_view kMagic = "KARKLOG1";
constexpr std::string_view kSuffix = ".log";
constexpr std::size_t kDigits = 20;
constexpr auto kNoSequence = std::numeric_limits<std::uint64_t>::max();  // it has no next

// Over length, sequence and content, in this order, so that no part can be altered alone.
std::uint32_t record_sum(std::span<const std::byte> header, std::span<const std::byte> content) {
  return crc32c(content, crc32c(header.subspan(8, 8), crc32c(header.first(4))));
}

std::string at_offset(std::string_view what, std::uint64_t offset) {
  return std::string{what} + " at byte " + std::to_string(offset);
}

}  // namespace

std::string segment_name(std::uint64_t first) {
  std::string digits = std::to_string(first);
  return std::string(kDigits - digits.size(), '0') + digits + std::string{kSuffix};
}

Result<std::uint64_t> segment_first(const std::string& name) {
  std::uint64_t first = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + std::min(name.size(), kDigits), first);
  if (parsed.ec != std::errc{} || segment_name(first) != name) {
    return Error{ErrorCode::NotFound, name + " is not a segment"};
  }
  return first;
}

std::vector<std::byte> segment_header(std::uint64_t first) {
  const auto magic = std::as_bytes(std::span{kMagic});
  std::vector<std::byte> header{magic.begin(), magic.end()};
  append_fixed(header, first, 8);
  append_fixed(header, crc32c(header), 4);
  return header;
}

std::vector<std::byte> make_record(std::uint64_t sequence, std::span<const std::byte> content) {
  std::vector<std::byte> record;
  record.reserve(SegmentBounds::kRecordHeader + content.size());
  append_fixed(record, content.size(), 4);
  append_fixed(record, 0, 4);
  append_fixed(record, sequence, 8);
  const std::uint32_t sum = record_sum(record, content);
  for (std::size_t i = 0; i < 4; ++i) {
    record[4 + i] = static_cast<std::byte>(sum >> (8 * i));
  }
  record.insert(record.end(), content.begin(), content.end());
  return record;
}

Result<std::vector<std::byte>> open_record(std::span<const std::byte> record, std::uint64_t sequence) {
  ByteReader in{record};
  const auto header = in.take(SegmentBounds::kRecordHeader);
  ByteReader fields{header};
  const std::uint64_t length = fields.fixed(4);
  const std::uint64_t sum = fields.fixed(4);
  const std::uint64_t own = fields.fixed(8);
  if (fields.failed() || length != in.remaining() || own != sequence) {
    return Error{ErrorCode::DataLoss, "record " + std::to_string(sequence) + " is not where it was"};
  }
  const auto content = in.take(length);
  if (sum != record_sum(header, content)) {
    return Error{ErrorCode::DataLoss, "record " + std::to_string(sequence) + " has a bad checksum"};
  }
  return std::vector<std::byte>{content.begin(), content.end()};
}

SegmentScan scan_segment(std::span<const std::byte> bytes, std::uint64_t first) {
  SegmentScan scan;
  const auto header = segment_header(first);
  if (bytes.size() < header.size() || !std::equal(header.begin(), header.end(), bytes.begin())) {
    scan.trouble = "no sound header";
    return scan;
  }
  std::uint64_t at = header.size();
  std::uint64_t lowest = first;
  while (at < bytes.size()) {
    ByteReader in{bytes.subspan(at)};
    const std::uint64_t length = in.fixed(4);
    in.fixed(4);
    const std::uint64_t sequence = in.fixed(8);
    if (in.failed() || length > SegmentBounds::kContent || length > in.remaining()) {
      scan.trouble = at_offset("a torn record", at);
      break;
    }
    const std::uint64_t whole = SegmentBounds::kRecordHeader + length;
    if (sequence < lowest || sequence == kNoSequence || !open_record(bytes.subspan(at, whole), sequence)) {
      scan.trouble = at_offset("a damaged record", at);
      break;
    }
    scan.records.push_back({sequence, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(length)});
    lowest = sequence + 1;
    at += whole;
  }
  scan.sound_bytes = at;
  return scan;
}

}  // namespace karkara
