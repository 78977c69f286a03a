#include "common/varint.h"

#include <gtest/gtest.h>

#include <limits>

namespace karkara {
namespace {

TEST(Varint, GivesBackWhatWasWritten) {
  for (unsigned shift = 0; shift < 64; ++shift) {
    for (const std::uint64_t value : {(1ULL << shift) - 1, 1ULL << shift, ~0ULL >> shift}) {
      std::vector<std::byte> bytes;
      append_varint(bytes, value);
      EXPECT_EQ(bytes.size(), varint_size(value));
      ByteReader in{bytes};
      EXPECT_EQ(in.varint(), value);
      EXPECT_FALSE(in.failed());
      EXPECT_EQ(in.remaining(), 0U);
    }
  }
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(unzigzag(zigzag(value)), value);
  }
}

TEST(Varint, RefusesTornOverlongAndTooLargeNumbers) {
  const auto fails = [](std::vector<std::byte> bytes) {
    ByteReader in{bytes};
    return in.varint() == 0 && in.failed() && in.remaining() == 0;
  };
  EXPECT_TRUE(fails({}));
  EXPECT_TRUE(fails({std::byte{0x80}}));
  EXPECT_TRUE(fails({std::byte{0x80}, std::byte{0x00}}));
  EXPECT_TRUE(fails(std::vector<std::byte>(10, std::byte{0x80})));
  std::vector<std::byte> too_large(9, std::byte{0xff});
  too_large.push_back(std::byte{0x02});
  EXPECT_TRUE(fails(too_large));
}

TEST(ByteReader, FailsForGoodAndNeverRunsPastTheEnd) {
  const std::vector<std::byte> bytes(3, std::byte{7});
  ByteReader in{bytes};
  EXPECT_EQ(in.fixed(2), 0x0707U);
  EXPECT_TRUE(in.take(2).empty());
  EXPECT_TRUE(in.failed());
  EXPECT_EQ(in.fixed(1), 0U);
}

}  // namespace
}  // namespace karkara
