#include "common/ids.h"

#include <algorithm>

namespace karkara {

bool is_plain_name(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= kLongest && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), plain);
}

}  // namespace karkara
