// Text from a site on its way to a terminal: whatever it is, what comes out is one line of valid UTF-8 without a
// control.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "controller/cli/render/display.h"
#include "controller/cli/render/value.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara::cli;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::string clean = clean_text(text);
  for (std::size_t at = 0; at < clean.size();) {
    const auto [c, length] = decode_at(clean, at);
    if (is_treacherous(c) || (c == 0xfffd && length == 1)) {
      std::abort();
    }
    at += length;
  }
  if (clean_text(clean) != clean) {
    std::abort();
  }
  const std::size_t width = display_width(clean);
  if (display_width(cut_to(clean, width / 2)) > width / 2) {
    std::abort();
  }
  const Value value{std::string{text}};
  for (const char c : to_json_line(value)) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      std::abort();
    }
  }
  return 0;
}
