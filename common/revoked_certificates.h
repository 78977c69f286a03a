// What tells one list of revoked certificates from another, so that a controller sends it only to who has an old one.
// Refuses to protect: the session that it goes over does. Used by the agent and by the controller.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/fnv1a.h"

namespace karkara {

inline constexpr std::size_t kMostRevoked = 4096;
inline constexpr std::size_t kMostSerial = 20;  // bytes (RFC 5280, 4.1.2.2)

// serials: lower-case hex, in order. 0 for none.
[[nodiscard]] inline std::uint64_t hash_of_revoked(const std::vector<std::string>& serials) {
  std::string all;
  for (const std::string& serial : serials) {
    all += serial + '\n';
  }
  return all.empty() ? 0 : fnv1a(all);
}

}  // namespace karkara
