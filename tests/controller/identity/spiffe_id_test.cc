#include "controller/identity/spiffe_id.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

constexpr std::string_view kDomain = "karkara.ne";

TEST(SpiffeId, EveryIdentityIsReadBackAsItWasWritten) {
  const Identity all[] = {ControllerIdentity{}, SiteIdentity{SiteId::parse("borgo-darey").value()},
                          OperatorIdentity{OperatorName::parse("amina").value(), Role::Engineer}};
  for (const Identity& one : all) {
    const auto back = parse_spiffe_uri(spiffe_uri(kDomain, one), kDomain);
    ASSERT_TRUE(back) << describe(one);
    EXPECT_EQ(*back, one);
  }
  EXPECT_EQ(spiffe_uri(kDomain, all[2]), "spiffe://karkara.ne/operator/amina/engineer");
}

TEST(SpiffeId, RefusesEverySpellingButTheOne) {
  for (const char* uri : {
           "",
           "spiffe://",
           "spiffe://karkara.ne",
           "spiffe://karkara.ne/",
           "spiffe://karkara.ne/site/",
           "spiffe://karkara.ne/site/sadore/",
           "spiffe://karkara.ne//site/sadore",
           "SPIFFE://karkara.ne/site/sadore",
           "spiffe://karkara.ne/site/Sadore",
           "spiffe://karkara.ne/site/sad%6fre",
           "spiffe://karkara.ne/site/../x",
           "spiffe://karkara.ne.evil.org/site/sadore",
           "spiffe://evil.org/site/sadore",
           "spiffe://karkara.nesite/sadore",
           "https://karkara.ne/site/sadore",
           "spiffe://karkara.ne/operator/amina",
           "spiffe://karkara.ne/operator/amina/root",
           "spiffe://karkara.ne/operator/amina/admin/",
           "spiffe://karkara.ne/operator//admin",
           "spiffe://karkara.ne/controller/x",
           "spiffe://karkara.ne/site/a b",
       }) {
    EXPECT_FALSE(parse_spiffe_uri(uri, kDomain)) << uri;
  }
}

TEST(SpiffeId, ATrustDomainIsALowerCaseName) {
  EXPECT_TRUE(is_trust_domain("karkara.ne"));
  for (const char* bad : {"", "Karkara.ne", ".ne", "ne.", "a/b", "a b", "a:1"}) {
    EXPECT_FALSE(is_trust_domain(bad)) << bad;
  }
}

}  // namespace
}  // namespace karkara
