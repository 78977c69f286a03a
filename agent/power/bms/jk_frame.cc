#include "agent/power/bms/jk_frame.h"

#include <algorithm>
#include <array>

#include "agent/power/bms/big_endian.h"

namespace karkara::jk {
namespace {

using bms::big_endian;
using bms::byte_of;

constexpr std::array kStart{std::byte{0x4E}, std::byte{0x57}};
constexpr std::byte kEnd{0x68};
constexpr std::size_t kLengthEnds = 4;    // behind start and length
constexpr std::size_t kHeaderBytes = 11;  // up to the fields
constexpr std::size_t kRecordBytes = 4;   // behind the fields: a record number that nobody uses
constexpr std::size_t kSumBytes = 4;      // the upper half of the sum is 0 in every frame that was seen
constexpr std::size_t kTrailerBytes = kRecordBytes + 1 + kSumBytes;
constexpr std::size_t kMostBytes = 1'024;  // three times the answer for 32 cells

void append_big_endian(std::vector<std::byte>& out, std::uint32_t value, std::size_t width) {
  for (std::size_t left = width; left-- > 0;) {
    out.push_back(static_cast<std::byte>(value >> (8 * left)));
  }
}

std::uint32_t sum_of(std::span<const std::byte> bytes) {
  std::uint32_t sum = 0;
  for (const std::byte byte : bytes) {
    sum += std::to_integer<std::uint32_t>(byte);
  }
  return sum & 0xFFFFU;
}

bool begins_like_a_frame(std::span<const std::byte> bytes) {
  const std::size_t known = std::min(bytes.size(), kStart.size());
  return std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(known), kStart.begin());
}

// Of the whole frame; 0 when the length field is not there yet.
std::size_t told_size(std::span<const std::byte> bytes) {
  ByteReader reader{bytes};
  (void)reader.take(kStart.size());
  const std::size_t length = big_endian(reader, 2);
  return reader.failed() ? 0 : length + kStart.size();
}

bool is_possible(std::size_t size) {
  return size >= kHeaderBytes + kTrailerBytes && size <= kMostBytes;
}

// bytes: as many as the frame tells.
std::optional<Frame> verified(std::span<const std::byte> bytes) {
  ByteReader reader{bytes};
  (void)reader.take(kLengthEnds);
  Frame frame;
  frame.terminal = big_endian(reader, 4);
  frame.command = byte_of(reader);
  frame.source = byte_of(reader);
  frame.kind = byte_of(reader);
  const auto fields = reader.take(bytes.size() - kHeaderBytes - kTrailerBytes);
  frame.fields.assign(fields.begin(), fields.end());
  (void)reader.take(kRecordBytes);
  const bool ends = std::byte{byte_of(reader)} == kEnd;
  return ends && big_endian(reader, kSumBytes) == sum_of(bytes.first(bytes.size() - kSumBytes)) ? std::optional{frame}
                                                                                                : std::nullopt;
}

}  // namespace

std::vector<std::byte> encode(const Frame& frame) {
  std::vector<std::byte> bytes{kStart.begin(), kStart.end()};
  const std::size_t size = kHeaderBytes + frame.fields.size() + kTrailerBytes;
  append_big_endian(bytes, static_cast<std::uint32_t>(size - kStart.size()), 2);
  append_big_endian(bytes, frame.terminal, 4);
  bytes.insert(bytes.end(), {std::byte{frame.command}, std::byte{frame.source}, std::byte{frame.kind}});
  bytes.insert(bytes.end(), frame.fields.begin(), frame.fields.end());
  append_big_endian(bytes, 0, kRecordBytes);
  bytes.push_back(kEnd);
  append_big_endian(bytes, sum_of(bytes), kSumBytes);
  return bytes;
}

std::vector<std::byte> encode_request() {
  constexpr std::byte kAllFields{0};
  return encode({0, kReadAll, kFromComputer, kIsRequest, {kAllFields}});
}

std::optional<Frame> FrameReader::next(std::span<const std::byte>& bytes) {
  while (!bytes.empty()) {
    held_.push_back(bytes.front());
    bytes = bytes.subspan(1);
    if (auto frame = look()) {
      return frame;
    }
  }
  return std::nullopt;
}

// Drops from the front until what is held may still become a frame.
std::optional<Frame> FrameReader::look() {
  std::size_t from = 0;
  std::optional<Frame> frame;
  for (; from < held_.size(); ++from) {
    const auto rest = std::span{held_}.subspan(from);
    if (!begins_like_a_frame(rest)) {
      continue;
    }
    const std::size_t size = told_size(rest);
    if (size == 0 || (is_possible(size) && rest.size() < size)) {
      break;  // more has to come
    }
    frame = is_possible(size) ? verified(rest.first(size)) : std::nullopt;
    if (frame) {
      from += size;
      break;
    }
    ++bad_frames_;
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(from));
  return frame;
}

}  // namespace karkara::jk
