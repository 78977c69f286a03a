// What an installer carries to the mast, as plain values: where controller, enrolment and anchors are, whom to trust,
// the site's anchor key and, until it is used, the one-time token. Refuses a bundle whose parts cannot be understood.
// Read by the enrolment client and the identity files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/events.h"
#include "common/echo_keys.h"
#include "common/ids.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

// What the echo prober signs with.
struct AnchorKey {
  std::uint8_t generation = 1;
  std::uint32_t key_id = 0;
  EchoKey key;
  friend bool operator==(const AnchorKey&, const AnchorKey&) = default;
};

struct Bundle {
  SiteId site;
  std::string token;       // empty in the copy that the router keeps
  std::string controller;  // HOST:PORT; the host is the name in the server's certificate
  std::string enrolment;
  std::string ca_certificate;  // PEM
  std::string trust_domain;
  std::vector<AnchorEndpoint> anchors;
  AnchorKey anchor_key;
  WallTime made_at;

  // The SPIFFE id that the site's certificate must carry.
  [[nodiscard]] std::string spiffe_id() const;
  friend bool operator==(const Bundle&, const Bundle&) = default;
};

// Errors: InvalidArgument with one problem a line, "NAME:line:column: path: what".
[[nodiscard]] Result<Bundle> parse_bundle(std::string_view name, std::string_view yaml);
// As YAML that parse_bundle reads, without the token.
[[nodiscard]] std::string bundle_to_keep(const Bundle& bundle);

}  // namespace karkara
