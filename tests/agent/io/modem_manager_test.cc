// Our adapter against a fake ModemManager whose interfaces are those of Debian's D-Bus XML, and against the true daemon
// without a modem; the true daemon with a modem is in modem_manager_real_test.cc.
#include "agent/io/modem_manager.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "tests/agent/io/modem_bus.h"

namespace karkara {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ModemManagerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = ModemBus::why_impossible(); !why.empty()) {
      GTEST_SKIP() << why;
    }
    bus_.emplace();
  }
  ModemBus& bus() { return *bus_; }
  // A modem that is seen.
  void begin(std::vector<std::string> knobs = {}) {
    bus().start_fake(std::move(knobs));
    bus().start_adapter();
    ASSERT_TRUE(bus().until([&] { return bus().modem && bus().modem->iccid; }));
  }
  void connect() {
    ASSERT_TRUE(bus().run(ModemEnable{true}).status.ok());
    ASSERT_TRUE(
        bus().run(ModemConnect{"internet", "web", "pa55", ApnAuth::PapOrChap, PdpType::V4, false, ""}).status.ok());
    ASSERT_TRUE(bus().until([&] {
      return bus().has_state(ModemState::Connected) && bus().modem->bearer && bus().modem->bearer->interface;
    }));
  }

 private:
  std::optional<ModemBus> bus_;
};

TEST_F(ModemManagerTest, SeesAModemWithItsSimAlthoughTheObjectManagerListsOnlyModems) {
  begin({"slots=2"});
  const ModemFacts& modem = *bus().modem;
  EXPECT_EQ(modem.device, "/sys/devices/fake/usb1/1-1");
  EXPECT_EQ(modem.state, ModemState::Disabled);
  EXPECT_EQ(modem.lock, SimLock::None);
  EXPECT_EQ(modem.home_operator, "61402");
  EXPECT_TRUE(bus().until([&] { return bus().modem->slots.size() == 3 && bus().modem->slots[1].iccid; }));
  EXPECT_FALSE(bus().modem->slots[2].occupied);
  EXPECT_EQ(bus().modem->active_slot, 1U);
  EXPECT_EQ(bus().told.front(), "bus up");
}

TEST_F(ModemManagerTest, EnablesConnectsAndTellsTheBearer) {
  begin();
  connect();
  const BearerFacts& bearer = *bus().modem->bearer;
  EXPECT_EQ(bearer.interface, "wwan0");
  EXPECT_EQ(bearer.v4->method, BearerIpMethod::Static);
  EXPECT_EQ(bearer.v4->address, IpPrefix::parse("10.64.3.9/30"));
  EXPECT_EQ(bearer.v4->dns.size(), 1U);
  EXPECT_EQ(bearer.v4->mtu, 1460U);
  EXPECT_EQ(bus().modem->operator_name, "Réseau");
  EXPECT_EQ(bus().modem->quality, Percent{71});
  EXPECT_THAT(bus().calls(), HasSubstr("Modem.Simple.Connect({'apn': 'internet', 'user': 'web', 'password': 'pa55', "
                                       "'allowed-auth': 6, 'ip-type': 1, 'allow-roaming': False},)"));
}

TEST_F(ModemManagerTest, TellsABearerThatTheNetworkDropped) {
  begin();
  connect();
  bus().play("drop-bearer");
  ASSERT_TRUE(bus().until([&] { return bus().has_state(ModemState::Registered); }));
  EXPECT_TRUE(bus().until([&] { return bus().modem->bearer->connected == false; }));
  EXPECT_THAT(*bus().modem->bearer->error, HasSubstr("MobileEquipment"));
}

TEST_F(ModemManagerTest, UnlocksTheSim) {
  begin({"pin=2580"});
  EXPECT_EQ(bus().modem->state, ModemState::Locked);
  EXPECT_EQ(bus().modem->lock, SimLock::Pin);
  EXPECT_EQ(bus().modem->pin_tries_left, 3U);
  EXPECT_TRUE(bus().run(ModemSendPin{"2580"}).status.ok());
  EXPECT_TRUE(bus().until([&] { return bus().has_state(ModemState::Disabled); }));
}

TEST_F(ModemManagerTest, AWrongPinIsPermissionDeniedAndTheTriesCountDownToThePuk) {
  begin({"pin=2580", "tries=2"});
  const ModemCommandDone first = bus().run(ModemSendPin{"1111"});
  ASSERT_FALSE(first.status.ok());
  EXPECT_EQ(first.status.error().code, ErrorCode::PermissionDenied);
  EXPECT_THAT(first.status.error().text, Not(HasSubstr("1111")));
  EXPECT_TRUE(bus().until([&] { return bus().modem->pin_tries_left == 1U; }));
  (void)bus().run(ModemSendPin{"1111"});
  EXPECT_TRUE(bus().until([&] { return bus().modem->lock == SimLock::Puk; }));
}

TEST_F(ModemManagerTest, TellsADeniedRegistration) {
  begin({"registration=3"});
  (void)bus().run(ModemEnable{true});
  EXPECT_TRUE(bus().until([&] { return bus().modem->registration == Registration::Denied; }));
  EXPECT_EQ(bus().modem->state, ModemState::Searching);
}

TEST_F(ModemManagerTest, MeasuresTheSignalAndUnknownLevelsAreAbsent) {
  begin();
  ASSERT_TRUE(bus().run(ModemSetupSignal{30}).status.ok());
  ASSERT_TRUE(bus().until([&] { return bus().modem->signal.lte.rsrp.has_value(); }));
  EXPECT_EQ(bus().modem->signal.lte.rsrp, Dbm{-97});
  EXPECT_FALSE(bus().modem->signal.lte.rssi);
  EXPECT_EQ(bus().modem->signal_interval_seconds, 30U);
}

TEST_F(ModemManagerTest, AsksTheNetworkByUssd) {
  begin({"ussd=Solde: 1\u00a0250 FCFA"});
  const ModemCommandDone answer = bus().run(ModemUssdInitiate{"*121#"});
  EXPECT_TRUE(answer.status.ok());
  EXPECT_EQ(answer.text, "Solde: 1\u00a0250 FCFA");
  EXPECT_TRUE(bus().until([&] { return bus().modem->ussd == UssdState::UserResponse; }));
  EXPECT_EQ(bus().run(ModemUssdRespond{"2"}).text, "reply to 2");
  EXPECT_TRUE(bus().run(ModemUssdCancel{}).status.ok());
}

TEST_F(ModemManagerTest, AUssdThatHangsEndsByItsLimitAndIsCancelled) {
  bus().options.limits.ussd = std::chrono::milliseconds{200};
  begin({"hang=Initiate"});
  const ModemCommandDone answer = bus().run(ModemUssdInitiate{"*121#"});
  ASSERT_FALSE(answer.status.ok());
  EXPECT_EQ(answer.status.error().code, ErrorCode::DeadlineExceeded);
  EXPECT_TRUE(bus().until([&] { return bus().calls().find("Ussd.Cancel") != std::string::npos; }));
}

TEST_F(ModemManagerTest, EveryCommandThatHangsIsAnsweredInItsTime) {
  bus().options.limits = {std::chrono::milliseconds{150}, std::chrono::milliseconds{150},
                          std::chrono::milliseconds{150}, std::chrono::milliseconds{150}};
  begin({"hang=Enable,Connect,Disconnect,Reset,SetPrimarySimSlot,Setup"});
  for (const ModemDeed& deed :
       {ModemDeed{ModemEnable{true}}, ModemDeed{ModemConnect{}}, ModemDeed{ModemDisconnect{}}, ModemDeed{ModemReset{}},
        ModemDeed{ModemSetPrimarySlot{1}}, ModemDeed{ModemSetupSignal{30}}}) {
    const ModemCommandDone answer = bus().run(deed);
    ASSERT_FALSE(answer.status.ok());
    EXPECT_EQ(answer.status.error().code, ErrorCode::DeadlineExceeded);
  }
}

TEST_F(ModemManagerTest, FollowsTheModemThatIsCreatedAgainAfterASlotSwitch) {
  begin({"slots=2"});
  const std::string old_path = bus().modem->path;
  ASSERT_TRUE(bus().run(ModemSetPrimarySlot{2}).status.ok());
  ASSERT_TRUE(bus().until([&] { return bus().modem && bus().modem->path != old_path && bus().modem->iccid; }));
  EXPECT_EQ(bus().modem->device, "/sys/devices/fake/usb1/1-1");
  EXPECT_EQ(bus().modem->active_slot, 2U);
  EXPECT_THAT(*bus().modem->iccid, HasSubstr("8922702"));
  EXPECT_THAT(bus().told, Contains("gone " + old_path));
  EXPECT_TRUE(bus().run(ModemEnable{true}).status.ok()) << "commands find it under its new path";
}

TEST_F(ModemManagerTest, ACommandWhoseModemGoesIsAborted) {
  begin({"slots=2", "recreate-first=1"});
  const ModemCommandDone answer = bus().run(ModemSetPrimarySlot{2});
  ASSERT_FALSE(answer.status.ok());
  EXPECT_EQ(answer.status.error().code, ErrorCode::Aborted);
}

TEST_F(ModemManagerTest, TellsAModemThatIsGoneAndOneThatComes) {
  begin();
  bus().play("vanish");
  ASSERT_TRUE(bus().until([&] { return !bus().modem; }));
  const ModemCommandDone refused = bus().run(ModemReset{});
  EXPECT_EQ(refused.status.error().code, ErrorCode::NotFound);
  bus().play("appear");
  EXPECT_TRUE(bus().until([&] { return bus().modem && bus().modem->iccid; }));
}

TEST_F(ModemManagerTest, SurvivesAModemManagerThatDiesUnderACommandAndComesBack) {
  begin({"hang=Connect"});
  bus().adapter().run({77, bus().modem->device, ModemConnect{}});
  ASSERT_TRUE(bus().until([&] { return bus().calls().find("Connect") != std::string::npos; }));
  bus().kill_manager();
  ASSERT_TRUE(bus().until([&] { return !bus().done.empty() && !bus().modem && !bus().bus_state->available; }));
  EXPECT_EQ(bus().done.back().id, 77U);
  EXPECT_EQ(bus().done.back().status.error().code, ErrorCode::Aborted);
  EXPECT_EQ(bus().bus_state->why, "ModemManager does not run");
  bus().start_fake();
  EXPECT_TRUE(bus().until([&] { return bus().bus_state->available && bus().modem && bus().modem->iccid; }));
}

TEST_F(ModemManagerTest, SaysThatModemManagerDoesNotRun) {
  bus().start_adapter();
  ASSERT_TRUE(bus().until([&] { return bus().bus_state.has_value(); }));
  EXPECT_FALSE(bus().bus_state->available);
  EXPECT_EQ(bus().run(ModemEnable{true}).status.error().code, ErrorCode::Unavailable);
  bus().start_fake();
  EXPECT_TRUE(bus().until([&] { return bus().modem.has_value(); }));
}

TEST_F(ModemManagerTest, SurvivesABusDaemonThatRestarts) {
  begin();
  bus().daemon().stop();
  ASSERT_TRUE(bus().until([&] { return !bus().bus_state->available && !bus().modem; }));
  bus().kill_manager();
  bus().daemon().start();
  bus().start_fake();
  EXPECT_TRUE(bus().until([&] { return bus().modem.has_value(); }));
}

TEST_F(ModemManagerTest, HostileTypesMakePropertiesAbsentAndNothingElse) {
  begin();
  (void)bus().run(ModemEnable{true});
  bus().play("hostile");
  // Each interface comes in a message of its own.
  ASSERT_TRUE(bus().until(
      [&] { return bus().modem && !bus().modem->state && !bus().modem->registration && !bus().modem->lock; }));
  EXPECT_EQ(bus().modem->device, "/sys/devices/fake/usb1/1-1");
  EXPECT_TRUE(bus().run(ModemEnable{false}).status.ok());
  EXPECT_TRUE(bus().until([&] { return bus().has_state(ModemState::Disabled); }));
}

TEST_F(ModemManagerTest, AFloodOfChangesIsToldInFewEvents) {
  begin();
  const std::size_t before = bus().told.size();
  bus().play("flood");
  ASSERT_TRUE(bus().until([&] { return bus().modem->quality == Percent{99}; }));
  (void)bus().run(ModemEnable{true});
  EXPECT_TRUE(bus().until([&] { return bus().modem->quality == Percent{71}; }));
  EXPECT_LT(bus().told.size() - before, 2500U);
}

TEST_F(ModemManagerTest, RestartsOfModemManagerLeakNoDescriptors) {
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, std::filesystem::directory_iterator{});
  };
  begin();
  const auto before = descriptors();
  for (int i = 0; i < 5; ++i) {
    bus().start_adapter();
    bus().modem.reset();
    ASSERT_TRUE(bus().until([&] { return bus().modem && bus().modem->iccid; }));
  }
  EXPECT_EQ(descriptors(), before);
}

TEST_F(ModemManagerTest, TalksToTheTrueDaemonWithoutAModem) {
  if (::access("/usr/sbin/ModemManager", X_OK) != 0) {
    GTEST_SKIP() << "modemmanager is not installed";
  }
  bus().start_real();
  bus().start_adapter();
  ASSERT_TRUE(bus().until([&] { return bus().bus_state && bus().bus_state->available; }));
  EXPECT_FALSE(bus().modem);
  bus().kill_manager();
  EXPECT_TRUE(bus().until([&] { return !bus().bus_state->available; }));
}

}  // namespace
}  // namespace karkara
