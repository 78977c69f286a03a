#include "agent/io/controller_link.h"

#include <gtest/gtest.h>

#include "tests/agent/io/link_bench.h"

// c-ares 1.18 forgets ten bytes each time that it is asked for "localhost", and for no other name.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libcares.so";
}

namespace karkara {
namespace {

using namespace std::chrono_literals;

class ControllerLinkTest : public testing::Test {
 protected:
  bool opens(int sessions = 1) {
    return bench.until([&] { return bench.count<SessionOpened>() >= sessions; });
  }
  TestAuthority authority;
  FakeController controller{authority};
  LinkBench bench;
};

TEST_F(ControllerLinkTest, EnrolsKeepsTheIdentityAndOpensTheSession) {
  bench.put_bundle(controller, authority);
  bench.settings.enrolment.hardware_id = "serial 7";
  bench.start_and_allow();
  ASSERT_TRUE(opens());
  const auto seen = controller.seen();
  ASSERT_EQ(seen.enrolments.size(), 1U);
  EXPECT_EQ(seen.enrolments[0].hardware_id(), "serial 7");
  EXPECT_EQ(seen.peers.at(0), "spiffe://karkara.test/site/borgo-darey");
  EXPECT_TRUE(bench.identity_files().load());
  EXPECT_TRUE(bench.said("enrolling at 127.0.0.1:"));
  EXPECT_NE(bench.logged().find("id=ENROLLED site=borgo-darey"), std::string::npos);
  const auto& known = *bench.last<IdentityKnown>();
  EXPECT_TRUE(known.enrolled);
  EXPECT_EQ(known.anchors.size(), 2U);
  EXPECT_EQ(known.floor, WallTime{1'800'000'000s});
}

TEST_F(ControllerLinkTest, TheBundlesAnchorsAndKeyAreGoodBeforeTheClockIs) {
  bench.put_bundle(controller, authority);
  bench.start();
  ASSERT_TRUE(bench.until([&] { return bench.said("waiting for the clock"); }));
  ASSERT_EQ(bench.count<IdentityKnown>(), 1);
  EXPECT_FALSE(bench.last<IdentityKnown>()->enrolled);
  ASSERT_EQ(bench.anchor_keys.size(), 1U);
  EXPECT_EQ(bench.anchor_keys[0].generation, 2);
  EXPECT_EQ(bench.anchor_keys[0].key_id, 77U);
  EXPECT_TRUE(controller.seen().enrolments.empty());
}

TEST_F(ControllerLinkTest, SaysThatThereIsNoBundleAndTakesOneThatAppears) {
  bench.start_and_allow();
  ASSERT_TRUE(
      bench.until([&] { return bench.said("not enrolled: no bundle at " + bench.settings.enrolment.bundle_path); }));
  bench.put_bundle(controller, authority);
  EXPECT_TRUE(opens());
}

TEST_F(ControllerLinkTest, AWrongTokenIsSaidAndTriedAgainOnlyWithANewBundle) {
  bench.put_bundle(controller, authority, "a-token-that-is-wrong");
  bench.start_and_allow();
  ASSERT_TRUE(bench.until([&] { return bench.said("the controller refused: no such token"); }));
  EXPECT_NE(bench.logged().find("id=ENROLMENT_FAILED"), std::string::npos);
  bench.link->hurry("traffic moved");
  EXPECT_FALSE(bench.until([&] { return controller.seen().enrolments.size() > 1; }, 300ms));
  bench.put_bundle(controller, authority);
  EXPECT_TRUE(opens());
}

TEST_F(ControllerLinkTest, ABundleForAnotherSiteIsRefused) {
  Bundle bundle = test_bundle(authority.root_pem(), controller.session_endpoint(), controller.enrolment_endpoint());
  bundle.site = SiteId::parse("peta-djounga").value();
  bench.put_bundle(bundle, "a-token-of-some-length");
  bench.start_and_allow();
  EXPECT_TRUE(bench.until([&] { return bench.said("is for site 'peta-djounga', this router is configured as"); }));
  EXPECT_EQ(bench.count<IdentityKnown>(), 0);
}

TEST_F(ControllerLinkTest, AServerThatAnotherRootVouchesForGetsNoToken) {
  bench.put_bundle(
      test_bundle(TestAuthority{}.root_pem(), controller.session_endpoint(), controller.enrolment_endpoint()),
      "a-token-of-some-length");
  bench.start_and_allow();
  ASSERT_TRUE(bench.until([&] { return bench.said("; again in"); }));
  EXPECT_TRUE(controller.seen().enrolments.empty());
}

TEST_F(ControllerLinkTest, AServerWithAnotherNameIsRefused) {
  const FakeController elsewhere{authority, authority.server("elsewhere.test")};
  bench.put_identity(elsewhere, authority);
  bench.start_and_allow();
  ASSERT_TRUE(bench.until([&] { return bench.said("failed: "); }));
  EXPECT_EQ(elsewhere.seen().sessions, 0);
}

TEST_F(ControllerLinkTest, AControllerMayBeCalledByItsName) {
  const FakeController named{authority, authority.server("localhost")};
  const auto by_name = [](const std::string& endpoint) { return "localhost" + endpoint.substr(endpoint.find(':')); };
  bench.put_bundle(
      test_bundle(authority.root_pem(), by_name(named.session_endpoint()), by_name(named.enrolment_endpoint())),
      "a-token-of-some-length");
  bench.start_and_allow();
  EXPECT_TRUE(opens());
  EXPECT_EQ(named.seen().sessions, 1);
}

TEST_F(ControllerLinkTest, AProxyInTheEnvironmentIsNotUsed) {
  ::setenv("https_proxy", "http://127.0.0.1:1", 1);
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  bench.put_identity(controller, authority);
  bench.start_and_allow();
  EXPECT_TRUE(opens());
  ::unsetenv("https_proxy");
  ::unsetenv("http_proxy");
}

TEST_F(ControllerLinkTest, ASitesCertificateDoesNotMakeAController) {
  const FakeController imposter{authority, authority.site("spiffe://karkara.test/site/imposter")};
  bench.put_identity(imposter, authority);
  bench.start_and_allow();
  ASSERT_TRUE(bench.until([&] { return bench.said("failed: "); }));
  EXPECT_EQ(imposter.seen().sessions, 0);
}

TEST_F(ControllerLinkTest, ACertificateForAnotherSiteIsNotTaken) {
  controller.change([](auto& behaviour) { behaviour.signs_for_another_site = true; });
  bench.put_bundle(controller, authority);
  bench.start_and_allow();
  ASSERT_TRUE(bench.until([&] { return bench.said("/site/elsewhere"); }));
  EXPECT_FALSE(bench.identity_files().load());
}

TEST_F(ControllerLinkTest, ALostEnrolmentAnswerIsAskedForAgainWithTheSameKey) {
  controller.change([](auto& behaviour) { behaviour.loses_enrolment_answers = true; });
  bench.put_bundle(controller, authority);
  bench.start_and_allow();
  ASSERT_TRUE(bench.until([&] { return controller.seen().enrolments.size() >= 2; }));
  controller.change([](auto& behaviour) { behaviour.loses_enrolment_answers = false; });
  ASSERT_TRUE(opens());
  const Identity identity = bench.identity_files().load().value();
  for (const v1::EnrolRequest& request : controller.seen().enrolments) {
    EXPECT_TRUE(belongs_to_key(authority.sign(request.csr_der(), "spiffe://d/site/s"), identity.key_pem));
  }
}

TEST_F(ControllerLinkTest, ARestartDialsWithTheKeptIdentityAndSaysHello) {
  bench.put_identity(controller, authority);
  bench.description.config_hash = 42;
  bench.description.first_unacknowledged_block = 7;
  bench.description.active_alarms = {{MessageId::UplinkDown, "lte"}};
  bench.description.report.active_uplink = "vsat";
  bench.start_and_allow();
  ASSERT_TRUE(opens());
  EXPECT_TRUE(controller.seen().enrolments.empty());
  const v1::Hello hello = controller.seen().frames.at(0).hello();
  EXPECT_EQ(hello.site_name(), "Borgo Darey");
  EXPECT_EQ(hello.boot_id(), "boot-1");
  EXPECT_NE(hello.session_nonce(), 0U);
  EXPECT_EQ(hello.config_hash(), 42U);
  EXPECT_EQ(hello.first_unacknowledged_block(), 7U);
  EXPECT_EQ(hello.active_alarms(0).message(), "UPLINK_DOWN");
  EXPECT_EQ(hello.state().active_uplink(), "vsat");
  EXPECT_EQ(bench.last<SessionOpened>()->epoch, 3U);
}

TEST_F(ControllerLinkTest, NothingIsDialledBeforeTheClockIsTrusted) {
  bench.put_identity(controller, authority);
  bench.start();
  bench.link->describe(bench.description);
  bench.link->allow(false);
  bench.link->hurry("traffic moved");
  EXPECT_FALSE(bench.until([&] { return controller.seen().sessions > 0; }, 200ms));
  EXPECT_TRUE(bench.said("waiting for the clock"));
  bench.link->allow(true);
  EXPECT_TRUE(opens());
}

TEST_F(ControllerLinkTest, ATornIdentityIsSaidAndLeftInPlace) {
  bench.put_identity(controller, authority);
  const auto certificate = bench.folder / "state/identity/cert.pem";
  std::filesystem::resize_file(certificate, 100);
  bench.start_and_allow();
  ASSERT_TRUE(bench.until([&] { return bench.said("not enrolled"); }));
  EXPECT_NE(bench.logged().find("id=IDENTITY_UNUSABLE"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(certificate), 100U);
  EXPECT_EQ(bench.count<IdentityKnown>(), 1);  // the anchors are good all the same
  bench.put_bundle(controller, authority);
  EXPECT_TRUE(opens());
}

TEST_F(ControllerLinkTest, ACertificateNearItsEndIsRenewedAndUsedByTheNextSession) {
  bench.settings.renewal.look_interval = 20ms;
  bench.put_identity(controller, authority, 80 * 24h);
  const std::string old_key = bench.identity_files().load()->key_pem;
  bench.start_and_allow();
  ASSERT_TRUE(opens());
  ASSERT_TRUE(bench.until([&] { return bench.logged().find("CERTIFICATE_RENEWED") != std::string::npos; }));
  const Identity renewed = bench.identity_files().load().value();
  EXPECT_NE(renewed.key_pem, old_key);
  EXPECT_FALSE(renewal_is_due(renewed.facts, bench.clock.wall()));
  controller.close_sessions();
  ASSERT_TRUE(opens(2));
  EXPECT_EQ(controller.seen().renewals, 1);
}

TEST(RenewalTime, IsAThirdOfTheLife) {
  const CertificateFacts facts{WallTime{0s}, WallTime{45 * 24h}, ""};
  EXPECT_FALSE(renewal_is_due(facts, WallTime{14 * 24h}));
  EXPECT_TRUE(renewal_is_due(facts, WallTime{15 * 24h}));
  EXPECT_TRUE(renewal_is_due(facts, WallTime{400 * 24h}));
}

}  // namespace
}  // namespace karkara
