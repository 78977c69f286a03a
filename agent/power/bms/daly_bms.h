// One Daly BMS: what makes a look, and what the answers of a look say together. Refuses a current whose sign
// contradicts the flow that the BMS names in the same look. Called by BmsDevice.
#pragma once

#include <array>

#include "agent/power/bms/daly_answers.h"
#include "agent/power/bms/dialect.h"
#include "agent/power/bms/optional_question.h"

namespace karkara::daly {

class Bms final : public bms::Dialect {
 public:
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
  static constexpr std::array kCommands{Command::Pack,         Command::Status,   Command::CellExtremes,
                                        Command::Temperatures, Command::Switches, Command::Cells,
                                        Command::Faults,       Command::Rated};
  struct Told {
    std::optional<Pack> pack{};
    std::optional<BatteryStatus> status{};
    std::optional<CellExtremes> extremes{};
    std::optional<Temperatures> temperatures{};
    std::optional<Switches> switches{};
    std::optional<std::vector<double>> cells{};
    std::optional<std::uint64_t> faults{};
    std::optional<double> rated{};
  };

  [[nodiscard]] bms::Heard take(const Content& content);
  [[nodiscard]] bms::Heard take_status(const Content& content);
  [[nodiscard]] bms::Heard take_cells(const Content& content);
  void go_on();
  [[nodiscard]] Absent why_absent(Command command) const;
  void add_cells(bms::BmsValues& values) const;
  void add_switches(bms::BmsValues& values) const;

  FrameReader reader_{};
  Told told_{};
  CellFrames cell_frames_{};
  std::array<bms::OptionalQuestion, kCommands.size()> optional_{};
  std::size_t command_ = kCommands.size();
  unsigned cells_ = 0;  // of the battery, as long as it is the same
};

}  // namespace karkara::daly
