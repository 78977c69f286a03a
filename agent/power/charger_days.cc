#include "agent/power/charger_days.h"

#include <fmt/format.h>

#include "agent/power/state_key.h"
#include "agent/power/vedirect/day_memory.h"

namespace karkara {
namespace {

using vedirect::HistoryAsk;

constexpr Duration kSettle = std::chrono::seconds{20};  // of text, before anything is asked
// Flash wears; what the tally of the day loses in a power cut is a gap, which the charger fills.
constexpr Duration kSave = std::chrono::hours{1};

}  // namespace

std::string ChargerDays::key(const DeviceId& id) {
  return state_key("days", id);
}

void ChargerDays::line_changed() {
  book_.lose_sight();
  ask_.stop();
  listening_since_.reset();
}

void ChargerDays::another_device() {
  line_changed();
  book_ = vedirect::DayBook{};
}

Effects ChargerDays::on_block(const vedirect::TextBlock& block, Instant now) {
  const auto glance = vedirect::glance_at(block);
  if (!glance) {
    return {};
  }
  if (book_.see(*glance, block.find("SER#").value_or(""), now)) {
    changed_ = true;
    ask_.stop();  // the charger's slots have moved by one
    listening_since_ = now;
  }
  if (!listening_since_) {
    listening_since_ = now;
  }
  if (may_ask_ && !ask_.is_asking() && now >= *listening_since_ + kSettle && book_.wants_asking()) {
    ask_.begin(book_.missing());
  }
  std::vector<std::byte> question = ask_.question(now);
  return question.empty() ? Effects{} : Effects{WriteSerial{id_, std::move(question)}};
}

void ChargerDays::on_frame(const vedirect::HexFrame& frame, Instant now) {
  if (!ask_.is_asking()) {
    return;
  }
  if (const auto day = ask_.take(frame, now)) {
    book_.told(*day);
  }
  if (const auto total = ask_.take_total()) {
    book_.told(*total);
  }
  ask_ended();
}

void ChargerDays::tick(Instant now) {
  if (ask_.is_asking()) {
    ask_.tick(now);
    ask_ended();
  }
}

void ChargerDays::ask_ended() {
  if (!ask_.is_asking()) {
    book_.round_ended(ask_.nothing_from(), ask_.state() == HistoryAsk::State::Refused);
    changed_ = true;
  }
}

std::vector<ChargerDay> ChargerDays::take_missed(const KnownTime& at, Duration utc_offset) {
  changed_ = book_.know_time(at, utc_offset) || changed_;
  if (ask_.is_asking() || !at.wall) {
    return {};  // one block for all of them costs the least
  }
  std::vector<ChargerDay> told = book_.take_told();
  changed_ = changed_ || !told.empty();
  return told;
}

std::string ChargerDays::state_text() const {
  if (!may_ask_) {
    return "not asked: turned off by ask_history";
  }
  if (book_.has_no_history()) {
    return "not asked: the charger says that it keeps no history";
  }
  switch (ask_.state()) {
    case HistoryAsk::State::Asking: return fmt::format("being asked: {} answers to come", ask_.left());
    case HistoryAsk::State::NoAnswer:
      return "no answer to HEX: the cable's TX line or the firmware does not do it; asked again tomorrow";
    case HistoryAsk::State::Refused:
    case HistoryAsk::State::Told:
    case HistoryAsk::State::Idle: break;
  }
  const std::size_t missing = book_.missing().size();
  return missing == 0 ? "no day is missing" : fmt::format("{} days are missing", missing);
}

std::string ChargerDays::memory() const {
  return book_.is_known() ? to_text(book_.memory()) : std::string{};
}

Effects ChargerDays::recall(std::string_view memory) {
  auto read = vedirect::day_memory_from(memory);
  if (!read) {
    return {Note{MessageId::PowerStateUnread, {{"what", "days of " + id_.text()}, {"why", read.error().text}}}};
  }
  book_.restore(std::move(read).value());
  return {};
}

Effects ChargerDays::keep(Instant now, bool all) {
  if (!book_.is_known()) {
    return {};
  }
  if (save_at_ == Instant{}) {
    save_at_ = now + kSave;
  }
  const bool due = !ask_.is_asking() && (changed_ || now >= save_at_);
  if (!all && !due) {
    return {};
  }
  changed_ = false;
  save_at_ = now + kSave;
  return {Persist{key(id_), memory()}};
}

}  // namespace karkara
