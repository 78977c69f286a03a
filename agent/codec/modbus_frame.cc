#include "agent/codec/modbus_frame.h"

#include <algorithm>
#include <utility>

#include "agent/codec/modbus_answer_size.h"

namespace karkara {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t kCheck = 2;          // bytes of an RTU frame's CRC
constexpr std::size_t kShortest = 5;       // an RTU frame with an exception
constexpr std::size_t kMostSkipped = 256;  // kept to recognise an echo: a frame is not longer

// The TCP header: transaction, protocol (0), length of what follows, unit.
constexpr std::size_t kHeader = 7;
constexpr std::size_t kLengthEnd = 6;
constexpr std::size_t kLeastLength = 3;  // unit and the shortest PDU
constexpr std::size_t kMostLength = 1 + kMostModbusPdu;
// Late answers are few, one for each question that was given up; a gateway may also tell everybody's to everybody.
constexpr unsigned kMostStrangers = 32;

std::uint16_t word_at(Bytes bytes, std::size_t index) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[index]) << 8U |
                                    std::to_integer<unsigned>(bytes[index + 1]));
}

void put_word(std::vector<std::byte>& bytes, unsigned word) {
  bytes.push_back(static_cast<std::byte>(word >> 8U & 0xFFU));
  bytes.push_back(static_cast<std::byte>(word & 0xFFU));
}

bool starts_with(Bytes bytes, Bytes beginning) {
  return bytes.size() >= beginning.size() && std::ranges::equal(bytes.first(beginning.size()), beginning);
}
bool ends_with(Bytes bytes, Bytes end) {
  return bytes.size() >= end.size() && std::ranges::equal(bytes.last(end.size()), end);
}

bool check_holds(Bytes frame) {
  const Bytes check = frame.last(kCheck);
  const unsigned sent = std::to_integer<unsigned>(check[0]) | std::to_integer<unsigned>(check[1]) << 8U;
  return modbus_crc(frame.first(frame.size() - kCheck)) == sent;
}

}  // namespace

std::uint16_t modbus_crc(Bytes bytes) {
  unsigned crc = 0xFFFF;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<unsigned>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xA001U : crc >> 1U;
    }
  }
  return static_cast<std::uint16_t>(crc);
}

// --- RTU --------------------------------------------------------------------------------------------------------
std::vector<std::byte> ModbusRtu::ask(std::uint8_t unit, Bytes pdu) {
  unit_ = unit;
  asked_.assign(pdu.begin(), pdu.end());
  sent_.assign(1, std::byte{unit});
  sent_.insert(sent_.end(), pdu.begin(), pdu.end());
  const std::uint16_t crc = modbus_crc(sent_);
  sent_.push_back(static_cast<std::byte>(crc & 0xFFU));
  sent_.push_back(static_cast<std::byte>(crc >> 8U));
  heard_.clear();
  skipped_.clear();
  failed_check_ = false;
  echo_stripped_ = false;
  return sent_;
}

// An echo in part, before what is looked at now.
bool ModbusRtu::skipped_part_of_echo() const {
  return !skipped_.empty() && (starts_with(sent_, skipped_) || ends_with(sent_, skipped_));
}

// Where the answer repeats the question, the first copy is the echo unless the line is known to have none.
bool ModbusRtu::is_echo_due() const {
  if (echo_stripped_) {
    return false;
  }
  return !answer_repeats_question(asked_) || (echo_ != Echo::None && !skipped_part_of_echo());
}

ModbusRtu::Look ModbusRtu::look(Bytes rest) const {
  if (is_echo_due() && starts_with(rest, sent_)) {
    return Look::Echo;
  }
  const Look found = look_for_answer(rest);
  if (is_echo_due() && starts_with(sent_, rest)) {
    // An echo that is under way, most likely; without echoes a whole answer may begin like its question.
    return echo_ == Echo::None && found == Look::Answer ? Look::Answer : Look::Wait;
  }
  return found;
}

ModbusRtu::Look ModbusRtu::look_for_answer(Bytes rest) const {
  if (rest[0] != std::byte{unit_}) {
    return Look::Skip;
  }
  const auto size = modbus_answer_size(asked_, rest.subspan(1));
  if (!size) {
    return Look::Skip;
  }
  const std::size_t frame = 1 + size->bytes + kCheck;
  if (!size->is_final || rest.size() < frame) {
    return Look::Wait;
  }
  return check_holds(rest.first(frame)) ? Look::Answer : Look::Damaged;
}

// From an answer; one that repeats the question and came alone proves nothing.
void ModbusRtu::learn_of_echo() {
  if (echo_stripped_) {
    echo_ = Echo::Comes;  // of a write, too: no device confirms one twice
  } else if (skipped_.empty() && !answer_repeats_question(asked_)) {
    echo_ = Echo::None;
  }
}

std::optional<std::vector<std::byte>> ModbusRtu::take(Bytes bytes) {
  if (asked_.empty()) {
    return std::nullopt;
  }
  heard_.insert(heard_.end(), bytes.begin(), bytes.end());
  std::size_t at = 0;
  for (bool waits = false; !waits && at < heard_.size();) {
    const Bytes rest = Bytes{heard_}.subspan(at);
    switch (look(rest)) {
      case Look::Wait: waits = true; break;
      case Look::Damaged:
        failed_check_ = true;
        ++bad_frames_;
        [[fallthrough]];
      case Look::Skip:
        if (skipped_.size() < kMostSkipped) {
          skipped_.push_back(rest[0]);
        }
        ++at;
        break;
      case Look::Echo:
        echo_stripped_ = true;
        at += sent_.size();
        break;
      case Look::Answer: {
        const std::size_t size = modbus_answer_size(asked_, rest.subspan(1))->bytes;
        const Bytes pdu = rest.subspan(1, size);
        std::vector<std::byte> answer{pdu.begin(), pdu.end()};
        learn_of_echo();
        asked_.clear();
        return answer;
      }
    }
  }
  heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(at));
  return std::nullopt;
}

ModbusHeard ModbusRtu::give_up() {
  std::size_t odd_bytes = skipped_part_of_echo() ? 0 : skipped_.size();
  odd_bytes += starts_with(sent_, heard_) ? 0 : heard_.size();
  const bool one_copy = echo_stripped_ && echo_ == Echo::Unknown && answer_repeats_question(asked_);
  if (echo_stripped_ && !one_copy) {
    echo_ = Echo::Comes;
  } else if (skipped_.empty() && heard_.empty() && echo_ == Echo::Comes) {
    echo_ = Echo::Unknown;  // the line is dead for now, or it has another adapter
  }
  asked_.clear();
  heard_.clear();
  if (one_copy) {
    return ModbusHeard::OneCopy;
  }
  return failed_check_ || odd_bytes >= kShortest ? ModbusHeard::Damaged : ModbusHeard::Nothing;
}

// --- TCP --------------------------------------------------------------------------------------------------------
std::vector<std::byte> ModbusTcp::ask(std::uint8_t unit, Bytes pdu) {
  ++transaction_;
  unit_ = unit;
  asked_.assign(pdu.begin(), pdu.end());
  failed_check_ = false;
  strangers_ = 0;
  std::vector<std::byte> frame;
  put_word(frame, transaction_);
  put_word(frame, 0);
  put_word(frame, static_cast<unsigned>(1 + pdu.size()));
  frame.push_back(std::byte{unit});
  frame.insert(frame.end(), pdu.begin(), pdu.end());
  return frame;
}

// A frame of another transaction is a late answer, and no fault.
bool ModbusTcp::is_answer(Bytes frame) {
  if (asked_.empty() || word_at(frame, 0) != transaction_) {
    return false;
  }
  const Bytes pdu = frame.subspan(kHeader);
  const auto size = modbus_answer_size(asked_, pdu);
  if (frame[kLengthEnd] == std::byte{unit_} && size && size->is_final && size->bytes == pdu.size()) {
    return true;
  }
  failed_check_ = true;
  ++bad_frames_;
  return false;
}

std::optional<std::vector<std::byte>> ModbusTcp::lose(std::string_view why,
                                                      std::optional<std::vector<std::byte>> answer) {
  lost_ = why;
  ++bad_frames_;
  heard_.clear();
  return answer;
}

std::optional<std::vector<std::byte>> ModbusTcp::take(Bytes bytes) {
  if (!lost_.empty()) {
    return std::nullopt;
  }
  heard_.insert(heard_.end(), bytes.begin(), bytes.end());
  std::optional<std::vector<std::byte>> answer;
  std::size_t at = 0;
  while (heard_.size() - at >= kLengthEnd) {
    const Bytes rest = Bytes{heard_}.subspan(at);
    const std::size_t length = word_at(rest, 4);
    if (word_at(rest, 2) != 0 || length < kLeastLength || length > kMostLength) {
      return lose("what comes is not Modbus", std::move(answer));
    }
    if (rest.size() < kLengthEnd + length) {
      break;
    }
    const Bytes frame = rest.first(kLengthEnd + length);
    if (is_answer(frame)) {
      answer.emplace(frame.begin() + kHeader, frame.end());
      asked_.clear();
    } else if (++strangers_ > kMostStrangers) {
      return lose("too many frames come that nobody asked for", std::move(answer));
    }
    at += frame.size();
  }
  heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(at));
  return answer;
}

ModbusHeard ModbusTcp::give_up() {
  asked_.clear();
  return failed_check_ ? ModbusHeard::Damaged : ModbusHeard::Nothing;
}

}  // namespace karkara
