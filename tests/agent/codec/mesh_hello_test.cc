// Hellos as bytes: what is said is what is heard, and nothing that is cut, stretched or impossible.
#include "agent/codec/mesh_hello.h"

#include <gtest/gtest.h>

namespace karkara::mesh_hello {
namespace {

Hello full_hello() {
  Hello hello;
  hello.transit = *IpAddress::parse("100.124.3.7");
  hello.way = WayOut::Leaving;
  hello.hops = 1;
  hello.origin = *SiteId::parse("kollo");
  hello.via = *SiteId::parse("a234567890123456789012345678901234567890");  // as long as names get
  hello.spare_kbit = 2000;
  hello.credit = 123'456'789'012;
  hello.charge = 87;
  hello.stage = 2;
  hello.quiet_in = 30;
  hello.borrows = true;
  hello.taken = *IpAddress::parse("100.124.5.6");
  hello.weaker = WeakerSoon{4, 12};
  hello.radios = {*MacAddress::parse("02:00:00:00:00:01"), *MacAddress::parse("02:00:00:00:00:02")};
  hello.ends = true;
  return hello;
}

std::vector<Packet> all_packets() {
  Beacon beacon{0x0102030405060708};
  Begin begin{7, {}, {}};
  begin.ephemeral[31] = std::byte{9};
  Ask ask{7, {}};
  ask.nonce[15] = std::byte{2};
  Challenge challenge{7, ask.nonce, {}};
  challenge.cookie[19] = std::byte{1};
  const Proof proof{Bytes(70, std::byte{3}), Bytes(512, std::byte{4})};
  Hello poor;
  poor.transit = *IpAddress::parse("100.124.0.1");
  return {beacon,
          ask,
          challenge,
          begin,
          Answer{7, 8, {}, proof},
          Finish{9, proof},
          Sealed{9, 1, full_hello(), {}},
          Sealed{9, 2, poor, {}}};
}

TEST(MeshHello, EveryPacketIsHeardAsItWasSaid) {
  for (const Packet& packet : all_packets()) {
    const Bytes bytes = encode(packet);
    EXPECT_LE(bytes.size(), kMostPacket);
    const auto heard = decode(bytes);
    ASSERT_TRUE(heard.ok()) << heard.error().text;
    EXPECT_EQ(*heard, packet);
  }
}

TEST(MeshHello, NoLengthButItsOwnIsTaken) {
  for (const Packet& packet : all_packets()) {
    const Bytes bytes = encode(packet);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode(std::span{bytes}.first(size)).ok()) << size << " of " << bytes.size();
    }
    Bytes longer = bytes;
    longer.push_back(std::byte{0});
    EXPECT_EQ(decode(longer).ok(), std::holds_alternative<Sealed>(packet));
  }
}

TEST(MeshHello, WhatALaterAgentSaysBesideIsPassedOver) {
  Sealed sealed{9, 1, full_hello(), {}};
  sealed.mac[15] = std::byte{5};
  Bytes later = encode(sealed);
  constexpr std::size_t kBody = 4 + 8 + 8;
  later.at(kBody + 6) |= std::byte{0x80};  // a flag, and what fills up
  later.at(kBody + 9) = std::byte{7};
  later.insert(later.end() - sizeof(Mac), 100, std::byte{8});
  const auto heard = decode(later);
  ASSERT_TRUE(heard.ok()) << heard.error().text;
  EXPECT_EQ(std::get<Sealed>(*heard), sealed);
  EXPECT_EQ(sealed_part(later).size(), later.size() - sizeof(Mac)) << "and is proved with the rest";
  later.insert(later.end() - sizeof(Mac), 200, std::byte{8});
  EXPECT_FALSE(decode(later).ok()) << "within bounds";
}

TEST(MeshHello, WhatCannotBeIsRefused) {
  const Bytes good = encode(Sealed{9, 1, full_hello(), {}});
  const auto refused_with = [&](std::size_t at, std::uint8_t value) {
    Bytes bad = good;
    bad.at(at) = static_cast<std::byte>(value);
    return !decode(bad).ok();
  };
  constexpr std::size_t kBody = 4 + 8 + 8;
  EXPECT_TRUE(refused_with(0, 'X'));
  EXPECT_TRUE(refused_with(2, 1)) << "another version";
  EXPECT_TRUE(refused_with(3, 8)) << "another type";
  EXPECT_TRUE(refused_with(kBody + 4, 4)) << "a way out that does not exist";
  EXPECT_TRUE(refused_with(kBody + 8, 101)) << "more than full";
  EXPECT_TRUE(refused_with(kBody + 24, 'K')) << "capitals are in no name";
  EXPECT_TRUE(refused_with(kBody + 24 + 39, 'x')) << "behind the end of the name";
}

TEST(MeshHello, AnotherVersionIsToldFromWhatIsBroken) {
  Bytes other = encode(Beacon{1});
  other.at(2) = std::byte{2};
  EXPECT_EQ(decode(other).error().code, ErrorCode::FailedPrecondition);
  EXPECT_EQ(decode(Bytes(60, std::byte{7})).error().code, ErrorCode::FailedPrecondition) << "nothing of ours";
  Bytes cut = encode(Beacon{1});
  cut.pop_back();
  EXPECT_EQ(decode(cut).error().code, ErrorCode::InvalidArgument);
}

TEST(MeshHello, WhatAsksIsAsLongAsWhatAnswers) {
  EXPECT_GE(encode(Ask{}).size(), encode(Challenge{}).size()) << "no amplifier";
  Bytes hidden = encode(Ask{});
  hidden.back() = std::byte{1};
  EXPECT_FALSE(decode(hidden).ok()) << "nothing hides in what fills it up";
}

TEST(MeshHello, TheMacIsOverAllBeforeIt) {
  const Bytes bytes = encode(Sealed{9, 1, full_hello(), {}});
  EXPECT_EQ(sealed_part(bytes).size(), bytes.size() - sizeof(Mac));
  EXPECT_EQ(sealed_part({}).size(), 0U);
}

}  // namespace
}  // namespace karkara::mesh_hello
