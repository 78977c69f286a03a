#include "agent/codec/rtnetlink_address.h"

#include <gmock/gmock.h>
#include <linux/if_addr.h>

#include <cstring>

#include "tests/support/recorded_netlink.h"

namespace karkara::rtnetlink {
namespace {

constexpr std::size_t kFixed = sizeof(ifaddrmsg);

StaticAddress bearer(const char* prefix) {
  return {4, *IpPrefix::parse(prefix), std::nullopt, 700};
}

LinkAddress read_back(const Result<Bytes>& request) {
  EXPECT_TRUE(request.ok());
  const auto messages = decode(*request);
  const auto* appeared = std::get_if<Appeared>(&messages.value().front().content);
  EXPECT_NE(appeared, nullptr);
  return appeared == nullptr ? LinkAddress{} : std::get<LinkAddress>(appeared->object);
}

TEST(RtnetlinkAddress, SaysWhatTheDecoderReads) {
  for (const char* prefix : {"10.23.45.66/30", "10.64.0.2/32", "2001:db8:5::2/64"}) {
    const LinkAddress seen = read_back(encode(PutAddress{bearer(prefix)}, 1));
    EXPECT_EQ(seen.prefix, *IpPrefix::parse(prefix));
    EXPECT_EQ(seen.link, 4U);
    EXPECT_TRUE(seen.global);
  }
}

TEST(RtnetlinkAddress, CarriesOurProtocolAndTheMetric) {
  const auto request = encode(PutAddress{bearer("10.23.45.66/30")}, 1);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ((*request)[attribute_at(*request, IFA_PROTO, kFixed) + 4], std::byte{kOurProtocol});
  EXPECT_NE(attribute_at(*request, IFA_RT_PRIORITY, kFixed), 0U);
}

TEST(RtnetlinkAddress, KeepsOurEndAndThePeerApart) {
  auto address = bearer("10.64.0.2/32");
  address.peer = *IpAddress::parse("10.64.0.1");
  const auto request = encode(PutAddress{address}, 1);
  EXPECT_EQ(read_back(request).prefix.address, *IpAddress::parse("10.64.0.2"));
  const std::size_t peer = attribute_at(*request, IFA_ADDRESS, kFixed);
  EXPECT_EQ((*request)[peer + 7], std::byte{1});
}

TEST(RtnetlinkAddress, RefusesWhatCannotBeSaid) {
  auto two_families = bearer("10.64.0.2/32");
  two_families.peer = *IpAddress::parse("2001:db8::1");
  auto no_link = bearer("10.64.0.2/32");
  no_link.link = 0;
  auto overlong = bearer("10.64.0.2/32");
  overlong.prefix.length = 33;
  for (const StaticAddress& wrong : {two_families, no_link, overlong, bearer("0.0.0.0/24"), bearer("::/64")}) {
    EXPECT_EQ(encode(PutAddress{wrong}, 1).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(encode(RemoveAddress{wrong}, 1).error().code, ErrorCode::InvalidArgument);
  }
}

PreferAddress village(bool preferred) {
  return {{4, *IpPrefix::parse("2001:db8:a:1::1/64"), preferred}};
}

TEST(RtnetlinkAddress, DeprecatesWithoutShorteningTheLife) {
  const auto request = encode(village(false), {IFA_F_NOPREFIXROUTE | IFA_F_TENTATIVE, 3600}, 1);
  const LinkAddress seen = read_back(request);
  EXPECT_EQ(seen.prefix, village(false).address.prefix);
  EXPECT_EQ(seen.terms.valid_seconds, 3600U);
  EXPECT_EQ(seen.terms.flags, IFA_F_NOPREFIXROUTE) << "kept what a replacement would take off, and no state";
  ifa_cacheinfo life{};
  std::memcpy(&life, request->data() + attribute_at(*request, IFA_CACHEINFO, kFixed) + 4, sizeof life);
  EXPECT_EQ(life.ifa_prefered, 0U);
  EXPECT_EQ((*request)[attribute_at(*request, IFA_PROTO, kFixed) + 4], std::byte{kDeprecatedProtocol});
  EXPECT_FALSE(seen.ours) << "it would be removed";
}

TEST(RtnetlinkAddress, PrefersForAsLongAsTheAddressIsValid) {
  for (const std::uint32_t valid : {3600U, AddressTerms::kForever}) {
    const auto request = encode(village(true), {0, valid}, 1);
    ifa_cacheinfo life{};
    std::memcpy(&life, request->data() + attribute_at(*request, IFA_CACHEINFO, kFixed) + 4, sizeof life);
    EXPECT_EQ(life.ifa_prefered, valid);
    EXPECT_EQ(life.ifa_valid, valid);
    EXPECT_EQ((*request)[attribute_at(*request, IFA_PROTO, kFixed) + 4], std::byte{0});
  }
}

TEST(RtnetlinkAddress, RefusesAPreferenceThatCannotBeSaid) {
  PreferAddress no_link = village(false);
  no_link.address.link = 0;
  PreferAddress four = village(false);
  four.address.prefix = *IpPrefix::parse("10.0.0.1/24");
  EXPECT_EQ(encode(no_link, {0, 3600}, 1).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(encode(four, {0, 3600}, 1).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(encode(village(false), {0, 0}, 1).error().code, ErrorCode::InvalidArgument) << "it would be removed";
}

}  // namespace
}  // namespace karkara::rtnetlink
