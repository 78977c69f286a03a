#include "controller/identity/server_certificate.h"

#include <gtest/gtest.h>

#include "controller/identity/secret_file.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{1'790'000'000s};
const std::vector<std::string> kHosts{"controller.karkara.ne", "192.0.2.7", "2001:db8::7"};

class ServerCertificateTest : public testing::Test {
 protected:
  ServerCertificateTest() { EXPECT_TRUE(CertificateAuthority::create(folder_.path(), "karkara.ne", kNow)); }
  bool refresh(const std::vector<std::string>& hosts, WallTime now) {
    const auto authority = CertificateAuthority::load(folder_.path(), "karkara.ne");
    return refresh_server_certificate(folder_.path(), *authority, hosts, now).value();
  }
  std::string read(const char* name) { return read_small_file(folder_.path() / name).value(); }

  TestFolder folder_;
};

TEST_F(ServerCertificateTest, NamesEveryHostByItsKind) {
  EXPECT_TRUE(refresh(kHosts, kNow));
  const auto certificate = certificate_from_pem(read("server.crt"));
  EXPECT_EQ(X509_check_host(certificate->get(), "controller.karkara.ne", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate->get(), "192.0.2.7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate->get(), "2001:db8::7", 0), 1);
  EXPECT_EQ(X509_check_host(certificate->get(), "elsewhere.ne", 0, 0, nullptr), 0);
}

TEST_F(ServerCertificateTest, IsMadeAnewOnlyWhenItMustBeAndKeepsItsKey) {
  EXPECT_TRUE(refresh(kHosts, kNow));
  const std::string key = read("server.key");
  EXPECT_FALSE(refresh(kHosts, kNow + 24h * 59));
  EXPECT_TRUE(refresh(kHosts, kNow + 24h * 61));
  EXPECT_TRUE(refresh({"other.karkara.ne"}, kNow + 24h * 61));
  EXPECT_EQ(read("server.key"), key);
}

TEST_F(ServerCertificateTest, RubbishInItsPlaceIsReplaced) {
  EXPECT_TRUE(refresh(kHosts, kNow));
  ASSERT_TRUE(write_secret_file(folder_.path() / "server.crt", "rubbish"));
  EXPECT_TRUE(refresh(kHosts, kNow));
}

}  // namespace
}  // namespace karkara
