// hostapd's answers, of which a program that holds its socket may send anything: a state is one short word.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/codec/hostapd_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto state = karkara::hostapd_state(text);
  for (const auto& each : {state, karkara::supplicant_state(text)}) {
    if (each && (each->empty() || each->size() > 32 || each->find_first_of(" \n=") != std::string::npos)) {
      std::abort();
    }
  }
  if (karkara::is_hostapd_ok(text) && state) {
    std::abort();
  }
  return 0;
}
