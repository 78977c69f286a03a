#include "agent/facts/ip.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

TEST(IpAddress, ReadsBothFamiliesAndNothingElse) {
  EXPECT_EQ(IpAddress::parse("10.0.0.1")->text(), "10.0.0.1");
  EXPECT_EQ(IpAddress::parse("2001:db8::1")->text(), "2001:db8::1");
  for (const char* bad : {"", "10.0.0", "10.0.0.256", "::g", "anchor.example", "10.0.0.1 "}) {
    EXPECT_FALSE(IpAddress::parse(bad)) << bad;
  }
}

TEST(IpPrefix, KnowsTheDefaultRoute) {
  EXPECT_TRUE(IpPrefix::parse("0.0.0.0/0")->is_everything());
  EXPECT_EQ(IpPrefix::everything(IpFamily::V6).text(), "default");
  EXPECT_EQ(IpPrefix::parse("10.1.0.0/16")->text(), "10.1.0.0/16");
  EXPECT_EQ(IpPrefix::parse("10.1.0.5")->length, 32);
  for (const char* bad : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129"}) {
    EXPECT_FALSE(IpPrefix::parse(bad)) << bad;
  }
}

TEST(IpEndpoint, NeedsBracketsAroundVersionSix) {
  EXPECT_EQ(IpEndpoint::parse("203.0.113.21:7445")->port, 7445);
  EXPECT_EQ(IpEndpoint::parse("[2001:db8::1]:7445")->text(), "[2001:db8::1]:7445");
  for (const char* bad : {"203.0.113.21", "203.0.113.21:0", "203.0.113.21:65536", "2001:db8::1:7445", "[10.0.0.1]:5"}) {
    EXPECT_FALSE(IpEndpoint::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace karkara
