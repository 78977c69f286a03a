#include "agent/codec/hostapd_answer.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

TEST(HostapdAnswer, TheStateIsALineOfItsStatus) {
  EXPECT_EQ(hostapd_state("state=ENABLED\nphy=phy0\nfreq=2412\n"), "ENABLED");
  EXPECT_EQ(hostapd_state("phy=phy0\nstate=HT_SCAN"), "HT_SCAN");
  EXPECT_EQ(hostapd_state("phy=state=ENABLED\n"), std::nullopt);
  EXPECT_EQ(hostapd_state("state=enabled, perhaps\n"), std::nullopt);
  EXPECT_EQ(hostapd_state(""), std::nullopt);
}

TEST(HostapdAnswer, OneThatLooksForRadarIsOnItsWay) {
  EXPECT_TRUE(is_hostapd_on("DFS"));
  EXPECT_TRUE(is_hostapd_on("ENABLED"));
  EXPECT_FALSE(is_hostapd_on("DISABLED"));
  EXPECT_FALSE(is_hostapd_on("UNINITIALIZED"));
}

TEST(HostapdAnswer, OnlyOkIsOk) {
  EXPECT_TRUE(is_hostapd_ok("OK\n"));
  EXPECT_FALSE(is_hostapd_ok("FAIL\n"));
  EXPECT_FALSE(is_hostapd_ok("OKAY\n"));
}

}  // namespace
}  // namespace karkara
