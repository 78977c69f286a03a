// Our adapter, and the feature behind it, against Debian's true ModemManager with a modem on a scripted serial port.
// The daemon's own test interface gives it the port; everything above the port is the real program.
#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>

#include "agent/cellular/cellular_feature.h"
#include "common/overloaded.h"
#include "tests/agent/io/modem_bus.h"

namespace karkara {
namespace {

using testing::HasSubstr;
using testing::Not;

class TrueDaemon : public testing::Test {
 protected:
  void SetUp() override {
    if (::access("/usr/sbin/ModemManager", X_OK) != 0 || !PrivateBus::is_possible()) {
      GTEST_SKIP() << "modemmanager or dbus-daemon is not installed";
    }
    bus_.emplace();
  }
  ModemBus& bus() { return *bus_; }

  // False: the test is over, skipped or failed.
  bool plug_in(std::vector<std::string> knobs = {}) {
    const std::string port = "abstract:karkara-" + std::to_string(::getpid());
    std::vector<std::string> argv = {"/usr/bin/python3", KARKARA_SOURCE_DIR "/tests/fakes/fake_at_modem.py", port};
    argv.insert(argv.end(), knobs.begin(), knobs.end());
    EXPECT_TRUE(bus().daemon().run(argv, true));
    bus().start_real();
    bus().start_adapter();
    EXPECT_TRUE(bus().until([&] { return bus().bus_state && bus().bus_state->available; }));
    const std::string error = bus().call("/org/freedesktop/ModemManager1", "org.freedesktop.ModemManager1.Test",
                                         "SetProfile", {"mast", "generic"}, {port});
    if (!error.empty()) {
      skip("this ModemManager has no test interface: " + error);
      return false;
    }
    const bool there =
        bus().until([&] { return bus().has_state(ModemState::Disabled) || bus().has_state(ModemState::Locked); });
    EXPECT_TRUE(there) << "the modem does not come";
    return there;
  }

 private:
  static void skip(const std::string& why) { GTEST_SKIP() << why; }
  std::optional<ModemBus> bus_;
};

TEST_F(TrueDaemon, ShowsAModemAndItsSim) {
  if (!plug_in()) {
    return;
  }
  ASSERT_TRUE(bus().until([&] { return bus().modem->iccid.has_value(); }));
  EXPECT_EQ(bus().modem->device, "/virtual/mast");
  EXPECT_EQ(bus().modem->equipment, "356938035643809");
  EXPECT_EQ(bus().modem->lock, SimLock::None);
  EXPECT_FALSE(bus().modem->pin_tries_left) << "this kind of modem does not count";
  EXPECT_FALSE(bus().modem->active_slot) << "one fixed slot";
}

TEST_F(TrueDaemon, EnablesRegistersConnectsAndDisconnects) {
  if (!plug_in()) {
    return;
  }
  ASSERT_TRUE(bus().run(ModemEnable{true}).status.ok());
  ASSERT_TRUE(bus().until([&] { return bus().has_state(ModemState::Registered); }));
  EXPECT_TRUE(
      bus().until([&] { return bus().modem->operator_code == "61402" && bus().modem->operator_name == "Sahel"; }));
  const ModemCommandDone answer =
      bus().run(ModemConnect{"internet", "web", "pa55", ApnAuth::Pap, PdpType::V4, false, ""});
  ASSERT_TRUE(answer.status.ok()) << answer.status.error().text;
  ASSERT_TRUE(bus().until([&] {
    return bus().has_state(ModemState::Connected) && bus().modem->bearer && bus().modem->bearer->connected == true;
  }));
  ASSERT_TRUE(bus().modem->bearer->v4);
  EXPECT_EQ(bus().modem->bearer->v4->method, BearerIpMethod::Ppp);
}

TEST_F(TrueDaemon, AnswersUssd) {
  if (!plug_in({"ussd=Solde: 1 250 FCFA, valable 31/12/2026"})) {
    return;
  }
  ASSERT_TRUE(bus().run(ModemEnable{true}).status.ok());
  ASSERT_TRUE(bus().until([&] { return bus().has_state(ModemState::Registered); }));
  const ModemCommandDone answer = bus().run(ModemUssdInitiate{"*121#"});
  ASSERT_TRUE(answer.status.ok()) << answer.status.error().text;
  EXPECT_EQ(answer.text, "Solde: 1 250 FCFA, valable 31/12/2026");
}

TEST_F(TrueDaemon, AWrongPinIsPermissionDeniedAndTheRightOneOpensTheSim) {
  if (!plug_in({"pin=2580"})) {
    return;
  }
  EXPECT_EQ(bus().modem->lock, SimLock::Pin);
  const ModemCommandDone wrong = bus().run(ModemSendPin{"1111"});
  ASSERT_FALSE(wrong.status.ok());
  EXPECT_EQ(wrong.status.error().code, ErrorCode::PermissionDenied) << wrong.status.error().text;
  EXPECT_THAT(wrong.status.error().text, Not(HasSubstr("1111")));
  ASSERT_TRUE(bus().run(ModemSendPin{"2580"}).status.ok());
  EXPECT_TRUE(bus().until([&] { return bus().has_state(ModemState::Disabled); }));
}

TEST_F(TrueDaemon, TellsThatTheNetworkRefusesTheSim) {
  if (!plug_in({"reg=3"})) {
    return;
  }
  (void)bus().run(ModemEnable{true});
  EXPECT_TRUE(bus().until([&] { return bus().modem->registration == Registration::Denied; }));
}

// The feature in real time, from the locked SIM to the connected bearer.
TEST_F(TrueDaemon, TheFeatureUnlocksAndConnects) {
  if (!plug_in({"pin=2580"})) {
    return;
  }
  CellularSettings settings;
  settings.uplinks.emplace_back();
  settings.uplinks[0].id = *UplinkId::parse("lte");
  settings.uplinks[0].sims.emplace_back();
  settings.uplinks[0].sims[0].apn = "internet";
  settings.uplinks[0].sims[0].pin = "2580";
  const auto now = [] { return Instant{std::chrono::steady_clock::now().time_since_epoch()}; };
  CellularFeature feature{settings, "", now()};
  std::vector<std::string> deeds;
  const auto take = [&](const CellularEffects& effects) {
    for (const CellularEffect& effect : effects) {
      if (const auto* command = std::get_if<ModemCommand>(&effect)) {
        deeds.emplace_back(describe(command->deed));
        bus().adapter().run(*command);
      }
    }
  };
  take(feature.on(ModemBusState{true, ""}, now()));
  std::optional<ModemFacts> told;
  std::size_t answered = bus().done.size();
  const bool connected = bus().until([&] {
    if (bus().modem && bus().modem != told) {
      told = bus().modem;
      take(feature.on(ModemSeen{*told}, now()));
    }
    while (answered < bus().done.size()) {
      take(feature.on(bus().done[answered++], now()));
    }
    if (feature.next_deadline() <= now()) {
      take(feature.tick(now()));
    }
    boost::asio::steady_timer wake{bus().io, std::chrono::milliseconds{20}};
    wake.async_wait([](const boost::system::error_code&) {});
    bus().io.restart();
    bus().io.run_one_for(std::chrono::milliseconds{50});
    return feature.reports(now()).front().connected;
  });
  EXPECT_TRUE(connected) << feature.reports(now()).front().sentence;
  EXPECT_THAT(deeds, testing::ElementsAre("send-pin", "enable", "connect"));
}

}  // namespace
}  // namespace karkara
