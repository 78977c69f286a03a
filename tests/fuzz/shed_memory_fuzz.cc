// What shedding remembers, as text of which anything may be left after a power cut: what is taken is written again as
// the same memory.
#include "agent/power/shed/shed_memory.h"

#include "tests/fuzz/stored_text.h"

namespace {

using namespace karkara;

void look(std::string_view text) {
  fuzz::must_stay(text, stage_memory_from);
  fuzz::must_stay(text, end_memory_from);
  fuzz::must_stay(text, last_word_from);
  fuzz::must_stay(text, wake_trouble_from);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  look(fuzz::text_of(data, size));
  look(fuzz::with_crc(fuzz::text_of(data, size)));
  return 0;
}
