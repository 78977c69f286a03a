#include "agent/power/vedirect/history.h"

namespace karkara::vedirect {
namespace {

constexpr std::size_t kRecordSize = 34;
constexpr std::size_t kTotalSize = 19;  // of its first version

class Record {
 public:
  explicit Record(std::span<const std::byte> bytes) : bytes_{bytes} {}

  [[nodiscard]] std::uint16_t u16(std::size_t at) const {
    return static_cast<std::uint16_t>(byte(at) | byte(at + 1) << 8U);
  }
  [[nodiscard]] Value value16(std::size_t at, double over) const { return unless(u16(at), 0xFFFFU, over); }
  [[nodiscard]] Value value32(std::size_t at, double over) const {
    return unless(u16(at) | std::uint32_t{u16(at + 2)} << 16U, 0xFFFF'FFFFU, over);
  }
  [[nodiscard]] std::uint8_t u8(std::size_t at) const { return static_cast<std::uint8_t>(byte(at)); }
  [[nodiscard]] std::chrono::minutes minutes(std::size_t at) const { return std::chrono::minutes{u16(at)}; }

 private:
  [[nodiscard]] std::uint32_t byte(std::size_t at) const { return std::to_integer<std::uint32_t>(bytes_[at]); }
  static Value unless(std::uint32_t number, std::uint32_t sentinel, double over) {
    return number == sentinel ? Value{Absent::NotAvailable} : Value{number / over};
  }
  std::span<const std::byte> bytes_;
};

}  // namespace

std::optional<HistoryDay> read_history_day(const RegisterAnswer& answer) {
  if (answer.id < kFirstHistoryRegister || answer.id >= kFirstHistoryRegister + kHistoryDays || answer.flags != 0 ||
      answer.value.size() != kRecordSize) {
    return std::nullopt;
  }
  const Record record{answer.value};
  HistoryDay day;
  day.days_ago = static_cast<unsigned>(answer.id - kFirstHistoryRegister);
  day.yield_kwh = record.value32(1, 100);
  day.load_kwh = record.value32(5, 100);
  day.battery_volts_most = record.value16(9, 100);
  day.battery_volts_least = record.value16(11, 100);
  day.errors = {record.u8(14), record.u8(15), record.u8(16), record.u8(17)};  // behind the kind of their table
  day.bulk = record.minutes(18);
  day.absorption = record.minutes(20);
  day.floating = record.minutes(22);
  day.panel_watts_most = record.value32(24, 1);
  day.battery_amperes_most = record.value16(28, 10);
  day.panel_volts_most = record.value16(30, 100);
  day.day_number = record.u16(32);
  return day;
}

std::optional<HistoryTotal> read_history_total(const RegisterAnswer& answer) {
  if (answer.id != kHistoryTotalRegister || answer.flags != 0 || answer.value.size() < kTotalSize) {
    return std::nullopt;
  }
  const Record record{answer.value};
  HistoryTotal total;
  total.errors = {record.u8(2), record.u8(3), record.u8(4), record.u8(5)};  // behind version and kind of their table
  total.user_yield_kwh = record.value32(6, 100);
  total.yield_kwh = record.value32(10, 100);
  total.panel_volts_most = record.value16(14, 100);
  total.battery_volts_most = record.value16(16, 100);
  total.days_kept = record.u8(18);
  return total;
}

}  // namespace karkara::vedirect
