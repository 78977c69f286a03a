#include "common/echo.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <string>

namespace karkara {
namespace {

constexpr std::uint32_t kSite = 7;
constexpr WallTime kNow{std::chrono::microseconds{1'790'000'000'123'456}};

EchoMasterKey master(std::uint8_t generation = 1) {
  EchoMasterKey key{generation, {}};
  for (std::size_t i = 0; i < key.bytes.size(); ++i) {
    key.bytes[i] = static_cast<std::byte>(i);
  }
  return key;
}

std::optional<EchoKey> first_generation_key(std::uint8_t generation, std::uint32_t key_id) {
  return generation == 1 ? std::optional{master().site_key(key_id)} : std::nullopt;
}

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[std::to_integer<unsigned>(byte) >> 4U];
    text += kDigits[std::to_integer<unsigned>(byte) & 15U];
  }
  return text;
}

TEST(EchoKeys, DeriveTheSiteKeyOfTheProtocolPage) {
  // Made with: printf 'karkara-anchor-v1\x01\x00\x00\x00\x07' | openssl dgst -sha256 -mac HMAC -macopt
  // hexkey:000102...1f
  EXPECT_EQ(master().site_key(kSite).hex(), "598a7c33cacf53ffed8f04033f9ae488b47a9d1b7b8009ce1ac0056aa16c7426");
}

TEST(EchoKeys, DifferByGenerationAndByKeyId) {
  EXPECT_NE(master(1).site_key(7), master(2).site_key(7));
  EXPECT_NE(master(1).site_key(7), master(1).site_key(8));
}

TEST(EchoKeys, ReadTheHexThatTheyPrint) {
  const EchoKey key = master().site_key(kSite);
  ASSERT_TRUE(EchoKey::from_hex(key.hex()).ok());
  EXPECT_EQ(*EchoKey::from_hex(key.hex()), key);
  EXPECT_FALSE(EchoKey::from_hex(key.hex().substr(1)).ok());
  EXPECT_FALSE(EchoKey::from_hex(std::string(64, 'g')).ok());
}

TEST(EchoMasterKeys, ReadOneBareKeyAsTheFirstGeneration) {
  const auto keys = EchoMasterKeys::parse("000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\n");
  ASSERT_TRUE(keys.ok()) << keys.error().text;
  EXPECT_EQ(keys->newest(), master(1));
  EXPECT_EQ(keys->find(2), nullptr);
}

TEST(EchoMasterKeys, ReadSeveralGenerationsInAnyOrder) {
  const std::string key(64, 'a');
  const auto keys = EchoMasterKeys::parse("# made in 2026\n2 " + key + "  # current\r\n\n1\t" + std::string(64, 'b'));
  ASSERT_TRUE(keys.ok()) << keys.error().text;
  EXPECT_EQ(keys->newest().generation, 2);
  ASSERT_NE(keys->find(1), nullptr);
  EXPECT_EQ(keys->find(1)->bytes[0], std::byte{0xbb});
}

TEST(EchoMasterKeys, NameTheLineThatIsWrongAndNeverTheKey) {
  const std::string key(64, 'a');
  EXPECT_EQ(EchoMasterKeys::parse("").error().text, "no key in it");
  EXPECT_EQ(EchoMasterKeys::parse(key + "\n" + key).error().text, "line 2: generation 1 twice");
  EXPECT_EQ(EchoMasterKeys::parse("0 " + key).error().text, "line 1: a generation is a number from 1 to 255");
  EXPECT_EQ(EchoMasterKeys::parse("256 " + key).error().text, "line 1: a generation is a number from 1 to 255");
  EXPECT_FALSE(EchoMasterKeys::parse("1 2 " + key).ok());
  const auto truncated = EchoMasterKeys::parse(key.substr(2));
  ASSERT_FALSE(truncated.ok());
  EXPECT_THAT(truncated.error().text, testing::Not(testing::HasSubstr("aaaa")));
}

TEST(Echo, RequestsAndRepliesAreTheBytesOfTheProtocolPage) {
  const EchoKey key = master().site_key(kSite);
  EXPECT_EQ(hex(encode_echo_request({1, kSite, 0x0123456789abcdefU}, key)),
            "1101000000070123456789abcdef729790e3f320c118");
  EXPECT_EQ(hex(encode_echo_reply({0x0123456789abcdefU, kNow}, key)),
            "12010123456789abcdef00065bfeda27c240abb5262aba53087e");
}

TEST(Echo, DecodesWhatItEncodes) {
  const EchoKey key = master().site_key(kSite);
  const EchoRequest request{1, kSite, 0xfeedfacecafebeefU};
  const auto decoded = decode_echo_request(encode_echo_request(request, key), first_generation_key);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, request);
  for (const EchoReply& reply : {EchoReply{request.nonce, kNow}, EchoReply{request.nonce, std::nullopt}}) {
    const auto answer = decode_echo_reply(encode_echo_reply(reply, key), key);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(*answer, reply);
  }
}

TEST(Echo, RefusesAnyFlippedBit) {
  const EchoKey key = master().site_key(kSite);
  const auto request = encode_echo_request({1, kSite, 99}, key);
  const auto reply = encode_echo_reply({99, kNow}, key);
  for (std::size_t bit = 0; bit < 8 * request.size(); ++bit) {
    auto bad = request;
    bad[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    EXPECT_FALSE(decode_echo_request(bad, first_generation_key).ok()) << "bit " << bit;
  }
  for (std::size_t bit = 0; bit < 8 * reply.size(); ++bit) {
    auto bad = reply;
    bad[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    EXPECT_FALSE(decode_echo_reply(bad, key).ok()) << "bit " << bit;
  }
}

TEST(Echo, TellsTheKindsOfRefusalApart) {
  const EchoKey key = master().site_key(kSite);
  const auto request = encode_echo_request({1, kSite, 99}, key);
  const std::span<const std::byte> bytes{request};
  EXPECT_EQ(decode_echo_request(bytes.first(21), first_generation_key).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(decode_echo_request({}, first_generation_key).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(decode_echo_request(encode_echo_request({2, kSite, 99}, key), first_generation_key).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(decode_echo_request(encode_echo_request({1, kSite + 1, 99}, key), first_generation_key).error().code,
            ErrorCode::Unauthenticated);
  EXPECT_EQ(decode_echo_reply(bytes, key).error().code, ErrorCode::InvalidArgument);
}

TEST(Echo, PaddedFormsAreTheBytesOfTheProtocolPage) {
  const EchoKey key = master().site_key(kSite);
  const auto request = encode_echo_request({1, kSite, 0x0123456789abcdefU, 64}, key);
  const auto reply = encode_echo_reply({0x0123456789abcdefU, kNow, 64}, key);
  EXPECT_EQ(hex(std::span{request}.first(24)), "1301000000070123456789abcdef0040b7a0fe854fff927c");
  EXPECT_EQ(hex(std::span{reply}.first(28)), "14010123456789abcdef00065bfeda27c24000402eedf3c3e75ca92c");
  EXPECT_EQ(request.size(), 64U);
  EXPECT_EQ(reply.size(), 64U);
}

TEST(Echo, DecodesWhatItPadsWhateverThePaddingHolds) {
  const EchoKey key = master().site_key(kSite);
  for (const std::uint16_t size : {kLeastPaddedEcho, std::uint16_t{999}, kMostPaddedEcho}) {
    const EchoRequest request{1, kSite, 5, size};
    auto packet = encode_echo_request(request, key);
    EXPECT_EQ(packet.size(), size);
    packet.back() ^= std::byte{1};
    EXPECT_EQ(decode_echo_request(packet, first_generation_key).value(), request);
    const EchoReply reply{5, kNow, size};
    EXPECT_EQ(decode_echo_reply(encode_echo_reply(reply, key), key).value(), reply);
    EXPECT_EQ(nonce_of_quoted_request(packet), 5U);
  }
}

TEST(Echo, RefusesAPaddedPacketOfAnotherLengthThanItsMacCovers) {
  const EchoKey key = master().site_key(kSite);
  auto packet = encode_echo_request({1, kSite, 5, 100}, key);
  packet.pop_back();
  EXPECT_EQ(decode_echo_request(packet, first_generation_key).error().text, "another length than it says");
  packet[15] = std::byte{99};  // says what it has now
  EXPECT_EQ(decode_echo_request(packet, first_generation_key).error().code, ErrorCode::Unauthenticated);
  packet.resize(kLeastPaddedEcho - 1);
  EXPECT_EQ(decode_echo_request(packet, first_generation_key).error().code, ErrorCode::InvalidArgument);
  auto reply = encode_echo_reply({5, kNow, 100}, key);
  reply.resize(2000);
  EXPECT_EQ(decode_echo_reply(reply, key).error().code, ErrorCode::InvalidArgument);
  EXPECT_FALSE(decode_echo_reply(encode_echo_request({1, kSite, 5, 100}, key), key).ok());
}

TEST(Echo, PaddingDoesNotCompress) {
  const auto packet = encode_echo_request({1, kSite, 5, kMostPaddedEcho}, master().site_key(kSite));
  std::array<int, 256> seen{};
  for (const std::byte byte : packet) {
    ++seen[std::to_integer<std::size_t>(byte)];
  }
  EXPECT_LT(*std::ranges::max_element(seen), 30);
}

TEST(Echo, IgnoresATimeThatNoAnchorCanMean) {
  const EchoKey key = master().site_key(kSite);
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{1'577'836'799}, std::int64_t{7'258'118'400}}) {
    const auto reply = decode_echo_reply(encode_echo_reply({5, WallTime{std::chrono::seconds{seconds}}}, key), key);
    ASSERT_TRUE(reply.ok());
    EXPECT_FALSE(reply->anchor_time.has_value()) << seconds;
  }
}

TEST(Echo, FindsTheNonceInAQuotedRequestThatIsCut) {
  const auto request = encode_echo_request({1, kSite, 0x1122334455667788U}, master().site_key(kSite));
  const std::span<const std::byte> bytes{request};
  EXPECT_EQ(nonce_of_quoted_request(bytes), 0x1122334455667788U);
  EXPECT_EQ(nonce_of_quoted_request(bytes.first(14)), 0x1122334455667788U);
  EXPECT_EQ(nonce_of_quoted_request(bytes.first(13)), std::nullopt);
  EXPECT_EQ(nonce_of_quoted_request(bytes.subspan(1)), std::nullopt);
}

}  // namespace
}  // namespace karkara
