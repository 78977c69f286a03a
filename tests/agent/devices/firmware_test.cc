#include "agent/devices/firmware.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

TEST(FirmwareVersion, IsFoundBehindItsMarker) {
  EXPECT_EQ(version_in("WA.ar934x.v8.7.4.45112.210415.1103", ".v")->parts,
            (std::vector<std::uint32_t>{8, 7, 4, 45112, 210415, 1103}));
  EXPECT_EQ(version_in("4.5.6", "")->parts, (std::vector<std::uint32_t>{4, 5, 6}));
  EXPECT_FALSE(version_in("no version", ""));
  EXPECT_FALSE(version_in("WA.vNext", ".v"));
  EXPECT_FALSE(version_in("8.7", ".v"));
}

TEST(FirmwareVersion, ComparesPartByPart) {
  EXPECT_LT(*version_in("8.7.4", ""), *version_in("8.10", ""));
  EXPECT_EQ(*version_in("8.7", ""), *version_in("8.7.0", ""));
  EXPECT_GT(*version_in("8.7.0.1", ""), *version_in("8.7", ""));
}

TEST(FirmwareVersion, ARangeHoldsItsBeginningAndNotItsEnd) {
  const FirmwareRange range{version_in("8.0", ""), version_in("8.7", "")};
  EXPECT_TRUE(range.holds(version_in("8.0", "")));
  EXPECT_TRUE(range.holds(version_in("8.6.9", "")));
  EXPECT_FALSE(range.holds(version_in("8.7", "")));
  EXPECT_FALSE(range.holds(version_in("7.9", "")));
  EXPECT_TRUE(range.holds(std::nullopt));
}

}  // namespace
}  // namespace karkara
