// Modbus frames around one question at a time: RTU with its CRC (serial line protocol 1.02), and TCP with its header.
// Refuses whatever is not the whole answer to that question: echoes of what was sent, noise, late answers, other units.
// Called by agent/io/modbus_line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace karkara {

// What came in since a question was asked, when none of it was the answer.
enum class ModbusHeard : std::uint8_t {
  Nothing,
  Damaged,
  OneCopy,  // of a write, on a line whose echo is not known: its echo, or its confirmation
};

class ModbusFraming {
 public:
  virtual ~ModbusFraming() = default;

  // The bytes to send; from now on its answer is waited for, and what came before is forgotten. `pdu` satisfies
  // is_modbus_question().
  [[nodiscard]] virtual std::vector<std::byte> ask(std::uint8_t unit, std::span<const std::byte> pdu) = 0;
  // More bytes of the line, however they are cut. The verified PDU once it is whole; then nothing until the next ask().
  [[nodiscard]] virtual std::optional<std::vector<std::byte>> take(std::span<const std::byte> bytes) = 0;
  // Ends the question without an answer.
  virtual ModbusHeard give_up() = 0;
  // Why only a new connection helps; empty: it does not need one.
  [[nodiscard]] virtual std::string_view why_lost() const { return {}; }
  // Frames that looked like the answer and failed a check, ever.
  [[nodiscard]] std::uint64_t bad_frames() const { return bad_frames_; }

 protected:
  std::uint64_t bad_frames_ = 0;
};

// Two-wire adapters give back what is sent, wholly or in part. Whether this one does shows with the first answer; a
// line where nothing comes shows nothing. Until then one copy of a write is no confirmation of it, but two are.
class ModbusRtu final : public ModbusFraming {
 public:
  [[nodiscard]] std::vector<std::byte> ask(std::uint8_t unit, std::span<const std::byte> pdu) override;
  [[nodiscard]] std::optional<std::vector<std::byte>> take(std::span<const std::byte> bytes) override;
  ModbusHeard give_up() override;

  // Before it, the confirmation of a single write is not to be told from its own echo: ask something else first.
  [[nodiscard]] bool knows_echo() const { return echo_ != Echo::Unknown; }
  [[nodiscard]] bool has_no_echo() const { return echo_ == Echo::None; }  // an answer came without one

 private:
  enum class Echo : std::uint8_t { Unknown, Comes, None };
  enum class Look : std::uint8_t { Wait, Skip, Damaged, Echo, Answer };

  [[nodiscard]] Look look(std::span<const std::byte> rest) const;
  [[nodiscard]] Look look_for_answer(std::span<const std::byte> rest) const;
  [[nodiscard]] bool is_echo_due() const;
  [[nodiscard]] bool skipped_part_of_echo() const;
  void learn_of_echo();

  std::uint8_t unit_ = 0;
  std::vector<std::byte> asked_;    // PDU; empty: nothing is asked
  std::vector<std::byte> sent_;     // the frame
  std::vector<std::byte> heard_;    // and not yet judged
  std::vector<std::byte> skipped_;  // the first of it, since the question
  bool failed_check_ = false;       // since the question
  bool echo_stripped_ = false;      // since the question
  Echo echo_ = Echo::Unknown;
};

class ModbusTcp final : public ModbusFraming {
 public:
  [[nodiscard]] std::vector<std::byte> ask(std::uint8_t unit, std::span<const std::byte> pdu) override;
  [[nodiscard]] std::optional<std::vector<std::byte>> take(std::span<const std::byte> bytes) override;
  ModbusHeard give_up() override;
  [[nodiscard]] std::string_view why_lost() const override { return lost_; }

 private:
  [[nodiscard]] bool is_answer(std::span<const std::byte> frame);
  std::optional<std::vector<std::byte>> lose(std::string_view why, std::optional<std::vector<std::byte>> answer);

  std::uint16_t transaction_ = 0;
  std::uint8_t unit_ = 0;
  std::vector<std::byte> asked_;
  std::vector<std::byte> heard_;
  bool failed_check_ = false;
  unsigned strangers_ = 0;  // frames that were no answer, since the question
  std::string_view lost_;
};

// CRC-16 with polynomial A001 from FFFF; on the wire its low byte comes first.
[[nodiscard]] std::uint16_t modbus_crc(std::span<const std::byte> bytes);

}  // namespace karkara
