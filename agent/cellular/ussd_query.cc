#include "agent/cellular/ussd_query.h"

namespace karkara {

void UssdQuery::take(const std::string& text) {
  UssdBalance read = parse_balance(text, settings_.patterns, settings_.currency);
  if (read.known() || !balance_.known()) {
    balance_ = std::move(read);
  }
}

std::optional<ModemDeed> UssdQuery::on_answer(const Status& status, const std::string& text,
                                              std::optional<UssdState> state) {
  if (cancelling_) {
    return std::nullopt;
  }
  if (!status) {
    // The adapter cancels what it gave up; a dialogue that failed half-way may still be open.
    failure_ = status.error().text;
    if (next_reply_ == 0) {
      return std::nullopt;
    }
    cancelling_ = true;
    return ModemUssdCancel{};
  }
  take(text);
  if (next_reply_ < settings_.replies.size()) {
    return ModemUssdRespond{settings_.replies[next_reply_++]};
  }
  if (state == UssdState::UserResponse || state == UssdState::Active) {
    cancelling_ = true;
    return ModemUssdCancel{};
  }
  return std::nullopt;
}

}  // namespace karkara
