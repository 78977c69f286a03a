// What is remembered of radios, as text of which anything may be left after a power cut. The check is put right first,
// so that what lies behind it is reached; what is taken is written again as the same memory.
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "agent/mesh/radio_memory.h"
#include "common/crc32c.h"

namespace {

void look(const std::string& text) {
  auto once = karkara::radio_memories_from(text);
  if (!once) {
    return;
  }
  std::erase_if(*once, [](const auto& each) { return each.second.empty(); });  // those are not written
  const auto again = karkara::radio_memories_from(to_text(*once));
  if (!again || *again != *once) {
    std::fprintf(stderr, "broken: read again it is another memory\n");
    std::abort();
  }
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
