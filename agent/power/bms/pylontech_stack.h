// A stack of Pylontech packs on one bus as one battery: asks each address, finds packs that join and drops those that
// leave, and adds up what they say. Refuses half a stack: sums without a pack that is still expected are never told.
// Called by BmsDevice.
#pragma once

#include <array>

#include "agent/power/bms/dialect.h"
#include "agent/power/bms/optional_question.h"
#include "agent/power/bms/pylontech_answers.h"

namespace karkara::pylontech {

class Stack final : public bms::Dialect {
 public:
  explicit Stack(unsigned first_address);

  [[nodiscard]] unsigned baud() const override { return 9'600; }
  void begin_look() override;
  [[nodiscard]] std::optional<bms::Question> question() override;
  [[nodiscard]] bms::Heard hear(std::span<const std::byte> bytes) override;
  void missed() override;
  [[nodiscard]] std::optional<bms::BmsValues> end_look() override;
  [[nodiscard]] std::string product() const override;
  [[nodiscard]] std::uint64_t bad_frames() const override { return reader_.bad_frames(); }

 private:
  // In the order of asking; the first is needed, of the others each firmware knows some.
  static constexpr std::array kCommands{Command::Analog, Command::Serial, Command::Alarms, Command::Limits,
                                        Command::Product};
  static constexpr std::size_t kAlarmsAt = 2;
  static constexpr std::size_t kLimitsAt = 3;
  struct Pack {
    std::uint8_t address = 0;
    std::string serial{};
    std::size_t cells = 0;
    unsigned looks_missed = 0;  // while others answered
    std::array<bms::OptionalQuestion, kCommands.size()> optional{};
    std::optional<Module> analog{};  // of this look, like what follows
    std::optional<Alarms> alarms{};
    std::optional<Limits> limits{};
  };

  [[nodiscard]] bool is_probing() const { return at_ == packs_.size(); }
  [[nodiscard]] std::uint8_t address_to_probe() const;
  [[nodiscard]] std::optional<bms::Heard> take(const Frame& frame);
  [[nodiscard]] std::optional<bms::Heard> take_analog(const Frame& frame);
  [[nodiscard]] std::optional<bms::Heard> take_serial(const Frame& frame);
  [[nodiscard]] bms::Heard start_anew(Pack& pack);
  void go_on();
  void next_pack();
  void drop_the_lost();
  [[nodiscard]] bms::BmsValues values() const;
  void add_board_temperature(bms::BmsValues& values) const;
  void add_alarms(bms::BmsValues& values) const;
  void add_limits(bms::BmsValues& values) const;

  std::uint8_t first_address_;
  FrameReader reader_{};
  std::vector<Pack> packs_{};
  std::size_t at_ = 0;       // which pack is asked; one past the last: whether there is another
  std::size_t command_ = 0;  // in kCommands
  bool over_ = true;
  std::size_t probe_turn_ = 0;
  std::string product_{};
};

}  // namespace karkara::pylontech
