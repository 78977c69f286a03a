// What a packet costs on an uplink's wire, said in the kernel's terms, which differ by where it is counted: HTB adds to
// the length that the packet has on the device, link header and all. Called by class_tree and agent/config_bind.
#pragma once

#include "agent/facts/traffic_control.h"
#include "agent/uplink/settings.h"

namespace karkara {

// Beyond the IP packet's own bytes. Ethernet: header and check sum, 64 bytes at least, which is what a microwave or a
// satellite terminal carries on as well. Mesh: 802.11 data frames of batman-adv.
[[nodiscard]] Framing usual_cost(UplinkKind kind);

// 'cost' is beyond the IP packet's own bytes.
[[nodiscard]] Framing on_uplink(const Framing& cost, UplinkKind kind);
// Whose packets have the village's Ethernet headers, unless the tree takes those off.
[[nodiscard]] Framing on_download_device(const Framing& cost);
// A device that takes bare IP packets and wraps each into 'wrapping' bytes more.
[[nodiscard]] Framing in_tunnel(const Framing& cost, std::int16_t wrapping);

}  // namespace karkara
