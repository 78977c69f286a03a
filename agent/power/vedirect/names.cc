#include "agent/power/vedirect/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace karkara::vedirect {
namespace {

struct Named {
  std::uint32_t number;
  std::string_view name;
};

constexpr Named kChargeStates[] = {
    {0, "off"},
    {1, "low power"},
    {2, "fault"},
    {3, "bulk"},
    {4, "absorption"},
    {5, "float"},
    {6, "storage"},
    {7, "equalise"},
    {9, "inverting"},
    {11, "power supply"},
    {245, "starting up"},
    {246, "repeated absorption"},
    {247, "automatic equalise"},
    {248, "BatterySafe"},
    {252, "external control"},
};

constexpr Named kErrors[] = {
    {0, "no error"},
    {2, "battery voltage too high"},
    {17, "charger too hot"},
    {18, "charger over-current"},
    {19, "charger current reversed"},
    {20, "bulk time limit exceeded"},
    {21, "current sensor"},
    {26, "terminals overheated"},
    {28, "converter"},
    {33, "panel voltage too high"},
    {34, "panel current too high"},
    {38, "input shut down: battery voltage too high"},
    {39, "input shut down: current while off"},
    {65, "lost communication with a device"},
    {66, "synchronised charging configuration"},
    {67, "BMS connection lost"},
    {68, "network misconfigured"},
    {116, "factory calibration lost"},
    {117, "invalid firmware"},
    {119, "settings lost"},
};

constexpr Named kTracker[] = {{0, "off"}, {1, "limited"}, {2, "tracking"}};

constexpr Named kOffReasons[] = {
    {0x001, "no input power"},
    {0x002, "switched off"},
    {0x004, "switched off by the mode register"},
    {0x008, "remote input"},
    {0x010, "protection"},
    {0x020, "paygo"},
    {0x040, "BMS"},
    {0x080, "engine shutdown"},
    {0x100, "analysing input"},
};

constexpr Named kAlarmReasons[] = {
    {1, "low voltage"},         {2, "high voltage"},          {4, "low state of charge"},
    {8, "low starter voltage"}, {16, "high starter voltage"}, {32, "low temperature"},
    {64, "high temperature"},   {128, "mid-point"},           {256, "overload"},
    {512, "DC ripple"},         {1024, "low AC output"},      {2048, "high AC output"},
    {4096, "short circuit"},    {8192, "BMS lockout"},
};

std::string name_in(std::span<const Named> table, std::uint32_t number, std::string_view kind) {
  const auto found = std::ranges::find(table, number, &Named::number);
  return found != table.end() ? std::string{found->name} : fmt::format("{} {}", kind, number);
}

std::vector<std::string> names_of_bits(std::span<const Named> table, std::uint32_t bits) {
  std::vector<std::string> names;
  for (std::uint32_t bit = 1; bit != 0; bit <<= 1U) {
    if ((bits & bit) != 0) {
      names.push_back(name_in(table, bit, "bit"));
    }
  }
  return names;
}

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "0208" -> "2.08"; empty when it is no such number.
std::string dotted(std::string_view text) {
  if (text.size() < 3 || text.size() > 4 || !all_digits(text)) {
    return {};
  }
  std::string_view major = text.substr(0, text.size() - 2);
  major.remove_prefix(std::min(major.find_first_not_of('0'), major.size() - 1));
  return fmt::format("{}.{}", major, text.substr(text.size() - 2));
}

}  // namespace

std::string charge_state_name(unsigned cs) {
  return name_in(kChargeStates, cs, "state");
}
std::string charger_error_name(unsigned err) {
  return name_in(kErrors, err, "error");
}
std::string tracker_name(unsigned mppt) {
  return name_in(kTracker, mppt, "tracker");
}
std::vector<std::string> off_reasons(std::uint32_t bits) {
  return names_of_bits(kOffReasons, bits);
}
std::vector<std::string> alarm_reasons(std::uint32_t bits) {
  return names_of_bits(kAlarmReasons, bits);
}

std::string firmware_version(std::string_view text) {
  std::string version;
  if (text.size() >= 5) {  // FWE
    version = dotted(text.substr(0, text.size() - 2));
    const std::string_view release = text.substr(text.size() - 2);
    if (!version.empty() && release != "FF" && release != "ff") {
      version += fmt::format("-beta-{}", release);
    }
  } else if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
    version = dotted(text.substr(1));
    if (!version.empty()) {
      version += fmt::format("-rc-{}", text[0]);
    }
  } else {
    version = dotted(text);
  }
  return version.empty() ? std::string{text} : version;
}

}  // namespace karkara::vedirect
