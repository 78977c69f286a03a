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

// As a NetworkManager would say it that tells anything: lines as addresses, bytes as addresses, wrong types between.
BusDict on_bus(std::string_view text) {
  constexpr std::size_t kBytes = 16;
  BusList named;
  BusList lists;
  for (std::size_t at = 0; at < text.size(); at += kBytes) {
    const std::string_view piece = text.substr(at, kBytes);
    named.push_back(at % 3 == 0 ? BusValue{std::string{piece}}
                                : BusValue{BusDict{{"address", {std::string{piece.substr(0, piece.find('\n'))}}}}});
    BusList bytes;
    for (const char byte : piece) {
      const auto number = static_cast<std::uint64_t>(static_cast<unsigned char>(byte));
      bytes.push_back(byte == '?' ? BusValue{std::string{"?"}} : BusValue{number == 0xff ? 256 : number});
    }
    lists.push_back({std::move(bytes)});
  }
  BusDict config;
  if (text.size() % 2 == 0) {
    config["NameserverData"] = {std::move(named)};
  }
  config["Nameservers"] = {std::move(lists)};
  return config;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::vector<IpAddress> held{*IpAddress::parse("192.0.2.10")};
  const std::vector<std::string> names = netifd_interfaces(text, "eth1");
  require(names.size() <= 64, "no more than a configuration has");
  for (const auto& told :
       {networkd_resolvers(text), listed_resolvers(text), marked_resolvers(text, "eth1"), netifd_resolvers(text, names),
        dhclient_resolvers(text, "eth1", held), network_manager_resolvers(on_bus(text))}) {
    require(told.size() <= 16, "no more than a few");
    const auto fit = fit_resolvers(told, held);
    require(fit.size() <= 3, "three at most");
    for (const IpAddress& address : fit) {
      require(address != held[0] && !address.is_unspecified() && !is_link_local(address), "whom one may ask");
    }
  }
  return 0;
}
