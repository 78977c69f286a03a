#include "agent/codec/tcp_stamp.h"

#include <gmock/gmock.h>

#include <array>

#include "agent/codec/sip_hash.h"
#include "tests/support/classic_bpf.h"
#include "tests/support/tcp_segment.h"

namespace karkara {
namespace {

IpEndpoint at(const char* text) {
  return *IpEndpoint::parse(text);
}

SegmentPlan v4(PacketBytes options, std::size_t data = 0) {
  return {at("10.1.0.2:40001"), at("203.0.113.9:443"), std::move(options), 0x10, data};
}

SegmentPlan v6(PacketBytes options, std::size_t data = 0) {
  return {at("[2001:db8::2]:40001"), at("[2001:db8::9]:443"), std::move(options), 0x10, data};
}

std::optional<TcpStamp> decoded(const PacketBytes& packet) {
  const auto stamp = decode_tcp_stamp(packet);
  EXPECT_TRUE(stamp.ok()) << (stamp ? "" : stamp.error().text);
  return stamp ? *stamp : std::nullopt;
}

bool is_malformed(const PacketBytes& packet) {
  const auto stamp = decode_tcp_stamp(packet);
  return !stamp && stamp.error().code == ErrorCode::InvalidArgument;
}

PacketBytes with(PacketBytes packet, std::size_t place, unsigned value) {
  packet.at(place) = static_cast<std::byte>(value);
  return packet;
}

TEST(TcpStamp, TellsBothEndsAndBothClocks) {
  for (const SegmentPlan& plan :
       {v4(usual_options(0x0102'0304, 0xfffe'fdfc)), v6(usual_options(0x0102'0304, 0xfffe'fdfc))}) {
    const auto stamp = decoded(segment_bytes(plan));
    ASSERT_TRUE(stamp);
    EXPECT_EQ(*stamp, (TcpStamp{plan.from, plan.to, 0x0102'0304, 0xfffe'fdfc, false, true, false}));
  }
}

TEST(TcpStamp, TellsDataFromAnAcknowledgementEvenWhenTheDataIsCutOff) {
  for (const SegmentPlan& plan : {v4(usual_options(1, 2), 1400), v6(usual_options(1, 2), 1400)}) {
    const auto packet = segment_bytes(plan);
    EXPECT_TRUE(decoded({packet.begin(), packet.end() - 1400})->has_data);
  }
  // What the kernel has not cut into packets yet may be too large for the field.
  EXPECT_TRUE(decoded(with(with(segment_bytes(v4(usual_options(1, 2))), 2, 0), 3, 0))->has_data);
  EXPECT_TRUE(decoded(with(with(segment_bytes(v6(usual_options(1, 2))), 4, 0), 5, 0))->has_data);
}

TEST(TcpStamp, FindsTheOptionBehindOthers) {
  SegmentPlan syn = v4(bytes_of({2, 4, 5, 0xb4, 4, 2}));
  append(syn.options, stamp_option(77, 0));
  append(syn.options, bytes_of({1, 3, 3, 7}));
  syn.flags = 0x02;
  const auto stamp = decoded(segment_bytes(syn));
  ASSERT_TRUE(stamp);
  EXPECT_EQ(stamp->value, 77U);
  EXPECT_TRUE(stamp->syn);
  EXPECT_FALSE(stamp->ack);
}

TEST(TcpStamp, FindsTheOptionBehindAnIpv4HeaderWithOptions) {
  auto packet = with(segment_bytes(v4(usual_options(5, 6))), 0, 0x46);
  const auto nops = bytes_of({1, 1, 1, 0});
  packet.insert(packet.begin() + 20, nops.begin(), nops.end());
  packet[3] = static_cast<std::byte>(packet.size());
  EXPECT_EQ(decoded(packet)->echo, 6U);
}

TEST(TcpStamp, SaysNothingOfWhatHasNoTimestamps) {
  EXPECT_FALSE(decoded(segment_bytes(v4({}))));
  EXPECT_FALSE(decoded(segment_bytes(v4(bytes_of({2, 4, 5, 0xb4})))));
  EXPECT_FALSE(decoded(with(segment_bytes(v4(usual_options(1, 2))), 9, 17))) << "UDP";
  EXPECT_FALSE(decoded(with(segment_bytes(v6(usual_options(1, 2))), 6, 44))) << "a fragment";
  EXPECT_FALSE(decoded(with(segment_bytes(v4(usual_options(1, 2))), 6, 0x20))) << "the first of some fragments";
  EXPECT_FALSE(decoded(with(segment_bytes(v4(usual_options(1, 2))), 7, 1))) << "a later one";
  EXPECT_FALSE(decoded(with(segment_bytes(v4(usual_options(1, 2))), 0, 0x05)));
  SegmentPlan data = v4({});
  auto packet = segment_bytes(data);
  append(packet, usual_options(1, 2));
  packet[3] = static_cast<std::byte>(packet.size());
  EXPECT_FALSE(decoded(packet)) << "data that looks like them";
  PacketBytes ended = bytes_of({0, 0});
  append(ended, stamp_option(1, 2));
  EXPECT_FALSE(decoded(segment_bytes(v4(ended)))) << "behind the end of the options";
}

TEST(TcpStamp, RefusesLengthsThatContradictEachOther) {
  EXPECT_TRUE(is_malformed({}));
  EXPECT_TRUE(is_malformed(segment_bytes(v4(bytes_of({3, 0, 1, 1}))))) << "an option of no length never ends";
  EXPECT_TRUE(is_malformed(segment_bytes(v4(bytes_of({3, 1, 1, 1})))));
  EXPECT_TRUE(is_malformed(segment_bytes(v4(bytes_of({1, 1, 3, 3}))))) << "over the end";
  EXPECT_TRUE(is_malformed(segment_bytes(v4(bytes_of({1, 1, 1, 3}))))) << "no length at all";
  EXPECT_TRUE(is_malformed(segment_bytes(v4(bytes_of({8, 4, 0, 0})))));
  EXPECT_TRUE(is_malformed(with(segment_bytes(v4(usual_options(1, 2))), 0, 0x44)));
  EXPECT_TRUE(is_malformed(with(segment_bytes(v4(usual_options(1, 2))), 32, 0x40)));
  EXPECT_TRUE(is_malformed(with(segment_bytes(v4(usual_options(1, 2))), 3, 51))) << "shorter than its headers";
}

TEST(TcpStamp, AnswersEveryTruncation) {
  for (const SegmentPlan& plan : {v4(usual_options(1, 2), 9), v6(usual_options(1, 2), 9)}) {
    const auto packet = segment_bytes(plan);
    const std::size_t needed = packet.size() - 9;
    for (std::size_t size = 0; size < packet.size(); ++size) {
      const PacketBytes cut{packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)};
      const auto stamp = decode_tcp_stamp(cut);
      EXPECT_EQ(stamp && *stamp, size >= needed) << size;
    }
  }
}

TEST(TcpStampFilter, LetsThroughTheHeadersOfBothFamilies) {
  const auto filter = tcp_stamp_filter(0);
  for (const bool outgoing : {false, true}) {
    EXPECT_EQ(run_filter(filter, {segment_bytes(v4(usual_options(1, 2), 900)), outgoing}), 52U);
    EXPECT_EQ(run_filter(filter, {segment_bytes(v6(usual_options(1, 2), 900)), outgoing}), 72U);
  }
}

TEST(TcpStampFilter, SamplesWhatIsAskedByValueAndWhatIsAnsweredByEcho) {
  for (unsigned bits = 0; bits <= 7; ++bits) {
    const auto filter = tcp_stamp_filter(bits);
    for (const std::uint32_t stamp : {1U, 32U, 64U, 128U, 0x8000'0000U, 0xffff'ffffU}) {
      const bool sampled = stamp % (1U << bits) == 0;
      for (const SegmentPlan& asking : {v4(usual_options(stamp, 1)), v6(usual_options(stamp, 1))}) {
        EXPECT_EQ(run_filter(filter, {segment_bytes(asking), true}) != 0, sampled) << bits << ' ' << stamp;
      }
      for (const SegmentPlan& answering : {v4(usual_options(1, stamp)), v6(usual_options(1, stamp))}) {
        EXPECT_EQ(run_filter(filter, {segment_bytes(answering), false}) != 0, sampled) << bits << ' ' << stamp;
      }
    }
  }
}

TEST(TcpStampFilter, DropsAllElse) {
  const auto filter = tcp_stamp_filter(0);
  const auto dropped = [&](const PacketBytes& packet) {
    return run_filter(filter, {packet, false}) == 0 && run_filter(filter, {packet, true}) == 0;
  };
  const auto four = segment_bytes(v4(usual_options(1, 2), 9));
  const auto six = segment_bytes(v6(usual_options(1, 2), 9));
  EXPECT_TRUE(dropped({}));
  EXPECT_TRUE(dropped(with(four, 9, 17)));
  EXPECT_TRUE(dropped(with(six, 6, 17)));
  EXPECT_TRUE(dropped(with(four, 0, 0x46)));
  EXPECT_TRUE(dropped(with(four, 6, 0x20)));
  EXPECT_TRUE(dropped(with(four, 7, 1)));
  EXPECT_TRUE(dropped(with(four, 32, 0x50))) << "data that looks like timestamps";
  EXPECT_TRUE(dropped(with(six, 52, 0x70)));
  EXPECT_TRUE(dropped(with(four, 40, 2)));
  EXPECT_TRUE(dropped(with(four, 0, 0x05))) << "ARP";
  EXPECT_EQ(run_filter(filter, {segment_bytes(v4(usual_options(1, 0))), false}), 0U) << "echoes nothing";
  EXPECT_EQ(run_filter(filter, {four, false, 0x2064}), 0U) << "of a VLAN, that has a device of its own";
  EXPECT_NE(run_filter(filter, {four, false, 0xe000}), 0U) << "a priority only";
  EXPECT_NE(run_filter(filter, {four, false, 0x2064, false}), 0U) << "on the VLAN's own device, with what was its tag";
}

// The vectors of the paper's reference: key 00..0f, input 00, 01, ... of each length.
TEST(SipHash, IsTheOneOfThePaper) {
  const SipKey key{0x0706'0504'0302'0100, 0x0f0e'0d0c'0b0a'0908};
  std::array<std::byte, 15> input{};
  for (std::size_t i = 0; i < input.size(); ++i) {
    input[i] = static_cast<std::byte>(i);
  }
  EXPECT_EQ(sip_hash(key, {}), 0x726f'db47'dd0e'0e31U);
  EXPECT_EQ(sip_hash(key, std::span{input}.first(8)), 0x93f5'f579'9a93'2462U);
  EXPECT_EQ(sip_hash(key, input), 0xa129'ca61'49be'45e5U);
}

}  // namespace
}  // namespace karkara
