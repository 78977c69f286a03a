// Against Debian's snmpd on loopback: every version, wrong credentials, and a device that was reset.
#include "agent/io/snmp_session.h"

#include <gtest/gtest.h>

#include "tests/agent/io/real_snmpd.h"

namespace karkara {
namespace {

TEST_F(RealSnmpd, V2cAnswersEachObjectByItself) {
  const auto answer = asker_.ask({kSysDescr, kNothing, kSysUpTime});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(text(answer), "Test terminal");
  EXPECT_EQ(answer->at(1).value, SnmpValue{SnmpException::NoSuchObject});
  EXPECT_NE(std::get_if<SnmpTimeTicks>(&answer->at(2).value), nullptr);
}

TEST_F(RealSnmpd, V1IsAskedAgainWithoutWhatItDoesNotKnow) {
  asker_.target.version = SnmpVersion::V1;
  const auto answer = asker_.ask({kNothing, kSysDescr, oid_of("1.3.6.1.4.1.99999.2.0"), kSysUpTime});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->at(0).value, SnmpValue{SnmpException::NoSuchObject});
  EXPECT_EQ(answer->at(1).value, SnmpValue{SnmpOctets{"Test terminal"}});
  EXPECT_EQ(answer->at(2).value, SnmpValue{SnmpException::NoSuchObject});
  EXPECT_NE(std::get_if<SnmpTimeTicks>(&answer->at(3).value), nullptr);
}

TEST_F(RealSnmpd, TheRowOfAColumnIsFoundWithoutItsIndex) {
  const auto answer = asker_.ask({oid_of("1.3.6.1.2.1.1.1"), oid_of("1.3.6.1.2.1.1.9.1.3")}, true);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->at(0), (VarBind{kSysDescr, SnmpOctets{"Test terminal"}}));
  EXPECT_TRUE(is_within(answer->at(1).oid, oid_of("1.3.6.1.2.1.1.9.1.3")));
}

TEST_F(RealSnmpd, AWrongCommunityIsSilenceAndEndsAtTheDeadline) {
  asker_.target.community = "wrong";
  asker_.deadline = std::chrono::milliseconds{600};
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = asker_.ask({kSysDescr});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::DeadlineExceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{2});
}

TEST_F(RealSnmpd, V3DiscoversTheEngineAndEncrypts) {
  use_v3("pilot", SnmpAuth::Sha1, SnmpPrivacy::Aes128);
  EXPECT_EQ(text(asker_.ask({kSysDescr})), "Test terminal");
  EXPECT_EQ(text(asker_.ask({kSysDescr})), "Test terminal");
}

TEST_F(RealSnmpd, V3WorksWithOldAlgorithmsToo) {
  use_v3("reader", SnmpAuth::Md5, SnmpPrivacy::Des);
  EXPECT_EQ(text(asker_.ask({kSysDescr})), "Test terminal");
  use_v3("reader", SnmpAuth::Md5, SnmpPrivacy::None);
  EXPECT_EQ(text(asker_.ask({kSysDescr})), "Test terminal");
}

TEST_F(RealSnmpd, AnUnknownUserIsSaid) {
  use_v3("stranger", SnmpAuth::Sha1, SnmpPrivacy::Aes128);
  const auto answer = asker_.ask({kSysDescr});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(),
            (Error{ErrorCode::PermissionDenied, "the device does not know the SNMPv3 user 'stranger'"}));
}

TEST_F(RealSnmpd, AWrongPasswordIsSaidAndTheRightOneWorksAfterwards) {
  use_v3("pilot", SnmpAuth::Sha1, SnmpPrivacy::Aes128);
  asker_.target.auth_password = "wrong-password";
  const auto answer = asker_.ask({kSysDescr});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::PermissionDenied);
  asker_.target.auth_password = "auth-password";
  EXPECT_EQ(text(asker_.ask({kSysDescr})), "Test terminal");
}

TEST_F(RealSnmpd, AShortPasswordIsRefusedWithoutAsking) {
  use_v3("pilot", SnmpAuth::Sha1, SnmpPrivacy::None);
  asker_.target.auth_password = "short";
  const auto answer = asker_.ask({kSysDescr});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::InvalidArgument);
}

TEST_F(RealSnmpd, ADeviceResetToFewerBootsIsHeardAgain) {
  use_v3("pilot", SnmpAuth::Sha1, SnmpPrivacy::Aes128);
  daemon_.end();
  folder_.write("state/snmpd.conf", "engineBoots 40\noldEngineID 0x80001f88806b61726b61726100000000\n");
  start();
  ASSERT_TRUE(asker_.wait_until_answered({kSysDescr}));
  EXPECT_EQ(boots_told(), 41);
  daemon_.end();
  // As a factory reset does: the same engine, and boots from 1.
  folder_.write("state/snmpd.conf", "oldEngineID 0x80001f88806b61726b61726100000000\n");
  start();
  ASSERT_TRUE(asker_.wait_until_answered({kSysDescr}));
  EXPECT_EQ(boots_told(), 1);
}

TEST_F(RealSnmpd, AManyObjectQuestionIsAskedInPieces) {
  std::vector<ObjectId> oids;
  for (std::uint32_t i = 0; i < 100; ++i) {
    oids.push_back(i % 2 == 0 ? kSysDescr : ObjectId{1, 3, 6, 1, 4, 1, 99999, i, 0});
  }
  for (const SnmpVersion version : {SnmpVersion::V1, SnmpVersion::V2c}) {
    asker_.target.version = version;
    const auto answer = asker_.ask(oids);
    ASSERT_TRUE(answer) << answer.error().text;
    ASSERT_EQ(answer->size(), 100U);
    EXPECT_EQ(answer->at(98).value, SnmpValue{SnmpOctets{"Test terminal"}});
    EXPECT_EQ(answer->at(99).value, SnmpValue{SnmpException::NoSuchObject});
  }
}

TEST_F(RealSnmpd, QuestionsOfOneDeviceAreAnsweredInTheirOrderAndTooManyRefused) {
  for (std::uint64_t i = 1; i <= 12; ++i) {
    SnmpGet get = asker_.question({kSysDescr});
    get.request = i;
    asker_.sessions.get(get);
  }
  asker_.answers.clear();
  while (asker_.answers.size() < 12) {
    asker_.io.restart();
    ASSERT_GT(asker_.io.run_one_for(std::chrono::seconds{5}), 0U);
  }
  std::uint64_t last = 0;
  for (const SnmpAnswered& answered : asker_.answers) {
    if (answered.answer) {
      EXPECT_GT(answered.request, last);
      last = answered.request;
    } else {
      EXPECT_EQ(answered.answer.error().code, ErrorCode::ResourceExhausted);
    }
  }
  EXPECT_EQ(last, 8U);
}

TEST_F(RealSnmpd, AForgottenDeviceIsNotAnswered) {
  asker_.answers.clear();
  asker_.sessions.get(asker_.question({kSysDescr}));
  asker_.sessions.forget(DeviceId::parse("modem").value());
  asker_.io.restart();
  asker_.io.run_for(std::chrono::milliseconds{200});
  EXPECT_TRUE(asker_.answers.empty());
}

TEST(SnmpSessions, AnInterfaceThatIsNotThereIsSaid) {
  SnmpAsker asker;
  asker.target.endpoint = *IpEndpoint::parse("127.0.0.1:161");
  asker.target.interface = "none0";
  const auto answer = asker.ask({kSysDescr});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::Unavailable);
  EXPECT_NE(answer.error().text.find("none0"), std::string::npos);
}

TEST(SnmpSessions, ADeviceThatIsNotThereIsSilenceWithinTheDeadline) {
  SnmpAsker asker;
  asker.target.endpoint = *IpEndpoint::parse("127.0.0.1:" + std::to_string(free_udp_port()));
  asker.deadline = std::chrono::milliseconds{300};
  for (const SnmpVersion version : {SnmpVersion::V1, SnmpVersion::V2c, SnmpVersion::V3}) {
    asker.target.version = version;
    asker.target.user = "pilot";
    const auto answer = asker.ask({kSysDescr});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::DeadlineExceeded) << answer.error().text;
  }
}

}  // namespace
}  // namespace karkara
