#include "common/host/config_change.h"

#include <gtest/gtest.h>

#include "common/host/config_reader.h"
#include "karkara/v1/controller_config.pb.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {
namespace {

constexpr std::string_view kSite = R"(site: {id: sadore, name: "Péta Djounga"}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1, preference: 10}
  - {id: lte, kind: cellular, interface: wwan0, metered: true}
lan: {interfaces: [br-lan]}
)";

v1::SiteConfig site(std::string_view text) {
  v1::SiteConfig config;
  EXPECT_EQ(read_config("f", text, config).text(), "");
  return config;
}

// The changes when `from` is replaced by `to` in the text, one a line.
std::string changes_by(std::string_view from, std::string_view to) {
  std::string text{kSite};
  EXPECT_NE(text.find(from), text.npos);
  text.replace(text.find(from), from.size(), to);
  std::string lines;
  for (const FieldChange& change : compare_configs(site(kSite), site(text))) {
    lines += to_string(change) + "\n";
  }
  return lines;
}

TEST(ConfigChange, NothingDiffersFromItself) {
  EXPECT_TRUE(compare_configs(site(kSite), site(kSite)).empty());
  EXPECT_EQ(highest_cost({}), v1::CHANGE_COST_NONE);
}

TEST(ConfigChange, NamesTheFieldInTheElementThatItsKeyNames) {
  EXPECT_EQ(changes_by("eth1", "eth2"), "uplinks[vsat].interface: eth1 -> eth2 (drops_uplink)\n");
  EXPECT_EQ(changes_by("preference: 10", "active_echo_interval: 90s"),
            "uplinks[vsat].preference: 10 -> 100 (drops_uplink)\n"
            "uplinks[vsat].active_echo_interval: (not set) -> 90s (none)\n");
}

TEST(ConfigChange, TellsASetFieldFromOneThatIsNotThere) {
  EXPECT_EQ(changes_by(", name: \"Péta Djounga\"", ""), "site.name: \"Péta Djounga\" -> (not set) (none)\n");
  EXPECT_EQ(changes_by("preference: 10", "preference: 10, mtu: 1400"),
            "uplinks[vsat].mtu: (not set) -> 1400 (drops_uplink)\n");
}

TEST(ConfigChange, ADefaultWrittenOutIsNoChange) {
  EXPECT_EQ(changes_by("lan:", "failover: {hold_down: 5000ms}\nlan:"), "");
  EXPECT_EQ(changes_by("lan:", "failover: {hold_down: 6s}\nlan:"), "failover.hold_down: 5s -> 6s (none)\n");
}

TEST(ConfigChange, AnElementComesOrGoesAsAWhole) {
  EXPECT_EQ(changes_by("  - {id: lte, kind: cellular, interface: wwan0, metered: true}\n", ""),
            "uplinks[lte]: {id: lte, kind: cellular, interface: wwan0, preference: 100, metered: true, "
            "find_mtu: true} -> (not set) (drops_uplink)\n");
  EXPECT_EQ(changes_by("lan:", "power: [{id: charger, kind: vedirect, device: /dev/ttyUSB0}]\nlan:"),
            "power[charger]: (not set) -> {id: charger, kind: vedirect, device: /dev/ttyUSB0, unit: 1, first_address: "
            "2, ask_history: true} (reload)\n");
}

TEST(ConfigChange, ARenamedElementIsAnotherOne) {
  const auto changes = changes_by("id: lte", "id: sim");
  EXPECT_NE(changes.find("uplinks[lte]: {"), std::string::npos);
  EXPECT_NE(changes.find("uplinks[sim]: (not set)"), std::string::npos);
}

TEST(ConfigChange, TheOrderOfElementsIsAChangeOfTheList) {
  constexpr std::string_view kSwapped = R"(site: {id: sadore, name: "Péta Djounga"}
uplinks:
  - {id: lte, kind: cellular, interface: wwan0, metered: true}
  - {id: vsat, kind: vsat, interface: eth1, preference: 10}
lan: {interfaces: [br-lan]}
)";
  const auto changes = compare_configs(site(kSite), site(kSwapped));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(to_string(changes[0]), "uplinks: vsat, lte -> lte, vsat (drops_uplink)");
}

TEST(ConfigChange, ComparesListsOfTextsAsAWhole) {
  EXPECT_EQ(changes_by("[br-lan]", "[br-lan, eth3]"), "lan.interfaces: [br-lan] -> [br-lan, eth3] (reload)\n");
  EXPECT_EQ(changes_by("{interfaces: [br-lan]}", "{}"), "lan.interfaces: [br-lan] -> (not set) (reload)\n");
}

TEST(ConfigChange, TheHighestCostDecides) {
  const auto changes = compare_configs(
      site(kSite), site(std::string{kSite} +
                        "agent: {state_dir: /flash}\nfailover: {min_dwell: 1s}\nclock: {set_system_clock: false}\n"));
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(highest_cost(changes), v1::CHANGE_COST_REBOOTS);
}

TEST(ConfigChange, ShowsOnlyTheLengthOfACertificateButSeesEveryByte) {
  v1::OperatorContext old_context;
  old_context.set_private_key(std::string(500, 'a'));
  v1::OperatorContext new_context;
  new_context.set_private_key(std::string(499, 'a') + "b");
  const auto changes = compare_configs(old_context, new_context);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(to_string(changes[0]), "private_key: (500 bytes) -> (500 bytes) (none)");
}

}  // namespace
}  // namespace karkara
