#include "controller/anchor/echo_responder.h"

#include <gtest/gtest.h>

#include "tests/controller/anchor/anchor_keys.h"
#include "tests/fakes/fake_clock.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

class EchoResponderTest : public testing::Test {
 protected:
  std::optional<EchoReply> ask(std::uint32_t site, std::uint64_t nonce) {
    const auto bytes =
        responder_.on_datagram(encode_echo_request({1, site, nonce}, test_site_key(site)), clock_.now(), clock_.wall());
    return bytes ? std::optional{decode_echo_reply(*bytes, test_site_key(site)).value()} : std::nullopt;
  }
  FakeClock clock_;
  EchoResponder responder_{{.keys = test_master_keys(), .echoes_per_second = 3, .most_sites = 2}};
};

TEST_F(EchoResponderTest, AnswersAnAuthenticRequestWithItsNonceAndTheTime) {
  EXPECT_EQ(ask(7, 1234), (EchoReply{1234, clock_.wall()}));
  EXPECT_EQ(responder_.counts(), (EchoCounts{.answered = 1}));
}

TEST_F(EchoResponderTest, IsSilentToEverythingElse) {
  const auto wrong_key = encode_echo_request({1, 8, 5}, test_site_key(7));
  const auto old_generation = encode_echo_request({2, 7, 5}, test_site_key(7));
  const auto reflected = encode_echo_reply({5, std::nullopt}, test_site_key(7));
  EXPECT_FALSE(responder_.on_datagram(wrong_key, clock_.now(), clock_.wall()));
  EXPECT_FALSE(responder_.on_datagram(old_generation, clock_.now(), clock_.wall()));
  EXPECT_FALSE(responder_.on_datagram(reflected, clock_.now(), clock_.wall()));
  EXPECT_FALSE(responder_.on_datagram({}, clock_.now(), clock_.wall()));
  EXPECT_EQ(responder_.counts(), (EchoCounts{.malformed = 2, .unauthentic = 2}));
}

TEST_F(EchoResponderTest, KeepsSilentAboutATimeThatItMayNotGive) {
  EchoResponder timeless{{.keys = test_master_keys(), .give_time = false}};
  const auto bytes =
      timeless.on_datagram(encode_echo_request({1, 7, 9}, test_site_key(7)), clock_.now(), clock_.wall());
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*decode_echo_reply(*bytes, test_site_key(7)), (EchoReply{9, std::nullopt}));
}

TEST_F(EchoResponderTest, KeepsSilentAboutTheTimeWhenItsOwnClockIsLost) {
  clock_.set_wall(WallTime{3600s});
  EXPECT_EQ(ask(7, 9), (EchoReply{9, std::nullopt}));
}

TEST_F(EchoResponderTest, LimitsOneSiteAndLeavesTheOtherAlone) {
  for (std::uint64_t nonce = 0; nonce < 3; ++nonce) {
    EXPECT_TRUE(ask(7, nonce));
  }
  EXPECT_FALSE(ask(7, 3));
  EXPECT_TRUE(ask(8, 0));
  EXPECT_EQ(responder_.counts(), (EchoCounts{.answered = 4, .limited = 1}));
  clock_.advance(334ms);
  EXPECT_TRUE(ask(7, 4));
  EXPECT_FALSE(ask(7, 5));
}

TEST_F(EchoResponderTest, DoesNotChargeASiteForForgedRequests) {
  const auto forged = encode_echo_request({1, 7, 5}, test_site_key(8));
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(responder_.on_datagram(forged, clock_.now(), clock_.wall()));
  }
  EXPECT_TRUE(ask(7, 6));
}

TEST_F(EchoResponderTest, NeverAnswersAPaddedRequestWithMoreBytes) {
  for (const std::uint16_t size : {kLeastPaddedEcho, std::uint16_t{1000}, kMostPaddedEcho}) {
    const auto request = encode_echo_request({1, 7, 9, size}, test_site_key(7));
    const auto reply = responder_.on_datagram(request, clock_.now(), clock_.wall());
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->size(), request.size());
    EXPECT_EQ(*decode_echo_reply(*reply, test_site_key(7)), (EchoReply{9, clock_.wall(), size}));
  }
}

TEST_F(EchoResponderTest, LimitsTheBytesOfPaddedAnswersAndStillGivesSmallOnes) {
  EchoResponder thrifty{{.keys = test_master_keys(), .echoes_per_second = 50, .padded_bytes_per_second = 3000}};
  const auto large = encode_echo_request({1, 7, 9, 1400}, test_site_key(7));
  const auto small = encode_echo_request({1, 7, 10}, test_site_key(7));
  EXPECT_TRUE(thrifty.on_datagram(large, clock_.now(), clock_.wall()));
  EXPECT_TRUE(thrifty.on_datagram(large, clock_.now(), clock_.wall()));
  EXPECT_FALSE(thrifty.on_datagram(large, clock_.now(), clock_.wall()));
  EXPECT_TRUE(thrifty.on_datagram(small, clock_.now(), clock_.wall()));
  EXPECT_TRUE(thrifty.on_datagram(encode_echo_request({1, 8, 9, 1400}, test_site_key(8)), clock_.now(), clock_.wall()));
  clock_.advance(500ms);
  EXPECT_TRUE(thrifty.on_datagram(large, clock_.now(), clock_.wall()));
  EXPECT_EQ(thrifty.counts().limited, 1U);
}

TEST(EchoBudget, SavesNoMoreThanOneSecond) {
  EchoBudget budget{2, 10};
  const Instant start{100s};
  EXPECT_TRUE(budget.spend(1, start));
  const Instant later = start + 3600s;
  EXPECT_TRUE(budget.spend(1, later));
  EXPECT_TRUE(budget.spend(1, later));
  EXPECT_FALSE(budget.spend(1, later));
}

TEST(EchoBudget, ForgetsTheSiteThatAskedLongestAgo) {
  EchoBudget budget{1, 2};
  const Instant now{100s};
  EXPECT_TRUE(budget.spend(1, now));
  EXPECT_TRUE(budget.spend(2, now));
  EXPECT_FALSE(budget.spend(1, now));  // used again, so 2 is the oldest
  EXPECT_TRUE(budget.spend(3, now));
  EXPECT_EQ(budget.sites(), 2U);
  EXPECT_FALSE(budget.spend(1, now));
  EXPECT_TRUE(budget.spend(2, now));
}

}  // namespace
}  // namespace karkara
