// What whoever answers on port 80 sends, which may be a portal's: the judgement of the front never contradicts that of
// the whole, and what a detail says prints.
#include <algorithm>
#include <cstdlib>

#include "agent/codec/content_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  constexpr std::uint64_t kNonce = 0x0123456789abcdefU;
  const EchoKey key{};
  const auto whole = judge_content(text, true, kNonce, key);
  const bool prints = whole && std::ranges::all_of(whole->detail, [](char c) { return c >= ' ' && c <= '~'; });
  if (!prints || whole->detail.size() > 120) {
    std::abort();
  }
  if (const auto front = judge_content(text, false, kNonce, key); front && *front != *whole) {
    std::abort();
  }
  if (verify_truth_body(text, kNonce, key) && text != truth_body(kNonce, key)) {
    std::abort();
  }
  return 0;
}
