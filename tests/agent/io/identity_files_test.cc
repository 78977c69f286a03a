#include "agent/io/identity_files.h"

#include <gtest/gtest.h>

#include <random>

#include "common/version.h"

#include "tests/agent/io/test_authority.h"
#include "tests/agent/io/test_bundle.h"
#include "tests/fakes/faulty_file_system.h"

namespace karkara {
namespace {

class IdentityFilesTest : public testing::Test {
 protected:
  Identity identity() {
    const TestAuthority::Signed site = authority.site("spiffe://karkara.test/site/borgo-darey");
    return {test_bundle(authority.root_pem()), site.key_pem, site.certificate_pem, authority.root_pem(),
            read_certificate(site.certificate_pem).value()};
  }
  void put(const std::string& name, const std::string& text) {
    const auto bytes = std::as_bytes(std::span{text.data(), text.size()});
    files.put("/state/identity/" + name, {bytes.begin(), bytes.end()});
  }
  std::string text_of(const std::string& name) {
    const std::vector<std::byte> bytes = files.content("/state/identity/" + name);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  TestAuthority authority;
  FaultyFileSystem files;
  IdentityFiles kept{files, "/state"};
};

TEST_F(IdentityFilesTest, WhatIsStoredIsLoaded) {
  const Identity stored = identity();
  ASSERT_TRUE(kept.store(stored));
  const Result<Identity> loaded = kept.load();
  ASSERT_TRUE(loaded) << loaded.error().text;
  EXPECT_EQ(loaded->bundle, stored.bundle);
  EXPECT_EQ(loaded->key_pem, stored.key_pem);
  EXPECT_EQ(loaded->certificate_pem, stored.certificate_pem);
  EXPECT_EQ(loaded->facts.uri, "spiffe://karkara.test/site/borgo-darey");
}

TEST_F(IdentityFilesTest, TheTokenNeverReachesTheDisk) {
  Identity stored = identity();
  stored.bundle.token = "a-token-of-some-length";
  ASSERT_TRUE(kept.store(stored));
  EXPECT_EQ(text_of("bundle.yaml").find("a-token-of-some-length"), std::string::npos);
}

TEST_F(IdentityFilesTest, AnEmptyDiskIsNotEnrolledAndNoTrouble) {
  const Result<Identity> loaded = kept.load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::NotFound);
}

TEST_F(IdentityFilesTest, TornFilesAreNamedAndNothingIsDeleted) {
  for (const std::string name : {"key.pem", "cert.pem", "ca.pem", "bundle.yaml"}) {
    ASSERT_TRUE(kept.store(identity()));
    const std::string half = text_of(name).substr(0, text_of(name).size() / 2);
    put(name, half);
    const Result<Identity> loaded = kept.load();
    ASSERT_FALSE(loaded) << name;
    EXPECT_NE(loaded.error().code, ErrorCode::NotFound);
    EXPECT_EQ(text_of(name), half);
  }
}

TEST_F(IdentityFilesTest, ACertificateOfAnotherKeyOrRootOrSiteIsRefused) {
  ASSERT_TRUE(kept.store(identity()));
  put("cert.pem", identity().certificate_pem);
  EXPECT_NE(kept.load().error().text.find("another key"), std::string::npos);

  Identity foreign = identity();
  foreign.ca_pem = TestAuthority{}.root_pem();
  ASSERT_TRUE(kept.store(foreign));
  EXPECT_NE(kept.load().error().text.find("not signed by"), std::string::npos);

  Identity other = identity();
  const TestAuthority::Signed elsewhere = authority.site("spiffe://karkara.test/site/elsewhere");
  other.key_pem = elsewhere.key_pem;
  other.certificate_pem = elsewhere.certificate_pem;
  ASSERT_TRUE(kept.store(other));
  EXPECT_NE(kept.load().error().text.find("site/elsewhere"), std::string::npos);
}

TEST_F(IdentityFilesTest, ACertificateThatIsNotYetValidOrNoLongerIsKept) {
  for (const long age : {-365L, 365L}) {  // as a router sees it in 1970, or after a year in a store room
    Identity odd = identity();
    const TestAuthority::Signed site =
        authority.site("spiffe://karkara.test/site/borgo-darey", std::chrono::hours{24 * age});
    odd.key_pem = site.key_pem;
    odd.certificate_pem = site.certificate_pem;
    ASSERT_TRUE(kept.store(odd));
    EXPECT_TRUE(kept.load()) << age;
  }
}

TEST_F(IdentityFilesTest, TheKeyForEnrolmentIsKeptForTheNextTry) {
  const Result<std::string> first = kept.key_for_enrolment();
  ASSERT_TRUE(first);
  std::mt19937 random{1};
  files.power_cut(random);
  EXPECT_EQ(kept.key_for_enrolment().value(), *first);
}

TEST_F(IdentityFilesTest, AnUnreadableKeyIsPutAside) {
  put("key.pem", "-----BEGIN PRIVATE KEY-----\nnonsense");
  const Result<std::string> fresh = kept.key_for_enrolment();
  ASSERT_TRUE(fresh);
  EXPECT_EQ(text_of("key.pem"), *fresh);
  EXPECT_EQ(text_of("key.pem.unreadable"), "-----BEGIN PRIVATE KEY-----\nnonsense");
}

TEST_F(IdentityFilesTest, AFullDiskIsAnError) {
  files.set_capacity(100);
  EXPECT_FALSE(kept.store(identity()));
  EXPECT_FALSE(kept.key_for_enrolment());
}

// Whatever a power cut leaves of a renewal, it is the old identity or the new one, whole.
TEST_F(IdentityFilesTest, APowerCutDuringARenewalLeavesOneWholeIdentity) {
  std::size_t steps = 1;
  bool was_new = false;
  for (std::size_t cut = 0; cut < steps; ++cut) {
    for (unsigned seed = 0; seed < 4; ++seed) {
      files = FaultyFileSystem{};
      const Identity old_one = identity();
      ASSERT_TRUE(kept.store(old_one));
      const TestAuthority::Signed renewed = authority.site("spiffe://karkara.test/site/borgo-darey");
      files.set_fault({cut, std::numeric_limits<std::size_t>::max(), ErrorCode::Unavailable});
      const bool done = kept.store_renewed(renewed.key_pem, renewed.certificate_pem).ok();
      steps = std::max(steps, done ? cut + 1 : cut + 2);
      std::mt19937 random{seed};
      files.power_cut(random);
      files.set_fault({});
      const Result<Identity> loaded = kept.load();
      ASSERT_TRUE(loaded) << "cut before step " << cut << ": " << loaded.error().text;
      const bool is_new = loaded->key_pem == renewed.key_pem;
      EXPECT_TRUE(is_new || loaded->key_pem == old_one.key_pem);
      EXPECT_TRUE(!done || is_new);
      was_new = was_new || (is_new && !done);
    }
  }
  EXPECT_GT(steps, 6U);
  EXPECT_TRUE(was_new);  // the case that needs key.next.pem was met
}

TEST_F(IdentityFilesTest, APowerCutDuringEnrolmentLeavesNothingOrAWholeIdentity) {
  bool done = false;
  for (std::size_t cut = 0; !done; ++cut) {
    files = FaultyFileSystem{};
    files.set_fault({cut, std::numeric_limits<std::size_t>::max(), ErrorCode::ResourceExhausted});
    done = kept.store(identity()).ok();
    std::mt19937 random{static_cast<unsigned>(cut)};
    files.power_cut(random);
    files.set_fault({});
    const Result<Identity> loaded = kept.load();
    EXPECT_TRUE(loaded.ok() || loaded.error().code == ErrorCode::NotFound) << cut << ": " << loaded.error().text;
    EXPECT_TRUE(!done || loaded.ok());
  }
}

TEST(ClockFloor, IsTheLatestTimeThatIsKnownToHavePassed) {
  Bundle bundle;
  CertificateFacts facts;
  const WallTime late = source_time() + std::chrono::hours{1000};
  EXPECT_EQ(clock_floor(bundle, nullptr), source_time());
  bundle.made_at = late;
  EXPECT_EQ(clock_floor(bundle, nullptr), late);
  facts.not_before = late + std::chrono::hours{1};
  EXPECT_EQ(clock_floor(bundle, &facts), facts.not_before);
}

TEST(BundleText, SurvivesWritingAndReading) {
  const Bundle bundle = test_bundle(TestAuthority{}.root_pem());
  const Result<Bundle> read = parse_bundle("bundle.yaml", bundle_to_keep(bundle));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(*read, bundle);
}

TEST(BundleText, SaysWhatIsWrongAndWhere) {
  const Bundle bundle = test_bundle(TestAuthority{}.root_pem());
  std::string yaml = bundle_to_keep(bundle);
  const Result<Bundle> unknown = parse_bundle("/media/usb/bundle.yaml", yaml + "tokem: abc\n");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().text.find("/media/usb/bundle.yaml:"), std::string::npos);
  EXPECT_NE(unknown.error().text.find("tokem"), std::string::npos);

  yaml.replace(yaml.find("192.0.2.1"), 9, "anchor.ne");
  const Result<Bundle> named = parse_bundle("bundle.yaml", yaml);
  ASSERT_FALSE(named);
  EXPECT_NE(named.error().text.find("numeric"), std::string::npos) << named.error().text;
  EXPECT_FALSE(parse_bundle("bundle.yaml", ""));
  EXPECT_FALSE(parse_bundle("bundle.yaml", "ca_certificate: [1, 2"));
}

TEST(CertificateRequest, CarriesTheKeyAndIsSignedWithIt) {
  const std::string key = make_key_pem().value();
  const TestAuthority authority;
  const std::string certificate = authority.sign(make_request_der(key, "borgo-darey").value(), "spiffe://d/site/s");
  EXPECT_TRUE(belongs_to_key(certificate, key));
  EXPECT_FALSE(belongs_to_key(certificate, make_key_pem().value()));
  EXPECT_FALSE(belongs_to_key("junk", key));
  EXPECT_FALSE(make_request_der("junk", "borgo-darey"));
}

}  // namespace
}  // namespace karkara
