#include "controller/identity/enrol_token.h"

#include <gtest/gtest.h>

#include <set>

namespace karkara {
namespace {

TEST(EnrolToken, HoldsTwoHundredAndFiftySixRandomBits) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string token = make_enrol_token().value();
    EXPECT_EQ(token.size(), 43U);
    EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    seen.insert(token);
  }
  EXPECT_EQ(seen.size(), 200U);
}

TEST(EnrolToken, TheHashIsSha256) {
  const TokenHash hash = hash_of_token("abc");  // FIPS 180-2, appendix B.1
  EXPECT_EQ(hash[0], std::byte{0xba});
  EXPECT_EQ(hash[31], std::byte{0xad});
  EXPECT_TRUE(same_hash(hash, hash_of_token("abc")));
  EXPECT_FALSE(same_hash(hash, hash_of_token("abd")));
}

}  // namespace
}  // namespace karkara
