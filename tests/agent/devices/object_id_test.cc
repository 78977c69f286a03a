#include "agent/devices/object_id.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

TEST(ObjectIdText, ReadsWithAndWithoutALeadingDot) {
  EXPECT_EQ(*parse_object_id("1.3.6.1.2"), (ObjectId{1, 3, 6, 1, 2}));
  EXPECT_EQ(*parse_object_id(".1.3.6.1.2"), (ObjectId{1, 3, 6, 1, 2}));
  EXPECT_EQ((*parse_object_id("1.3.4294967295"))[2], 4294967295U);
  EXPECT_EQ(to_text({1, 3, 6}), "1.3.6");
}

TEST(ObjectIdText, RefusesWhatIsNoObject) {
  for (const char* text : {"", ".", "1", "1.", "1..3", "1.3.", "1.-3", "1.3x", "iso.3", "1.4294967296", "1.3 "}) {
    EXPECT_FALSE(parse_object_id(text)) << text;
  }
  std::string longest = "1";
  for (int i = 1; i < 128; ++i) {
    longest += ".1";
  }
  EXPECT_TRUE(parse_object_id(longest));
  EXPECT_FALSE(parse_object_id(longest + ".1"));
}

TEST(ObjectIdText, AnObjectIsWithinItselfAndItsParents) {
  EXPECT_TRUE(is_within({1, 3, 6}, {1, 3, 6}));
  EXPECT_TRUE(is_within({1, 3, 6}, {1, 3}));
  EXPECT_FALSE(is_within({1, 3}, {1, 3, 6}));
  EXPECT_FALSE(is_within({1, 4, 6}, {1, 3}));
}

}  // namespace
}  // namespace karkara
