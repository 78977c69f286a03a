#include "controller/web/gzip.h"

#include <zlib.h>

namespace karkara {
namespace {

constexpr int kLevel = 4;             // of 9: above it, time grows faster than what it saves
constexpr int kGzipWindow = 15 + 16;  // bits of the window; 16 more: gzip's header and checksum
constexpr int kMemory = 8;            // zlib's own default

}  // namespace

std::string gzipped(std::string_view text) {
  z_stream stream{};
  if (::deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string packed(::deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const bool whole = ::deflate(&stream, Z_FINISH) == Z_STREAM_END;
  packed.resize(whole ? stream.total_out : 0);
  ::deflateEnd(&stream);
  return packed;
}

}  // namespace karkara
