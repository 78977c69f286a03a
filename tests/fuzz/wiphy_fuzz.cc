// Whatever comes in, the decoders of radios and of the rules of the air answer, and what they gather stays bounded.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/nl80211_regulatory.h"
#include "agent/codec/nl80211_wiphy.h"

namespace {

using namespace karkara;

void must(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void check(const nl80211::Wiphy& wiphy) {
  must(wiphy.name.size() < 64 && wiphy.bands.size() <= 16 && wiphy.combinations.size() <= 64);
  for (const nl80211::Band& band : wiphy.bands) {
    must(band.channels.size() <= 512);
    for (const nl80211::Channel& channel : band.channels) {
      must(wiphy.find(channel.frequency_mhz) != nullptr);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto datagram = std::as_bytes(std::span{data, size});
  std::vector<nl80211::Wiphy> wiphys;
  while (!datagram.empty()) {
    const auto message = take_netlink_message(datagram);
    if (!message) {
      break;
    }
    (void)nl80211::add_to(wiphys, *message, message->type);
    const auto regulatory = nl80211::decode_regulatory(*message, message->type);
    must(!regulatory || !*regulatory || (*regulatory)->rules.size() <= 256);
  }
  for (const nl80211::Wiphy& wiphy : wiphys) {
    check(wiphy);
  }
  return 0;
}
