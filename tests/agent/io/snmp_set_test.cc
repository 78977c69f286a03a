// Setting objects: against Debian's snmpd on loopback in every version, and relays of snmpsim, which is not ours.
#include <gtest/gtest.h>

#include "tests/agent/io/real_snmpd.h"
#include "tests/agent/io/snmpsim_daemon.h"

namespace karkara {
namespace {

const ObjectId kSysContact = oid_of("1.3.6.1.2.1.1.4.0");

class Settable : public RealSnmpd {
 protected:
  void use(SnmpVersion version) {
    if (version == SnmpVersion::V3) {
      use_v3("keeper", SnmpAuth::Sha1, SnmpPrivacy::Aes128);
      return;
    }
    asker_.target.version = version;
    asker_.target.community = "key";
  }
  static std::string why(const Status& status) { return status.ok() ? "ok" : status.error().text; }
  static ErrorCode code(const Status& status) { return status.ok() ? ErrorCode{} : status.error().code; }
};

TEST_F(Settable, EveryVersionSetsAnObject) {
  int visit = 0;
  for (const SnmpVersion version : {SnmpVersion::V1, SnmpVersion::V2c, SnmpVersion::V3}) {
    use(version);
    const std::string name = "operator " + std::to_string(++visit);
    EXPECT_EQ(why(asker_.set(kSysContact, SnmpOctets{name})), "ok") << visit;
    EXPECT_EQ(text(asker_.ask({kSysContact})), name);
  }
}

TEST_F(Settable, ACommunityThatOnlyReadsIsToldSo) {
  const Status status = asker_.set(kSysContact, SnmpOctets{"nobody"});
  EXPECT_EQ(code(status), ErrorCode::PermissionDenied) << why(status);
  EXPECT_EQ(text(asker_.ask({kSysDescr})), "Test terminal");
}

TEST_F(Settable, AUserThatOnlyReadsIsToldSo) {
  use_v3("pilot", SnmpAuth::Sha1, SnmpPrivacy::Aes128);
  const Status status = asker_.set(kSysContact, SnmpOctets{"nobody"});
  EXPECT_EQ(code(status), ErrorCode::PermissionDenied) << why(status);
}

TEST_F(Settable, AnObjectForReadingOnlyAWrongTypeAndNoObjectAreToldApart) {
  use(SnmpVersion::V2c);
  EXPECT_EQ(why(asker_.set(kSysUpTime, SnmpTimeTicks{1})), "the device has this object for reading only");
  EXPECT_EQ(why(asker_.set(kSysContact, std::int32_t{1})), "the device refuses this value or its type");
  EXPECT_NE(code(asker_.set(kNothing, std::int32_t{1})), ErrorCode{});
  use(SnmpVersion::V1);
  EXPECT_NE(code(asker_.set(kNothing, std::int32_t{1})), ErrorCode{});
  EXPECT_NE(code(asker_.set(kSysContact, std::int32_t{1})), ErrorCode{});
}

TEST_F(Settable, AWrongCommunityIsSilenceWithinTheDeadline) {
  asker_.target.community = "wrong";
  asker_.deadline = std::chrono::milliseconds{600};
  EXPECT_EQ(code(asker_.set(kSysContact, SnmpOctets{"nobody"})), ErrorCode::DeadlineExceeded);
}

TEST_F(Settable, AnUnknownUserIsSaid) {
  use_v3("stranger", SnmpAuth::Sha1, SnmpPrivacy::Aes128);
  EXPECT_EQ(why(asker_.set(kSysContact, SnmpOctets{"x"})), "the device does not know the SNMPv3 user 'stranger'");
}

TEST_F(Settable, AValueThatNoObjectCanHaveIsRefusedWithoutAsking) {
  use(SnmpVersion::V2c);
  EXPECT_EQ(code(asker_.set(kSysContact, SnmpNull{})), ErrorCode::InvalidArgument);
  EXPECT_EQ(code(asker_.set(kSysContact, SnmpException::EndOfMib)), ErrorCode::InvalidArgument);
  EXPECT_EQ(why(asker_.set(kSysContact, SnmpOctets{"still there"})), "ok");
}

// Reading goes on under its own community while another one sets.
TEST_F(Settable, AnOrderDoesNotEndTheQuestionOfTheReader) {
  asker_.answers.clear();
  asker_.done.clear();
  asker_.sessions.get(asker_.question({kSysDescr}));
  use(SnmpVersion::V2c);
  asker_.sessions.set(asker_.order(kSysContact, SnmpOctets{"both"}));
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while ((asker_.answers.empty() || asker_.done.empty()) && std::chrono::steady_clock::now() < give_up) {
    asker_.io.restart();
    asker_.io.run_one_until(give_up);
  }
  ASSERT_EQ(asker_.answers.size(), 1U);
  ASSERT_EQ(asker_.done.size(), 1U);
  EXPECT_TRUE(asker_.answers[0].answer.ok());
  EXPECT_EQ(why(asker_.done[0].status), "ok");
}

TEST_F(Settable, AForgottenDeviceIsNotSet) {
  use(SnmpVersion::V2c);
  asker_.done.clear();
  asker_.sessions.set(asker_.order(kSysContact, SnmpOctets{"never"}));
  asker_.sessions.forget(DeviceId::parse("modem").value());
  asker_.io.restart();
  asker_.io.run_for(std::chrono::milliseconds{200});
  EXPECT_TRUE(asker_.done.empty());
  EXPECT_NE(text(asker_.ask({kSysContact})), "never");
}

TEST(SnmpsimRelay, IsSwitchedInEveryVersion) {
  if (!SnmpsimDaemon::is_installed()) {
    GTEST_SKIP() << "snmpsim is not installed";
  }
  const ObjectId relay = oid_of("1.3.6.1.4.1.45621.2.2.1.0");
  SnmpsimDaemon simulator;
  simulator.serve("relays",
                  "1.3.6.1.2.1.1.1.0|4|TPDIN2\n"
                  "1.3.6.1.4.1.45621.2.2.1.0|2:writecache|value=1\n");
  SnmpAsker asker;
  asker.target = simulator.start();
  asker.target.community = "relays";
  ASSERT_TRUE(asker.wait_until_answered({relay}, std::chrono::seconds{60})) << "see " << simulator.log();
  std::int32_t wanted = 0;
  for (const SnmpVersion version : {SnmpVersion::V1, SnmpVersion::V2c, SnmpVersion::V3}) {
    asker.target.version = version;
    asker.target.context = version == SnmpVersion::V3 ? "relays" : "";
    const Status status = asker.set(relay, wanted);
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().text);
    const auto answer = asker.ask({relay});
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->at(0).value, SnmpValue{wanted});
    wanted = 1 - wanted;
  }
}

}  // namespace
}  // namespace karkara
