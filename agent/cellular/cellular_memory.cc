#include "agent/cellular/cellular_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <vector>

namespace karkara {
namespace {

using std::chrono::duration_cast;
using std::chrono::minutes;
constexpr std::array<std::string_view, 6> kCauses = {"held", "portal", "denied", "unrecovered", "weak", "unusable"};
constexpr std::size_t kMostIccid = 22;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty() && words.size() < DailyCaps::kMostKept + 2) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end > 0) {
      words.push_back(line.substr(0, end));
    }
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

std::optional<std::int64_t> number_in(std::string_view word, std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  const bool good = error == std::errc{} && end == word.data() + word.size() && value >= least && value <= most;
  return good ? std::optional{value} : std::nullopt;
}

std::optional<Instant> instant_before(std::string_view age, Instant now) {
  const auto ago = number_in(age, 0, 1'000'000);
  return ago ? std::optional{Instant{now.since_boot() - minutes{*ago}}} : std::nullopt;
}

std::int64_t age_of(Instant at, Instant now) {
  return std::max<std::int64_t>(0, duration_cast<minutes>(now - at).count());
}

using Words = std::vector<std::string_view>;

void read_spent(const Words& words, Instant now, CellularMemory& memory) {
  const auto deed = words.size() > 1 ? capped_deed_named(words[1]) : std::nullopt;
  for (std::size_t i = 2; deed && i < words.size(); ++i) {
    if (const auto at = instant_before(words[i], now)) {
      memory.caps.spend(*deed, *at);
    }
  }
}

void read_pin(const Words& words, CellularMemory& memory) {
  if (words.size() != 6) {
    return;
  }
  const auto slot = number_in(words[1], 0, CellularMemory::kMostSlots);
  const auto tries = number_in(words[2], 0, 255);
  const auto fingerprint = number_in(words[3], 0, 0xffff'ffff);
  const auto sent = number_in(words[4], 0, 255);
  if (slot && fingerprint && sent) {
    PinAttempt attempt{
        {}, static_cast<std::uint32_t>(*fingerprint), static_cast<std::uint32_t>(*sent), words[5] == "refused"};
    if (tries) {
      attempt.tries_left = static_cast<std::uint32_t>(*tries);
    }
    memory.pin_attempts[static_cast<std::uint32_t>(*slot)] = attempt;
  }
}

void read_slot(const Words& words, Instant now, CellularMemory& memory) {
  const auto slot = words.size() == 6 ? number_in(words[1], 0, CellularMemory::kMostSlots) : std::nullopt;
  if (!slot) {
    return;
  }
  SlotRecord record;
  if (words[2] != "-" && words[2].size() <= kMostIccid) {
    record.iccid = words[2];
  }
  if (const auto tenths = number_in(words[3], -2000, 0)) {
    record.rsrp = Dbm{static_cast<double>(*tenths) / 10};
  }
  const auto cause = std::find(kCauses.begin(), kCauses.end(), words[5]);
  if (const auto at = instant_before(words[4], now); at && cause != kCauses.end()) {
    record.left_at = at;
    record.left_for = static_cast<SlotCause>(cause - kCauses.begin());
  }
  memory.slots[static_cast<std::uint32_t>(*slot)] = record;
}

}  // namespace

std::string_view to_string(SlotCause cause) {
  return kCauses[static_cast<std::size_t>(cause)];
}

std::string CellularMemory::encode(Instant now) const {
  std::string text;
  const auto out = std::back_inserter(text);
  for (std::size_t i = 0; i < kCappedDeeds; ++i) {
    const auto deed = static_cast<CappedDeed>(i);
    if (caps.spent(deed, now) == 0) {
      continue;
    }
    fmt::format_to(out, "spent {}", to_string(deed));
    for (const Instant at : caps.times(deed)) {
      if (now - at < DailyCaps::kDay) {
        fmt::format_to(out, " {}", age_of(at, now));
      }
    }
    text += '\n';
  }
  for (const auto& [slot, attempt] : pin_attempts) {
    fmt::format_to(out, "pin {} {} {} {} {}\n", slot, attempt.tries_left ? std::to_string(*attempt.tries_left) : "-",
                   attempt.fingerprint, attempt.sent, attempt.refused ? "refused" : "-");
  }
  for (const auto& [slot, record] : slots) {
    fmt::format_to(out, "slot {} {} {} {} {}\n", slot, record.iccid.empty() ? "-" : record.iccid,
                   record.rsrp ? std::to_string(std::lround(record.rsrp->value() * 10)) : "-",
                   record.left_at ? std::to_string(age_of(*record.left_at, now)) : "-",
                   record.left_at ? to_string(record.left_for) : "-");
  }
  return text;
}

CellularMemory CellularMemory::decode(std::string_view lines, Instant now) {
  CellularMemory memory;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const Words words = words_of(lines.substr(0, end));
    if (!words.empty() && words[0] == "spent") {
      read_spent(words, now, memory);
    } else if (!words.empty() && words[0] == "pin") {
      read_pin(words, memory);
    } else if (!words.empty() && words[0] == "slot") {
      read_slot(words, now, memory);
    }
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return memory;
}

}  // namespace karkara
