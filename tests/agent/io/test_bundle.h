// A bundle for tests, and its YAML.
#pragma once

#include <string>

#include "agent/io/bundle.h"

namespace karkara {

inline Bundle test_bundle(const std::string& root_pem, const std::string& controller = "127.0.0.1:7443",
                          const std::string& enrolment = "127.0.0.1:7444") {
  Bundle bundle;
  bundle.site = SiteId::parse("borgo-darey").value();
  bundle.controller = controller;
  bundle.enrolment = enrolment;
  bundle.ca_certificate = root_pem;
  bundle.trust_domain = "karkara.test";
  bundle.anchors = {{AnchorId::parse("niamey").value(), *IpEndpoint::parse("192.0.2.1:7445")},
                    {AnchorId::parse("paris").value(), *IpEndpoint::parse("[2001:db8::1]:7445")}};
  bundle.anchor_key = {2, 77, EchoKey::from_hex(std::string(64, 'a')).value()};
  bundle.made_at = WallTime{std::chrono::seconds{1'800'000'000}};
  return bundle;
}

// As an installer gets it: with the token.
inline std::string test_bundle_yaml(const Bundle& bundle, const std::string& token) {
  return "token: " + token + "\n" + bundle_to_keep(bundle);
}

}  // namespace karkara
