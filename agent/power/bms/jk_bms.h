// One JK BMS: a single question tells all. Refuses answers without a voltage. Called by BmsDevice.
#pragma once

#include "agent/power/bms/dialect.h"
#include "agent/power/bms/jk_fields.h"
#include "agent/power/bms/jk_frame.h"

namespace karkara::jk {

class Bms final : public bms::Dialect {
 public:
  [[nodiscard]] unsigned baud() const override { return 115'200; }
  void begin_look() override;
  [[nodiscard]] std::optional<bms::Question> question() override;
  [[nodiscard]] bms::Heard hear(std::span<const std::byte> bytes) override;
  void missed() override { over_ = true; }
  [[nodiscard]] std::optional<bms::BmsValues> end_look() override;
  [[nodiscard]] std::string product() const override;
  [[nodiscard]] std::uint64_t bad_frames() const override { return reader_.bad_frames(); }

 private:
  // What tells one battery from another.
  struct Identity {
    std::uint32_t terminal = 0;
    std::string name{};
    std::size_t cells = 0;
    friend bool operator==(const Identity&, const Identity&) = default;
  };

  FrameReader reader_{};
  std::optional<bms::BmsValues> told_{};
  std::optional<Identity> identity_{};
  std::string software_{};
  bool over_ = true;
};

[[nodiscard]] bms::BmsValues values_of(const Fields& fields);

}  // namespace karkara::jk
