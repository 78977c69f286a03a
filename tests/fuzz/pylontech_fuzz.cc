// Pylontech: nothing is believed that is not verified, and no content breaks its readers.
#include "agent/power/bms/pylontech_answers.h"
#include "tests/fuzz/bms_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const auto bytes = std::as_bytes(std::span{data, size});
  for (const auto& frame : bms::checked_frames<pylontech::FrameReader>(bytes, pylontech::encode)) {
    const int forms = int{pylontech::read_analog(frame).has_value()} + int{pylontech::read_limits(frame).has_value()} +
                      int{pylontech::read_serial(frame).has_value()};
    bms::require(forms <= 1, "one content of two forms");
    (void)pylontech::read_product(frame);
    if (const auto alarms = pylontech::read_alarms(frame)) {
      bms::require(!pylontech::alarm_words(alarms->bits).empty(), "alarms without words");
    }
  }
  bms::answer_all_questions(BmsKind::Pylontech, bytes);
  return 0;
}
