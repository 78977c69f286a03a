// JK: nothing is believed that is not verified, and no fields break their reader.
#include "agent/power/bms/jk_bms.h"
#include "tests/fuzz/bms_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const auto bytes = std::as_bytes(std::span{data, size});
  // The record number is not kept, so only frames without one are found again.
  for (const auto& frame : bms::frames_of<jk::FrameReader>(bytes, 1'000'000)) {
    (void)jk::values_of(jk::Fields{frame.fields});
  }
  (void)jk::values_of(jk::Fields{bytes});  // no sum in the way
  bms::require(bms::frames_of<jk::FrameReader>(bytes, 1) == bms::frames_of<jk::FrameReader>(bytes, 1'000'000),
               "the cutting of bytes into reads");
  bms::answer_all_questions(BmsKind::Jk, bytes);
  return 0;
}
