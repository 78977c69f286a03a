#include "common/telemetry_block.h"

#include <zstd.h>

#include <algorithm>
#include <array>

#include "common/crc32c.h"
#include "common/telemetry_body.h"
#include "common/varint.h"

namespace karkara {
namespace {

constexpr std::array kMagic{std::byte{'K'}, std::byte{'T'}, std::byte{'B'}};
constexpr unsigned kVersion = 1;
constexpr unsigned kZstdBit = 1;
constexpr unsigned kDictionaryBit = 2;  // reserved: the id of a shipped dictionary follows the flags
constexpr std::size_t kChecksumBytes = 4;
constexpr int kZstdLevel = 3;

// A block without its checksum, its body still compressed when `inflated` says to how many bytes it grows.
struct Frame {
  std::uint64_t sequence = 0;
  std::size_t inflated = 0;  // 0: not compressed
  std::span<const std::byte> body;
};

std::vector<std::byte> write_frame(const Frame& frame) {
  std::vector<std::byte> out{kMagic.begin(), kMagic.end()};
  append_fixed(out, kVersion, 1);
  append_fixed(out, frame.inflated != 0 ? kZstdBit : 0, 1);
  append_varint(out, frame.sequence);
  append_varint(out, frame.body.size());
  if (frame.inflated != 0) {
    append_varint(out, frame.inflated);
  }
  out.insert(out.end(), frame.body.begin(), frame.body.end());
  append_fixed(out, crc32c(out), kChecksumBytes);
  return out;
}

Error malformed(std::string_view what) {
  return {ErrorCode::InvalidArgument, "malformed: " + std::string{what}};
}

Status check_length(std::size_t needed, std::size_t present) {
  if (present < needed) {
    return Error{ErrorCode::DataLoss, "truncated: " + std::to_string(needed - present) + " bytes are missing"};
  }
  if (present > needed) {
    return malformed("bytes behind the checksum");
  }
  return {};
}

Result<Frame> read_frame(std::span<const std::byte> bytes) {
  ByteReader in{bytes};
  const auto magic = bytes.first(std::min(bytes.size(), kMagic.size()));
  if (!std::equal(magic.begin(), magic.end(), kMagic.begin())) {
    return Error{ErrorCode::InvalidArgument, "bad magic: not a telemetry block"};
  }
  in.take(kMagic.size());
  const std::uint64_t version = in.fixed(1);
  const std::uint64_t flags = in.fixed(1);
  if (!in.failed() && version != kVersion) {
    return Error{ErrorCode::FailedPrecondition, "unsupported version " + std::to_string(version)};
  }
  if (!in.failed() && (flags & ~std::uint64_t{kZstdBit}) != 0) {
    return Error{ErrorCode::FailedPrecondition,
                 (flags & kDictionaryBit) != 0 ? "unsupported dictionary" : "unsupported flags"};
  }
  Frame frame;
  frame.sequence = in.varint();
  const std::uint64_t length = in.varint();
  const std::uint64_t inflated = (flags & kZstdBit) != 0 ? in.varint() : 0;
  if (in.failed()) {
    return Error{ErrorCode::DataLoss, "truncated: the header is not whole"};
  }
  if (length > BlockBounds::kBodyBytes || inflated > BlockBounds::kBodyBytes) {
    return malformed("the body is larger than 4 MiB");
  }
  if (const Status fits = check_length(length + kChecksumBytes, in.remaining()); !fits) {
    return fits.error();
  }
  frame.body = in.take(length);
  if (in.fixed(kChecksumBytes) != crc32c(bytes.first(bytes.size() - kChecksumBytes))) {
    return Error{ErrorCode::DataLoss, "bad checksum"};
  }
  if ((flags & kZstdBit) != 0 && inflated == 0) {
    return malformed("compressed, but empty");
  }
  frame.inflated = inflated;
  return frame;
}

// Empty when compression does not pay.
std::vector<std::byte> deflate(std::span<const std::byte> body) {
  std::vector<std::byte> packed(ZSTD_compressBound(body.size()));
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), body.data(), body.size(), kZstdLevel);
  packed.resize(ZSTD_isError(size) != 0U || size + varint_size(body.size()) >= body.size() ? 0 : size);
  return packed;
}

Result<std::vector<std::byte>> inflate(const Frame& frame) {
  std::vector<std::byte> body(frame.inflated);
  const std::size_t size = ZSTD_decompress(body.data(), body.size(), frame.body.data(), frame.body.size());
  if (ZSTD_isError(size) != 0U || size != body.size()) {
    return malformed("the compressed body does not unpack to its length");
  }
  return body;
}

}  // namespace

bool is_block_instance(std::string_view text) {
  return text.size() <= BlockBounds::kInstanceBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; });
}

Column column_of(SeriesId series, std::string instance) {
  const SeriesInfo* known = find_series(series);
  return {
      .series = series, .instance = std::move(instance), .scale = known != nullptr ? known->scale : 1, .values = {}};
}

Result<std::vector<std::byte>> encode_block(const BlockContent& content, BlockCompression compression) {
  const auto body = encode_body(content);
  if (!body) {
    return body.error();
  }
  if (body->size() > BlockBounds::kBodyBytes) {
    return Error{ErrorCode::InvalidArgument, "the body is larger than 4 MiB"};
  }
  if (compression == BlockCompression::WhenSmaller) {
    if (const auto packed = deflate(*body); !packed.empty()) {
      return write_frame({content.sequence, body->size(), packed});
    }
  }
  return write_frame({content.sequence, 0, *body});
}

Result<BlockContent> decode_block(std::span<const std::byte> bytes) {
  const auto frame = read_frame(bytes);
  if (!frame) {
    return frame.error();
  }
  std::vector<std::byte> unpacked;
  if (frame->inflated != 0) {
    auto inflated = inflate(*frame);
    if (!inflated) {
      return inflated.error();
    }
    unpacked = std::move(inflated).value();
  }
  auto content = decode_body(frame->inflated != 0 ? std::span<const std::byte>{unpacked} : frame->body);
  if (content) {
    content->sequence = frame->sequence;
  }
  return content;
}

Result<std::vector<std::byte>> renumber_block(std::span<const std::byte> bytes, std::uint64_t sequence) {
  auto frame = read_frame(bytes);
  if (!frame) {
    return frame.error();
  }
  frame->sequence = sequence;
  return write_frame(*frame);
}

}  // namespace karkara
