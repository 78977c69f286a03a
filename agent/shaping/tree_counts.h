// What our trees let through between two looks at their counters. Refuses to compare with a tree that was made anew
// meanwhile: that class is seen for the first time again. Called by ShapingFeature.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <utility>

#include "agent/facts/traffic_control.h"
#include "common/time.h"

namespace karkara {

class TreeCounts {
 public:
  struct Flow {
    ShaperCount now{};
    std::optional<std::uint64_t> bytes{};  // since the look before; none: the first of this tree
    std::uint64_t packets = 0;
    std::uint64_t drops = 0;
    // Of 'bytes', what they were on the link: the kernel counts a packet without what the link adds to it.
    [[nodiscard]] std::uint64_t on_link(const Framing& framing) const;
    void add(const Flow& other);  // of the same traffic class, elsewhere
  };

  void see(std::span<const ShaperCount> counts, Instant now);
  // nullptr: no such class was counted last.
  [[nodiscard]] const Flow* find(std::uint32_t link, std::uint16_t minor) const;
  [[nodiscard]] Duration span() const { return span_; }  // between the last two looks; 0: there was one

 private:
  std::map<std::pair<std::uint32_t, std::uint16_t>, Flow> flows_;
  std::optional<Instant> seen_at_;
  Duration span_{};
};

}  // namespace karkara
