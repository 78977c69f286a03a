#include "agent/power/vedirect/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/agent/power/vedirect/decoding.h"
#include "tests/fixtures/vedirect_stream.h"

namespace karkara::vedirect {
namespace {

using fixtures::charger_second;
using fixtures::Labels;
using fixtures::vedirect_block;
using fixtures::vedirect_hex;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Labels kSmall{{"PID", "0xA0FF"}, {"V", "12650"}, {"I", "-250"}, {"CS", "3"}};

// A small block whose checksum byte is the one asked for: the serial number makes up for the rest.
std::string block_with_checksum_byte(char wanted) {
  for (std::size_t length = 0; length < 6; ++length) {
    for (char last = ';'; last <= '~'; ++last) {
      std::string block = vedirect_block({{"V", "12650"}, {"SER#", std::string(length, ';') + last}});
      if (block.back() == wanted) {
        return block;
      }
    }
  }
  return {};
}

TEST(VeDirectDecoder, GivesLabelsAndValuesOfABlockWhoseSumHolds) {
  const Decoded decoded = decode(vedirect_block(kSmall));
  ASSERT_THAT(decoded.blocks, SizeIs(1));
  EXPECT_EQ(decoded.blocks[0].fields().size(), 4U);
  EXPECT_EQ(value_of(decoded.blocks[0], "V"), "12650");
  EXPECT_EQ(value_of(decoded.blocks[0], "pid"), "0xA0FF");
  EXPECT_EQ(value_of(decoded.blocks[0], "VPV"), "(absent)");
  EXPECT_EQ(decoded.counts, (DecoderCounts{.good_blocks = 1}));
}

TEST(VeDirectDecoder, TakesAnyByteAsTheChecksum) {
  for (const char wanted : {':', '\r', '\n', '\t', '\0', ' ', '\xFF'}) {
    const std::string block = block_with_checksum_byte(wanted);
    ASSERT_FALSE(block.empty()) << static_cast<int>(wanted);
    const Decoded decoded = decode(block + block + vedirect_block(kSmall));
    ASSERT_EQ(decoded.counts, (DecoderCounts{.good_blocks = 3})) << static_cast<int>(wanted);
    EXPECT_EQ(decoded.blocks[0].checksum(), static_cast<std::uint8_t>(wanted));
  }
}

TEST(VeDirectDecoder, KeepsHexFramesOutOfTheTextAndOfItsSum) {
  const std::string hex = vedirect_hex("ABBED00100E");
  const std::string block = vedirect_block(kSmall);
  for (std::size_t at = 0; at < block.size() - 1; ++at) {  // right before the checksum byte ':' would be the checksum
    const Decoded decoded = decode(block.substr(0, at) + hex + block.substr(at));
    EXPECT_THAT(decoded.frames, ElementsAre(hex.substr(0, hex.size() - 1))) << at;
    ASSERT_THAT(decoded.blocks, SizeIs(1)) << at;
    EXPECT_EQ(value_of(decoded.blocks[0], "V"), "12650") << at;
  }
}

TEST(VeDirectDecoder, TakesHexGluedToTheChecksumByte) {
  const std::string hex = vedirect_hex("ABBED00100E");
  const Decoded decoded = decode(vedirect_block(kSmall) + hex + hex + vedirect_block(kSmall));
  EXPECT_EQ(decoded.counts, (DecoderCounts{.good_blocks = 2, .good_hex = 2}));
}

TEST(VeDirectDecoder, GoesBackToTextWhenAHexFrameLosesItsEnd) {
  std::string hex = vedirect_hex("ABBED00100E");
  hex.back() = '\xFE';
  const Decoded decoded = decode(vedirect_block(kSmall) + hex + vedirect_block(kSmall));
  EXPECT_EQ(decoded.counts, (DecoderCounts{.good_blocks = 2, .bad_hex = 1}));
}

TEST(VeDirectDecoder, StartsTheNextHexFrameWhenTheOneBeforeHasNoEnd) {
  const std::string hex = vedirect_hex("ABBED00100E");
  const Decoded decoded = decode(vedirect_block(kSmall) + hex.substr(0, 6) + hex + vedirect_block(kSmall));
  EXPECT_EQ(decoded.counts, (DecoderCounts{.good_blocks = 2, .good_hex = 1, .bad_hex = 1}));
}

TEST(VeDirectDecoder, RefusesHexFramesThatDoNotVerify) {
  for (const char* bad :
       {":7D5ED00A404E5\n", ":7D5ED00A404E\n", ":\n", ":5\n", ":7d5ed00a404e4\n", ":7D5ED00A404E4x\n"}) {
    const Decoded decoded = decode(bad);
    EXPECT_EQ(decoded.counts, (DecoderCounts{.bad_hex = 1})) << bad;
  }
  EXPECT_EQ(decode(":7D5ED00A404E4\n").counts, (DecoderCounts{.good_hex = 1}));
  EXPECT_EQ(decode(":7D5ED00A404E4\r\n").counts, (DecoderCounts{.good_hex = 1}));
}

TEST(VeDirectDecoder, GivesUpAHexFrameThatIsLongerThanAnyCanBe) {
  const Decoded decoded = decode(vedirect_block(kSmall) + ":" + std::string(150, 'A') + vedirect_block(kSmall));
  EXPECT_EQ(decoded.counts, (DecoderCounts{.good_blocks = 2, .bad_hex = 1}));
  EXPECT_EQ(decode(":" + std::string(150, '\r') + vedirect_block(kSmall)).counts.good_blocks, 1U);
}

TEST(VeDirectDecoder, CountsTheFirstPartOfABlockAsUnsyncedAndOnlyLaterOnesAsBad) {
  const std::string block = vedirect_block(kSmall);
  std::string flipped = block;
  flipped[10] = static_cast<char>(flipped[10] ^ 1);
  EXPECT_EQ(decode(block.substr(20) + block).counts, (DecoderCounts{.good_blocks = 1, .unsynced = 1}));
  EXPECT_EQ(decode(flipped + flipped + block).counts,
            (DecoderCounts{.good_blocks = 1, .bad_blocks = 1, .unsynced = 1}));
  EXPECT_EQ(decode(block + flipped + block).counts, (DecoderCounts{.good_blocks = 2, .bad_blocks = 1}));
  // Even when all that is left of the block before is its checksum byte.
  EXPECT_EQ(decode(block.substr(block.size() - 1) + block + block).counts,
            (DecoderCounts{.good_blocks = 1, .unsynced = 1}));
}

TEST(VeDirectDecoder, CommitsNothingFromABlockWithOneFlippedBit) {
  const std::string block = charger_second(300);
  for (std::size_t at = 0; at < block.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string flipped = block;
      flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << bit));
      EXPECT_THAT(decode(flipped).blocks, IsEmpty()) << at << " bit " << bit;
    }
  }
}

TEST(VeDirectDecoder, StartsOverAfterReset) {
  const std::string block = vedirect_block(kSmall);
  Decoder decoder;
  std::span<const std::byte> cut = std::as_bytes(std::span{block}).first(30);
  EXPECT_EQ(decoder.next(cut), Decoder::Got::Nothing);
  decoder.reset();
  const Decoded decoded = decode(block.substr(25) + block, std::string::npos, decoder);
  EXPECT_EQ(decoded.counts, (DecoderCounts{.good_blocks = 1, .unsynced = 1}));
}

TEST(VeDirectDecoder, FindsTheNextBlockBehindAnyGarbage) {
  std::mt19937 random{7};
  for (int round = 0; round < 500; ++round) {
    std::string garbage(random() % 300, '\0');
    for (char& c : garbage) {
      c = static_cast<char>(random());
    }
    const std::string block = vedirect_block(kSmall);
    // The garbage may end inside what looks like a block or a HEX frame: that costs one block, not two.
    const Decoded decoded = decode(block + garbage + block + block + garbage);
    EXPECT_GE(decoded.counts.good_blocks, 2U) << round;
  }
}

TEST(VeDirectDecoder, GivesTheSameHoweverTheStreamIsCut) {
  std::mt19937 random{11};
  std::string stream = charger_second(5).substr(40);
  for (unsigned second = 0; second < 60; ++second) {
    std::string bytes = charger_second(second * 10 + 9);
    if (random() % 4 == 0) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    stream += bytes;
  }
  const Decoded whole = decode(stream);
  EXPECT_GT(whole.counts.good_blocks, 30U);
  EXPECT_GT(whole.counts.bad_blocks, 3U);
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 255U}) {
    const Decoded cut = decode(stream, piece);
    EXPECT_EQ(cut.counts, whole.counts) << piece;
    EXPECT_EQ(cut.frames, whole.frames) << piece;
    ASSERT_EQ(cut.blocks.size(), whole.blocks.size()) << piece;
    for (std::size_t i = 0; i < cut.blocks.size(); ++i) {
      EXPECT_EQ(value_of(cut.blocks[i], "V"), value_of(whole.blocks[i], "V"));
      EXPECT_EQ(cut.blocks[i].fields().size(), whole.blocks[i].fields().size());
    }
  }
}

TEST(VeDirectDecoder, RefusesABlockWithALabelTwice) {
  EXPECT_EQ(decode(vedirect_block(kSmall) + vedirect_block({{"V", "1"}, {"v", "2"}})).counts,
            (DecoderCounts{.good_blocks = 1, .bad_blocks = 1}));
}

TEST(VeDirectDecoder, RefusesABlockOfMoreFieldsThanItCanHold) {
  Labels labels;
  for (std::size_t i = 0; i < kMostFields; ++i) {
    labels.emplace_back("L" + std::to_string(i), "1");
  }
  EXPECT_THAT(decode(vedirect_block(labels)).blocks, SizeIs(1));
  labels.emplace_back("V", "12650");
  EXPECT_THAT(decode(vedirect_block(labels)).blocks, IsEmpty());
}

TEST(VeDirectDecoder, LeavesOutAFieldThatIsTooLongAndKeepsTheRest) {
  const Decoded decoded = decode(vedirect_block({{"A_LABEL_OF_A_LATER_FIRMWARE", "1"},
                                                 {"V", "12650"},
                                                 {"NOTE", std::string(kMostValue + 1, 'x')},
                                                 {"I", "-250"}}));
  ASSERT_THAT(decoded.blocks, SizeIs(1));
  EXPECT_EQ(decoded.blocks[0].fields().size(), 2U);
  EXPECT_EQ(decoded.blocks[0].skipped(), 2U);
  EXPECT_EQ(value_of(decoded.blocks[0], "I"), "-250");
}

TEST(VeDirectDecoder, RefusesFormsThatNoDeviceSendsEvenWhenTheSumHolds) {
  // The sum of a lone Checksum line, of a value without a label, of a byte that is no text, of a bare line feed.
  EXPECT_THAT(decode(vedirect_block({})).blocks, IsEmpty());
  EXPECT_THAT(decode(vedirect_block({{"", "7"}, {"V", "12650"}})).blocks, IsEmpty());
  EXPECT_THAT(decode(vedirect_block({{"V", "12\x80"}})).blocks, IsEmpty());
  EXPECT_THAT(decode(vedirect_block({{"V", "12\n"}, {"I", "3"}})).blocks, IsEmpty());
  EXPECT_THAT(decode(vedirect_block({{"V", "12\tX"}, {"I", "3"}})).blocks, IsEmpty());
}

TEST(VeDirectDecoder, KnowsTheChecksumLabelInAnyCaseAndIgnoresNoiseBetweenBlocks) {
  std::string block = vedirect_block(kSmall);
  const std::size_t at = block.find("Checksum");
  block[at] = 'c';  // 'C' + 32: the byte behind makes up for it
  block.back() = static_cast<char>(block.back() - 32);
  EXPECT_THAT(decode(block).blocks, SizeIs(1));
  EXPECT_THAT(decode(block + std::string{"\0xyz", 4} + block + "\r\n" + block + "\r" + block).blocks, SizeIs(4));
}

}  // namespace
}  // namespace karkara::vedirect
