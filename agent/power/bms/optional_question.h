// A question that not every firmware answers: after some silent looks it is put only now and then, so that it costs no
// second of waiting in each look. Refuses to tell the looks apart: is_due() is asked once in each.
#pragma once

#include "common/reading.h"

namespace karkara::bms {

class OptionalQuestion {
 public:
  [[nodiscard]] bool is_due();
  void answered();
  void missed();
  void refused();  // the battery says that it does not know the command
  // Of what the answer would have told, when there is none.
  [[nodiscard]] Absent why_absent() const;

 private:
  unsigned missed_ = 0;
  unsigned looks_to_skip_ = 0;
  bool refused_ = false;
};

}  // namespace karkara::bms
