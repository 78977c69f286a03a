// Any text is either refused or an identity whose one spelling is that text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "controller/identity/spiffe_id.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view uri{reinterpret_cast<const char*>(data), size};
  const auto identity = karkara::parse_spiffe_uri(uri, "karkara.ne");
  if (identity && karkara::spiffe_uri("karkara.ne", *identity) != uri) {
    std::abort();
  }
  return 0;
}
