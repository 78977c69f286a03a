#include "agent/power/bms/pylontech_stack.h"

#include <algorithm>
#include <utility>

namespace karkara::pylontech {
namespace {

constexpr unsigned kMostPacks = 16;                   // of one group
constexpr unsigned kLooksUntilGone = 2;               // in which the others answered
constexpr unsigned kHighestFirst = 254 - kMostPacks;  // 255 is for all

std::optional<bms::Heard> answer_if(bool taken) {
  return taken ? std::optional{bms::Heard::Answer} : std::nullopt;
}

template <class T>
bool keep(std::optional<T>& place, std::optional<T> told) {
  if (told) {
    place = std::move(told);
  }
  return place.has_value();
}

}  // namespace

Stack::Stack(unsigned first_address)
    : first_address_{static_cast<std::uint8_t>(std::min(first_address, kHighestFirst))} {}

void Stack::begin_look() {
  for (Pack& pack : packs_) {
    pack.analog.reset();
    pack.alarms.reset();
    pack.limits.reset();
  }
  at_ = 0;
  command_ = 0;
  over_ = false;
}

// Packs are numbered one behind the other: the place behind the last, and in turns those that became empty.
std::uint8_t Stack::address_to_probe() const {
  std::vector<std::uint8_t> free;
  const auto is_taken = [this](unsigned address) {
    return std::ranges::find(packs_, address, &Pack::address) != packs_.end();
  };
  for (unsigned address = first_address_; address < first_address_ + kMostPacks; ++address) {
    if (!is_taken(address)) {
      free.push_back(static_cast<std::uint8_t>(address));
    }
    if (std::ranges::all_of(packs_, [&](const Pack& pack) { return pack.address < address; })) {
      break;
    }
  }
  return free.empty() ? first_address_ : free[probe_turn_ % free.size()];
}

std::optional<bms::Question> Stack::question() {
  reader_.reset();
  if (over_) {
    return std::nullopt;
  }
  if (is_probing()) {
    constexpr unsigned kProbes = 1;
    const unsigned tries = packs_.empty() ? bms::Question{}.tries : kProbes;
    return bms::Question{encode_request(address_to_probe(), Command::Analog), tries};
  }
  return bms::Question{encode_request(packs_[at_].address, kCommands[command_])};
}

bms::Heard Stack::hear(std::span<const std::byte> bytes) {
  while (auto frame = over_ ? std::nullopt : reader_.next(bytes)) {
    const std::uint8_t asked = is_probing() ? address_to_probe() : packs_[at_].address;
    if (frame->address != asked) {
      continue;
    }
    if (is_refusal(frame->code) && !is_probing() && command_ > 0) {
      packs_[at_].optional[command_].refused();
      go_on();
      return bms::Heard::Answer;
    }
    const auto heard = frame->code == kNormal ? take(*frame) : std::nullopt;
    if (heard) {
      packs_[at_].optional[command_].answered();
      go_on();
      return *heard;
    }
  }
  return bms::Heard::Nothing;
}

std::optional<bms::Heard> Stack::take(const Frame& frame) {
  if (is_probing()) {
    auto analog = read_analog(frame);
    if (analog) {
      const std::size_t cells = analog->cell_volts.size();
      packs_.push_back({.address = frame.address, .cells = cells, .analog = std::move(analog)});
      return bms::Heard::Answer;
    }
    return std::nullopt;
  }
  Pack& pack = packs_[at_];
  switch (kCommands[command_]) {
    case Command::Analog: return take_analog(frame);
    case Command::Serial: return take_serial(frame);
    case Command::Alarms: return answer_if(keep(pack.alarms, read_alarms(frame)));
    case Command::Limits: return answer_if(keep(pack.limits, read_limits(frame)));
    case Command::Product: product_ = read_product(frame).value_or(""); return answer_if(!product_.empty());
  }
  return std::nullopt;
}

std::optional<bms::Heard> Stack::take_analog(const Frame& frame) {
  Pack& pack = packs_[at_];
  if (!keep(pack.analog, read_analog(frame))) {
    return std::nullopt;
  }
  const std::size_t before = std::exchange(pack.cells, pack.analog->cell_volts.size());
  return before == pack.cells ? bms::Heard::Answer : start_anew(pack);
}

std::optional<bms::Heard> Stack::take_serial(const Frame& frame) {
  Pack& pack = packs_[at_];
  auto serial = read_serial(frame);
  if (!serial) {
    return std::nullopt;
  }
  const std::string before = std::exchange(pack.serial, std::move(*serial));
  if (before.empty() || before == pack.serial) {
    return bms::Heard::Answer;
  }
  std::string now = pack.serial;
  const bms::Heard heard = start_anew(pack);
  pack.serial = std::move(now);
  return heard;
}

bms::Heard Stack::start_anew(Pack& pack) {
  pack.serial.clear();
  pack.optional = {};
  product_.clear();
  return bms::Heard::AnswerOfAnother;
}

void Stack::go_on() {
  Pack& pack = packs_[at_];
  while (++command_ < kCommands.size()) {
    // In a stack every pack tells the master's product.
    const bool wanted = kCommands[command_] != Command::Product || (at_ == 0 && product_.empty());
    if (wanted && pack.optional[command_].is_due()) {
      return;
    }
  }
  next_pack();
}

void Stack::next_pack() {
  ++at_;
  command_ = 0;
  over_ = is_probing() && packs_.size() >= kMostPacks;
}

void Stack::missed() {
  if (over_) {
    return;
  }
  if (is_probing()) {
    ++probe_turn_;
    over_ = true;
  } else if (command_ == 0) {
    next_pack();
  } else {
    packs_[at_].optional[command_].missed();
    go_on();
  }
}

std::optional<bms::BmsValues> Stack::end_look() {
  over_ = true;
  const auto answered = [](const Pack& pack) { return pack.analog.has_value(); };
  if (std::ranges::none_of(packs_, answered)) {
    return std::nullopt;  // the line or the whole stack is gone: nobody has left it
  }
  drop_the_lost();
  std::ranges::sort(packs_, {}, &Pack::address);
  return std::ranges::all_of(packs_, answered) ? std::optional{values()} : std::nullopt;
}

void Stack::drop_the_lost() {
  for (Pack& pack : packs_) {
    pack.looks_missed = pack.analog ? 0 : pack.looks_missed + 1;
  }
  std::erase_if(packs_, [](const Pack& pack) { return pack.looks_missed >= kLooksUntilGone; });
}

std::string Stack::product() const {
  if (packs_.empty()) {
    return {};
  }
  return product_.empty() ? "Pylontech" : "Pylontech " + product_;
}

}  // namespace karkara::pylontech
