// What a terminal receives when the sky is clear, learned from the means of the last 14 days' hours, and how far the
// last hours are below it: dust on the feed and a dish that moves show in days, never in seconds. Refuses an opinion on
// less than half a day. Used by the fade predictor.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

class ClearSky {
 public:
  void on_level(Db level, Instant now);

  // The level that one hour in ten exceeded, the last hours left out.
  [[nodiscard]] std::optional<Db> reference() const;
  // How far the better ones of the last six hours are below the reference; negative when above.
  [[nodiscard]] std::optional<Db> drift() const;

  // One line for the disk, so that a restart does not take a dusty dish for a clean one. Empty: nothing learned.
  [[nodiscard]] std::string remember() const;
  // From an earlier run; text that is not such a line is ignored.
  void recall(std::string_view line);

 private:
  struct Hour {
    std::int64_t number = 0;  // since boot
    float mean = 0;
  };
  void finish_hour();
  [[nodiscard]] std::optional<double> learned() const;

  std::deque<Hour> hours_;  // finished ones, oldest first
  std::int64_t current_ = -1;
  double sum_ = 0;
  unsigned count_ = 0;
  std::optional<double> recalled_;
};

}  // namespace karkara
