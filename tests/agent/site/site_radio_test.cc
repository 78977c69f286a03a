// Radios in the site as a whole: what a restart finds, what an end leaves, and what people are told.
#include <algorithm>

#include "agent/mesh/radio_memory.h"
#include "agent/power/shed/shed_memory.h"
#include "agent/power/shed_control.h"
#include "tests/agent/site/site_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const RadioId kVillage = *RadioId::parse("village");

class SiteRadios : public SiteBench {
 protected:
  SiteRadios() : SiteBench{with_radio()} {}
  static SiteSettings with_radio() {
    SiteSettings settings = SiteBench::settings();
    settings.radios.radios = {{kVillage, RadioRole::AccessPoint, {"wlan0"}}};
    settings.power.battery =
        BatterySettings{Chemistry::LeadAcid, AmpHours{100}, Volts{12}, Volts{11.4}, std::nullopt, Amps{}};
    settings.power.shedding.stages = {{"night", Percent{45}, std::nullopt, std::nullopt, {ShedRadio{.off = true}}}};
    return settings;
  }
  void boot_in_the_night() {
    boot(kBuilt + hours{1}, {{std::string{ShedControl::kStageKey}, to_text(StageMemory{1, "night"})},
                             {std::string{RadioFeature::kStateKey}, to_text({{kVillage, {{"wlan0"}, {}}}})}});
  }
  void see(bool on) { give(RadiosSeen{{{0, "phy0", "", "", {{7, "wlan0", on, Dbm{20}, Dbm{20}}}}}}); }
};

TEST_F(SiteRadios, ARestartInAStageLeavesTheRadioOff) {
  boot_in_the_night();
  see(false);
  run_for(seconds{30});
  EXPECT_TRUE(all<SwitchRadio>().empty());
}

TEST_F(SiteRadios, AnAgentThatEndsTurnsItOnBeforeTheLoopStops) {
  boot_in_the_night();
  see(false);
  run_for(seconds{30});
  give(StopAsked{});
  const auto switched =
      std::ranges::find_if(effects_, [](const Effect& e) { return std::holds_alternative<SwitchRadio>(e); });
  const auto stopped = std::ranges::find_if(effects_, [](const Effect& e) { return std::holds_alternative<Stop>(e); });
  ASSERT_LT(switched, stopped);
  EXPECT_TRUE(std::get<SwitchRadio>(*switched).on);
}

TEST_F(SiteRadios, PeopleAreToldWhichRadioIsOffAndWhy) {
  boot_in_the_night();
  see(false);
  run_for(seconds{30});
  const auto report = std::get<PowerReport>(ask(request(RequestKind::TellPower)).answer);
  ASSERT_EQ(report.radios.size(), 1U);
  EXPECT_EQ(report.radios[0].on, false);
  EXPECT_FALSE(report.radios[0].wanted_on);
  EXPECT_EQ(report.radios[0].reason, "stage 'night'");
}

}  // namespace
}  // namespace karkara
