// What is remembered of radios, as text of which anything may be left after a power cut: what is taken is written again
// as the same memory.
#include "agent/mesh/radio_memory.h"

#include "tests/fuzz/stored_text.h"

namespace {

using namespace karkara;

Result<RadioMemories> memories_from(std::string_view text) {
  auto memories = radio_memories_from(text);
  if (memories) {
    std::erase_if(*memories, [](const auto& each) { return each.second.empty(); });  // those are not written
  }
  return memories;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::must_stay(fuzz::text_of(data, size), memories_from);
  fuzz::must_stay(fuzz::with_crc(fuzz::text_of(data, size)), memories_from);
  return 0;
}
