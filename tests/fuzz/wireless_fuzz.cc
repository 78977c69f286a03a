// Whatever comes in, the decoders of interfaces, peers, paths, scans, surveys and events answer; and settings of a mesh
// that they understood survive being said again.
#include <linux/genetlink.h>
#include <linux/nl80211.h>

#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/air_news.h"
#include "agent/codec/nl80211_event.h"
#include "agent/codec/nl80211_interface.h"
#include "agent/codec/nl80211_mesh.h"
#include "agent/codec/nl80211_mesh_path.h"
#include "agent/codec/nl80211_scan.h"
#include "agent/codec/nl80211_station.h"
#include "agent/codec/nl80211_survey.h"

namespace {

using namespace karkara;

void must(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void must_survive(const nl80211::MeshSettings& settings, std::uint16_t family) {
  auto bytes = nl80211::encode_set_mesh_settings(family, 1, settings);
  must(bytes.size() > NLMSG_HDRLEN);
  bytes[NLMSG_HDRLEN] = std::byte{NL80211_CMD_GET_MESH_CONFIG};  // as the kernel answers
  std::span<const std::byte> rest{bytes};
  const auto message = take_netlink_message(rest);
  must(message.ok());
  const auto again = nl80211::decode_mesh_settings(*message, family);
  must(again && *again && **again == settings);
}

void check(const NetlinkMessage& message) {
  const std::uint16_t family = message.type;
  const auto interface = nl80211::decode_interface(message, family);
  must(!interface || !*interface || ((*interface)->name.size() < 16 && (*interface)->network.size() <= 32));
  const auto station = nl80211::decode_station(message, family);
  const auto path = nl80211::decode_mesh_path(message, family);
  must(!station || !*station || !path || !*path);  // never both
  const auto network = nl80211::decode_heard_network(message, family);
  must(!network || !*network || (*network)->elements.mesh_id.value_or("").size() <= 32);
  (void)nl80211::decode_survey(message, family);
  (void)nl80211::decode_event(message, family);
  const auto settings = nl80211::decode_mesh_settings(message, family);
  if (settings && *settings) {
    must_survive(**settings, family);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto all = std::as_bytes(std::span{data, size});
  (void)nl80211::decode_information_elements(all);
  AirNews news;
  add_news(all, 0x1c, news);
  must(news.changed.peers_of.size() <= AirNews::kMostInterfaces);
  auto datagram = all;
  while (!datagram.empty()) {
    const auto message = take_netlink_message(datagram);
    if (!message) {
      return 0;
    }
    check(*message);
  }
  return 0;
}
