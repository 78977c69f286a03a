// The one way that a probe may take: interface, source address and mark, so that neither the main routing table nor a
// policy rule can send it out another way. Refuses to know what is sent. Used by every socket that asks about one
// uplink.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "agent/facts/ip.h"
#include "common/result.h"

namespace karkara {

struct ProbePath {
  std::string interface;
  std::uint32_t mark = 0;
  IpAddress source;
  friend auto operator<=>(const ProbePath&, const ProbePath&) = default;
};

// Nails a socket that is not bound yet to the path. NotFound: no such interface now. Unavailable: the address is not
// there, or a right is missing.
[[nodiscard]] Status nail_down(int socket, const ProbePath& path);

}  // namespace karkara
