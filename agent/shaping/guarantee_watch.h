// Whether classes get what they are guaranteed: packets that wait while less passes than was promised, or that wait in
// the link, where classes do not count; for long enough to be no chance. Refuses to speak of a class that has nothing
// to send. Called by ShapingFeature at each look.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

class GuaranteeWatch {
 public:
  static constexpr Duration kLong = std::chrono::seconds{15};
  static constexpr Duration kMostOfALook = std::chrono::seconds{5};  // a long one is little evidence
  static constexpr Duration kLeastOfALook = std::chrono::milliseconds{900};
  static constexpr double kEnough = 0.8;  // of what is guaranteed

  struct Look {
    BitsPerSecond guarantee{};
    BitsPerSecond carried{};
    bool waits = false;  // packets wait now, or were let go
    bool lost = false;   // the link has a queue that no rate of ours keeps short
    Duration span{};     // that the look covers
  };
  // True or false: the alarm of this class changes so.
  std::optional<bool> see(const std::string& instance, const Look& look);
  // Those whose alarm stands and that are looked at no longer; forgets them.
  std::vector<std::string> forget_others(const std::vector<std::string>& instances);

 private:
  struct Watched {
    Duration looked{};  // not judged yet: a look of less than a second sees single packets
    double bits = 0;
    Duration unmet{};  // how long, or since when it is met again
    Duration met{};
    bool raised = false;
  };
  std::map<std::string, Watched> classes_;
};

}  // namespace karkara
