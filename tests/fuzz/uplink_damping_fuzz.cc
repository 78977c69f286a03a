// Any text as what the flash kept of the dampings, also with checksums that fit: what is taken over is bounded, and is
// the same when it is written and read again.
#include <string>
#include <string_view>

#include "agent/uplink/damping_book.h"
#include "tests/fuzz/stored_text.h"

namespace {

using namespace karkara;
using namespace karkara::fuzz;

void check(std::string_view text) {
  const Instant now{std::chrono::hours{2}};
  for (const std::uint64_t boot : {std::uint64_t{7}, std::uint64_t{8}}) {
    DampingBook book{boot};
    book.restore(text, now);
    const Persist kept = book.state();
    require(kept.bytes.size() <= 4096);
    DampingBook again{boot};
    again.restore(kept.bytes, now);
    require(again.state().bytes == kept.bytes);
    const Damping vsat = book.restored(UplinkId::parse("vsat").value());
    require(vsat.failures <= 1000 && again.restored(UplinkId::parse("vsat").value()) == vsat);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(text_of(data, size));
  check(with_line_checks(text_of(data, size)));
  return 0;
}
