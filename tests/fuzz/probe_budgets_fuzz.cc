// Any text as what the flash kept of the probe budgets, also with checksums that fit: no uplink gets more at once than
// its role does, and what is written again can be read and promises no more.
#include <string>
#include <string_view>

#include "agent/uplink/probe_book.h"
#include "tests/fuzz/stored_text.h"

namespace {

using namespace karkara;
using namespace karkara::fuzz;

void check(std::string_view text) {
  const Instant now{std::chrono::hours{2}};
  const UplinkId vsat = UplinkId::parse("vsat").value();
  const UplinkId lte = UplinkId::parse("lte").value();
  const std::map<UplinkId, ProbePolicy> policies = {{vsat, probe_policy(ProbeRole::Vsat)},
                                                    {lte, probe_policy(ProbeRole::MeteredStandby)}};
  ProbeBook book;
  book.restore(text);
  book.configure(policies, now);
  book.charge(lte, 104, now);
  const Persist kept = book.state(now);
  require(kept.bytes.size() <= 4096);
  ProbeBook again;
  require(again.restore(kept.bytes).empty());
  again.configure(policies, now);
  for (const auto& [uplink, policy] : policies) {
    const std::uint64_t there = book.find(uplink)->available(now);
    require(there <= policy.burst && again.find(uplink)->available(now) <= there);
    require(again.find(uplink)->spent_today(now) == book.find(uplink)->spent_today(now));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(text_of(data, size));
  check(with_line_checks(text_of(data, size)));
  return 0;
}
