// What shedding remembers, as text of which anything may be left after a power cut. The check is put right first, so
// that what lies behind it is reached; what is taken is written again as the same text.
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "agent/power/shed/shed_memory.h"
#include "common/crc32c.h"

namespace {

// Numbers may have been written with zeros in front: what is written of them is then the shorter text, and stays.
template <class Read>
void must_stay(const std::string& text, Read read) {
  const auto once = read(text);
  if (!once) {
    return;
  }
  const auto again = read(to_text(*once));
  if (!again || *again != *once) {
    std::fprintf(stderr, "broken: read again it is another memory\n");
    std::abort();
  }
}

void look(const std::string& text) {
  must_stay(text, karkara::stage_memory_from);
  must_stay(text, karkara::end_memory_from);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text{reinterpret_cast<const char*>(data), size};
  look(text);
  text = text.substr(0, text.rfind(" crc="));
  text += fmt::format(" crc={:08x}", karkara::crc32c(std::as_bytes(std::span{text})));
  look(text);
  return 0;
}
