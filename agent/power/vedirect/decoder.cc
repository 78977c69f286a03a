#include "agent/power/vedirect/decoder.h"

namespace karkara::vedirect {

void Decoder::reset() {
  state_ = State::Idle;
  in_hex_ = false;
  synced_ = false;
  came_late_ = false;
}

Decoder::Got Decoder::next(std::span<const std::byte>& input) {
  for (std::size_t i = 0; i < input.size(); ++i) {
    const Got got = take(static_cast<char>(input[i]));
    if (got != Got::Nothing) {
      input = input.subspan(i + 1);
      return got;
    }
  }
  input = {};
  return Got::Nothing;
}

Decoder::Got Decoder::take(char c) {
  if (in_hex_) {
    return take_hex(c);
  }
  if (state_ == State::Checksum) {  // any byte, ':' and '\n' too
    return finish_block(c);
  }
  if (c == ':') {
    in_hex_ = true;
    hex_.start();
    return Got::Nothing;
  }
  sum_ = static_cast<std::uint8_t>(sum_ + static_cast<std::uint8_t>(c));
  take_text(c);
  return Got::Nothing;
}

// HEX bytes never touch sum_ or state_: text goes on where it was.
Decoder::Got Decoder::take_hex(char c) {
  switch (hex_.take(c)) {
    case HexReader::Outcome::More: return Got::Nothing;
    case HexReader::Outcome::Whole:
      in_hex_ = false;
      ++counts_.good_hex;
      return Got::Hex;
    case HexReader::Outcome::Broken: break;
  }
  ++counts_.bad_hex;
  in_hex_ = c == ':';  // the frame before lost its end: this is the next one
  if (in_hex_) {
    hex_.start();
  }
  return Got::Nothing;
}

void Decoder::take_text(char c) {
  switch (state_) {
    case State::Idle:
      if (c == '\r' || c == '\n') {
        begin_block(c);
      } else {
        came_late_ = came_late_ || !synced_;
      }
      return;
    case State::LineEnd:
    case State::LineStart: return take_between_lines(c);
    case State::Label:
    case State::Value: return take_in_field(c);
    case State::Checksum: return;  // take() finishes the block
  }
}

void Decoder::take_between_lines(char c) {
  if (c == '\r' && block_.is_empty()) {
    begin_block(c);  // what came before was noise
  } else if (state_ == State::LineStart) {
    begin_field(c);
  } else if (c == '\n') {
    state_ = State::LineStart;
  } else {
    damaged_ = true;
  }
}

void Decoder::take_in_field(char c) {
  if (is_printable(c)) {
    extend(c);
  } else if (c == '\t' && state_ == State::Label) {
    end_label();
  } else if (c == '\r' && state_ == State::Value) {
    end_value();
  } else {
    damaged_ = true;
    state_ = c == '\r' ? State::LineEnd : c == '\n' ? State::LineStart : state_;
  }
}

void Decoder::begin_block(char first) {
  block_.clear();
  sum_ = static_cast<std::uint8_t>(first);
  state_ = first == '\r' ? State::LineEnd : State::LineStart;
  damaged_ = first != '\r' || (came_late_ && !synced_);
}

void Decoder::begin_field(char c) {
  field_.label.clear();
  field_.value.clear();
  too_long_ = false;
  state_ = State::Label;
  damaged_ = damaged_ || c == '\t';  // a value without a label
  take_in_field(c);
}

void Decoder::end_label() {
  const bool is_last = !too_long_ && same_ignoring_case(field_.label.view(), "Checksum");
  state_ = is_last ? State::Checksum : State::Value;
}

// A damaged block is still followed, so that its end is found.
void Decoder::end_value() {
  if (!(too_long_ ? block_.skip_one() : block_.add(field_))) {
    damaged_ = true;
  }
  state_ = State::LineEnd;
}

void Decoder::extend(char c) {
  too_long_ = too_long_ || !(state_ == State::Label ? field_.label.append(c) : field_.value.append(c));
}

Decoder::Got Decoder::finish_block(char checksum) {
  sum_ = static_cast<std::uint8_t>(sum_ + static_cast<std::uint8_t>(checksum));
  state_ = State::Idle;
  const bool was_synced = synced_;
  synced_ = true;
  if (sum_ == 0 && !damaged_ && !block_.fields().empty() && !block_.has_duplicates()) {
    block_.set_checksum(static_cast<std::uint8_t>(checksum));
    ++counts_.good_blocks;
    return Got::Block;
  }
  ++(was_synced ? counts_.bad_blocks : counts_.unsynced);
  return Got::Nothing;
}

}  // namespace karkara::vedirect
