// What one radio should be at one moment: on or off, and the most power, by its own settings, the shedding ladder and
// the hour. Refuses to remember: the same moment gives the same answer. Called by RadioFeature.
#pragma once

#include <optional>
#include <string>

#include "agent/facts/shedding.h"
#include "agent/facts/usage.h"
#include "agent/mesh/radio_settings.h"
#include "common/time.h"

namespace karkara {

struct RadioWish {
  bool on = true;
  std::optional<Dbm> most{};  // absent: nothing is asked
  bool saves = false;         // `most` is a ceiling of the ladder, not the radio's own power
  std::string why{};          // of what differs from the settings; empty: nothing does
  bool hours_unknown = false;
  Instant next_change = Instant::max();  // behind `at`, while ladder and settings stay
  friend bool operator==(const RadioWish&, const RadioWish&) = default;
};

// Without the time hours are not kept and the radio is on: who is without Wi-Fi cannot be told why.
[[nodiscard]] RadioWish radio_wish(const RadioSettings& radio, const Shedding& shedding, const KnownTime& at,
                                   Duration utc_offset);

}  // namespace karkara
