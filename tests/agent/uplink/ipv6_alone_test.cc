// Uplinks that have IPv6 and no IPv4: a bearer of which the network gave only that half, and one of both halves.
#include <gmock/gmock.h>

#include <algorithm>

#include "agent/uplink/uplink_feature.h"
#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

IpAddress ip(const char* text) {
  return IpAddress::parse(text).value();
}

class HalfVillage : public testing::Test {
 protected:
  HalfVillage() {
    Link link;
    link.index = 7;
    link.name = "wwan0";
    link.admin_up = link.carrier = true;
    link.mtu = 1500;
    kernel_.links = {link};
  }
  static UplinkFeatureSettings settings() {
    UplinkFeatureSettings settings;
    settings.uplinks = {uplink_settings("lte", "wwan0", 10)};
    settings.uplinks[0].kind = UplinkKind::Cellular;
    settings.uplinks[0].find_mtu = false;
    return settings;
  }
  void anchors(std::vector<const char*> endpoints) {
    IdentityKnown identity;
    for (const char* endpoint : endpoints) {
      const std::string name = "anchor" + std::to_string(identity.anchors.size());
      identity.anchors.push_back({*AnchorId::parse(name), *IpEndpoint::parse(endpoint)});
    }
    take(feature_.on(identity, now_));
  }
  // The kernel takes up what is wanted: the addresses of bearers.
  void apply() {
    kernel_.addresses.clear();
    for (const StaticAddress& address : feature_.wanted().addresses) {
      kernel_.addresses.push_back({.link = address.link, .prefix = address.prefix});
    }
    take(feature_.on(KernelSeen{kernel_}, now_));
  }
  void advise(UplinkAdvice advice) {
    advice.uplink = *UplinkId::parse("lte");
    take(feature_.advise(advice, now_));
    apply();
  }
  static UplinkAdvice v6_half() {
    UplinkAdvice advice;
    advice.address6 = IpPrefix::parse("2001:db8:7::2/64");
    advice.gateway6 = ip("fe80::1");
    return advice;
  }
  void take(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* echo = std::get_if<SendEcho>(&effect)) {
        echoes_.push_back(*echo);
      }
    }
  }
  void run_for(Duration time) {
    const Instant end = now_ + time;
    while (true) {
      if (!echoes_.empty()) {
        const SendEcho echo = echoes_.front();
        echoes_.erase(echoes_.begin());
        asked_.push_back(echo.source.text() + " asks " + echo.anchor.endpoint.address.text());
        now_ = now_ + milliseconds{300};
        take(feature_.on(EchoAnswered{echo.uplink, echo.anchor.id, echo.nonce, std::nullopt}, now_));
        continue;
      }
      if (feature_.next_deadline() > end) {
        break;
      }
      now_ = std::max(now_, feature_.next_deadline());
      take(feature_.tick(now_));
    }
    now_ = std::max(now_, end);
  }
  [[nodiscard]] UplinkReport report() const { return feature_.report(now_, WallTime{}).uplinks.at(0); }
  [[nodiscard]] bool has_default(IpFamily family, std::uint32_t table, RouteType type = RouteType::Unicast) const {
    return std::ranges::any_of(feature_.wanted().routes, [&](const Route& route) {
      return route.table == table && route.destination == IpPrefix::everything(family) && route.type == type;
    });
  }

  UplinkFeature feature_{settings(), UplinkStart{.nonce_seed = 42}};
  KernelSnapshot kernel_;
  Instant now_{seconds{1000}};
  std::vector<SendEcho> echoes_;
  std::vector<std::string> asked_;
};

TEST_F(HalfVillage, ABearerOfIpv6AloneIsPutUpAskedAndCarriesIpv6) {
  anchors({"203.0.113.21:7445", "[2001:db8:a::21]:7445"});
  apply();
  advise(v6_half());
  run_for(minutes{1});
  EXPECT_EQ(report().state, "up") << report().evidence;
  EXPECT_THAT(asked_, testing::Each("2001:db8:7::2 asks 2001:db8:a::21"));
  EXPECT_TRUE(has_default(IpFamily::V6, kChoiceTable));
  EXPECT_FALSE(has_default(IpFamily::V4, kChoiceTable));
  EXPECT_TRUE(has_default(IpFamily::V4, flow_table_of_slot(0), RouteType::Unreachable));
  EXPECT_THAT(report().details, Contains("IPv6 alone: IPv4 goes by other uplinks, or not at all"));
  EXPECT_THAT(feature_.wanted().nft_ruleset, HasSubstr("masquerade"));
}

TEST_F(HalfVillage, WithoutAnAnchorThatHasIpv6ItSaysSo) {
  anchors({"203.0.113.21:7445"});
  apply();
  advise(v6_half());
  run_for(minutes{1});
  EXPECT_EQ(report().state, "addressed");
  EXPECT_EQ(report().evidence, "it has IPv6 alone, and no anchor has an IPv6 address");
  EXPECT_THAT(asked_, IsEmpty()) << "an echo across families would only speak against it";
}

TEST_F(HalfVillage, BothHalvesAreBothPutUpAndIpv4Decides) {
  anchors({"203.0.113.21:7445", "[2001:db8:a::21]:7445"});
  apply();
  UplinkAdvice both = v6_half();
  both.address = IpPrefix::parse("10.64.0.2/30");
  both.gateway = ip("10.64.0.1");
  advise(both);
  run_for(minutes{1});
  EXPECT_EQ(report().state, "up");
  EXPECT_THAT(asked_, testing::Each("10.64.0.2 asks 203.0.113.21"));
  EXPECT_TRUE(has_default(IpFamily::V6, kChoiceTable));
  EXPECT_TRUE(has_default(IpFamily::V4, kChoiceTable));
}

TEST_F(HalfVillage, APointToPointBearerNeedsNoGateway) {
  anchors({"[2001:db8:a::21]:7445"});
  apply();
  UplinkAdvice half = v6_half();
  half.gateway6.reset();
  half.point_to_point6 = true;
  advise(half);
  run_for(minutes{1});
  EXPECT_EQ(report().state, "up") << report().evidence;
}

TEST_F(HalfVillage, ABearerThatCarriesNothingSaysWhatToDo) {
  anchors({"203.0.113.21:7445"});
  apply();
  UplinkAdvice ppp;
  ppp.unusable = "ModemManager runs this modem by PPP";
  advise(ppp);
  EXPECT_EQ(report().evidence, "ModemManager runs this modem by PPP");
}

// --- beside others ---------------------------------------------------------------------------------------------------

TEST(IpvSixAlone, StandsBehindEveryUplinkThatHasIpv4) {
  Candidate half;
  half.id = *UplinkId::parse("half");
  half.state = UplinkState::Up;
  half.usable_path = half.lacks_v4 = true;
  half.preference = 1;
  half.in_state = minutes{10};
  Candidate whole = half;
  whole.id = *UplinkId::parse("whole");
  whole.lacks_v4 = false;
  whole.preference = 900;
  UplinkChoice choice{{*ClassId::parse("village"), MeteredUse::Always, false}, {}};
  choice.decide({half}, Instant{seconds{100}});
  EXPECT_EQ(choice.active(), half.id) << "better than nothing";
  choice.decide({half, whole}, Instant{seconds{101}});
  EXPECT_EQ(choice.active(), whole.id);
  EXPECT_EQ(choice.reason(), ChoiceReason::CarrierLost);
  EXPECT_THAT(choice.verdict(half, Instant{seconds{101}}), HasSubstr("it carries IPv6 alone"));
}

TEST(ForeignBearer, AnUplinkWhoseInterfaceIsAnothersBearerNowIsAbsent) {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("lte1", "wwan0", 10), uplink_settings("lte2", "wwan1", 20)};
  UplinkVillage village{settings, {{1, "wwan0", seconds{1}}, {2, "wwan1", seconds{1}}}};
  UplinkAdvice swapped;
  swapped.uplink = *UplinkId::parse("lte1");
  swapped.interface = "wwan1";
  village.take(village.feature().advise(swapped, village.now()));
  village.boot();
  village.run_for(minutes{1});
  EXPECT_EQ(village.state("lte1"), "up");
  EXPECT_EQ(village.state("lte2"), "absent");
  EXPECT_THAT(village.feature().report(village.now(), WallTime{}).uplinks.at(1).details,
              Contains("interface wwan1 is the bearer of uplink 'lte1' now"));
}

}  // namespace
}  // namespace karkara
