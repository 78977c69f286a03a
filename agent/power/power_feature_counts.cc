// What is kept of the sources over restarts and configurations, and what their counts came to. Rest of PowerFeature.
#include "agent/facts/effect_list.h"
#include "agent/power/charger_days.h"
#include "agent/power/power_feature.h"
#include "agent/power/state_key.h"

namespace karkara {
namespace {

// Flash wears, and an old memory is as good: what was counted since is in the device's own number.
constexpr Duration kSaveCounts = std::chrono::hours{6};

std::string counts_key(const DeviceId& id) {
  return state_key("counts", id);
}

}  // namespace

void PowerFeature::put_on_shelf(PowerSource& source) {
  const DeviceId& id = source.settings().id;
  if (std::string days = source.memory(); !days.empty()) {
    shelf_[ChargerDays::key(id)] = std::move(days);
  }
  if (source.counts().is_worth_keeping()) {
    shelf_[counts_key(id)] = source.counts().memory();
  }
}

Effects PowerFeature::take_from_shelf(PowerSource& source) {
  Effects effects;
  const DeviceId& id = source.settings().id;
  if (const auto days = shelf_.find(ChargerDays::key(id)); days != shelf_.end()) {
    append(effects, source.recall(days->second));
  }
  if (const auto counts = shelf_.find(counts_key(id)); counts != shelf_.end()) {
    if (const Status read = source.counts().recall(counts->second); !read.ok()) {
      effects.emplace_back(
          Note{MessageId::PowerStateUnread, {{"what", "counts of " + id.text()}, {"why", read.error().text}}});
    }
  }
  return effects;
}

// A count that was set back is kept at once: what it came to before that is nowhere else.
Effects PowerFeature::keep_counts(const KnownTime& at, bool all) {
  Effects effects;
  const bool is_begun = counts_at_ != Instant{};
  all = all || (is_begun && at.now >= counts_at_);
  if (all || !is_begun) {
    counts_at_ = at.now + kSaveCounts;
  }
  for (const auto& source : sources_) {
    CountBook& counts = source->counts();
    const DeviceId& id = source->settings().id;
    const std::vector<std::string> resets = counts.take_resets();
    for (const std::string& reset : resets) {
      events_.add(at, "count set back", id.text() + ": " + reset);
    }
    if ((all || !resets.empty()) && counts.is_worth_keeping()) {
      std::string& kept = shelf_[counts_key(id)];
      if (std::string memory = counts.memory(); memory != kept) {
        kept = memory;
        effects.emplace_back(Persist{counts_key(id), std::move(memory)});
      }
    }
  }
  keep_events(effects);
  return effects;
}

}  // namespace karkara
