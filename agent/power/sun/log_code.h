// A positive number in 12 bits, to 0.2 %, and the short rows of them that the forecast learns from: a year fits in a
// few kilobytes of memory and of text. Refuses signs; zero becomes the least number. Used within agent/power/sun.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace karkara {

class LogCode {
 public:
  static constexpr std::uint16_t kMost = 4095;

  constexpr LogCode() = default;
  static LogCode of(double value) {
    const double steps = std::log(std::max(value, kLeastValue) / kLeastValue) / kStep;
    return LogCode{static_cast<std::uint16_t>(std::min<double>(kMost, 1 + std::round(steps)))};
  }
  static constexpr LogCode raw(std::uint16_t code) { return LogCode{std::min(code, kMost)}; }

  [[nodiscard]] constexpr std::uint16_t code() const { return code_; }
  [[nodiscard]] constexpr bool known() const { return code_ != 0; }
  [[nodiscard]] double value() const { return kLeastValue * std::exp(kStep * (code_ - 1)); }
  friend constexpr auto operator<=>(LogCode, LogCode) = default;

 private:
  static constexpr double kLeastValue = 0.01;
  static constexpr double kStep = 0.00394;  // up to 0.01 * e^(4094 * 0.00394) = 100 000
  constexpr explicit LogCode(std::uint16_t code) : code_{code} {}
  std::uint16_t code_ = 0;  // 0 is unknown
};

// The last N values, newest first, without their times.
template <std::size_t N>
class RecentCodes {
 public:
  void push(double value) {
    std::rotate(codes_.begin(), codes_.end() - 1, codes_.end());
    codes_.front() = LogCode::of(value);
  }
  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(std::ranges::count_if(codes_, &LogCode::known));
  }
  [[nodiscard]] std::optional<double> median() const {
    const std::size_t known = count();
    if (known == 0) {
      return std::nullopt;
    }
    auto sorted = codes_;
    std::ranges::sort(sorted, std::greater{});  // the unknown ones last
    const double upper = sorted[(known - 1) / 2].value();
    return known % 2 == 1 ? upper : (upper + sorted[known / 2].value()) / 2;
  }
  [[nodiscard]] std::array<LogCode, N>& codes() { return codes_; }
  [[nodiscard]] const std::array<LogCode, N>& codes() const { return codes_; }

 private:
  std::array<LogCode, N> codes_{};
};

// One value for each of the last N local days; `newest` is the last day that was set.
template <std::size_t N>
class DailyCodes {
 public:
  static constexpr std::int64_t kNoDay = -1;

  // A day before the newest means that the clock was wrong until now: what is known is then taken as recent.
  void set(std::int64_t day, double value) {
    if (newest_ == kNoDay) {
      newest_ = day;
    } else if (day < newest_) {
      newest_ = day - 1;
    }
    const auto gone = static_cast<std::size_t>(std::min<std::int64_t>(day - newest_, N));
    std::shift_right(codes_.begin(), codes_.end(), static_cast<std::ptrdiff_t>(gone));
    std::fill_n(codes_.begin(), gone, LogCode{});
    codes_.front() = LogCode::of(value);
    newest_ = day;
  }
  // What was learned late, of a day between or behind those that are known.
  void fill(std::int64_t day, double value) {
    if (newest_ == kNoDay || day > newest_) {
      set(day, value);
    } else if (const auto age = static_cast<std::uint64_t>(newest_ - day); age < N && !codes_[age].known()) {
      codes_[age] = LogCode::of(value);
    }
  }
  void clear() { *this = DailyCodes{}; }
  [[nodiscard]] std::int64_t newest() const { return newest_; }
  [[nodiscard]] LogCode days_before(std::size_t age) const { return age < N ? codes_[age] : LogCode{}; }

  void restore(std::int64_t newest, const std::array<LogCode, N>& codes) {
    newest_ = newest;
    codes_ = codes;
  }
  [[nodiscard]] const std::array<LogCode, N>& codes() const { return codes_; }

 private:
  std::int64_t newest_ = kNoDay;
  std::array<LogCode, N> codes_{};
};

}  // namespace karkara
