// The bytes of a VE.Direct port as verified text blocks and HEX frames; damage is counted and thrown away.
// Refuses to give out anything of an unverified frame, to allocate, and to know what labels mean. Called by the power
// feature and the lab's replay. Source: VE.Direct-Protocol 3.29 and its "FAQ"; HEX frames may come in the middle of
// text.
#pragma once

#include <cstdint>
#include <span>

#include "agent/power/vedirect/hex_frame.h"
#include "agent/power/vedirect/text_block.h"

namespace karkara::vedirect {

struct DecoderCounts {
  std::uint64_t good_blocks = 0;
  std::uint64_t bad_blocks = 0;  // the sum does not hold, or the form is wrong
  std::uint64_t unsynced = 0;    // the first block after reset(), when we came in its middle
  std::uint64_t good_hex = 0;
  std::uint64_t bad_hex = 0;
  friend bool operator==(const DecoderCounts&, const DecoderCounts&) = default;
};

class Decoder {
 public:
  enum class Got : std::uint8_t { Nothing, Block, Hex };

  // Takes bytes off the front of `input` until something verified is whole, or the input is used up (Nothing).
  // block() or hex() hold it until the next call. How the stream is cut into inputs does not matter.
  Got next(std::span<const std::byte>& input);
  [[nodiscard]] const TextBlock& block() const { return block_; }
  [[nodiscard]] const HexFrame& hex() const { return hex_.frame(); }

  [[nodiscard]] const DecoderCounts& counts() const { return counts_; }
  void reset();  // a new stream begins: the port was opened again; counts go on

 private:
  enum class State : std::uint8_t { Idle, LineEnd, LineStart, Label, Value, Checksum };
  Got take(char c);
  Got take_hex(char c);
  void take_text(char c);
  void take_between_lines(char c);
  void take_in_field(char c);
  void begin_block(char first);
  void begin_field(char c);
  void end_label();
  void end_value();
  void extend(char c);
  Got finish_block(char checksum);

  State state_ = State::Idle;
  bool in_hex_ = false;     // state_ is what text goes back to
  bool synced_ = false;     // the end of a block was seen
  bool came_late_ = false;  // the stream began inside something
  bool damaged_ = false;    // the block under way cannot be committed whatever its sum
  bool too_long_ = false;   // the field under way does not fit
  std::uint8_t sum_ = 0;
  TextField field_;  // under way
  TextBlock block_;
  HexReader hex_;
  DecoderCounts counts_;
};

}  // namespace karkara::vedirect
