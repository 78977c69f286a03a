#include "common/telemetry_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace karkara {
namespace {

using std::chrono::milliseconds;

constexpr auto kUnknownSeries = static_cast<SeriesId>(65'000);

BlockContent quarter_of_an_hour() {
  BlockContent content{.sequence = 42,
                       .boot_id = 0xfeed'0000'0000'0001,
                       .clock_trusted = true,
                       .first_at = WallTime{std::chrono::seconds{1'790'000'000}},
                       .first_since_boot = Instant{std::chrono::seconds{4'000}},
                       .interval = std::chrono::seconds{60},
                       .offsets = {},
                       .columns = {}};
  content.columns = {column_of(SeriesId::UplinkRtt, "vsat"), column_of(SeriesId::UplinkRtt, "lte"),
                     column_of(SeriesId::BatteryVoltage, "charger"), column_of(SeriesId::AgentUptime, "")};
  for (int i = 0; i < 15; ++i) {
    content.offsets.push_back(milliseconds{60'000 * i});
    content.columns[0].values.emplace_back((620 + i % 3) / 1000.0);
    content.columns[1].values.emplace_back(i < 6 ? Value{Absent::Stale} : Value{0.061});
    content.columns[2].values.emplace_back(12'780 / 1000.0);
    content.columns[3].values.emplace_back(4'000.0 + 60 * i);
  }
  return content;
}

std::vector<std::byte> encoded(const BlockContent& content, BlockCompression how = BlockCompression::WhenSmaller) {
  auto bytes = encode_block(content, how);
  EXPECT_TRUE(bytes.ok()) << bytes.error().text;
  return std::move(bytes).value();
}

// The law: numbers come back within half a step, or as out of range; reasons come back.
void expect_within_scale(const Column& sent, const Column& got) {
  EXPECT_EQ(got.series, sent.series);
  EXPECT_EQ(got.instance, sent.instance);
  EXPECT_EQ(got.scale, sent.scale);
  ASSERT_EQ(got.values.size(), sent.values.size());
  for (std::size_t i = 0; i < sent.values.size(); ++i) {
    const double* number = std::get_if<double>(&sent.values[i]);
    if (number == nullptr) {
      EXPECT_EQ(got.values[i], sent.values[i]);
    } else if (std::abs(*number / sent.scale) <= 0x1p50 - 1) {
      const double* back = std::get_if<double>(&got.values[i]);
      ASSERT_NE(back, nullptr);
      EXPECT_LE(std::abs(*back - *number), sent.scale * 0.5000001 + std::abs(*number) * 0x1p-51);
    } else if (!(std::abs(*number / sent.scale) < 0x1p50 + 1)) {
      EXPECT_EQ(got.values[i], Value{Absent::OutOfRange});
    }
  }
}

class RandomBlocks {
 public:
  explicit RandomBlocks(std::uint32_t seed) : random_{seed} {}

  BlockContent next() {
    BlockContent content;
    content.sequence = random_() >> (random_() % 32);
    content.boot_id = random_();
    content.clock_trusted = random_() % 2 == 0;
    content.first_at = WallTime{milliseconds{static_cast<std::int64_t>(random_()) * 400 - 1000}};
    content.first_since_boot = Instant{milliseconds{random_() % 10'000'000}};
    content.interval = milliseconds{random_() % 3 * 30'000};
    const std::size_t samples = random_() % 40;
    const bool regular = random_() % 2 == 0;
    for (std::size_t i = 0; i < samples; ++i) {
      const milliseconds step{regular ? content.interval.count() / 1'000'000 : random_() % 200'000};
      content.offsets.push_back(i == 0 ? milliseconds{0} : content.offsets.back() + step);
    }
    for (auto i = random_() % 8; i > 0; --i) {
      content.columns.push_back(column(i, samples));
    }
    return content;
  }

 private:
  Column column(std::size_t index, std::size_t samples) {
    constexpr double kScales[] = {1, 0.1, 0.001, 4096, 1e-6, 1000, 0.3, 7.25e-9, 1.5e14};
    Column made{.series = static_cast<SeriesId>(random_() % 65'536),
                .instance = {},
                .scale = kScales[random_() % 9],
                .values = {}};
    made.instance = random_() % 3 == 0 ? "" : "uplink-" + std::to_string(index);
    double value = static_cast<double>(random_() % 1'000'000) * made.scale;
    const auto kind = random_() % 5;
    for (std::size_t i = 0; i < samples; ++i) {
      if (kind == 1) {
        value += made.scale * (static_cast<double>(random_() % 100) - 50);
      } else if (kind == 2) {
        value += made.scale * 1234;
      }
      made.values.push_back(kind >= 3 && random_() % 3 == 0 ? odd_value() : Value{value});
    }
    return made;
  }

  Value odd_value() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const Value odd[] = {Value{std::nan("")},
                         Value{kInfinity},
                         Value{-kInfinity},
                         Value{1e300},
                         Value{-0.0},
                         Value{0x1p50},
                         Value{5e-324},
                         Value{Absent::NotYet},
                         Value{Absent::NoSuchObject},
                         Value{static_cast<Absent>(14)}};
    return odd[random_() % std::size(odd)];
  }

  std::mt19937 random_;
};

TEST(TelemetryBlock, GivesBackExactlyWhatTheScalesCanHold) {
  const BlockContent content = quarter_of_an_hour();
  for (const auto how : {BlockCompression::Never, BlockCompression::WhenSmaller}) {
    const auto back = decode_block(encoded(content, how));
    ASSERT_TRUE(back.ok()) << back.error().text;
    EXPECT_EQ(*back, content);
  }
}

TEST(TelemetryBlock, GivesBackAnythingWithinScale) {
  RandomBlocks blocks{7};
  for (int round = 0; round < 3'000; ++round) {
    const BlockContent content = blocks.next();
    const auto how = round % 2 == 0 ? BlockCompression::Never : BlockCompression::WhenSmaller;
    const auto once = decode_block(encoded(content, how));
    ASSERT_TRUE(once.ok()) << once.error().text;
    BlockContent frame = *once;
    frame.columns = content.columns;
    for (std::size_t i = 0; i < content.columns.size(); ++i) {
      expect_within_scale(content.columns[i], once->columns[i]);
    }
    frame.columns.clear();
    BlockContent sent = content;
    sent.columns.clear();
    EXPECT_EQ(frame, sent);
    const auto twice = decode_block(encoded(*once, how));
    ASSERT_TRUE(twice.ok());
    EXPECT_EQ(*twice, *once) << "a second round changes nothing";
  }
}

TEST(TelemetryBlock, CarriesASeriesThatThisBuildDoesNotKnow) {
  BlockContent content = quarter_of_an_hour();
  content.columns[1].series = kUnknownSeries;
  content.columns[1].scale = 0.25;
  const auto back = decode_block(encoded(content));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->columns[1].series, kUnknownSeries);
  EXPECT_EQ(back->columns[1].scale, 0.25);
}

TEST(TelemetryBlock, KeepsTheTimesOfSamplesThatWereMissed) {
  BlockContent content = quarter_of_an_hour();
  for (std::size_t i = 7; i < content.offsets.size(); ++i) {
    content.offsets[i] += milliseconds{3'600'017};
  }
  const auto back = decode_block(encoded(content));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, content);
  EXPECT_EQ(back->time_of(7) - back->time_of(6), milliseconds{3'660'017});
}

TEST(TelemetryBlock, AConstantColumnCostsFourBytesHoweverLongItIs) {
  BlockContent content = quarter_of_an_hour();
  content.columns.resize(1);
  content.columns[0].values.assign(15, Value{0.0});
  const std::size_t one = encoded(content, BlockCompression::Never).size();
  content.columns.push_back(column_of(SeriesId::UplinkLoss, "vsat"));
  content.columns[1].values.assign(15, Value{0.0});
  EXPECT_EQ(encoded(content, BlockCompression::Never).size(), one + 4);
}

TEST(TelemetryBlock, IsRefusedWhenCutAnywhere) {
  for (const auto how : {BlockCompression::Never, BlockCompression::WhenSmaller}) {
    const auto bytes = encoded(quarter_of_an_hour(), how);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      const auto cut = decode_block(std::span{bytes}.first(length));
      ASSERT_FALSE(cut.ok()) << length;
      EXPECT_EQ(cut.error().text.rfind("truncated", 0), 0U) << cut.error().text;
    }
  }
}

TEST(TelemetryBlock, IsRefusedWithAnyBitFlipped) {
  for (const auto how : {BlockCompression::Never, BlockCompression::WhenSmaller}) {
    auto bytes = encoded(quarter_of_an_hour(), how);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      bytes[bit / 8] ^= std::byte{1} << bit % 8;
      EXPECT_FALSE(decode_block(bytes).ok()) << bit;
      bytes[bit / 8] ^= std::byte{1} << bit % 8;
    }
  }
}

TEST(TelemetryBlock, IsTheSameUnderAnotherNumber) {
  for (const auto how : {BlockCompression::Never, BlockCompression::WhenSmaller}) {
    const auto other = renumber_block(encoded(quarter_of_an_hour(), how), 1'000'000);
    ASSERT_TRUE(other.ok());
    BlockContent wanted = quarter_of_an_hour();
    wanted.sequence = 1'000'000;
    EXPECT_EQ(*decode_block(*other), wanted);
  }
  EXPECT_FALSE(renumber_block(std::vector<std::byte>(30), 1).ok());
}

TEST(TelemetryBlock, IsNotMadeOfWhatBreaksTheRules) {
  const auto refused = [](auto change) {
    BlockContent content = quarter_of_an_hour();
    change(content);
    return !encode_block(content).ok();
  };
  EXPECT_TRUE(refused([](BlockContent& c) { c.columns[0].values.pop_back(); }));
  EXPECT_TRUE(refused([](BlockContent& c) { c.columns[0].instance = std::string(41, 'a'); }));
  EXPECT_TRUE(refused([](BlockContent& c) { c.columns[0].instance = "a\nb"; }));
  EXPECT_TRUE(refused([](BlockContent& c) { c.columns[0].instance = "lte"; }));  // twice
  EXPECT_TRUE(refused([](BlockContent& c) { c.columns[0].scale = 0; }));
  EXPECT_TRUE(refused([](BlockContent& c) { c.columns[0].scale = std::nan(""); }));
  EXPECT_TRUE(refused([](BlockContent& c) { std::swap(c.offsets[3], c.offsets[4]); }));
  EXPECT_TRUE(refused([](BlockContent& c) { c.offsets[0] = milliseconds{1}; }));
  EXPECT_TRUE(refused([](BlockContent& c) { c.columns.resize(4097); }));
}

}  // namespace
}  // namespace karkara
