#include "agent/devices/firmware.h"

#include <algorithm>
#include <charconv>

namespace karkara {
namespace {

constexpr std::size_t kMostParts = 8;

}  // namespace

std::strong_ordering operator<=>(const FirmwareVersion& a, const FirmwareVersion& b) {
  for (std::size_t i = 0; i < std::max(a.parts.size(), b.parts.size()); ++i) {
    const std::uint32_t of_a = i < a.parts.size() ? a.parts[i] : 0;
    const std::uint32_t of_b = i < b.parts.size() ? b.parts[i] : 0;
    if (of_a != of_b) {
      return of_a <=> of_b;
    }
  }
  return std::strong_ordering::equal;
}

std::optional<FirmwareVersion> version_in(std::string_view text, std::string_view marker) {
  const auto marked = text.find(marker);
  if (marked == std::string_view::npos) {
    return {};
  }
  text.remove_prefix(marked + marker.size());
  const auto first = text.find_first_of("0123456789");
  if (first == std::string_view::npos || (first > 0 && !marker.empty())) {
    return {};
  }
  FirmwareVersion version;
  const char* at = text.data() + first;
  const char* const end = text.data() + text.size();
  while (at != end && version.parts.size() < kMostParts) {
    std::uint32_t part = 0;
    const auto [behind, error] = std::from_chars(at, end, part);
    if (error != std::errc{}) {
      break;
    }
    version.parts.push_back(part);
    if (behind == end || *behind != '.') {
      break;
    }
    at = behind + 1;
  }
  return version.parts.empty() ? std::nullopt : std::optional{std::move(version)};
}

bool FirmwareRange::holds(const std::optional<FirmwareVersion>& version) const {
  return !version || ((!from || *version >= *from) && (!below || *version < *below));
}

}  // namespace karkara
