// Any text as what the flash kept of the ledger and of the probe budgets, also with checksums that fit: what is read is
// written and read again without a change, and counting goes on from it within bounds.
#include <string>
#include <string_view>

#include "agent/uplink/allowance.h"
#include "agent/uplink/probe_book.h"
#include "agent/uplink/usage_ledger.h"
#include "tests/fuzz/stored_text.h"

namespace {

using namespace karkara;
using namespace karkara::fuzz;

void check(std::string_view text) {
  const LedgerContent content = read_ledger(text).content;
  const LedgerWritten written = ledger_text(content);
  require(written.text.size() <= kLedgerBytes);
  require(written.left_out > 0 || read_ledger(written.text).content == content);

  UsageLedger ledger{LedgerSettings{}};
  ledger.restore(text);
  const UplinkId lte = UplinkId::parse("lte").value();
  for (int day = 0; day < 3; ++day) {
    const KnownTime at{Instant{std::chrono::hours{24 * day + 1}}, WallTime{std::chrono::hours{24 * (20'500 + day)}}};
    const std::uint64_t bytes = 1'000U * (static_cast<unsigned>(day) + 1);
    require(ledger.on(lte, "sim", {1, 3, bytes, bytes}, {}, at).ok());
    ledger.tick(at);
    for (const KeyUsage& usage : ledger.usage()) {
      require(usage.today.received <= kMostTraffic && usage.cycle.sent <= kMostTraffic);
      const Allowance allowance{AllowanceSettings{}, kNigerOffset};
      require(!allowance.sentence(allowance.quota(&usage, at), at).empty());
    }
  }
  const std::string kept = ledger.state().bytes;
  require(ledger.restore(kept).empty() && ledger.state().bytes == kept);

  ProbeBook book;
  book.restore(text);
  book.configure({{lte, probe_policy(ProbeRole::MeteredStandby)}}, Instant{});
  require(book.find(lte)->available(Instant{}) <= probe_policy(ProbeRole::MeteredStandby).burst);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(text_of(data, size));
  check(with_line_checks(text_of(data, size)));
  return 0;
}
