#include "agent/codec/hostapd_answer.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr std::size_t kLongestState = 32;

std::optional<std::string> word_behind(std::string_view key, std::string_view answer) {
  while (!answer.empty()) {
    const std::size_t end = std::min(answer.find('\n'), answer.size());
    const std::string_view line = answer.substr(0, end);
    answer.remove_prefix(std::min(end + 1, answer.size()));
    if (!line.starts_with(key)) {
      continue;
    }
    const std::string_view state = line.substr(key.size());
    const bool is_word = !state.empty() && state.size() <= kLongestState && std::ranges::all_of(state, [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    return is_word ? std::optional{std::string{state}} : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

bool is_hostapd_ok(std::string_view answer) {
  return answer == "OK\n" || answer == "OK";
}

std::optional<std::string> hostapd_state(std::string_view answer) {
  return word_behind("state=", answer);
}

std::optional<std::string> supplicant_state(std::string_view answer) {
  return word_behind("wpa_state=", answer);
}

bool is_hostapd_on(std::string_view state) {
  return state != "DISABLED" && state != "UNINITIALIZED";
}

}  // namespace karkara
