// One question to the network about what is left on a SIM: the code, the replies to its menus, and the answer read.
// Refuses to hold a dialogue open: what is not finished is cancelled. Called by CellularUplink.
#pragma once

#include <optional>
#include <string>

#include "agent/cellular/settings.h"
#include "agent/facts/modem.h"

namespace karkara {

class UssdQuery {
 public:
  explicit UssdQuery(BalanceSettings settings) : settings_{std::move(settings)} {}

  [[nodiscard]] ModemDeed begin() const { return ModemUssdInitiate{settings_.code}; }
  // The next step; none: the dialogue is over, balance() holds what it gave.
  std::optional<ModemDeed> on_answer(const Status& status, const std::string& text, std::optional<UssdState> state);
  [[nodiscard]] const UssdBalance& balance() const { return balance_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }  // empty when the network answered

 private:
  void take(const std::string& text);

  BalanceSettings settings_;
  std::size_t next_reply_ = 0;
  bool cancelling_ = false;
  UssdBalance balance_;
  std::string failure_;
};

}  // namespace karkara
