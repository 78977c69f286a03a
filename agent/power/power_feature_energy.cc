// What all sources say of the site's energy at one moment: rest of PowerFeature.
#include <algorithm>

#include "agent/power/power_feature.h"

namespace karkara {
namespace {

// What each source told last, where it is silent now: a charger or meter that fell silent is not one that gives
// nothing.
struct Lost {
  bool charge = false;
  bool load = false;
  bool panel = false;
  void add(const EnergySample& before) {
    charge = charge || before.charge_current;
    load = load || before.load_current;
    panel = panel || before.panel_power;
  }
  void take_from(EnergySample& sum) const {
    if (charge) {
      sum.charge_current.reset();
    }
    if (load) {
      sum.load_current.reset();
    }
    if (panel) {
      sum.panel_power.reset();
    }
  }
};

}  // namespace

// What counts charge is believed before what only guesses from a voltage, and both before meters of other kinds.
EnergySample PowerFeature::energy(Instant now) {
  std::vector<EnergySample> samples;
  std::vector<EnergySample> packs;
  std::size_t packs_at = 0;
  Lost lost;
  for (const auto& source : sources_) {
    EnergySample said = source->energy(now);
    EnergySample& before = told_[source->settings().id];
    if (said == EnergySample{}) {
      lost.add(before);
    } else {
      before = said;
    }
    if (!is_bms(source->settings().kind)) {
      samples.push_back(said);
      continue;
    }
    packs_at = packs.empty() ? samples.size() : packs_at;
    packs.push_back(said);
  }
  samples.insert(samples.begin() + static_cast<std::ptrdiff_t>(packs_at), packs_as_one(packs));
  std::stable_partition(samples.begin(), samples.end(), [](const EnergySample& sample) {
    return sample.told_state_of_charge || sample.battery_current;
  });
  EnergySample all = merge(samples);
  lost.take_from(all);
  return all;
}

}  // namespace karkara
