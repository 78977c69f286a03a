// Cures of a modem that reach beyond it: the relay that feeds it, a reboot of the router, a bearer of IPv6 alone.
#include <gmock/gmock.h>

#include "tests/agent/site/site_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

class SiteCures : public SiteBench {
 protected:
  static SiteSettings with_modem() {
    SiteSettings settings = SiteBench::settings();
    UplinkSettings lte;
    lte.id = *UplinkId::parse("lte");
    lte.kind = UplinkKind::Cellular;
    lte.interface = "wwan0";
    lte.find_mtu = false;
    settings.uplink.uplinks = {lte};
    CellularUplinkSettings modem;
    modem.id = lte.id;
    modem.sims.emplace_back().apn = "internet";
    modem.power_relay = "modem-feed";
    modem.reboot_command = {"/sbin/reboot"};
    settings.cellular.uplinks = {modem};
    settings.feeds = {{*DeviceId::parse("modem-feed"), GpioRelay{"/dev/gpiochip0", 17, false}}};
    return settings;
  }
  SiteCures() : SiteBench{with_modem()} { give(ModemBusState{true, ""}); }

  // Relays obey at once.
  void run_with_relays(Duration time) {
    for (const Instant end = at_.now + time; at_.now < end;) {
      run_for(seconds{1});
      const auto orders = all<SwitchRelay>();
      for (; obeyed_ < orders.size(); ++obeyed_) {
        give(RelaySwitched{orders[obeyed_].relay, orders[obeyed_].request, orders[obeyed_].on, {}});
      }
    }
  }
  [[nodiscard]] std::string noted(MessageId id, const std::string& field) const {
    for (const Note& note : all<Note>()) {
      for (const auto& [key, value] : note.fields) {
        if (note.id == id && key == field) {
          return value;
        }
      }
    }
    return "";
  }
  std::size_t obeyed_ = 0;
};

TEST_F(SiteCures, TheRelayThatFeedsAMissingModemIsOpenedAndClosed) {
  run_with_relays(minutes{1});
  ASSERT_THAT(all<SwitchRelay>(), SizeIs(1)) << "closed at the start, whatever was before";
  EXPECT_TRUE(all<SwitchRelay>()[0].on);
  run_with_relays(minutes{2});
  const auto orders = all<SwitchRelay>();
  ASSERT_THAT(orders, SizeIs(3));
  EXPECT_FALSE(orders[1].on);
  EXPECT_TRUE(orders[2].on);
  EXPECT_EQ(orders[1].relay.text(), "modem-feed");
  EXPECT_TRUE(all<PowerCycleModem>().empty()) << "no adapter is asked for what a relay does";
  EXPECT_EQ(noted(MessageId::ModemPowerCut, "by"), "relay 'modem-feed'");
}

TEST_F(SiteCures, BeforeARebootEverythingIsWrittenAtOnce) {
  run_with_relays(minutes{20});
  const auto reboot =
      std::ranges::find_if(effects_, [](const Effect& effect) { return std::holds_alternative<RebootRouter>(effect); });
  ASSERT_NE(reboot, effects_.end());
  EXPECT_EQ(std::get<RebootRouter>(*reboot).command, std::vector<std::string>{"/sbin/reboot"});
  std::vector<std::string> urgent;
  for (auto effect = effects_.begin(); effect != reboot; ++effect) {
    if (const auto* persist = std::get_if<Persist>(&*effect); persist && persist->at_once) {
      urgent.push_back(persist->key);
    }
  }
  EXPECT_THAT(urgent, Contains("clock-floor"));
  EXPECT_THAT(urgent, Contains("probes"));
}

TEST_F(SiteCures, ABearerOfIpv6AloneIsPutOnItsInterfaceAndNamed) {
  Link link;
  link.index = 7;
  link.name = "wwan0";
  link.admin_up = link.carrier = true;
  kernel_.links = {link};
  give(KernelSeen{kernel_});
  ModemFacts modem;
  modem.device = "usb1";
  modem.path = "/Modem/0";
  modem.state = ModemState::Connected;
  modem.bearer = BearerFacts{"/Bearer/0", true, "wwan0", {}, BearerIp{}, {}};
  modem.bearer->v6->method = BearerIpMethod::Static;
  modem.bearer->v6->address = IpPrefix::parse("2001:db8:7::2/64");
  modem.bearer->v6->gateway = IpAddress::parse("2001:db8:7::1");
  modem.bearer->v6->dns = {*IpAddress::parse("2001:db8:7::53")};
  give(ModemSeen{modem});
  run_for(seconds{5});
  EXPECT_THAT(kernel_.addresses, Contains(testing::Field(&LinkAddress::prefix, *IpPrefix::parse("2001:db8:7::2/64"))));
  const auto report = std::get<StateReport>(ask(request(RequestKind::ExplainUplink)).answer).uplinks.at(0);
  EXPECT_THAT(report.details, Contains("IPv6 address 2001:db8:7::2, gateway 2001:db8:7::1"));
  EXPECT_THAT(report.details, Contains("resolvers 2001:db8:7::53 (from the modem's network)"));
}

TEST_F(SiteCures, APppBearerIsExplained) {
  ModemFacts modem;
  modem.device = "usb1";
  modem.path = "/Modem/0";
  modem.state = ModemState::Connected;
  modem.bearer = BearerFacts{"/Bearer/0", true, "ttyUSB2", BearerIp{}, {}, {}};
  modem.bearer->v4->method = BearerIpMethod::Ppp;
  give(ModemSeen{modem});
  give(KernelSeen{kernel()});
  run_for(seconds{30});
  const auto report = std::get<StateReport>(ask(request(RequestKind::ExplainUplink)).answer).uplinks.at(0);
  EXPECT_THAT(report.evidence, HasSubstr("by PPP over ttyUSB2"));
}

}  // namespace
}  // namespace karkara
