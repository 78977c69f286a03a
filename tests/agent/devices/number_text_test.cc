#include "agent/devices/number_text.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

TEST(NumberText, ReadsNumbersAsDevicesSendThem) {
  EXPECT_EQ(number_in("54.1"), 54.1);
  EXPECT_EQ(number_in(".0"), 0.0);
  EXPECT_EQ(number_in("-62.8"), -62.8);
  EXPECT_EQ(number_in("-0.03"), -0.03);
  EXPECT_EQ(number_in("+7"), 7.0);
  EXPECT_EQ(number_in("  16.1 dB\r\n"), 16.1);
  EXPECT_EQ(number_in("54.1V"), 54.1);
  EXPECT_EQ(number_in("87 %"), 87.0);
  EXPECT_EQ(number_in(std::string_view{"12\0", 3}), 12.0);
}

TEST(NumberText, RefusesWhatOnlyBeginsLikeANumber) {
  for (const char* text :
       {"", "-", ".", "nan", "inf", "-inf", "infinity", "12-34", "1.2.3", "0x10", "1 2", "N/A", "--1"}) {
    EXPECT_FALSE(number_in(text)) << text;
  }
}

TEST(NumberText, RefusesANumberThatIsNotFinite) {
  EXPECT_FALSE(number_in(std::string(400, '9')));
}

}  // namespace
}  // namespace karkara
