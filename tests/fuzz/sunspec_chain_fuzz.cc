// Whatever registers a device shows: the walk through its models ends within the address space, and what they say is
// finite.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "agent/power/modbus/sunspec_chain.h"
#include "agent/power/modbus/sunspec_models.h"

namespace {

constexpr int kMostQuestions = 60;
constexpr unsigned kAddresses = 65'536;

// The input as the device's registers from 40000 on; zeros behind it.
std::vector<std::uint16_t> registers(const std::vector<std::uint16_t>& words, unsigned first, unsigned count) {
  constexpr unsigned kBase = 40'000;
  std::vector<std::uint16_t> read;
  for (unsigned i = 0; i < count; ++i) {
    const unsigned at = first + i - kBase;
    read.push_back(first + i >= kBase && at < words.size() ? words[at] : std::uint16_t{0});
  }
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint16_t> words;
  for (std::size_t i = 0; i + 1 < size; i += 2) {
    words.push_back(static_cast<std::uint16_t>(data[i] << 8U | data[i + 1]));
  }
  karkara::SunSpecChain chain;
  for (int questions = 0; const auto next = chain.next(); ++questions) {
    if (questions > kMostQuestions || next->first + unsigned{next->count} > kAddresses) {
      std::abort();
    }
    chain.take(registers(words, next->first, next->count));
  }
  karkara::QuantityReadings all;
  for (const karkara::SunSpecModel& model : chain.models()) {
    const unsigned count = std::min(model.length + 2U, 125U);
    const auto read = registers(words, model.address, count);
    (void)karkara::sunspec_identity(read);
    karkara::add_sunspec_readings(read, all);
  }
  // The same bytes as one model, so that short ones are tried too.
  karkara::add_sunspec_readings(words, all);
  for (const karkara::QuantityReading& reading : all) {
    const double* number = std::get_if<double>(&reading.value);
    if (number != nullptr && !std::isfinite(*number)) {
      std::abort();
    }
  }
  return 0;
}
