#include "agent/codec/netlink_message.h"

#include <gmock/gmock.h>
#include <linux/netlink.h>

#include <cerrno>

#include "tests/support/recorded_netlink.h"

namespace karkara {
namespace {

template <class Payload>
NetlinkBytes message_of(int type, const Payload& payload) {
  return NetlinkRequest{type, 0, 9, payload}.bytes();
}

NetlinkBytes without_payload(int type) {
  auto bytes = message_of(type, std::int32_t{0});
  bytes.resize(sizeof(nlmsghdr));
  const auto length = static_cast<std::uint32_t>(bytes.size());
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes;
}

Result<NetlinkMessage> only(const NetlinkBytes& bytes) {
  std::span<const std::byte> rest{bytes};
  return take_netlink_message(rest);
}

TEST(NetlinkMessage, TellsObjectsFromTheEndOfADump) {
  const auto bytes = recorded_netlink("nft_counters/corpus/dump-ours");
  const auto messages = messages_in(bytes);
  ASSERT_EQ(messages.size(), 4U);
  EXPECT_EQ(messages[0].kind, NetlinkMessage::Kind::Object);
  EXPECT_EQ(messages[0].sequence, 7U);
  EXPECT_FALSE(messages[0].dump_interrupted);
  EXPECT_EQ(messages[3].kind, NetlinkMessage::Kind::Ended);
  EXPECT_EQ(messages[3].error, 0);
}

TEST(NetlinkMessage, TellsAnAcknowledgementFromARefusal) {
  const auto done = recorded_netlink("conntrack/corpus/flush-done");
  ASSERT_TRUE(only(done).ok());
  EXPECT_EQ(only(done)->kind, NetlinkMessage::Kind::Ended);
  EXPECT_EQ(only(done)->error, 0);
  const auto refused = recorded_netlink("conntrack/corpus/refused");
  ASSERT_TRUE(only(refused).ok());
  EXPECT_EQ(only(refused)->error, ENOENT);
}

TEST(NetlinkMessage, RefusesBrokenLengths) {
  auto bytes = recorded_netlink("conntrack/corpus/flush-done");
  for (const std::uint32_t length : {0U, 15U, static_cast<std::uint32_t>(bytes.size()) + 1, 0xffff'ffffU}) {
    std::memcpy(bytes.data(), &length, sizeof length);
    EXPECT_EQ(only(bytes).error().code, ErrorCode::DataLoss) << length;
  }
  bytes.resize(15);
  EXPECT_EQ(only(bytes).error().code, ErrorCode::DataLoss);
}

TEST(NetlinkMessage, RefusesAcknowledgementsThatSayNothing) {
  EXPECT_EQ(only(message_of(NLMSG_ERROR, std::int32_t{17})).error().code, ErrorCode::DataLoss);
  EXPECT_EQ(only(message_of(NLMSG_ERROR, std::int32_t{-5000})).error().code, ErrorCode::DataLoss);
  EXPECT_EQ(only(without_payload(NLMSG_ERROR)).error().code, ErrorCode::DataLoss);
}

TEST(NetlinkMessage, TakesADumpsEndWithAndWithoutErrorNumber) {
  EXPECT_EQ(only(message_of(NLMSG_DONE, std::int32_t{-EINTR}))->error, EINTR);
  EXPECT_EQ(only(message_of(NLMSG_DONE, std::int32_t{220}))->error, 0);
  EXPECT_EQ(only(without_payload(NLMSG_DONE))->kind, NetlinkMessage::Kind::Ended);
}

TEST(NetlinkMessage, TellsLostMessagesAndPadding) {
  EXPECT_EQ(only(message_of(NLMSG_OVERRUN, std::int32_t{0}))->kind, NetlinkMessage::Kind::Overrun);
  EXPECT_EQ(only(message_of(NLMSG_NOOP, std::int32_t{0}))->kind, NetlinkMessage::Kind::Nothing);
}

TEST(NetlinkMessage, StampsARequestAgain) {
  auto request = message_of(0x101, std::int32_t{0});
  ASSERT_TRUE(set_netlink_sequence(request, 4711).ok());
  EXPECT_EQ(only(request)->sequence, 4711U);
  EXPECT_FALSE(set_netlink_sequence(std::span{request}.first(8), 1).ok());
}

}  // namespace
}  // namespace karkara
