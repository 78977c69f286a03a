// What is remembered of neighbours, as text of which anything may be left after a power cut: what is taken is written
// again as the same memory.
#include "agent/mesh/lent_ledger.h"
#include "agent/mesh/neighbour_feature.h"
#include "tests/fuzz/stored_text.h"

using namespace karkara;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  RevokedList revoked;
  revoked.restore(text);
  RevokedList again;
  again.restore(revoked.text());
  LentLedger ledger{std::chrono::hours{1}};
  ledger.restore(text);
  static_cast<void>(ledger.text());
  NeighbourSettings settings;
  settings.site = *SiteId::parse("say");
  settings.transit = *IpPrefix::parse("100.124.0.0/14");
  const NeighbourFeature feature{settings, {text, text, text}};
  if (again.serials() != revoked.serials() || !feature.guests().transit) {
    std::abort();
  }
  return 0;
}
