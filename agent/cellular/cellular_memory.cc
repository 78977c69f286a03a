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
constexpr std::array<std::string_view, 7> kCauses = {"held", "portal",   "denied",   "unrecovered",
                                                     "weak", "unusable", "new-cycle"};
constexpr std::int64_t kMostHundredths = 1'000'000'000'000;
constexpr std::int64_t kMostBytes = std::int64_t{1} << 50;
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

std::optional<std::chrono::year_month_day> date_in(std::string_view word) {
  if (word.size() != 10 || word[4] != '-' || word[7] != '-') {
    return std::nullopt;
  }
  const auto year = number_in(word.substr(0, 4), 1970, 9999);
  const auto month = number_in(word.substr(5, 2), 1, 12);
  const auto day = number_in(word.substr(8, 2), 1, 31);
  if (!year || !month || !day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional{date} : std::nullopt;
}

std::string date_text(const std::optional<std::chrono::year_month_day>& date) {
  return date ? fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date->year()), static_cast<unsigned>(date->month()),
                            static_cast<unsigned>(date->day()))
              : "-";
}

// Behind its slot's line: of a card that is not known nothing is believed.
void read_balance(const Words& words, Instant now, CellularMemory& memory) {
  const auto slot = words.size() == 6 ? number_in(words[1], 0, CellularMemory::kMostSlots) : std::nullopt;
  const auto at = slot ? memory.slots.find(static_cast<std::uint32_t>(*slot)) : memory.slots.end();
  const auto read_at = words.size() == 6 ? instant_before(words[2], now) : std::nullopt;
  if (at == memory.slots.end() || at->second.iccid.empty() || !read_at) {
    return;
  }
  KeptBalance balance;
  balance.read_at = *read_at;
  balance.hundredths = number_in(words[3], 0, kMostHundredths);
  if (const auto bytes = number_in(words[4], 0, kMostBytes)) {
    balance.bytes = static_cast<std::uint64_t>(*bytes);
  }
  balance.valid_until = date_in(words[5]);
  if (balance.hundredths || balance.bytes) {
    at->second.balance = balance;
  }
}

void write_balance(std::uint32_t slot, const SlotRecord& record, Instant now, std::string& text) {
  if (!record.balance || record.iccid.empty()) {
    return;
  }
  const KeptBalance& balance = *record.balance;
  fmt::format_to(std::back_inserter(text), "balance {} {} {} {} {}\n", slot, age_of(balance.read_at, now),
                 balance.hundredths ? std::to_string(*balance.hundredths) : "-",
                 balance.bytes ? std::to_string(*balance.bytes) : "-", date_text(balance.valid_until));
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
    write_balance(slot, record, now, text);
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
    } else if (!words.empty() && words[0] == "balance") {
      read_balance(words, now, memory);
    }
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return memory;
}

}  // namespace karkara
