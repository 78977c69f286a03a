#include "controller/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/host/config_defaults.h"

namespace karkara {
namespace {

TEST(ControllerSettings, HostsOfBothPublicEndpointsAreInTheCertificateOnce) {
  v1::ControllerConfig config;
  config.set_public_endpoint("controller.karkara.ne:7443");
  config.set_public_enrolment_endpoint("[2001:db8::7]:7444");
  fill_defaults(config);
  const auto settings = bind_settings(config);
  ASSERT_TRUE(settings) << settings.error().text;
  EXPECT_THAT(settings->public_hosts(), testing::ElementsAre("controller.karkara.ne", "2001:db8::7"));
  EXPECT_EQ(settings->public_enrolment_endpoint.text(), "[2001:db8::7]:7444");
  EXPECT_EQ(settings->heartbeat_interval, std::chrono::minutes{4});
}

TEST(ControllerSettings, ATrustDomainThatNoCertificateCouldHoldIsRefused) {
  v1::ControllerConfig config;
  config.set_public_endpoint("a:1");
  config.set_public_enrolment_endpoint("a:2");
  config.set_trust_domain("Karkara NE");
  fill_defaults(config);
  EXPECT_THAT(bind_settings(config).error().text, testing::HasSubstr("trust_domain"));
}

}  // namespace
}  // namespace karkara
