#include "agent/cellular/cellular_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

namespace karkara {
namespace {

using std::chrono::duration_cast;
using std::chrono::minutes;
constexpr std::array<std::string_view, 9> kCauses = {"held",     "portal",    "denied",    "unrecovered", "weak",
                                                     "unusable", "new-cycle", "preferred", "spare-check"};
constexpr std::array<std::string_view, 11> kProofs = {"none",    "proven",  "denied",     "no-network",
                                                      "roaming", "locked",  "no-session", "silent",
                                                      "portal",  "used-up", "missing"};
constexpr std::array<std::string_view, 11> kProofWords = {"was never checked",
                                                          "works",
                                                          "is refused by the network",
                                                          "finds no network",
                                                          "finds a foreign network only",
                                                          "is locked",
                                                          "gets no data session",
                                                          "is connected, and nothing passes",
                                                          "leads to a portal",
                                                          "is used up",
                                                          "is not there"};
constexpr std::int64_t kMostHundredths = 1'000'000'000'000;
constexpr std::int64_t kMostBytes = std::int64_t{1} << 50;
constexpr std::size_t kMostIccid = 22;
constexpr std::int64_t kMostFailures = 99;

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

// A slot's number or an ICCID.
bool is_pin_key(std::string_view word) {
  const bool plain = std::ranges::all_of(word, [](char c) { return (c >= '0' && c <= '9') || c == 'F' || c == 'f'; });
  return plain && (word.size() == 1 ? word[0] <= '8' : word.size() >= 5 && word.size() <= kMostIccid);
}

void read_pin(const Words& words, CellularMemory& memory) {
  if (words.size() != 6 || !is_pin_key(words[1])) {
    return;
  }
  const auto tries = number_in(words[2], 0, 255);
  const auto fingerprint = number_in(words[3], 0, 0xffff'ffff);
  const auto sent = number_in(words[4], 0, 255);
  if (fingerprint && sent) {
    PinAttempt attempt{
        {}, static_cast<std::uint32_t>(*fingerprint), static_cast<std::uint32_t>(*sent), words[5] == "refused"};
    if (tries) {
      attempt.tries_left = static_cast<std::uint32_t>(*tries);
    }
    memory.remember_pin(std::string{words[1]}, attempt);
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

// Behind its slot's line: how it did, and what was asked of it.
void read_card(const Words& words, Instant now, CellularMemory& memory) {
  const auto slot = words.size() == 7 ? number_in(words[1], 0, CellularMemory::kMostSlots) : std::nullopt;
  const auto at = slot ? memory.slots.find(static_cast<std::uint32_t>(*slot)) : memory.slots.end();
  if (at == memory.slots.end()) {
    return;
  }
  SlotRecord& record = at->second;
  record.failures = static_cast<unsigned>(number_in(words[2], 0, kMostFailures).value_or(0));
  record.asked_at = instant_before(words[3], now);
  const auto proof = std::ranges::find(kProofs, words[4]);
  if (const auto found = instant_before(words[5], now); found && proof != kProofs.end()) {
    record.proof = static_cast<SimProof>(proof - kProofs.begin());
    record.proof_at = found;
  }
  if (const auto joined = number_in(words[6], 0, 0xffff'ffff)) {
    record.joined = static_cast<std::uint32_t>(*joined);
  }
}

void read_check(const Words& words, Instant now, CellularMemory& memory) {
  const auto home = words.size() == 4 ? number_in(words[1], 1, CellularMemory::kMostSlots) : std::nullopt;
  const auto spare = words.size() == 4 ? number_in(words[2], 1, CellularMemory::kMostSlots) : std::nullopt;
  const auto since = words.size() == 4 ? instant_before(words[3], now) : std::nullopt;
  if (home && spare && since && *home != *spare) {
    memory.check = SpareCheck{static_cast<std::uint32_t>(*home), static_cast<std::uint32_t>(*spare), *since};
  }
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

void write_card(std::uint32_t slot, const SlotRecord& record, Instant now, std::string& text) {
  const bool plain = record.failures == 0 && !record.asked_at && !record.proof_at && !record.joined;
  if (plain) {
    return;
  }
  const auto age = [&](const std::optional<Instant>& at) { return at ? std::to_string(age_of(*at, now)) : "-"; };
  fmt::format_to(std::back_inserter(text), "card {} {} {} {} {} {}\n", slot,
                 std::min<std::int64_t>(record.failures, kMostFailures), age(record.asked_at),
                 record.proof_at ? to_string(record.proof) : "-", age(record.proof_at),
                 record.joined ? std::to_string(*record.joined) : "-");
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

std::string_view to_string(SimProof proof) {
  return kProofs[static_cast<std::size_t>(proof)];
}

std::string_view in_words(SimProof proof) {
  return kProofWords[static_cast<std::size_t>(proof)];
}

SlotRecord& CellularMemory::card(std::uint32_t slot, const std::optional<std::string>& iccid) {
  SlotRecord& record = slots[slot];
  if (!iccid || record.iccid == *iccid) {
    return record;
  }
  SlotRecord known = record.iccid.empty() ? record : SlotRecord{};  // only now its name is known
  for (auto& [other, kept] : slots) {
    if (kept.iccid == *iccid) {
      known = std::exchange(kept, {});
      known.left_at.reset();  // that was another slot
    }
  }
  known.iccid = *iccid;
  return record = std::move(known);
}

// Of more cards than a mast ever sees, those are forgotten that were not refused.
void CellularMemory::remember_pin(const std::string& key, const PinAttempt& attempt) {
  if (!pin_attempts.contains(key) && pin_attempts.size() >= kMostPins) {
    const auto harmless = std::ranges::find_if(pin_attempts, [](const auto& kept) { return !kept.second.refused; });
    pin_attempts.erase(harmless != pin_attempts.end() ? harmless : pin_attempts.begin());
  }
  pin_attempts[key] = attempt;
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
  for (const auto& [key, attempt] : pin_attempts) {
    fmt::format_to(out, "pin {} {} {} {} {}\n", key, attempt.tries_left ? std::to_string(*attempt.tries_left) : "-",
                   attempt.fingerprint, attempt.sent, attempt.refused ? "refused" : "-");
  }
  for (const auto& [slot, record] : slots) {
    fmt::format_to(out, "slot {} {} {} {} {}\n", slot, record.iccid.empty() ? "-" : record.iccid,
                   record.rsrp ? std::to_string(std::lround(record.rsrp->value() * 10)) : "-",
                   record.left_at ? std::to_string(age_of(*record.left_at, now)) : "-",
                   record.left_at ? to_string(record.left_for) : "-");
    write_card(slot, record, now, text);
    write_balance(slot, record, now, text);
  }
  if (check) {
    fmt::format_to(out, "check {} {} {}\n", check->home, check->spare, age_of(check->since, now));
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
    } else if (!words.empty() && words[0] == "card") {
      read_card(words, now, memory);
    } else if (!words.empty() && words[0] == "check") {
      read_check(words, now, memory);
    }
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return memory;
}

}  // namespace karkara
