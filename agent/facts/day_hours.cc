#include "agent/facts/day_hours.h"

#include <fmt/format.h>

namespace karkara {

std::string clock_text(std::chrono::minutes of_day) {
  return fmt::format("{:02}:{:02}", of_day.count() / 60, of_day.count() % 60);
}

std::string hours_text(const std::vector<DayHours>& all) {
  std::string text;
  for (const DayHours& hours : all) {
    text += fmt::format("{}{}-{}", text.empty() ? "" : ", ", clock_text(hours.from), clock_text(hours.to));
  }
  return text;
}

}  // namespace karkara
