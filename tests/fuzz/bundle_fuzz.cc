// An installer's bundle, the certificate in it included: what can be read can be kept and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/io/bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto bundle = karkara::parse_bundle("bundle.yaml", {reinterpret_cast<const char*>(data), size});
  if (!bundle) {
    if (bundle.error().text.empty()) {
      std::abort();
    }
    return 0;
  }
  bundle->token.clear();
  const auto again = karkara::parse_bundle("bundle.yaml", karkara::bundle_to_keep(*bundle));
  if (!again || *again != *bundle) {
    std::abort();
  }
  return 0;
}
