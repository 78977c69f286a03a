// Any bytes as each of the files that DHCP clients leave: few addresses come out, and after the last sieve none that
// nobody should ask.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "agent/codec/lease_text.h"
#include "agent/facts/prefix_match.h"

namespace {

using namespace karkara;

void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::vector<IpAddress> held{*IpAddress::parse("192.0.2.10")};
  for (const auto& told : {networkd_resolvers(text), listed_resolvers(text), marked_resolvers(text, "eth1"),
                           dhclient_resolvers(text, "eth1", held)}) {
    require(told.size() <= 16, "no more than a few");
    const auto fit = fit_resolvers(told, held);
    require(fit.size() <= 3, "three at most");
    for (const IpAddress& address : fit) {
      require(address != held[0] && !address.is_unspecified() && !is_link_local(address), "whom one may ask");
    }
  }
  return 0;
}
