// Debian's snmpd on loopback, with a community and users that may read and some that may write; for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/agent/io/daemon_process.h"
#include "tests/agent/io/snmp_asker.h"

namespace karkara {

inline const ObjectId kSysDescr = oid_of("1.3.6.1.2.1.1.1.0");
inline const ObjectId kSysUpTime = oid_of("1.3.6.1.2.1.1.3.0");
inline const ObjectId kNothing = oid_of("1.3.6.1.4.1.99999.1.0");

class RealSnmpd : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/sbin/snmpd")) {
      GTEST_SKIP() << "snmpd is not installed";
    }
    folder_.write("snmpd.conf", "agentaddress udp:127.0.0.1:" + std::to_string(port_) +
                                    "\n"
                                    "rocommunity secret 127.0.0.1\nrwcommunity key 127.0.0.1\nsysDescr Test terminal\n"
                                    "createUser pilot SHA auth-password AES priv-password\nrouser pilot\n"
                                    "createUser reader MD5 auth-password DES priv-password\nrouser reader auth\n"
                                    "createUser keeper SHA auth-password AES priv-password\nrwuser keeper\n");
    start();
    asker_.target.endpoint = *IpEndpoint::parse("127.0.0.1:" + std::to_string(port_));
    asker_.target.community = "secret";
    ASSERT_TRUE(asker_.wait_until_answered({kSysDescr}));
  }
  void start() {
    // Not with -C: the count of boots would not be read either.
    daemon_.start({"/usr/sbin/snmpd", "-f", "-Lo"},
                  {"SNMPCONFPATH=" + folder_.path().string() + ":" + (folder_.path() / "state").string(),
                   "SNMP_PERSISTENT_DIR=" + (folder_.path() / "state").string(), "MIBS="});
  }
  void use_v3(const std::string& user, SnmpAuth auth, SnmpPrivacy privacy) {
    asker_.target.version = SnmpVersion::V3;
    asker_.target.user = user;
    asker_.target.auth = auth;
    asker_.target.auth_password = "auth-password";
    asker_.target.privacy = privacy;
    asker_.target.privacy_password = "priv-password";
  }
  std::int32_t boots_told() {
    const auto answer = asker_.ask({oid_of("1.3.6.1.6.3.10.2.1.2.0")});
    const auto* boots = answer ? std::get_if<std::int32_t>(&answer->at(0).value) : nullptr;
    return boots != nullptr ? *boots : -1;
  }
  static std::string text(const Result<VarBinds>& answer) {
    if (!answer) {
      return answer.error().text;
    }
    const SnmpOctets* octets = std::get_if<SnmpOctets>(&answer->at(0).value);
    return octets != nullptr ? octets->bytes : "no text";
  }

  TestFolder folder_;
  std::uint16_t port_ = free_udp_port();
  DaemonProcess daemon_{folder_.path()};
  SnmpAsker asker_;
};

}  // namespace karkara
