// Blocks that no honest writer makes, each with a right checksum: what is refused is refused for its own reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include <bit>
#include <cmath>
#include <string>

#include "common/crc32c.h"
#include "common/telemetry_block.h"
#include "common/varint.h"

namespace karkara {
namespace {

using testing::StartsWith;
using Bytes = std::vector<std::byte>;

Bytes sealed(unsigned version, unsigned flags, const std::vector<std::uint64_t>& numbers, const Bytes& body) {
  Bytes out{std::byte{'K'}, std::byte{'T'}, std::byte{'B'}, std::byte(version), std::byte(flags)};
  for (const std::uint64_t number : numbers) {
    append_varint(out, number);
  }
  out.insert(out.end(), body.begin(), body.end());
  append_fixed(out, crc32c(out), 4);
  return out;
}

Bytes plain(const Bytes& body) {
  return sealed(1, 0, {1, body.size()}, body);
}

// The parts of a body, each of which a test spoils.
struct Body {
  std::vector<std::uint64_t> times{1, 0, 0, 60'000,
                                   2};  // flags (then boot id), first_at, since boot, interval, samples
  std::vector<std::string> instances{"vsat"};
  std::uint64_t columns = 1;
  Bytes column{std::byte{200}, std::byte{1}, std::byte{0}, std::byte{0x31}, std::byte{2}, std::byte{2}};

  [[nodiscard]] Bytes bytes() const {
    Bytes out;
    append_varint(out, times[0]);
    append_fixed(out, 99, 8);
    for (std::size_t i = 1; i < times.size(); ++i) {
      append_varint(out, times[i]);
    }
    append_varint(out, instances.size());
    for (const std::string& name : instances) {
      append_varint(out, name.size());
      for (const char c : name) {
        out.push_back(static_cast<std::byte>(c));
      }
    }
    append_varint(out, columns);
    out.insert(out.end(), column.begin(), column.end());
    return out;
  }
  // Series 100, instance 0, then a shape byte and its numbers.
  void set_column(unsigned shape, const std::vector<std::uint64_t>& numbers) {
    column = {std::byte{200}, std::byte{1}, std::byte{0}, static_cast<std::byte>(shape)};
    for (const std::uint64_t number : numbers) {
      append_varint(column, number);
    }
  }
};

std::string fault(const Bytes& block) {
  const auto decoded = decode_block(block);
  return decoded ? "accepted" : decoded.error().text;
}
std::string fault(const Body& body) {
  return fault(plain(body.bytes()));
}

TEST(HostileBlock, ThePartsTogetherAreABlock) {
  const auto content = decode_block(plain(Body{}.bytes()));
  ASSERT_TRUE(content.ok()) << content.error().text;
  EXPECT_EQ(content->columns[0].series, SeriesId::UplinkState);
  EXPECT_EQ(content->columns[0].values, (std::vector<Value>{0.001, 0.002}));
}

TEST(HostileBlock, ADifferentFormatIsToldFromADamagedOne) {
  const Bytes body = Body{}.bytes();
  EXPECT_THAT(fault(Bytes(100)), StartsWith("bad magic"));
  EXPECT_THAT(fault(sealed(2, 0, {1, body.size()}, body)), StartsWith("unsupported version 2"));
  EXPECT_THAT(fault(sealed(1, 2, {7, 1, body.size()}, body)), StartsWith("unsupported dictionary"));
  EXPECT_THAT(fault(sealed(1, 0x80, {1, body.size()}, body)), StartsWith("unsupported flags"));
  Bytes altered = plain(body);
  altered[20] ^= std::byte{1};
  EXPECT_EQ(fault(altered), "bad checksum");
}

TEST(HostileBlock, LengthsAreNotBelieved) {
  const Bytes body = Body{}.bytes();
  EXPECT_THAT(fault(sealed(1, 0, {1, 5U << 20U}, body)), StartsWith("malformed: the body is larger"));
  EXPECT_THAT(fault(sealed(1, 0, {1, ~0ULL}, body)), StartsWith("malformed: the body is larger"));
  EXPECT_THAT(fault(sealed(1, 0, {1, body.size() + 1}, body)), StartsWith("truncated"));
  EXPECT_THAT(fault(sealed(1, 0, {1, body.size() - 1}, body)), StartsWith("malformed: bytes behind"));
}

TEST(HostileBlock, ACompressedBodyUnpacksToItsLengthOrNotAtAll) {
  const auto packed = [](const Bytes& body) {
    Bytes out(ZSTD_compressBound(body.size()));
    out.resize(ZSTD_compress(out.data(), out.size(), body.data(), body.size(), 3));
    return out;
  };
  const Bytes body = Body{}.bytes();
  const Bytes good = packed(body);
  EXPECT_EQ(fault(sealed(1, 1, {1, good.size(), body.size()}, good)), "accepted");
  EXPECT_THAT(fault(sealed(1, 1, {1, good.size(), body.size() - 1}, good)), StartsWith("malformed: the compressed"));
  EXPECT_THAT(fault(sealed(1, 1, {1, good.size(), body.size() + 1}, good)), StartsWith("malformed: the compressed"));
  EXPECT_THAT(fault(sealed(1, 1, {1, body.size(), body.size()}, body)), StartsWith("malformed: the compressed"));
  EXPECT_THAT(fault(sealed(1, 1, {1, 0, 0}, {})), StartsWith("malformed: compressed, but empty"));
  const Bytes bomb = packed(Bytes(64U << 20U));
  EXPECT_LT(bomb.size(), 10'000U);
  EXPECT_THAT(fault(sealed(1, 1, {1, bomb.size(), 64U << 20U}, bomb)), StartsWith("malformed: the body is larger"));
  EXPECT_THAT(fault(sealed(1, 1, {1, bomb.size(), 4U << 20U}, bomb)), StartsWith("malformed: the compressed"));
}

TEST(HostileBlock, CountsAreBounded) {
  Body many_samples;
  many_samples.times[4] = 65'537;
  EXPECT_THAT(fault(many_samples), StartsWith("malformed: the times"));
  Body many_columns;
  many_columns.columns = 4'097;
  EXPECT_THAT(fault(many_columns), StartsWith("malformed: too many"));
  Body large_product;
  large_product.times[4] = 65'536;
  large_product.columns = 17;
  EXPECT_THAT(fault(large_product), StartsWith("malformed: too many"));
  Body long_name;
  long_name.instances = {std::string(41, 'a')};
  EXPECT_THAT(fault(long_name), StartsWith("malformed: an instance"));
  Body control_character;
  control_character.instances = {"a\nb"};
  EXPECT_THAT(fault(control_character), StartsWith("malformed: an instance"));
}

TEST(HostileBlock, TimesStayInOrderAndInBounds) {
  Body flags;
  flags.times[0] = 4;
  EXPECT_THAT(fault(flags), StartsWith("malformed: the times"));
  Body far;
  far.times[1] = zigzag((std::int64_t{1} << 50) + 1);
  EXPECT_THAT(fault(far), StartsWith("malformed: the times"));
  Body long_interval;
  long_interval.times[3] = (std::uint64_t{1} << 43U) + 1;
  EXPECT_THAT(fault(long_interval), StartsWith("malformed: the times"));
  Body backwards;
  backwards.times = {3, 0, 0, 60'000, 2, zigzag(-60'001)};
  EXPECT_THAT(fault(backwards), StartsWith("malformed: a sample time"));
  backwards.times.back() = zigzag(-60'000);  // at the same moment is not backwards
  EXPECT_EQ(fault(backwards), "accepted");
}

TEST(HostileBlock, ColumnsNameWhatIsThereOnce) {
  Body unknown_instance;
  unknown_instance.column[2] = std::byte{1};
  EXPECT_THAT(fault(unknown_instance), StartsWith("malformed: a column's name"));
  Body negative_series;
  negative_series.column[0] = std::byte{201};
  EXPECT_THAT(fault(negative_series), StartsWith("malformed: a column's name"));
  Body twice;
  twice.columns = 2;
  twice.column.insert(twice.column.end(), {std::byte{0}, std::byte{0}, std::byte{0x30}, std::byte{2}});
  EXPECT_THAT(fault(twice), StartsWith("malformed: two columns"));
  Body more;
  more.column.push_back(std::byte{0});
  EXPECT_THAT(fault(more), StartsWith("malformed: bytes behind"));
  Body fewer;
  fewer.column.pop_back();
  EXPECT_THAT(fault(fewer), StartsWith("malformed: a column ends early"));
}

TEST(HostileBlock, ShapesAndValuesAreChecked) {
  Body body;
  body.set_column(0x33, {2, 2});
  EXPECT_THAT(fault(body), StartsWith("malformed: no such column shape"));
  body.set_column(0x38, {2});
  EXPECT_THAT(fault(body), StartsWith("malformed: no such column shape"));
  body.set_column(0xd0, {2});
  EXPECT_THAT(fault(body), StartsWith("malformed: no such scale"));
  body.set_column(0x31, {zigzag(BlockBounds::kWireInteger), zigzag(1)});
  EXPECT_THAT(fault(body), StartsWith("malformed: a value is out of bounds"));
  body.set_column(0x31, {zigzag(1), ~0ULL});
  EXPECT_THAT(fault(body), StartsWith("malformed: a value is out of bounds"));
  body.set_column(0x34, {1U << 4U});  // a run of two samples with values, and then no value
  EXPECT_THAT(fault(body), StartsWith("malformed: a column ends early"));
  body.set_column(0x34, {2U << 4U, 2});
  EXPECT_THAT(fault(body), StartsWith("malformed: runs"));
  body.set_column(0x34, {~0ULL, 2});
  EXPECT_THAT(fault(body), StartsWith("malformed: runs"));
}

TEST(HostileBlock, AnExplicitScaleIsAUsableNumberWithoutAShorterSpelling) {
  for (const double scale : {std::nan(""), 0.0, -1.0, 1e300, 0.001}) {
    Body body;
    body.set_column(0xf0, {});
    append_fixed(body.column, std::bit_cast<std::uint64_t>(scale), 8);
    append_varint(body.column, 2);
    EXPECT_THAT(fault(body), StartsWith("malformed: no such scale")) << scale;
  }
}

}  // namespace
}  // namespace karkara
