// Whether an uplink gives what we asked for: signed content over HTTP and a name whose addresses we know, as checks to
// start and what came of them. Refuses to conclude: agent/uplink/truth puts them together with the echoes. Made by
// agent/io/content_check and agent/io/resolver_check.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/ip.h"
#include "common/ids.h"

namespace karkara {

enum class ContentVerdict : std::uint8_t {
  Signed = 0,      // an anchor's answer to our nonce: the outside was reached
  Foreign = 1,     // somebody else answered
  Redirected = 2,  // somebody sends us elsewhere: a portal
  Refused = 3,     // refused, reset or unreachable: evidence against, never for
  Silent = 4,      // nothing whole in time
};
enum class ResolverVerdict : std::uint8_t {
  Right = 0,    // an address that we expect is among the answers
  Wrong = 1,    // an answer without any: somebody lies, or the name is no longer ours
  Refused = 2,  // unreachable, or one that would not or could not answer; and nobody else answered
  Silent = 3,   // nothing in time
};

[[nodiscard]] constexpr std::string_view to_string(ContentVerdict verdict) {
  switch (verdict) {
    case ContentVerdict::Signed: return "signed";
    case ContentVerdict::Foreign: return "foreign";
    case ContentVerdict::Redirected: return "redirected";
    case ContentVerdict::Refused: return "refused";
    case ContentVerdict::Silent: return "silent";
  }
  return "?";
}
[[nodiscard]] constexpr std::string_view to_string(ResolverVerdict verdict) {
  switch (verdict) {
    case ResolverVerdict::Right: return "right";
    case ResolverVerdict::Wrong: return "wrong";
    case ResolverVerdict::Refused: return "refused";
    case ResolverVerdict::Silent: return "silent";
  }
  return "?";
}

// --- effects ----------------------------------------------------------------------------------------------------
struct CheckContent {
  UplinkId uplink;
  std::string interface;
  std::uint32_t mark = 0;
  IpAddress source;
  IpEndpoint server;        // an anchor's address with its HTTP port, usually 80: portals care for that one
  std::uint64_t nonce = 0;  // unpredictable, used once
};                          // -> ContentChecked
struct CheckResolver {
  UplinkId uplink;
  std::string interface;
  std::uint32_t mark = 0;
  IpAddress source;
  std::vector<IpAddress> resolvers;  // asked one after the other, those of the source's family
  std::string name;
  std::vector<IpAddress> expected;  // one of them is enough
};                                  // -> ResolverChecked

// --- events -----------------------------------------------------------------------------------------------------
struct ContentChecked {
  UplinkId uplink;
  std::uint64_t nonce = 0;
  ContentVerdict verdict = ContentVerdict::Silent;
  std::string detail;       // printable, short: "302 to http://portal.example/login"
  std::uint64_t bytes = 0;  // on the wire in both directions, with IP headers
};
struct ResolverChecked {
  UplinkId uplink;
  ResolverVerdict verdict = ResolverVerdict::Silent;
  std::string detail;
  std::uint64_t bytes = 0;
};

}  // namespace karkara
