// The numbers that karkara ends with: part of its interface, scripts branch on them.
// Refuses to lump: a site that is offline, a controller that is down and a mistyped name are different numbers.
// Commands on files become karkara-plan and end with its numbers (plan_jobs.h); of those only 3 means something else.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/result.h"

namespace karkara::cli {

enum class Exit : int {
  Ok = 0,
  Failed = 1,
  Usage = 2,
  NotFound = 3,
  Denied = 4,
  SiteOffline = 6,
  TimedOut = 7,
  RiskNotAccepted = 9,
  Interrupted = 130,
};

struct ExitMeaning {
  Exit exit;
  std::string_view meaning;
};

[[nodiscard]] std::span<const ExitMeaning> exit_meanings();  // for help and docs

// Of what failed on this side or at the controller; Unavailable is the controller being away, so Failed.
[[nodiscard]] Exit exit_of(ErrorCode code);
// Of a site's answer (SiteReply.code, a gRPC status code): unavailable there is the site being offline.
[[nodiscard]] Exit exit_of_site(std::uint32_t code);

}  // namespace karkara::cli
