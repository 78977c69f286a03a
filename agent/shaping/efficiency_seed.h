// What a link will carry when its modulation and coding change: what it carried, times what a symbol carries now
// against then. Refuses to hurry upwards: a link between two codings changes them every second, and only what holds for
// a while counts as better; worse counts at once. Called by the shaping feature, one for each uplink.
#pragma once

#include <optional>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

class EfficiencySeed {
 public:
  static constexpr Duration kSettled = std::chrono::seconds{10};
  static constexpr double kWorthIt = 1.1;  // neighbours of DVB-S2 are a tenth to a fifth apart

  struct Learned {
    BitsPerSecond good{};
    double efficiency = 0;  // bits a symbol
    friend bool operator==(const Learned&, const Learned&) = default;
  };

  // From an earlier run.
  void restore(std::optional<Learned> learned) { learned_ = learned; }
  // A loaded link carried that without a queue.
  void learn(BitsPerSecond good);
  [[nodiscard]] const std::optional<Learned>& learned() const { return learned_; }

  // told: bits a symbol now; none: nobody tells. What the link is to carry, once for each change that matters.
  std::optional<BitsPerSecond> see(std::optional<double> told, Instant now);
  // What it is to carry as it is; none: nothing was learned, or nobody tells.
  [[nodiscard]] std::optional<BitsPerSecond> expected() const;
  [[nodiscard]] const std::optional<double>& efficiency() const { return efficiency_; }

 private:
  std::optional<BitsPerSecond> settle(double efficiency);

  std::optional<Learned> learned_;
  std::optional<double> efficiency_;  // that counts
  std::optional<Instant> better_since_;
};

}  // namespace karkara
