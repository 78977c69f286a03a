#include "agent/facts/mac_address.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

TEST(MacAddressTest, ReadsBackWhatItWrites) {
  const auto address = MacAddress::parse("02:0A:fe:00:10:ff");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->bytes[1], std::byte{0x0a});
  EXPECT_EQ(address->text(), "02:0a:fe:00:10:ff");
  EXPECT_EQ(MacAddress::parse(address->text()), address);
  EXPECT_FALSE(address->is_zero());
  EXPECT_TRUE(MacAddress{}.is_zero());
  EXPECT_EQ(MacAddress{}.text(), "00:00:00:00:00:00");
}

TEST(MacAddressTest, RefusesEverythingElse) {
  for (const char* text : {"", "02:00:00:00:00", "02:00:00:00:00:00:00", "02-00-00-00-00-00", "020000000000",
                           "2:0:0:0:0:0", "02:00:00:00:00:0g", "02:00:00:00:00:-1", "02:00:00:00:00:+1",
                           " 2:00:00:00:00:00", "02:00:00:00:00:0", "0x:00:00:00:00:00", "02:00:00:00:00:000"}) {
    EXPECT_FALSE(MacAddress::parse(text)) << text;
  }
}

}  // namespace
}  // namespace karkara
