#include "agent/mesh/radio_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "common/crc32c.h"

namespace karkara {
namespace {

constexpr std::string_view kForm = "radios1";
constexpr std::string_view kCheck = " crc=";
constexpr std::size_t kMostText = 8'192;
constexpr std::size_t kMostRadios = 64;
constexpr std::size_t kMostInterfaces = 64;
constexpr std::size_t kLongestInterface = 15;  // IFNAMSIZ
constexpr int kMostDbm = 100;

// What the kernel takes as a name (dev_valid_name): no white space, so that it is a word of the line.
bool is_interface(std::string_view name) {
  return !name.empty() && name.size() <= kLongestInterface && name != "." && name != ".." &&
         std::ranges::none_of(name, [](char c) { return c == '/' || c == ':' || (c >= 0 && c <= ' ') || c == 127; });
}

std::string checked(std::string_view words) {
  return fmt::format("{}{}{:08x}", words, kCheck, crc32c(std::as_bytes(std::span{words})));
}

std::string_view take_word(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

std::optional<FormerPower> former_from(std::string_view word) {
  if (word == "auto") {
    return FormerPower{};
  }
  int dbm = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), dbm);
  const bool whole = !word.empty() && error == std::errc{} && end == word.data() + word.size();
  return whole && std::abs(dbm) <= kMostDbm ? std::optional{FormerPower{Dbm{static_cast<double>(dbm)}}} : std::nullopt;
}

Error impossible() {
  return {ErrorCode::InvalidArgument, "radio memory: not plausible"};
}

// "off wlan0" or "power auto"; false: not plausible.
bool take_deed(std::string_view key, std::string_view value, RadioMemory& memory) {
  if (key == "off" && is_interface(value) && memory.off.size() < kMostInterfaces) {
    memory.off.emplace_back(value);
    return true;
  }
  if (key == "power" && !memory.lowered) {
    memory.lowered = former_from(value);
    return memory.lowered.has_value();
  }
  return false;
}

}  // namespace

std::string to_text(const RadioMemories& memories) {
  std::string line{kForm};
  for (const auto& [id, memory] : memories) {
    if (memory.empty()) {
      continue;
    }
    line += " radio " + id.text();
    for (const std::string& name : memory.off) {
      line += is_interface(name) ? " off " + name : std::string{};
    }
    if (memory.lowered) {
      const auto& fixed = memory.lowered->fixed;
      line += fixed ? fmt::format(" power {}", std::lround(fixed->value())) : std::string{" power auto"};
    }
  }
  return checked(line);
}

Result<RadioMemories> radio_memories_from(std::string_view text) {
  RadioMemories memories;
  if (text.empty()) {
    return memories;
  }
  const std::size_t at = text.rfind(kCheck);
  if (text.size() > kMostText || at == std::string_view::npos || checked(text.substr(0, at)) != text) {
    return Error{ErrorCode::DataLoss, "radio memory: damaged, or not a whole line"};
  }
  std::string_view rest = text.substr(0, at);
  if (take_word(rest) != kForm) {
    return Error{ErrorCode::InvalidArgument, "radio memory: of another version"};
  }
  RadioMemory* memory = nullptr;
  while (!rest.empty()) {
    const std::string_view key = take_word(rest);
    const std::string_view value = take_word(rest);
    if (key == "radio") {
      const auto id = RadioId::parse(value);
      if (!id || memories.size() >= kMostRadios || memories.contains(*id)) {
        return impossible();
      }
      memory = &memories[*id];
    } else if (memory == nullptr || !take_deed(key, value, *memory)) {
      return impossible();
    }
  }
  return memories;
}

}  // namespace karkara
