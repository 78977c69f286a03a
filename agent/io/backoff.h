// How long to wait before dialling again: full jitter, doubling, jitter after the cap, so that a country of routers
// that lost the controller in one second does not return in one second. Pure; refuses to know what is dialled. Used by
// the session and the enrolment.
#pragma once

#include <functional>

#include "common/time.h"

namespace karkara {

// Evenly spread in [0, 1).
using Uniform = std::function<double()>;

struct BackoffPolicy {
  Duration at_start = std::chrono::seconds{2};        // ceiling of the first delay after a boot or a new way out
  Duration after_session = std::chrono::seconds{60};  // the same after the loss of a proven session
  Duration cap = std::chrono::minutes{15};
  Duration proven_after = std::chrono::minutes{2};  // a shorter session does not calm a growing backoff
};

class Backoff {
 public:
  Backoff(BackoffPolicy policy, Uniform uniform);
  // Evenly spread in [0, ceiling); the ceiling then doubles up to the cap.
  [[nodiscard]] Duration next();
  // The world changed: growth starts anew.
  void restart();
  // A session that lasted this long was lost.
  void lost_session(Duration lasted);

 private:
  BackoffPolicy policy_;
  Uniform uniform_;
  Duration ceiling_;
};

}  // namespace karkara
