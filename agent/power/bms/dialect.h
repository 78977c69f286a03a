// What the three protocols differ in: which questions make one look at a battery, what answers them, and what was
// learned. Refuses lines and time: BmsDevice has them for all. One question is under way at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/power/bms/bms_values.h"

namespace karkara::bms {

struct Question {
  std::vector<std::byte> bytes{};
  unsigned tries = 2;
};

enum class Heard : std::uint8_t {
  Nothing,          // that answers the present question
  Part,             // of an answer of several frames
  Answer,           // the present question is answered, the next one is present
  AnswerOfAnother,  // the same, and it is another battery than before
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  [[nodiscard]] virtual unsigned baud() const = 0;
  virtual void begin_look() = 0;
  // None: the look is over. What was heard before the question is put does not count as its answer.
  [[nodiscard]] virtual std::optional<Question> question() = 0;
  [[nodiscard]] virtual Heard hear(std::span<const std::byte> bytes) = 0;
  virtual void missed() = 0;  // nothing answered the present question, nor its repeats
  // Of the look that is over; nothing when what is needed was not answered.
  [[nodiscard]] virtual std::optional<BmsValues> end_look() = 0;

  [[nodiscard]] virtual std::string product() const = 0;
  [[nodiscard]] virtual std::uint64_t bad_frames() const = 0;
};

}  // namespace karkara::bms
