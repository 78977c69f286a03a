#include "agent/shaping/framing.h"

namespace karkara {
namespace {

constexpr int kEthernetHeader = 14;

Framing beyond_header(const Framing& cost, int header) {
  return {static_cast<std::int16_t>(cost.overhead - header), cost.smallest};
}

}  // namespace

Framing usual_cost(UplinkKind kind) {
  switch (kind) {
    case UplinkKind::Ethernet:
    case UplinkKind::Vsat: return {18, 64};
    case UplinkKind::Cellular: return {0, 0};
    case UplinkKind::Mesh: return {40, 0};
  }
  return {};
}

// Modems are spoken to in bare IP; one that plays Ethernet is counted 14 bytes too high, which harms nobody.
Framing on_uplink(const Framing& cost, UplinkKind kind) {
  return beyond_header(cost, kind == UplinkKind::Cellular ? 0 : kEthernetHeader);
}

Framing on_download_device(const Framing& cost) {
  return beyond_header(cost, kEthernetHeader);
}

Framing in_tunnel(const Framing& cost, std::int16_t wrapping) {
  return beyond_header(cost, -wrapping);
}

}  // namespace karkara
