// Whatever comes in on the wire: nothing is committed whose check does not hold, and how the bytes are cut into reads
// changes nothing. The sums are made again here, without the decoder's code.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "agent/power/vedirect/ascii.h"
#include "agent/power/vedirect/decoder.h"
#include "agent/power/vedirect/history.h"
#include "agent/power/vedirect/registers.h"
#include "agent/power/vedirect/text_fields.h"

namespace {

using namespace karkara;
using namespace karkara::vedirect;

void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
  }
}

// Each letter of "Checksum" in another case than the usual one shifts the sum by 32.
bool has_oddly_spelled_checksum(std::span<const std::byte> bytes) {
  constexpr std::string_view kLabel = "Checksum";
  for (std::size_t at = 0; at + kLabel.size() <= bytes.size(); ++at) {
    const std::string_view here{reinterpret_cast<const char*>(bytes.data()) + at, kLabel.size()};
    if (same_ignoring_case(here, kLabel) && here != kLabel) {
      return true;
    }
  }
  return false;
}

void check_block(const TextBlock& block, bool odd_spelling) {
  unsigned sum = block.checksum();
  const auto add = [&sum](std::string_view text) {
    for (const char c : text) {
      sum += static_cast<unsigned char>(c);
    }
  };
  for (const TextField& field : block.fields()) {
    add("\r\n");
    add(field.label.view());
    add("\t");
    add(field.value.view());
    if (const FieldRule* rule = find_field(field.label.view())) {
      (void)read_field(*rule, field.value.view());
    }
  }
  add("\r\nChecksum\t");
  require(block.skipped() > 0 || sum % (odd_spelling ? 32 : 256) == 0, "the sum of a committed block");
  require(block.fields().size() <= kMostFields && !block.has_duplicates(), "the form of a committed block");
}

void check_frame(const HexFrame& frame) {
  require(frame.payload().size() <= kMostHexCharacters / 2, "the size of a frame");
  if (const auto answer = register_answer(frame)) {
    if (const RegisterRule* rule = find_register(answer->id)) {
      (void)read_register(*rule, *answer);
      (void)read_text(*rule, *answer);
    }
    (void)read_history_day(*answer);
    (void)read_history_total(*answer);
  }
}

// All that was committed, as text.
std::string committed(std::span<const std::byte> bytes, std::size_t piece, DecoderCounts& counts) {
  const bool odd_spelling = has_oddly_spelled_checksum(bytes);
  Decoder decoder;
  std::string text;
  while (!bytes.empty()) {
    std::span<const std::byte> part = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(part.size());
    for (auto got = decoder.next(part); got != Decoder::Got::Nothing; got = decoder.next(part)) {
      if (got == Decoder::Got::Hex) {
        check_frame(decoder.hex());
        const auto payload = decoder.hex().payload();
        text.append(reinterpret_cast<const char*>(payload.data()), payload.size());
        continue;
      }
      check_block(decoder.block(), odd_spelling);
      for (const TextField& field : decoder.block().fields()) {
        text.append(field.label.view()).append("=").append(field.value.view()).append(";");
      }
    }
  }
  counts = decoder.counts();
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span{data, size});
  DecoderCounts whole;
  DecoderCounts cut;
  const std::string all = committed(bytes, size + 1, whole);
  require(committed(bytes, 1, cut) == all && cut == whole, "the same result byte by byte");
  require(committed(bytes, 7, cut) == all && cut == whole, "the same result in pieces");
  return 0;
}
