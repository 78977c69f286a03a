// Any text as what the flash kept of an operator's orders: what is taken over is bounded, ends within a year or never,
// and is the same when it is written and read again.
#include <cstdlib>
#include <string_view>

#include "agent/uplink/operator_orders.h"

namespace {

void require(bool held) {
  if (!held) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  constexpr std::size_t kMostBytes = 32 * 256;
  const Instant now{std::chrono::hours{2}};
  OperatorOrders orders;
  orders.restore({reinterpret_cast<const char*>(data), size}, now);
  const std::string kept = orders.text(now);
  require(kept.size() <= kMostBytes);
  require(orders.next_deadline() == Instant::max() ||
          (orders.next_deadline() >= now && orders.next_deadline() <= now + std::chrono::hours{24 * 366}));
  OperatorOrders again;
  again.restore(kept, now);
  require(again.text(now) == kept);
  const UplinkId vsat = UplinkId::parse("vsat").value();
  require(again.held(vsat) == orders.held(vsat) && again.ordered(vsat) == orders.ordered(vsat));
  require(orders.held(vsat).empty() || !orders.ordered(vsat));
  orders.tick(now + std::chrono::hours{24 * 366});
  require(orders.next_deadline() == Instant::max());
  return 0;
}
