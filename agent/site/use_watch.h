// Since when nobody uses a link: what goes over it in some minutes is no more than chatter. Refuses to say so before it
// watched for that long. Pure. Used by UplinkDevices.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "common/time.h"

namespace karkara {

class UseWatch {
 public:
  static constexpr Duration kWindow = std::chrono::minutes{3};  // the kernel's counters are read once a minute
  static constexpr std::uint64_t kChatter = 200'000;  // bytes in a window: telephones that greet their servers

  // bytes: counted by the interface from any start; fewer than before: it was made anew.
  std::optional<Duration> idle(std::uint64_t bytes, Instant now) {
    if (!since_ || bytes < bytes_ || bytes - bytes_ > kChatter) {
      begin(bytes, now);
      idle_since_.reset();
    } else if (now - *since_ >= kWindow) {
      idle_since_ = idle_since_ ? idle_since_ : since_;
      begin(bytes, now);
    }
    return idle_since_ ? std::optional{now - *idle_since_} : std::nullopt;
  }

 private:
  void begin(std::uint64_t bytes, Instant now) {
    since_ = now;
    bytes_ = bytes;
  }
  std::optional<Instant> since_;  // of the window
  std::optional<Instant> idle_since_;
  std::uint64_t bytes_ = 0;
};

}  // namespace karkara
