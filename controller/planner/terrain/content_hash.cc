#include "controller/planner/terrain/content_hash.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace karkara::planner {
namespace {

std::uint64_t with_bytes(std::uint64_t hash, const char* bytes, std::size_t size) {
  for (std::size_t at = 0; at < size; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, std::min(sizeof word, size - at));
    hash = mixed(hash, word);
  }
  return hash;
}

}  // namespace

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  return std::rotl((hash ^ word) * 0x9e37'79b9'7f4a'7c15U, 29);
}

std::uint64_t content_hash(std::string_view bytes) {
  return with_bytes(mixed(1, bytes.size()), bytes.data(), bytes.size());
}

std::uint64_t content_hash(const Tile& tile) {
  std::uint64_t hash = 1;
  for (const double number : {tile.north.value(), tile.west.value(), tile.row_step.value(), tile.column_step.value(),
                              tile.unit, static_cast<double>(tile.rows), static_cast<double>(tile.columns),
                              static_cast<double>(tile.unknown), tile.order == ByteOrder::Big ? 1.0 : 0.0}) {
    hash = mixed(hash, std::bit_cast<std::uint64_t>(number));
  }
  return with_bytes(hash, reinterpret_cast<const char*>(tile.samples.data()), tile.samples.size_bytes());
}

}  // namespace karkara::planner
