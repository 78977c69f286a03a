#include "agent/codec/genetlink.h"

#include <gtest/gtest.h>
#include <linux/genetlink.h>

#include "agent/codec/wiped_request.h"
#include "tests/support/recorded_netlink.h"

namespace karkara::genetlink {
namespace {

WipedRequest answer_of(std::uint8_t command = CTRL_CMD_NEWFAMILY) {
  return WipedRequest{GENL_ID_CTRL, 0, genlmsghdr{command, 2, 0}};
}

NetlinkBytes finished(WipedRequest& request) {
  const auto bytes = request.bytes();
  return {bytes.begin(), bytes.end()};
}

Result<std::optional<Family>> family_in(WipedRequest& request) {
  const NetlinkBytes bytes = finished(request);
  return decode_family(messages_in(bytes).front());
}

TEST(Genetlink, AsksForAFamilyByItsName) {
  const auto bytes = encode_get_family("wireguard");
  const auto messages = messages_in(bytes);
  ASSERT_EQ(messages.size(), 1U);
  const auto body = take_body(messages.front(), GENL_ID_CTRL);
  ASSERT_TRUE(body && *body);
  EXPECT_EQ((*body)->command, CTRL_CMD_GETFAMILY);
  EXPECT_NE(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()).find("wireguard"),
            std::string::npos);
}

TEST(Genetlink, ReadsNumberVersionAndGroups) {
  auto request = answer_of();
  request.u16(CTRL_ATTR_FAMILY_ID, 0x1c).u32(CTRL_ATTR_VERSION, 1);
  const std::size_t list = request.open(CTRL_ATTR_MCAST_GROUPS);
  const std::size_t group = request.open(1);
  request.text(CTRL_ATTR_MCAST_GRP_NAME, "scan").u32(CTRL_ATTR_MCAST_GRP_ID, 7);
  request.close(group);
  request.close(list);
  const auto family = family_in(request);
  ASSERT_TRUE(family && *family);
  EXPECT_EQ(**family, (Family{0x1c, 1, {{"scan", 7}}}));
}

TEST(Genetlink, ReadsTheAnswerOfARealKernel) {
  const auto bytes = recorded_netlink("wireguard/corpus/family");
  const auto family = decode_family(messages_in(bytes).front());
  ASSERT_TRUE(family && *family);
  EXPECT_GE((*family)->id, 16);
  EXPECT_EQ((*family)->version, 1U);
}

TEST(Genetlink, AFamilyWithoutNumberIsNone) {
  auto request = answer_of();
  request.u32(CTRL_ATTR_VERSION, 1);
  EXPECT_EQ(family_in(request).error().code, ErrorCode::NotFound);
}

TEST(Genetlink, RefusesNumbersThatBelongToNetlinkItself) {
  for (const std::uint16_t number : std::initializer_list<std::uint16_t>{0, 2, 15}) {
    auto request = answer_of();
    request.u16(CTRL_ATTR_FAMILY_ID, number);
    EXPECT_EQ(family_in(request).error().code, ErrorCode::InvalidArgument) << number;
  }
  auto long_number = answer_of();
  long_number.u32(CTRL_ATTR_FAMILY_ID, 0x1c);
  EXPECT_EQ(family_in(long_number).error().code, ErrorCode::InvalidArgument);
}

TEST(Genetlink, RefusesAGroupWithoutNameAndACutList) {
  auto nameless = answer_of();
  nameless.u16(CTRL_ATTR_FAMILY_ID, 0x1c);
  const std::size_t list = nameless.open(CTRL_ATTR_MCAST_GROUPS);
  const std::size_t group = nameless.open(1);
  nameless.u32(CTRL_ATTR_MCAST_GRP_ID, 7);
  nameless.close(group);
  nameless.close(list);
  EXPECT_EQ(family_in(nameless).error().code, ErrorCode::InvalidArgument);

  auto cut = answer_of();
  cut.u16(CTRL_ATTR_FAMILY_ID, 0x1c).u16(CTRL_ATTR_MCAST_GROUPS, 40);
  EXPECT_EQ(family_in(cut).error().code, ErrorCode::DataLoss);
}

TEST(Genetlink, OtherMessagesAreNoFamily) {
  auto other = answer_of(CTRL_CMD_DELFAMILY);
  other.u16(CTRL_ATTR_FAMILY_ID, 0x1c);
  const auto family = family_in(other);
  ASSERT_TRUE(family.ok());
  EXPECT_FALSE(*family);
}

TEST(Genetlink, TellsThatAModuleCameOrWent) {
  for (const bool gone : {false, true}) {
    auto request = answer_of(gone ? CTRL_CMD_DELFAMILY : CTRL_CMD_NEWFAMILY);
    request.text(CTRL_ATTR_FAMILY_NAME, "nl80211").u16(CTRL_ATTR_FAMILY_ID, 0x1c).u32(CTRL_ATTR_VERSION, 1);
    const NetlinkBytes bytes = finished(request);
    const auto change = decode_family_change(messages_in(bytes).front());
    ASSERT_TRUE(change && *change);
    EXPECT_EQ(**change, (FamilyChange{gone, "nl80211", 0x1c}));
  }
}

TEST(Genetlink, AChangeOfNobodyAndOtherMessagesAreNone) {
  auto nameless = answer_of(CTRL_CMD_DELFAMILY);
  nameless.u16(CTRL_ATTR_FAMILY_ID, 0x1c);
  NetlinkBytes bytes = finished(nameless);
  EXPECT_EQ(decode_family_change(messages_in(bytes).front()).error().code, ErrorCode::NotFound);
  auto group = answer_of(CTRL_CMD_NEWMCAST_GRP);
  group.text(CTRL_ATTR_FAMILY_NAME, "nl80211").u16(CTRL_ATTR_FAMILY_ID, 0x1c);
  bytes = finished(group);
  const auto none = decode_family_change(messages_in(bytes).front());
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(*none);
  auto crooked = answer_of();
  crooked.text(CTRL_ATTR_FAMILY_NAME, "two words").u16(CTRL_ATTR_FAMILY_ID, 0x1c);
  bytes = finished(crooked);
  EXPECT_EQ(decode_family_change(messages_in(bytes).front()).error().code, ErrorCode::InvalidArgument);
}

TEST(Genetlink, ACutHeaderIsLostData) {
  NetlinkMessage message;
  message.type = GENL_ID_CTRL;
  const std::array<std::byte, 3> few{};
  message.payload = few;
  EXPECT_EQ(decode_family(message).error().code, ErrorCode::DataLoss);
}

TEST(WipedRequestTest, WhatDoesNotFitShowsOnceAsEmptyBytes) {
  WipedRequest request{16, 0, genlmsghdr{}};
  const std::vector<std::byte> large(4'000);
  request.raw(1, large);
  EXPECT_FALSE(request.bytes().empty());
  request.raw(1, large).raw(1, large);
  request.u8(2, 1);
  EXPECT_TRUE(request.bytes().empty());
}

TEST(WipedRequestTest, MovesWithItsBuffer) {
  WipedRequest request{16, 0, genlmsghdr{}};
  request.u8(1, 7);
  const std::byte* before = request.bytes().data();
  WipedRequest moved{std::move(request)};
  EXPECT_EQ(moved.bytes().data(), before) << "a copy would leave keys behind";
}

}  // namespace
}  // namespace karkara::genetlink
