#include "agent/wifi/recovery_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

#include "agent/wifi/channel_plan.h"
#include "common/crc32c.h"

namespace karkara {
namespace {

constexpr std::string_view kWifiForm = "wifi1";
constexpr std::string_view kWifiCheck = " crc=";
constexpr std::size_t kMostWifiText = 8'192;
constexpr std::size_t kMostEntries = 16;
constexpr std::size_t kLongestName = 40;
constexpr std::size_t kLongestPath = 200;
constexpr std::uint32_t kMostCount = 10'000;
constexpr std::int64_t kMostDays = 1'000'000;

std::string with_check(std::string_view words) {
  return fmt::format("{}{}{:08x}", words, kWifiCheck, crc32c(std::as_bytes(std::span{words})));
}

std::string_view next_word(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

template <class Number>
std::optional<Number> number_from(std::string_view word, Number most) {
  Number number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool whole = !word.empty() && error == std::errc{} && end == word.data() + word.size();
  return whole && number >= 0 && number <= most ? std::optional{number} : std::nullopt;
}

bool is_word(std::string_view word, std::size_t longest) {
  return !word.empty() && word.size() <= longest &&
         std::ranges::none_of(word, [](char c) { return (c >= 0 && c <= ' ') || c == 127; });
}

bool is_name(std::string_view word) {
  return is_word(word, kLongestName) && word.find('/') == std::string_view::npos;
}

bool is_place(const WifiPlace& place) {
  return is_word(place.path, kLongestPath) && is_word(place.mac, kLongestName);
}

bool take_place(std::string_view& rest, WifiMemory& memory) {
  const std::string name{next_word(rest)};
  const std::string path{next_word(rest)};
  WifiPlace place{path, std::string{next_word(rest)}};
  if (!is_name(name) || !is_place(place) || memory.places.size() >= kMostEntries) {
    return false;
  }
  return memory.places.emplace(name, std::move(place)).second;
}

bool take_counts(std::string_view& rest, WifiMemory& memory) {
  const std::string name{next_word(rest)};
  const auto kicks = number_from(next_word(rest), kMostCount);
  const auto scans = number_from(next_word(rest), kMostCount);
  const auto rejoins = number_from(next_word(rest), kMostCount);
  const auto resets = number_from(next_word(rest), kMostCount);
  if (!is_name(name) || !kicks || !scans || !rejoins || !resets || memory.today.size() >= kMostEntries) {
    return false;
  }
  return memory.today.emplace(name, RecoveryCounts{*kicks, *scans, *rejoins, *resets}).second;
}

bool take_folder(std::string_view& rest, WifiMemory& memory) {
  const std::string_view folder = next_word(rest);
  if (!is_word(folder, kLongestPath) || !folder.starts_with('/') || !memory.folder.empty()) {
    return false;
  }
  memory.folder = folder;
  return true;
}

bool take_channel(std::string_view& rest, WifiMemory& memory) {
  const std::string name{next_word(rest)};
  const auto channel = number_from<std::uint32_t>(next_word(rest), 200);
  if (!is_name(name) || !channel || !plan_channel(*channel, 20) || memory.channels.size() >= kMostEntries) {
    return false;
  }
  return memory.channels.emplace(name, *channel).second;
}

}  // namespace

std::string to_text(const WifiMemory& memory) {
  if (memory.empty()) {
    return {};
  }
  std::string line = fmt::format("{} day {}", kWifiForm, memory.day);
  for (const auto& [name, counts] : memory.today) {
    if (is_name(name)) {
      line += fmt::format(" today {} {} {} {} {}", name, counts.kicks, counts.scans, counts.rejoins, counts.resets);
    }
  }
  for (const auto& [name, channel] : memory.channels) {
    if (is_name(name)) {
      line += fmt::format(" channel {} {}", name, channel);
    }
  }
  for (const auto& [name, place] : memory.places) {
    if (is_name(name) && is_place(place)) {
      line += fmt::format(" place {} {} {}", name, place.path, place.mac);
    }
  }
  if (is_word(memory.folder, kLongestPath)) {
    line += fmt::format(" folder {}", memory.folder);
  }
  return with_check(line);
}

Result<WifiMemory> wifi_memory_from(std::string_view text) {
  WifiMemory memory;
  if (text.empty()) {
    return memory;
  }
  const std::size_t at = text.rfind(kWifiCheck);
  if (text.size() > kMostWifiText || at == std::string_view::npos || with_check(text.substr(0, at)) != text) {
    return Error{ErrorCode::DataLoss, "Wi-Fi memory: damaged, or not a whole line"};
  }
  std::string_view rest = text.substr(0, at);
  const bool known = next_word(rest) == kWifiForm && next_word(rest) == "day";
  const auto day = known ? number_from(next_word(rest), kMostDays) : std::nullopt;
  if (!day) {
    return Error{ErrorCode::InvalidArgument, "Wi-Fi memory: of another version"};
  }
  memory.day = *day;
  while (!rest.empty()) {
    const std::string_view key = next_word(rest);
    const bool taken = key == "today"     ? take_counts(rest, memory)
                       : key == "channel" ? take_channel(rest, memory)
                       : key == "place"   ? take_place(rest, memory)
                       : key == "folder"  ? take_folder(rest, memory)
                                          : false;
    if (!taken) {
      return Error{ErrorCode::InvalidArgument, "Wi-Fi memory: not plausible"};
    }
  }
  return memory;
}

}  // namespace karkara
