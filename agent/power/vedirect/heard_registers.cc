#include "agent/power/vedirect/heard_registers.h"

#include <algorithm>
#include <string>

#include "agent/power/vedirect/register_ask.h"
#include "agent/power/vedirect/registers.h"

namespace karkara::vedirect {
namespace {

constexpr Duration kHolds = std::chrono::minutes{1};  // what comes by itself comes while it changes
constexpr Duration kAnswerHolds = 2 * kRegisterPace + std::chrono::minutes{1};
constexpr Duration kReasonHolds = std::chrono::hours{25};  // what a device has not is asked for once a day

// "hex-battery-temperature"
std::string quantity_of(const RegisterRule& rule) {
  std::string name = "hex-" + std::string{rule.name};
  std::ranges::replace(name, ' ', '-');
  return name;
}

}  // namespace

void HeardRegisters::take(const HexFrame& frame, Instant now) {
  const auto answer = register_answer(frame);
  if (!answer || (answer->response != HexResponse::Async && answer->response != HexResponse::Get)) {
    return;
  }
  const RegisterRule* rule = find_register(answer->id);
  if (rule != nullptr && rule->form != RegisterForm::Text) {
    const Value value = read_register(*rule, *answer);
    const Duration answer_holds = has_value(value) ? kAnswerHolds : kReasonHolds;
    heard_.insert_or_assign(answer->id,
                            Heard{value, now + (answer->response == HexResponse::Get ? answer_holds : kHolds)});
  }
}

Value HeardRegisters::value(std::uint16_t id, Instant now) const {
  const auto heard = heard_.find(id);
  if (heard == heard_.end()) {
    return Absent::NotImplemented;
  }
  return now >= heard->second.until ? Value{Absent::Stale} : heard->second.value;
}

void HeardRegisters::add_to(std::vector<QuantityReport>& all, Instant now) const {
  for (const auto& [id, heard] : heard_) {
    const RegisterRule& rule = *find_register(id);
    all.push_back({quantity_of(rule), std::string{rule.unit}, value(id, now)});
  }
}

}  // namespace karkara::vedirect
