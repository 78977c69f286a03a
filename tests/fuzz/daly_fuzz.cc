// Daly: nothing is believed that is not verified, wherever noise shifts it.
#include "agent/power/bms/daly_answers.h"
#include "tests/fuzz/bms_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const auto bytes = std::as_bytes(std::span{data, size});
  daly::CellFrames cells;
  for (const auto& frame : bms::checked_frames<daly::FrameReader>(bytes, daly::encode)) {
    (void)daly::read_switches(frame.content);
    (void)cells.take(frame.content);
    bms::require(!daly::fault_words(daly::read_faults(frame.content)).empty(), "faults without words");
  }
  const auto volts = cells.volts(16);
  bms::require(!volts || volts->size() == 16, "as many cells as there are");
  bms::answer_all_questions(BmsKind::Daly, bytes);
  return 0;
}
