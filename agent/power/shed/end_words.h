// What people are told of orderly ends: the last word, after the next start too where nobody heard it then, and a start
// that cannot be planned. Refuses to decide anything: OrderlyEnd does. Owned by ShedControl.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/usage.h"
#include "agent/power/shed/orderly_end.h"
#include "agent/power/shed/shed_memory.h"

namespace karkara {

class EndWords {
 public:
  static constexpr std::string_view kWordKey = "last-word";
  static constexpr std::string_view kWakeKey = "wake-up";

  // What an earlier run left: of another wake-up command nothing is known.
  Status restore_word(std::string_view kept);
  Status restore_wake(std::string_view kept, const std::vector<std::string>& wake_command);

  [[nodiscard]] Effects say(const EndOrders& orders, const std::vector<std::string>& wake_command, const KnownTime& at);
  // As soon as the time is known: what an earlier run said, and whether it could plan its start.
  [[nodiscard]] Effects tick(const KnownTime& at);
  // The controller has heard every alarm so far.
  [[nodiscard]] Effects heard();
  [[nodiscard]] Effects end_called_off();
  [[nodiscard]] Effects forget_wake();  // the command is another one now, or none
  [[nodiscard]] const std::optional<WakeTrouble>& wake_trouble() const { return trouble_; }

 private:
  std::optional<LastWord> late_;  // of an earlier run, not told yet
  bool is_kept_ = false;          // a word is on disk
  bool is_told_ = false;          // that word, to whoever listens now
  std::optional<WakeTrouble> trouble_;
  bool trouble_is_told_ = false;
};

}  // namespace karkara
