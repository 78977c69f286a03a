// Routes with several next hops (RTA_MULTIPATH), byte by byte.
#include <gmock/gmock.h>
#include <linux/rtnetlink.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "agent/codec/rtnetlink.h"
#include "agent/reconcile/ownership.h"

namespace karkara::rtnetlink {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr std::size_t kHopHeader = 8;

IpAddress address(const char* text) {
  return *IpAddress::parse(text);
}

template <class T>
Bytes raw(const T& value) {
  Bytes bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes attribute(std::uint16_t type, const Bytes& content) {
  const auto length = static_cast<std::uint16_t>(4 + content.size());
  return raw(length) + raw(type) + content + Bytes((4 - content.size() % 4) % 4);
}

Bytes gateway(const char* text) {
  const IpAddress to = address(text);
  return attribute(RTA_GATEWAY, Bytes(to.bytes().begin(), to.bytes().end()));
}

Bytes hop(std::int32_t link, const Bytes& nested, std::size_t length = 0, std::uint8_t flags = 0) {
  const auto claimed = static_cast<std::uint16_t>(length != 0 ? length : kHopHeader + nested.size());
  return raw(claimed) + raw(flags) + Bytes(1) + raw(link) + nested;
}

// As a router advertisement's client or a person would put it into the main table; ours on request.
Route common(IpFamily family, std::uint8_t protocol = RTPROT_RA) {
  Route route;
  route.destination = IpPrefix::everything(family);
  route.table = protocol == kOurProtocol ? kChoiceTable : kMainTable;
  route.metric = 1024;
  route.protocol = protocol;
  return route;
}

Route over(Route route, std::uint32_t link, const char* via) {
  route.link = link;
  route.gateway = address(via);
  route.other_attributes = true;
  return route;
}

Bytes finished(Bytes message) {
  const auto length = static_cast<std::uint32_t>(message.size());
  std::memcpy(message.data(), &length, sizeof length);
  return message;
}

Bytes message(const Route& route, const Bytes& hops) {
  return finished(*encode(PutRoute{route}, 9) + attribute(RTA_MULTIPATH, hops));
}

// Of the kind of message that 'Verdict' stands for; whatever is malformed fails.
template <class Verdict = Appeared>
std::vector<Route> routes_of(const Bytes& bytes) {
  std::vector<Route> found;
  const auto messages = decode(bytes);
  EXPECT_TRUE(messages.ok());
  for (const Message& of : messages ? *messages : std::vector<Message>{}) {
    const auto* verdict = std::get_if<Verdict>(&of.content);
    EXPECT_FALSE(std::holds_alternative<Malformed>(of.content));
    if (verdict != nullptr && std::holds_alternative<Route>(verdict->object)) {
      found.push_back(std::get<Route>(verdict->object));
    }
  }
  return found;
}

ErrorCode trouble(const Bytes& bytes) {
  const auto messages = decode(bytes);
  EXPECT_TRUE(messages && messages->size() == 1);
  const auto* bad = messages ? std::get_if<Malformed>(&messages->front().content) : nullptr;
  EXPECT_NE(bad, nullptr);
  return bad != nullptr ? bad->error.code : ErrorCode::Internal;
}

ErrorCode trouble_with(const Bytes& hops) {
  return trouble(message(common(IpFamily::V6), hops));
}

TEST(RtnetlinkNextHops, BecomeARouteEach) {
  const Route six = common(IpFamily::V6);
  EXPECT_THAT(routes_of(message(six, hop(3, gateway("fe80::1")) + hop(4, gateway("fe80::2")))),
              ElementsAre(over(six, 3, "fe80::1"), over(six, 4, "fe80::2")));
  const Route four = common(IpFamily::V4, RTPROT_STATIC);
  EXPECT_THAT(routes_of(message(four, hop(3, gateway("10.1.0.1")) + hop(4, gateway("10.2.0.1")))),
              ElementsAre(over(four, 3, "10.1.0.1"), over(four, 4, "10.2.0.1")));
}

TEST(RtnetlinkNextHops, AreReadFromARealDump) {
  std::ifstream in{KARKARA_SOURCE_DIR "/tests/fuzz/rtnetlink/corpus/dump-routes-v6-next-hops.bin", std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  Bytes bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  std::vector<Route> defaults;
  for (const Route& route : routes_of(bytes)) {
    if (route.destination.is_everything() && route.type == RouteType::Unicast) {
      defaults.push_back(route);
    }
  }
  ASSERT_THAT(defaults, SizeIs(2));
  EXPECT_EQ(defaults[0].gateway, address("fe80::1"));
  EXPECT_EQ(defaults[1].gateway, address("fe80::2"));
  EXPECT_NE(defaults[0].link, defaults[1].link);
  EXPECT_EQ(defaults[1].metric, 1024U);
}

TEST(RtnetlinkNextHops, KeepTheSequenceAndLeaveTheMessageBehindThemAlone) {
  const Route six = common(IpFamily::V6);
  const Bytes both = message(six, hop(3, gateway("fe80::1")) + hop(4, gateway("fe80::2")));
  const auto messages = decode(both + *encode(PutRoute{six}, 10));
  ASSERT_TRUE(messages.ok());
  ASSERT_THAT(*messages, SizeIs(3));
  EXPECT_EQ((*messages)[0].sequence, 9U);
  EXPECT_EQ((*messages)[1].sequence, 9U);
  EXPECT_EQ((*messages)[2].sequence, 10U);
  EXPECT_EQ(std::get<Route>(std::get<Appeared>((*messages)[2].content).object), six);
}

TEST(RtnetlinkNextHops, DisappearTogether) {
  const Route six = common(IpFamily::V6);
  const Bytes gone = finished(*encode(RemoveRoute{six}, 9) +
                              attribute(RTA_MULTIPATH, hop(3, gateway("fe80::1")) + hop(4, gateway("fe80::2"))));
  EXPECT_THAT(routes_of<Disappeared>(gone), ElementsAre(over(six, 3, "fe80::1"), over(six, 4, "fe80::2")));
}

TEST(RtnetlinkNextHops, AreNeverOurs) {
  const Route ours = common(IpFamily::V4, kOurProtocol);
  const auto plain = routes_of(*encode(PutRoute{ours}, 9));
  ASSERT_THAT(plain, SizeIs(1));
  EXPECT_TRUE(is_ours(plain[0])) << "the same one without next hops";
  const auto routes = routes_of(message(ours, hop(3, gateway("10.1.0.1")) + hop(4, {})));
  ASSERT_THAT(routes, SizeIs(2));
  EXPECT_FALSE(is_ours(routes[0]) || is_ours(routes[1]));
  const auto none = routes_of(message(ours, {}));
  ASSERT_THAT(none, SizeIs(1));
  EXPECT_FALSE(is_ours(none[0]));
}

TEST(RtnetlinkNextHops, CountWhateverTheirFlagsSay) {
  const Route six = common(IpFamily::V6);
  EXPECT_THAT(routes_of(message(six, hop(3, gateway("fe80::1"), 0, RTNH_F_DEAD | RTNH_F_LINKDOWN))),
              ElementsAre(over(six, 3, "fe80::1")));
}

TEST(RtnetlinkNextHops, WithoutAGatewayLeadOverTheirLink) {
  const auto routes = routes_of(message(common(IpFamily::V4), hop(3, {}) + hop(4, gateway("10.2.0.1"))));
  ASSERT_THAT(routes, SizeIs(2));
  EXPECT_EQ(routes[0].link, 3U);
  EXPECT_EQ(routes[0].gateway, std::nullopt);
}

TEST(RtnetlinkNextHops, ThatAGatewayDoesNotTellAreLeftOut) {
  const Route four = common(IpFamily::V4);
  const Bytes via = attribute(RTA_VIA, raw(std::uint16_t{10}) + Bytes(16));
  const Bytes labelled = attribute(RTA_ENCAP_TYPE, raw(std::uint16_t{1})) + attribute(RTA_ENCAP, Bytes(8));
  const Bytes hops = hop(3, via) + hop(4, gateway("10.2.0.1")) + hop(5, gateway("10.3.0.1") + labelled);
  EXPECT_THAT(routes_of(message(four, hops)), ElementsAre(over(four, 4, "10.2.0.1")));
}

TEST(RtnetlinkNextHops, NoneOfWhichIsToldLeaveARouteThatSaysNothing) {
  const Bytes via = attribute(RTA_VIA, raw(std::uint16_t{10}) + Bytes(16));
  for (const Bytes& hops : {hop(3, via) + hop(4, via), Bytes{}}) {
    const auto routes = routes_of(message(common(IpFamily::V4), hops));
    ASSERT_THAT(routes, SizeIs(1)) << "that something changed still counts";
    EXPECT_EQ(routes[0].type, RouteType::Other);
  }
}

TEST(RtnetlinkNextHops, OfARouteOfAnotherTypeAreNotTakenApart) {
  Route dead = common(IpFamily::V6);
  dead.type = RouteType::Unreachable;
  const auto routes = routes_of(message(dead, hop(3, gateway("fe80::1")) + hop(4, gateway("fe80::2"))));
  ASSERT_THAT(routes, SizeIs(1));
  EXPECT_EQ(routes[0].type, RouteType::Other);
}

TEST(RtnetlinkNextHops, AreBounded) {
  Bytes hops;
  for (std::int32_t link = 1; link <= 1000; ++link) {
    hops = hops + hop(link, {});
  }
  const auto routes = routes_of(message(common(IpFamily::V6), hops));
  ASSERT_THAT(routes, SizeIs(64));
  EXPECT_EQ(routes.back().link, 64U);
}

TEST(RtnetlinkNextHops, OfHostileLengthsAreMalformed) {
  const Bytes good = hop(3, gateway("fe80::1"));
  EXPECT_EQ(trouble_with(hop(3, gateway("fe80::1"), 29)), ErrorCode::DataLoss) << "one byte beyond the end";
  EXPECT_EQ(trouble_with(hop(3, gateway("fe80::1"), 0xffff)), ErrorCode::DataLoss);
  EXPECT_EQ(trouble_with(good + hop(4, gateway("fe80::2"), 29)), ErrorCode::DataLoss) << "the second one";
  EXPECT_EQ(trouble_with(good + Bytes(7)), ErrorCode::DataLoss) << "a cut header";
  EXPECT_EQ(trouble_with(hop(3, {}, 7)), ErrorCode::InvalidArgument) << "shorter than its header";
  EXPECT_EQ(trouble_with(good + Bytes(8)), ErrorCode::InvalidArgument) << "a length of 0 would never end";
  EXPECT_EQ(trouble_with(hop(3, gateway("fe80::1"), 27)), ErrorCode::DataLoss) << "its gateway is cut";
  EXPECT_EQ(trouble_with(hop(3, gateway("fe80::1"), 10)), ErrorCode::DataLoss) << "its gateway's header is cut";
  EXPECT_EQ(trouble_with(hop(3, Bytes(4))), ErrorCode::InvalidArgument) << "an attribute without length";
  EXPECT_EQ(trouble_with(hop(-1, gateway("fe80::1"))), ErrorCode::InvalidArgument);
  EXPECT_EQ(trouble_with(hop(3, gateway("10.1.0.1"))), ErrorCode::InvalidArgument) << "a gateway of another family";
  EXPECT_EQ(trouble_with(hop(3, gateway("fe80::1") + gateway("fe80::2"))), ErrorCode::AlreadyExists);
  const Bytes twice = message(common(IpFamily::V6), good) + attribute(RTA_MULTIPATH, good);
  EXPECT_EQ(trouble(finished(twice)), ErrorCode::AlreadyExists);
}

TEST(RtnetlinkNextHops, MayLackTheLastPadding) {
  const Route four = common(IpFamily::V4);
  const Bytes odd = attribute(RTA_FLOW, Bytes(1));  // 5 bytes and 3 of padding
  const Bytes first = hop(3, gateway("10.1.0.1") + odd, kHopHeader + 8 + 5);
  Bytes last = hop(4, gateway("10.2.0.1") + odd, kHopHeader + 8 + 5);
  last.resize(kHopHeader + 8 + 5);
  EXPECT_THAT(routes_of(message(four, first + last)),
              ElementsAre(over(four, 3, "10.1.0.1"), over(four, 4, "10.2.0.1")));
}

TEST(RtnetlinkNextHops, CutAnywhereNeverReadBeyondTheEnd) {
  const Bytes hops = hop(3, gateway("fe80::1")) + hop(4, gateway("fe80::2"));
  for (std::size_t length = 0; length < hops.size(); ++length) {
    // Of its exact size on the heap, so that the sanitizer sees one byte too many.
    const Bytes cut = finished(*encode(PutRoute{common(IpFamily::V6)}, 9) +
                               raw(static_cast<std::uint16_t>(4 + length)) + raw(std::uint16_t{RTA_MULTIPATH}) +
                               Bytes(hops.begin(), hops.begin() + static_cast<std::ptrdiff_t>(length)));
    const auto messages = decode(cut);
    ASSERT_TRUE(messages && messages->size() == 1) << length;
    const bool whole_hops = length % 28 == 0;
    EXPECT_EQ(std::holds_alternative<Malformed>(messages->front().content), !whole_hops) << length;
  }
}

}  // namespace
}  // namespace karkara::rtnetlink
