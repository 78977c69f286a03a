// How many bytes of VE.Direct a second the decoder takes: text blocks with HEX frames between, values read.
// Prints one JSON line, as scripts/bench expects.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <span>
#include <string>

#include "agent/power/vedirect/decoder.h"
#include "agent/power/vedirect/text_fields.h"
#include "tests/fixtures/vedirect_stream.h"

namespace {

using namespace karkara;

constexpr int kRounds = 7;
constexpr std::size_t kReadSize = 4'096;  // as agent/io/serial_port reads

struct Outcome {
  std::uint64_t blocks = 0;
  double volts = 0;
};

Outcome take_all(std::span<const std::byte> bytes) {
  const vedirect::FieldRule& volts = *vedirect::find_field("V");
  vedirect::Decoder decoder;
  Outcome outcome;
  while (!bytes.empty()) {
    std::span<const std::byte> read = bytes.first(std::min(kReadSize, bytes.size()));
    bytes = bytes.subspan(read.size());
    for (auto got = decoder.next(read); got != vedirect::Decoder::Got::Nothing; got = decoder.next(read)) {
      if (got == vedirect::Decoder::Got::Block) {
        const Value value = vedirect::read_field(volts, decoder.block().find("V").value_or(""));
        outcome.volts += has_value(value) ? *std::get_if<double>(&value) : 0;
        ++outcome.blocks;
      }
    }
  }
  return outcome;
}

}  // namespace

int main() {
  std::string stream;
  unsigned seconds = 0;
  while (stream.size() < 8'000'000) {
    stream += fixtures::charger_second(seconds++ % 3'600);
  }
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    const Outcome outcome = take_all(std::as_bytes(std::span{stream}));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (outcome.blocks != seconds || outcome.volts < 12.0 * seconds) {
      std::fprintf(stderr, "bench_vedirect: %llu of %u blocks\n", static_cast<unsigned long long>(outcome.blocks),
                   seconds);
      return 1;
    }
    best = std::max(best, static_cast<double>(stream.size()) / 1e6 / took.count());
  }
  std::printf(R"({"bench":"power","name":"vedirect_parse_rate","value":%.1f,"unit":"MB/s","goal":50,"peer":""})"
              "\n",
              best);
  return 0;
}
