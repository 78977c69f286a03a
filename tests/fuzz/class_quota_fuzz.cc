// Any text as what the flash kept of quotas and rates, also with checksums that fit: what is read is written and read
// again without a change, and counting goes on from it within bounds.
#include <string>
#include <string_view>

#include "agent/shaping/quota.h"
#include "agent/shaping/rate_memory.h"
#include "tests/fuzz/stored_text.h"

namespace {

using namespace karkara;
using namespace karkara::fuzz;

void check_quotas(std::string_view text) {
  const QuotaContent content = read_quotas(text).content;
  const std::string written = quota_text(content);
  require(written.size() <= kQuotaBytes);
  require(written.size() > kQuotaBytes - 256 || read_quotas(written).content == content);

  ShapingSettings settings;
  ClassShaping open;
  open.id = ClassId::parse("public").value();
  open.quota = {1'000'000, 10'000'000};
  open.steps = {{Percent{50}, Percent{20}}};
  settings.classes = {open};
  ClassQuotas quotas;
  quotas.restore(text);
  for (int day = 0; day < 3; ++day) {
    const KnownTime at{Instant{std::chrono::hours{24 * day + 1}}, WallTime{std::chrono::hours{24 * (20'500 + day)}}};
    quotas.configure(settings, at);
    ShaperCount count;
    count.link = 3;
    count.minor = 34;
    count.bytes = 300'000U * (static_cast<unsigned>(day) + 1);
    count.packets = 300U * (static_cast<unsigned>(day) + 1);
    const ClassCount counts[] = {{open.id, UplinkKind::Vsat, count, BitsPerSecond{1e6}}};
    quotas.on(counts, 1, at);
    quotas.tick(at);
    require(quotas.next_deadline() > at.now);
    require(quotas.standings().size() == 1 && quotas.standings()[0].today <= 4 * kMostTraffic);
  }
  const std::string kept = quotas.state().bytes;
  require(kept.size() <= kQuotaBytes && quotas.restore(kept).empty());
}

void check_rates(std::string_view text) {
  RateMemory memory;
  memory.restore(text);
  const std::string kept = memory.state().bytes;
  require(kept.size() <= 4096 && memory.restore(kept).empty() && memory.state().bytes == kept);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::string checked = with_line_checks(text);
  for (const std::string_view each : {text, std::string_view{checked}}) {
    check_quotas(each);
    check_rates(each);
  }
  return 0;
}
