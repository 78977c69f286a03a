#include "agent/mesh/radio_match.h"

#include "tests/agent/mesh/radio_bench.h"

namespace karkara {
namespace {

const std::vector<RadioSeen> kRouter{
    {0, "phy0", "02:00:00:00:00:aa", "platform/soc/1.wifi", {{7, "wlan0"}, {9, "wlan0-1"}}},
    {1, "phy1", "02:00:00:00:01:00", "pci0000:00/0000:01:00.0", {{8, "mesh0"}}}};

std::optional<std::uint32_t> found(std::vector<std::string> interfaces, std::string phy) {
  const auto radio = find_radio({radio_id("a"), RadioRole::Mesh, std::move(interfaces), std::move(phy)}, kRouter);
  return radio ? std::optional{radio->wiphy} : std::nullopt;
}

TEST(RadioMatch, ARadioIsFoundByInterfaceNameAddressOrPath) {
  EXPECT_EQ(found({"mesh0"}, ""), 1U);
  EXPECT_EQ(found({}, "phy1"), 1U);
  EXPECT_EQ(found({}, "02:00:00:00:00:AA"), 0U);
  EXPECT_EQ(found({}, "platform/soc/1.wifi"), 0U);
  EXPECT_EQ(found({}, "/sys/devices/pci0000:00/0000:01:00.0"), 1U);
  EXPECT_EQ(found({"wlan7"}, ""), std::nullopt);
  EXPECT_EQ(found({"wlan0"}, "phy9"), std::nullopt);
}

TEST(RadioMatch, OnlyItsOwnInterfacesAreItsOwn) {
  const RadioSettings village{radio_id("a"), RadioRole::AccessPoint, {"wlan0-1", "wlan9"}};
  const auto radio = find_radio(village, kRouter);
  ASSERT_TRUE(radio);
  ASSERT_EQ(radio->interfaces.size(), 1U);
  EXPECT_EQ(radio->interfaces[0].name, "wlan0-1");
  EXPECT_EQ(missing_interfaces(village, *radio), std::vector<std::string>{"wlan9"});
  EXPECT_EQ(find_radio({radio_id("a"), RadioRole::AccessPoint, {}, "phy0"}, kRouter)->interfaces.size(), 2U);
}

}  // namespace
}  // namespace karkara
