// How many refusals of strangers go into the audit log: so many a minute, the rest is only counted. Otherwise anyone
// who reaches the enrolment port could fill the disk. Called by the enrolment service.
#pragma once

#include <mutex>

#include "common/time.h"

namespace karkara {

class RefusalBudget {
 public:
  explicit RefusalBudget(int per_minute) : per_minute_{per_minute}, left_{per_minute} {}
  // True while there is room. `untold` is set to how many were not told since the last minute began.
  bool take(Instant now, std::uint64_t& untold) {
    const std::lock_guard lock{mutex_};
    if (now - minute_ >= std::chrono::minutes{1}) {
      minute_ = now;
      left_ = per_minute_;
    }
    if (left_ == 0) {
      ++untold_;
      return false;
    }
    --left_;
    untold = untold_;
    untold_ = 0;
    return true;
  }

 private:
  std::mutex mutex_;
  int per_minute_;
  int left_;
  Instant minute_;
  std::uint64_t untold_ = 0;
};

}  // namespace karkara
