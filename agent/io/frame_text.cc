#include "agent/io/frame_text.h"

#include "common/host/text_checks.h"

namespace karkara {

// Bytes that are no UTF-8 would make the frame unreadable at the controller, which would end the session, again and
// again; control characters would rewrite an operator's terminal.
std::string frame_text(std::string_view raw, std::size_t longest) {
  std::string text{raw.substr(0, longest)};
  while (const auto at = first_non_utf8(text)) {
    text[*at] = '?';
  }
  while (const auto at = first_control(text, "\n")) {
    const bool two_bytes = static_cast<unsigned char>(text[*at]) >= 0x80;
    text[*at] = '?';
    if (two_bytes) {
      text.erase(*at + 1, 1);
    }
  }
  return text;
}

}  // namespace karkara
