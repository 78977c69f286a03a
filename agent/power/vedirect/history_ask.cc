#include "agent/power/vedirect/history_ask.h"

#include <algorithm>

namespace karkara::vedirect {
namespace {

constexpr Duration kAnswerWithin = std::chrono::seconds{3};
constexpr Duration kPause = std::chrono::seconds{1};  // chargers lose questions that come faster
constexpr unsigned kTries = 3;
constexpr unsigned kLostInARow = 3;
constexpr unsigned kDaysACycle = 365;  // a day's number is 0 to 364
constexpr std::uint16_t kNoNumber = 0xFFFF;

std::uint16_t register_of(unsigned age) {
  return age < kHistoryDays ? static_cast<std::uint16_t>(kFirstHistoryRegister + age) : kHistoryTotalRegister;
}

}  // namespace

void HistoryAsk::begin(const std::vector<unsigned>& ages) {
  stop();
  state_ = State::Asking;
  queue_.push_back(0);
  for (const unsigned age : ages) {
    if (age > 0 && age < kHistoryDays) {
      queue_.push_back(age);
    }
  }
  queue_.push_back(kTotal);
}

void HistoryAsk::stop() {
  queue_.clear();
  pending_.reset();
  today_.reset();
  nothing_from_.reset();
  total_.reset();
  tries_ = lost_ = 0;
  state_ = State::Idle;
}

void HistoryAsk::end(State state) {
  queue_.clear();
  pending_.reset();
  state_ = state;
}

std::vector<std::byte> HistoryAsk::question(Instant now) {
  if (!is_asking() || pending_ || queue_.empty() || now < next_at_) {
    return {};
  }
  pending_ = Pending{queue_.front(), now + kAnswerWithin};
  asked_at_ = now;
  ++tries_;
  return encode_get(register_of(queue_.front()));
}

void HistoryAsk::done_with(unsigned age, Instant now) {
  if (!queue_.empty() && queue_.front() == age) {
    tries_ = 0;
  }
  std::erase(queue_, age);
  if (pending_ && pending_->age == age) {
    pending_.reset();
    next_at_ = now + kPause;
  }
  lost_ = 0;
  if (queue_.empty()) {
    end(State::Told);
  }
}

// The question or its answer did not make it.
void HistoryAsk::lose(Instant now) {
  const unsigned age = pending_->age;
  pending_.reset();
  next_at_ = now + kPause;
  if (tries_ < kTries) {
    return;
  }
  tries_ = 0;
  ++lost_;
  if (age == 0) {
    end(State::NoAnswer);
    return;
  }
  std::erase(queue_, age);
  if (queue_.empty() || lost_ >= kLostInARow) {
    end(State::Told);
  }
}

void HistoryAsk::tick(Instant now) {
  if (pending_ && now >= pending_->by) {
    lose(now);
  }
}

// Their numbers count down into the past; a charger that has none says so for each.
bool HistoryAsk::follows(const HistoryDay& day) const {
  if (*today_ == kNoNumber || day.day_number == kNoNumber) {
    return *today_ == day.day_number;
  }
  return day.day_number < kDaysACycle && *today_ < kDaysACycle &&
         day.day_number == (*today_ + kDaysACycle - day.days_ago) % kDaysACycle;
}

// Older firmware may not have them: then the round ends without.
void HistoryAsk::take_total(const RegisterAnswer& answer, Instant now) {
  if (std::ranges::find(queue_, kTotal) != queue_.end()) {
    total_ = read_history_total(answer);
    done_with(kTotal, now);
  }
}

std::optional<HistoryDay> HistoryAsk::take_day(const RegisterAnswer& answer, unsigned age) {
  auto day = read_history_day(answer);
  if (!day) {
    return std::nullopt;
  }
  if (age == 0) {
    today_ = day->day_number;
    return day;
  }
  return follows(*day) ? day : std::nullopt;
}

std::optional<HistoryDay> HistoryAsk::take(const HexFrame& frame, Instant now) {
  if (!is_asking()) {
    return std::nullopt;
  }
  const auto response = static_cast<HexResponse>(frame.command());
  if (response == HexResponse::Error && pending_) {
    lose(now);  // the question was garbled on its way
    return std::nullopt;
  }
  if (response == HexResponse::Unknown && pending_) {
    end(State::Refused);
    return std::nullopt;
  }
  const auto answer = register_answer(frame);
  if (answer && answer->response == HexResponse::Get && answer->id == kHistoryTotalRegister) {
    take_total(*answer, now);
    return std::nullopt;
  }
  if (!answer || answer->response != HexResponse::Get || answer->id < kFirstHistoryRegister) {
    return std::nullopt;
  }
  const auto age = static_cast<unsigned>(answer->id - kFirstHistoryRegister);
  if (age >= kHistoryDays || std::ranges::find(queue_, age) == queue_.end() || (age > 0 && !today_)) {
    return std::nullopt;
  }
  if (answer->flags != 0 && age > 0) {
    nothing_from_ = std::min(age, nothing_from_.value_or(age));
    std::erase_if(queue_, [&](unsigned other) { return other > age && other != kTotal; });
  }
  const auto day = take_day(*answer, age);
  if (age == 0 && !day) {
    end(answer->flags == kParameterError ? State::Told : State::Refused);  // an empty slot is filled some day
    return std::nullopt;
  }
  done_with(age, now);
  return day;
}

}  // namespace karkara::vedirect
