#include "tests/bench/simulated_ladder.h"

#include <memory>
#include <string>

#include "agent/power/shed/shed_ladder.h"

namespace karkara {
namespace {

// The stages of the simulated load, taken at the charges that docs/power.md suggests to a site.
SheddingSettings ladder_settings() {
  SheddingSettings settings;
  settings.stages = {{.id = "evening", .below = Percent{60}},
                     {.id = "night", .below = Percent{45}},
                     {.id = "saving", .below = Percent{35}},
                     {.id = "emergency", .below = Percent{25}}};
  return settings;
}

}  // namespace

PolicyMaker shedding_ladder() {
  const auto memory = std::make_shared<std::string>();
  return [memory](const Scenario& scenario) -> StagePolicy {
    const auto ladder = std::make_shared<ShedLadder>(ladder_settings(), told_battery(scenario));
    const auto restored = std::make_shared<bool>(memory->empty());
    return [memory, ladder, restored](const PolicyView& view) {
      if (!*restored) {
        *restored = true;
        static_cast<void>(ladder->restore(*memory, view.now));
      }
      LadderInputs inputs{view.battery, view.sample, {}, {}};
      if (view.wall) {
        inputs.forecast = [&view](unsigned stage) { return view.forecaster.forecast(view.battery, stage, *view.wall); };
      }
      const unsigned stage = ladder->see(inputs, view.now, view.wall).stage;
      *memory = ladder->memory();
      return stage;
    };
  };
}

}  // namespace karkara
