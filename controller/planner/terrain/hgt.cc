#include "controller/planner/terrain/hgt.h"

#include <optional>
#include <string>

namespace karkara::planner {
namespace {

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = 10 * value + (c - '0');
  }
  return value;
}

// "N13E002" at the start of the text.
std::optional<Place> corner(std::string_view text) {
  if (text.size() < 7) {
    return std::nullopt;
  }
  const char north = static_cast<char>(text[0] & ~0x20);
  const char east = static_cast<char>(text[3] & ~0x20);
  const auto latitude = digits(text.substr(1, 2));
  const auto longitude = digits(text.substr(4, 3));
  if ((north != 'N' && north != 'S') || (east != 'E' && east != 'W') || !latitude || !longitude || *latitude > 90 ||
      *longitude > 180) {
    return std::nullopt;
  }
  return Place{Degrees{static_cast<double>(north == 'N' ? *latitude : -*latitude)},
               Degrees{static_cast<double>(east == 'E' ? *longitude : -*longitude)}};
}

std::int16_t in_order(std::int16_t sample, ByteOrder order) {
  const auto raw = static_cast<std::uint16_t>(sample);
  return order == ByteOrder::Big ? static_cast<std::int16_t>(static_cast<std::uint16_t>((raw >> 8U) | (raw << 8U)))
                                 : sample;
}

}  // namespace

Result<Place> hgt_corner(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (const auto found = corner(name.substr(i))) {
      return *found;
    }
  }
  return Error{ErrorCode::InvalidArgument,
               std::string{name} + ": the name does not say where the tile lies (as N13E002.hgt does)"};
}

Result<Tile> hgt_tile(std::string_view name, std::span<const std::int16_t> samples, ByteOrder order) {
  const auto south_west = hgt_corner(name);
  if (!south_west) {
    return south_west.error();
  }
  std::uint32_t side = 0;
  for (const std::uint32_t known : {1201U, 3601U}) {
    side = samples.size() == std::size_t{known} * known ? known : side;
  }
  if (side == 0) {
    return Error{ErrorCode::InvalidArgument,
                 std::string{name} + ": " + std::to_string(samples.size() * 2) +
                     " bytes; a tile has 2884802 (1201 by 1201) or 25934402 (3601 by 3601)"};
  }
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::int16_t height = in_order(samples[i], order);
    if (height != kVoid && (height < kLowestGround || height > kHighestGround)) {
      return Error{ErrorCode::DataLoss, std::string{name} + ": row " + std::to_string(i / side + 1) + ", column " +
                                            std::to_string(i % side + 1) + ": " + std::to_string(height) +
                                            " m is no height of the Earth"};
    }
  }
  const Degrees step{1.0 / (side - 1)};
  Tile tile;
  tile.name = name;
  tile.north = south_west->latitude + Degrees{1};
  tile.west = south_west->longitude;
  tile.row_step = step;
  tile.column_step = step;
  tile.rows = side;
  tile.columns = side;
  tile.samples = samples;
  tile.order = order;
  tile.unknown = kVoid;
  if (const Status fine = check(tile); !fine.ok()) {
    return fine.error();
  }
  return tile;
}

}  // namespace karkara::planner
