// Whatever comes in, what is taken for an interface is a plain name, told once.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "agent/codec/nft_flowtables.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto names = karkara::interfaces_in_flowtables(std::string_view{reinterpret_cast<const char*>(data), size});
  for (const std::string& name : names) {
    const bool plain = !name.empty() && name.size() <= 15 &&
                       std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~' && c != '/'; });
    if (!plain) {
      std::abort();
    }
  }
  if (std::adjacent_find(names.begin(), names.end(), std::greater_equal<>{}) != names.end()) {
    std::abort();
  }
  return 0;
}
