#include "agent/power/bms/bms_device.h"

#include <algorithm>
#include <chrono>

namespace karkara {
namespace {

// The slowest answer seen, of a Pylontech pack, takes a third of it at 9600 baud.
constexpr Duration kAnswerWithin = std::chrono::seconds{1};
// For a two-wire bus to turn around; a Daly needs some.
constexpr Duration kPauseBetween = std::chrono::milliseconds{50};
constexpr Duration kLeastRest = std::chrono::seconds{1};

}  // namespace

BmsDevice::BmsDevice(BmsSettings settings, std::unique_ptr<bms::Dialect> dialect)
    : settings_{std::move(settings)}, dialect_{std::move(dialect)} {}

Effects BmsDevice::start(Instant /*now*/) {
  return {OpenSerial{settings_.id, settings_.port, dialect_->baud()}};
}

Effects BmsDevice::on(const SerialOpened& /*event*/, Instant now) {
  trouble_ = "nothing was heard yet";
  return begin_look(now);
}

Effects BmsDevice::on(const SerialClosed& event, Instant /*now*/) {
  phase_ = Phase::Closed;
  until_ = Instant::max();
  trouble_ = "the line is closed: " + event.why;
  return {};
}

Effects BmsDevice::on(const SerialBytes& event, Instant now) {
  if (phase_ != Phase::Asking) {
    return {};  // nobody asked: a late answer, or noise
  }
  switch (dialect_->hear(event.bytes)) {
    case bms::Heard::Nothing: break;
    case bms::Heard::Part: until_ = now + kAnswerWithin; break;
    case bms::Heard::AnswerOfAnother:
      readings_.clear();
      heard_at_.reset();
      pause(now);
      break;
    case bms::Heard::Answer: pause(now); break;
  }
  return {};
}

Effects BmsDevice::tick(Instant now) {
  if (now < until_) {
    return {};
  }
  switch (phase_) {
    case Phase::Closed: return {};
    case Phase::Resting: return begin_look(now);
    case Phase::Pausing: tries_left_ = 0; return ask(now);
    case Phase::Asking:
      if (tries_left_ == 0) {
        dialect_->missed();
      }
      return ask(now);
  }
  return {};
}

Effects BmsDevice::retire() {
  phase_ = Phase::Closed;
  until_ = Instant::max();
  return {CloseSerial{settings_.id}};
}

Effects BmsDevice::begin_look(Instant now) {
  look_began_ = now;
  bad_frames_before_ = dialect_->bad_frames();
  tries_left_ = 0;
  dialect_->begin_look();
  return ask(now);
}

Effects BmsDevice::ask(Instant now) {
  const auto question = dialect_->question();
  if (!question) {
    end_look(now);
    return {};
  }
  tries_left_ = tries_left_ > 0 ? tries_left_ - 1 : question->tries - 1;
  phase_ = Phase::Asking;
  until_ = now + kAnswerWithin;
  return {WriteSerial{settings_.id, question->bytes}};
}

void BmsDevice::end_look(Instant now) {
  if (const auto values = dialect_->end_look()) {
    readings_ = bms::to_readings(*values);
    heard_at_ = now;
    trouble_.clear();
  } else {
    trouble_ = dialect_->bad_frames() > bad_frames_before_ ? "only answers whose check fails" : "no answer";
  }
  phase_ = Phase::Resting;
  until_ = std::max(look_began_ + settings_.pace, now + kLeastRest);
}

void BmsDevice::pause(Instant now) {
  phase_ = Phase::Pausing;
  until_ = now + kPauseBetween;
}

}  // namespace karkara
