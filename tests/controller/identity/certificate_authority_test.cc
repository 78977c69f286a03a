#include "controller/identity/certificate_authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/rsa.h>
#include <sys/stat.h>

#include "tests/controller/support/site_key.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{1'790'000'000s};

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span{text});
}

// What a TLS peer would do with the chain, at a moment of its own.
int verify(const std::string& leaf_pem, const std::string& root_pem, WallTime at, int purpose) {
  const auto leaf = certificate_from_pem(leaf_pem);
  const auto root = certificate_from_pem(root_pem);
  X509_STORE* store = X509_STORE_new();
  X509_STORE_add_cert(store, root->get());
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, leaf->get(), nullptr);
  X509_STORE_CTX_set_purpose(context, purpose);
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context), X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context), at.seconds());
  X509_verify_cert(context);
  const int verdict = X509_STORE_CTX_get_error(context);
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return verdict;
}

std::string uri_of(const std::string& pem) {
  const auto certificate = certificate_from_pem(pem);
  auto* names =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate->get(), NID_subject_alt_name, nullptr, nullptr));
  const NamesHandle owned{names};
  std::string uri;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_URI) {
      uri += reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.uniformResourceIdentifier));
    }
  }
  return uri;
}

class CertificateAuthorityTest : public testing::Test {
 protected:
  CertificateAuthorityTest() { EXPECT_TRUE(CertificateAuthority::create(folder_.path(), "karkara.ne", kNow)); }
  CertificateAuthority load() { return CertificateAuthority::load(folder_.path(), "karkara.ne").value(); }
  IssuedCertificate site_certificate(const CertificateAuthority& authority) {
    return authority.sign_site(bytes_of(make_request_der(key_.get())), sadore_, kNow).value();
  }

  TestFolder folder_;
  KeyHandle key_ = make_p256_key().value();
  SiteId sadore_ = SiteId::parse("sadore").value();
};

TEST_F(CertificateAuthorityTest, TheKeyIsMadeOnceAndOnlyTheOwnerMayReadIt) {
  const std::string root = load().root_pem();
  const Status again = CertificateAuthority::create(folder_.path(), "karkara.ne", kNow);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(load().root_pem(), root);
  struct stat status {};
  ASSERT_EQ(::stat((folder_.path() / "ca.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(CertificateAuthorityTest, TheRootIsGoodForMoreThanTenYears) {
  const auto root = certificate_from_pem(load().root_pem());
  EXPECT_GT(to_wall_time(X509_get0_notAfter(root->get())).value() - kNow, 24h * 365 * 10);
  EXPECT_TRUE(is_p256(X509_get0_pubkey(root->get())));
}

TEST_F(CertificateAuthorityTest, ASiteGetsItsOwnNameWhateverItsRequestSays) {
  const CertificateAuthority authority = load();
  const IssuedCertificate issued = site_certificate(authority);
  EXPECT_EQ(uri_of(issued.pem), "spiffe://karkara.ne/site/sadore");
  const auto certificate = certificate_from_pem(issued.pem);
  EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(certificate->get()), key_.get()), 1);
  EXPECT_EQ(serial_hex(certificate->get()), issued.serial);
  EXPECT_EQ(X509_get_ext_by_NID(certificate->get(), NID_ext_key_usage, -1) >= 0, true);
}

TEST_F(CertificateAuthorityTest, ASiteCertificateStartsTwoDaysAgoAndLastsNinetyDays) {
  const CertificateAuthority authority = load();
  const IssuedCertificate issued = site_certificate(authority);
  const auto verdict_at = [&](WallTime at) {
    return verify(issued.pem, authority.root_pem(), at, X509_PURPOSE_SSL_CLIENT);
  };
  EXPECT_EQ(verdict_at(kNow), X509_V_OK);
  EXPECT_EQ(verdict_at(kNow + -47h), X509_V_OK) << "a router whose clock is behind";
  EXPECT_EQ(verdict_at(kNow + -49h), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(verdict_at(kNow + 24h * 90 + -1h), X509_V_OK);
  EXPECT_EQ(verdict_at(kNow + 24h * 90 + 1h), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(issued.not_after, kNow + 24h * 90);
}

TEST_F(CertificateAuthorityTest, ASiteCannotPlayServerNorTheServerClient) {
  const CertificateAuthority authority = load();
  EXPECT_EQ(verify(site_certificate(authority).pem, authority.root_pem(), kNow, X509_PURPOSE_SSL_SERVER),
            X509_V_ERR_INVALID_PURPOSE);
  const auto server = authority.sign_server(key_.get(), {"controller.karkara.ne"}, kNow);
  EXPECT_EQ(verify(server->pem, authority.root_pem(), kNow, X509_PURPOSE_SSL_SERVER), X509_V_OK);
  EXPECT_EQ(verify(server->pem, authority.root_pem(), kNow, X509_PURPOSE_SSL_CLIENT), X509_V_ERR_INVALID_PURPOSE);
}

TEST_F(CertificateAuthorityTest, AnotherAuthorityOfTheSameNameIsRefused) {
  const TestFolder elsewhere;
  ASSERT_TRUE(CertificateAuthority::create(elsewhere.path(), "karkara.ne", kNow));
  const auto impostor = CertificateAuthority::load(elsewhere.path(), "karkara.ne");
  const IssuedCertificate forged = site_certificate(*impostor);
  EXPECT_NE(verify(forged.pem, load().root_pem(), kNow, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
  EXPECT_FALSE(load().signed_by_us(certificate_from_pem(forged.pem)->get()));
  EXPECT_TRUE(impostor->signed_by_us(certificate_from_pem(forged.pem)->get()));
}

TEST_F(CertificateAuthorityTest, AnOperatorsRoleIsInTheCertificate) {
  const CertificateAuthority authority = load();
  const auto made = authority.make_operator({OperatorName::parse("amina").value(), Role::Engineer}, kNow);
  ASSERT_TRUE(made);
  EXPECT_EQ(uri_of(made->certificate.pem), "spiffe://karkara.ne/operator/amina/engineer");
  EXPECT_TRUE(key_from_pem(made->key_pem));
}

TEST_F(CertificateAuthorityTest, RefusesKeysThatAreNotP256) {
  const CertificateAuthority authority = load();
  const KeyHandle others[] = {KeyHandle{EVP_EC_gen("P-384")}, KeyHandle{EVP_RSA_gen(2048)}};
  for (const KeyHandle& other : others) {
    const auto issued = authority.sign_site(bytes_of(make_request_der(other.get())), sadore_, kNow);
    ASSERT_FALSE(issued);
    EXPECT_EQ(issued.error().code, ErrorCode::InvalidArgument);
  }
}

TEST_F(CertificateAuthorityTest, RefusesBrokenAndForeignRequests) {
  const CertificateAuthority authority = load();
  const std::string good = make_request_der(key_.get());
  std::string forged = good;
  forged[forged.size() - 5] = static_cast<char>(forged[forged.size() - 5] ^ 1);
  for (const std::string& bad :
       {std::string{}, good.substr(0, good.size() - 1), good + "x", forged, std::string(100'000, 'x')}) {
    EXPECT_FALSE(authority.sign_site(bytes_of(bad), sadore_, kNow)) << bad.size();
  }
}

TEST_F(CertificateAuthorityTest, ARootWithoutItsKeyIsSaid) {
  const TestFolder elsewhere;
  ASSERT_TRUE(CertificateAuthority::create(elsewhere.path(), "karkara.ne", kNow));
  std::filesystem::copy_file(elsewhere.path() / "ca.key", folder_.path() / "ca.key",
                             std::filesystem::copy_options::overwrite_existing);
  const auto loaded = CertificateAuthority::load(folder_.path(), "karkara.ne");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::FailedPrecondition);
  EXPECT_EQ(CertificateAuthority::load(folder_.path() / "none", "karkara.ne").error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace karkara
