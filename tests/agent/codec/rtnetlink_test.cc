#include "agent/codec/rtnetlink.h"

#include <gmock/gmock.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <random>

namespace karkara::rtnetlink {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;

// Bytes recorded from a kernel; tests/fuzz/rtnetlink/README.md tells where from.
Bytes recorded(const std::string& name) {
  std::ifstream in{KARKARA_SOURCE_DIR "/tests/fuzz/rtnetlink/corpus/" + name + ".bin", std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_FALSE(text.empty()) << name;
  Bytes bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

std::vector<Message> decoded(const Bytes& bytes) {
  auto messages = decode(bytes);
  EXPECT_TRUE(messages.ok());
  return messages ? *messages : std::vector<Message>{};
}

template <class T, class Verdict = Appeared>
std::vector<T> all(const std::string& name) {
  std::vector<T> found;
  for (const Message& message : decoded(recorded(name))) {
    EXPECT_FALSE(std::holds_alternative<Malformed>(message.content)) << name;
    if (const auto* verdict = std::get_if<Verdict>(&message.content)) {
      if (const auto* object = std::get_if<T>(&verdict->object)) {
        found.push_back(*object);
      }
    }
  }
  return found;
}

Content only(const Bytes& bytes) {
  auto messages = decoded(bytes);
  EXPECT_EQ(messages.size(), 1U);
  return messages.empty() ? Content{Skipped{}} : messages.front().content;
}

IpAddress address(const char* text) {
  return *IpAddress::parse(text);
}

Route plain_route() {
  Route route;
  route.destination = *IpPrefix::parse("198.51.100.0/24");
  route.table = 10'001;
  route.metric = 100;
  route.protocol = kOurProtocol;
  route.link = 7;
  route.gateway = address("10.1.0.1");
  return route;
}

// Appends one more attribute and corrects the message's length.
void append(Bytes& message, std::uint16_t type, const Bytes& content, std::uint16_t claimed_length = 0) {
  const nlattr attribute{claimed_length != 0 ? claimed_length : static_cast<std::uint16_t>(4 + content.size()), type};
  const auto* header = reinterpret_cast<const std::byte*>(&attribute);
  message.insert(message.end(), header, header + sizeof attribute);
  message.insert(message.end(), content.begin(), content.end());
  const auto length = static_cast<std::uint32_t>(message.size());
  std::memcpy(message.data(), &length, sizeof length);
}

TEST(Rtnetlink, ReadsLinksOfARealDump) {
  const auto links = all<Link>("dump-links-1");
  const auto vsat = std::find_if(links.begin(), links.end(), [](const Link& l) { return l.name == "vsat0"; });
  ASSERT_NE(vsat, links.end());
  EXPECT_TRUE(vsat->admin_up);
  EXPECT_TRUE(vsat->carrier);
  EXPECT_EQ(vsat->mtu, 1500U);
  EXPECT_GT(vsat->sent_packets, 0U);
  EXPECT_GT(vsat->sent_bytes, vsat->sent_packets);
}

TEST(Rtnetlink, ReadsAddressesOfARealDump) {
  const auto found = all<LinkAddress>("dump-addresses");
  EXPECT_THAT(found, Contains(Field(&LinkAddress::prefix, *IpPrefix::parse("10.1.0.2/24"))));
  const auto point = std::find_if(found.begin(), found.end(),
                                  [](const LinkAddress& a) { return a.prefix.address == address("10.64.0.2"); });
  ASSERT_NE(point, found.end()) << "between two points our own end counts, not the other one";
  const auto old = std::find_if(found.begin(), found.end(),
                                [](const LinkAddress& a) { return a.prefix.address == address("2001:db8:2::2"); });
  ASSERT_NE(old, found.end());
  EXPECT_TRUE(old->deprecated);
  EXPECT_TRUE(old->global);
  EXPECT_FALSE(std::find_if(found.begin(), found.end(), [](const LinkAddress& a) {
                 return a.prefix.address == address("127.0.0.1");
               })->global);
}

TEST(Rtnetlink, ReadsOurRoutesOfARealDump) {
  const auto found = all<Route>("dump-routes-ours");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].gateway, address("10.1.0.1"));
  EXPECT_EQ(found[0].source, address("10.1.0.2"));
  EXPECT_EQ(found[0].mtu, 1400U);
  EXPECT_EQ(found[0].table, kChoiceTable);
  EXPECT_EQ(found[0].metric, 100U);
  EXPECT_FALSE(found[0].other_attributes);
  EXPECT_EQ(found[1].gateway, std::nullopt);
  EXPECT_EQ(found[2].type, RouteType::Unreachable);
  EXPECT_EQ(found[2].metric, 4'278'198'272U);
}

TEST(Rtnetlink, NeverTakesARouteThatItDoesNotModelForAPlainOne) {
  for (const Route& route : all<Route>("dump-routes-v4")) {
    const std::string destination = route.destination.text();
    if (destination == "198.18.0.0/15" || destination == "192.0.3.0/24") {
      EXPECT_EQ(route.type, RouteType::Other) << destination << ": via IPv6, prohibit";
    }
    if (destination == "203.0.113.0/24" || destination == "192.0.4.0/24" || destination == "192.0.5.0/24" ||
        destination == "198.51.100.0/24") {
      EXPECT_TRUE(route.other_attributes) << destination << ": next hop object, locked metrics, onlink, multipath";
    }
    if (destination == "192.0.2.0/24") {
      EXPECT_EQ(route.type, RouteType::Blackhole);
    }
  }
  const auto six = all<Route>("dump-routes-v6");
  EXPECT_THAT(six, Contains(testing::AllOf(Field(&Route::type, RouteType::Unicast), Field(&Route::table, kChoiceTable),
                                           Field(&Route::gateway, address("2001:db8:1::1")),
                                           Field(&Route::other_attributes, false))));
  EXPECT_THAT(six,
              Contains(testing::AllOf(Field(&Route::type, RouteType::Unreachable), Field(&Route::table, 10'001U))));
}

TEST(Rtnetlink, ReadsRulesOfARealDump) {
  const auto rules = all<Rule>("dump-rules");
  Rule marked;
  marked.priority = 10'000;
  marked.mark = 0x1'0000;
  marked.mark_mask = kMarkMask;
  marked.table = 10'001;
  marked.protocol = kOurProtocol;
  EXPECT_THAT(rules, Contains(marked));
  Rule specific;
  specific.priority = 10'090;
  specific.table = kMainTable;
  specific.protocol = kOurProtocol;
  specific.suppress_prefix_length = 0;
  EXPECT_THAT(rules, Contains(specific));
  EXPECT_THAT(rules, Contains(testing::AllOf(Field(&Rule::family, IpFamily::V6), Field(&Rule::priority, 10'100U),
                                             Field(&Rule::other_selectors, false))));
  int unknown = 0;
  for (const Rule& rule : rules) {
    const bool narrowed = rule.priority >= 500 && rule.priority <= 503;
    EXPECT_EQ(rule.other_selectors, narrowed) << rule.priority;
    unknown += narrowed ? 1 : 0;
  }
  EXPECT_EQ(unknown, 4);
}

TEST(Rtnetlink, SeesCarrierLostInAnEvent) {
  const auto links = all<Link>("event-carrier-lost");
  const auto lost =
      std::find_if(links.begin(), links.end(), [](const Link& l) { return l.name == "vsat0" && !l.carrier; });
  ASSERT_NE(lost, links.end());
  EXPECT_TRUE(lost->admin_up);
}

// Such as of a scan that ended: it names the link and says nothing of its bridge or counters.
TEST(Rtnetlink, AnEventOfTheWirelessExtensionsIsNoNewsOfTheLink) {
  const Bytes name{std::byte{'w'}, std::byte{'l'}, std::byte{'0'}, std::byte{}};
  nlmsghdr header{};
  header.nlmsg_type = RTM_NEWLINK;
  ifinfomsg of{};
  of.ifi_index = 7;
  Bytes event(sizeof header + sizeof of);
  std::memcpy(event.data(), &header, sizeof header);
  std::memcpy(event.data() + sizeof header, &of, sizeof of);
  append(event, IFLA_IFNAME, name);
  EXPECT_EQ(std::get<Link>(std::get<Appeared>(only(event)).object).name, "wl0");
  append(event, IFLA_WIRELESS, Bytes(8));
  EXPECT_TRUE(std::holds_alternative<Skipped>(only(event)));
}

TEST(Rtnetlink, APortThatLeavesABridgeIsNotALinkThatIsGone) {
  EXPECT_TRUE((all<Link, Disappeared>("event-bridge-port").empty()));
  EXPECT_FALSE((all<Link, Disappeared>("event-link-gone").empty()));
}

TEST(Rtnetlink, TellsWhatTheKernelSaysAboutARefusedRequest) {
  const auto refused = std::get<Acknowledged>(only(recorded("error-unreachable-gateway")));
  EXPECT_EQ(refused.error, ENETUNREACH);
  EXPECT_THAT(refused.text, HasSubstr("gateway"));
  EXPECT_EQ(std::get<Acknowledged>(only(recorded("error-no-such-route"))).error, ESRCH);
  EXPECT_EQ(std::get<Acknowledged>(only(recorded("error-host-bits"))).error, EINVAL);
  EXPECT_EQ(std::get<Acknowledged>(only(recorded("ack"))).error, 0);
  EXPECT_EQ(std::get<DumpDone>(only(recorded("dump-routes-ours-1"))).error, 0);
}

TEST(Rtnetlink, EveryRouteSurvivesBeingSaid) {
  std::mt19937 random{1};
  for (int i = 0; i < 2000; ++i) {
    const bool six = random() % 2 == 0;
    Route route;
    route.destination = random() % 2 == 0 ? IpPrefix::everything(six ? IpFamily::V6 : IpFamily::V4)
                                          : *IpPrefix::parse(six ? "2001:db8::/32" : "203.0.113.0/24");
    route.table = static_cast<std::uint32_t>(random() % 2 == 0 ? random() % 256 : random());
    route.metric = static_cast<std::uint32_t>(random());
    route.type = static_cast<RouteType>(random() % 3);
    route.protocol = static_cast<std::uint8_t>(random());
    route.scope = random() % 2 == 0 ? 0 : 253;
    route.link = static_cast<std::uint32_t>(random() % 3);
    if (random() % 2 == 0) {
      route.gateway = address(six ? "2001:db8::1" : "10.1.0.1");
    }
    if (random() % 2 == 0) {
      route.source = address(six ? "2001:db8::2" : "10.1.0.2");
    }
    if (random() % 2 == 0) {
      route.mtu = static_cast<std::uint32_t>(random() % 9000);
    }
    const auto bytes = encode(PutRoute{route}, 5);
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(std::get<Route>(std::get<Appeared>(only(*bytes)).object), route);
    route.mtu.reset();
    const auto removal = encode(RemoveRoute{route}, 5);
    ASSERT_TRUE(removal.ok());
    EXPECT_EQ(std::get<Route>(std::get<Disappeared>(only(*removal)).object), route);
  }
}

TEST(Rtnetlink, EveryRuleSurvivesBeingSaid) {
  std::mt19937 random{2};
  for (int i = 0; i < 2000; ++i) {
    Rule rule;
    rule.family = static_cast<IpFamily>(random() % 2);
    rule.priority = static_cast<std::uint32_t>(random());
    rule.table = static_cast<std::uint32_t>(random());
    rule.protocol = static_cast<std::uint8_t>(random());
    if (random() % 2 == 0) {
      rule.mark_mask = kMarkMask;
      rule.mark = static_cast<std::uint32_t>(random());
    }
    if (random() % 2 == 0) {
      rule.suppress_prefix_length = static_cast<std::uint32_t>(random() % 128);
    }
    const auto added = encode(AddRule{rule}, 5);
    const auto removed = encode(RemoveRule{rule}, 5);
    ASSERT_TRUE(added.ok() && removed.ok());
    EXPECT_EQ(std::get<Rule>(std::get<Appeared>(only(*added)).object), rule);
    EXPECT_EQ(std::get<Rule>(std::get<Disappeared>(only(*removed)).object), rule);
  }
}

TEST(Rtnetlink, RefusesToSayWhatItDoesNotModel) {
  Route other = plain_route();
  other.type = RouteType::Other;
  EXPECT_EQ(encode(PutRoute{other}, 1).error().code, ErrorCode::InvalidArgument);
  Route mixed = plain_route();
  mixed.gateway = address("2001:db8::1");
  EXPECT_FALSE(encode(PutRoute{mixed}, 1).ok());
  Rule narrowed;
  narrowed.other_selectors = true;
  EXPECT_FALSE(encode(RemoveRule{narrowed}, 1).ok());
}

TEST(Rtnetlink, TellsMalformedCutAndDoubledAttributesApart) {
  const Bytes good = *encode(PutRoute{plain_route()}, 1);
  Bytes doubled = good;
  append(doubled, RTA_PRIORITY, Bytes(4));
  EXPECT_EQ(std::get<Malformed>(only(doubled)).error.code, ErrorCode::AlreadyExists);
  Bytes cut = good;
  append(cut, RTA_PREFSRC, Bytes(4), 40);
  EXPECT_EQ(std::get<Malformed>(only(cut)).error.code, ErrorCode::DataLoss);
  Bytes short_one = good;
  append(short_one, RTA_PREFSRC, Bytes(3));
  EXPECT_EQ(std::get<Malformed>(only(short_one)).error.code, ErrorCode::InvalidArgument);
  Bytes no_header = good;
  append(no_header, RTA_PREFSRC, Bytes(4), 2);
  EXPECT_EQ(std::get<Malformed>(only(no_header)).error.code, ErrorCode::InvalidArgument);
  Bytes newer = good;
  append(newer, 4'000, Bytes(12));
  EXPECT_EQ(std::get<Route>(std::get<Appeared>(only(newer)).object), plain_route()) << "unknown attributes are skipped";
}

TEST(Rtnetlink, ABadMessageDoesNotHideTheGoodOneBehindIt) {
  Bytes bytes = *encode(PutRoute{plain_route()}, 1);
  append(bytes, RTA_PREFSRC, Bytes(4), 40);
  const Bytes good = *encode(PutRoute{plain_route()}, 2);
  bytes.insert(bytes.end(), good.begin(), good.end());
  const auto messages = decoded(bytes);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Malformed>(messages[0].content));
  EXPECT_TRUE(std::holds_alternative<Appeared>(messages[1].content));
  EXPECT_EQ(messages[1].sequence, 2U);
}

TEST(Rtnetlink, BrokenFramingSpoilsTheDatagram) {
  Bytes bytes = *encode(PutRoute{plain_route()}, 1);
  bytes.pop_back();
  EXPECT_EQ(decode(bytes).error().code, ErrorCode::DataLoss);
  EXPECT_EQ(decode(Bytes(7)).error().code, ErrorCode::DataLoss);
  EXPECT_EQ(decode(Bytes(16)).error().code, ErrorCode::DataLoss) << "a length of 0 would never end";
}

TEST(Rtnetlink, NoticesOverrunAndInterruptedDumps) {
  Bytes bytes(16);
  const nlmsghdr overrun{16, NLMSG_OVERRUN, 0, 9, 0};
  std::memcpy(bytes.data(), &overrun, sizeof overrun);
  EXPECT_TRUE(std::holds_alternative<Overrun>(only(bytes)));
  const nlmsghdr interrupted{16, NLMSG_DONE, NLM_F_DUMP_INTR, 9, 0};
  std::memcpy(bytes.data(), &interrupted, sizeof interrupted);
  EXPECT_TRUE(decoded(bytes).front().dump_interrupted);
}

TEST(Rtnetlink, ReadsFromAnyAlignment) {
  const Bytes good = *encode(PutRoute{plain_route()}, 1);
  for (std::size_t shift = 1; shift < 4; ++shift) {
    Bytes shifted(shift);
    shifted.insert(shifted.end(), good.begin(), good.end());
    const auto messages = decode(std::span{shifted}.subspan(shift));
    ASSERT_TRUE(messages.ok());
    EXPECT_EQ(std::get<Route>(std::get<Appeared>(messages->front().content).object), plain_route());
  }
}

}  // namespace
}  // namespace karkara::rtnetlink
