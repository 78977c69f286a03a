// Whatever comes in for a question, over RTU and TCP: how it is cut changes nothing, and what is taken has a check that
// holds, found again here in the input. Input: the length of a question, the question's PDU, what is heard.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

#include "agent/codec/modbus_answer_size.h"
#include "agent/codec/modbus_frame.h"

namespace {

using namespace karkara;
using Bytes = std::span<const std::byte>;
using Answer = std::optional<std::vector<std::byte>>;

constexpr std::uint8_t kUnit = 1;

void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
  }
}

template <class Framing>
Answer answer_in(Bytes asked, Bytes heard, std::size_t piece, std::uint64_t& bad_frames) {
  Framing framing;
  (void)framing.ask(kUnit, asked);
  Answer answer;
  while (!heard.empty()) {
    const Bytes part = heard.first(std::min(piece, heard.size()));
    heard = heard.subspan(part.size());
    if (Answer got = framing.take(part)) {
      require(!answer, "answered once");
      answer = std::move(got);
    }
  }
  bad_frames = framing.bad_frames();
  (void)framing.give_up();
  return answer;
}

template <class Framing>
Answer same_however_cut(Bytes asked, Bytes heard) {
  std::uint64_t bad = 0;
  std::uint64_t bad_cut = 0;
  const Answer whole = answer_in<Framing>(asked, heard, heard.size() + 1, bad);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    require(answer_in<Framing>(asked, heard, piece, bad_cut) == whole && bad_cut == bad, "the same in pieces");
  }
  if (whole) {
    const auto size = modbus_answer_size(asked, *whole);
    require(size && size->is_final && size->bytes == whole->size(), "an answer of the right size");
  }
  return whole;
}

bool contains(Bytes heard, const std::vector<std::byte>& frame) {
  return std::search(heard.begin(), heard.end(), frame.begin(), frame.end()) != heard.end();
}

// The bits of the CRC one by one from the definition, without the codec's code: remainder of the reflected message.
std::vector<std::byte> rtu_frame(const std::vector<std::byte>& pdu) {
  std::vector<std::byte> frame{std::byte{kUnit}};
  frame.insert(frame.end(), pdu.begin(), pdu.end());
  unsigned remainder = 0xFFFF;
  for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
    const unsigned next = std::to_integer<unsigned>(frame[bit / 8]) >> bit % 8 & 1U;
    const bool divides = ((remainder ^ next) & 1U) != 0;
    remainder = remainder / 2 ^ (divides ? 0xA001U : 0U);
  }
  frame.push_back(static_cast<std::byte>(remainder % 256));
  frame.push_back(static_cast<std::byte>(remainder / 256));
  return frame;
}

std::vector<std::byte> tcp_frame(const std::vector<std::byte>& pdu) {
  std::vector<std::byte> frame{std::byte{0},    std::byte{1}, std::byte{0},
                               std::byte{0},    std::byte{0}, static_cast<std::byte>(pdu.size() + 1),
                               std::byte{kUnit}};
  frame.insert(frame.end(), pdu.begin(), pdu.end());
  return frame;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const Bytes bytes = std::as_bytes(std::span{data, size}).subspan(1);
  const Bytes asked = bytes.first(std::min<std::size_t>(data[0], bytes.size()));
  const Bytes heard = bytes.subspan(asked.size());
  if (!is_modbus_question(asked)) {
    require(!modbus_answer_size(asked, heard), "no answer without a question");
    return 0;
  }
  if (const Answer answer = same_however_cut<ModbusRtu>(asked, heard)) {
    require(contains(heard, rtu_frame(*answer)), "a check that holds");
  }
  if (const Answer answer = same_however_cut<ModbusTcp>(asked, heard)) {
    require(contains(heard, tcp_frame(*answer)), "a header that fits");
  }
  return 0;
}
