#include "agent/uplink/probe_book.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/uplink/checked_line.h"

namespace karkara {

namespace {

constexpr std::string_view kHeader = "karkara-probes 1";
constexpr std::uint64_t kMostKept = std::uint64_t{1} << 40U;
constexpr std::size_t kMostUplinks = 64;  // lines of at most 80 bytes: the file stays below 4 KiB with 48
constexpr std::size_t kFileBytes = 4096;

// What may be spent before the file must be written again is taken off what the file says.
std::uint64_t promise(const ProbeBudget& budget, Instant now) {
  const std::uint64_t there = budget.available(now);
  return there - std::min(there, budget.policy().burst / 4);
}

}  // namespace

std::vector<std::string> ProbeBook::restore(std::string_view text) {
  std::vector<std::string> refused;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text.substr(0, kFileBytes))) {
    ++number;
    const auto words = checked_words(line);
    if (!words) {
      refused.push_back(fmt::format("line {}: {}", number, words.error().text));
      continue;
    }
    if (number == 1 && fmt::format("{}", fmt::join(*words, " ")) == kHeader) {
      continue;
    }
    const bool shaped = number > 1 && words->size() == 3 && kept_.size() < kMostUplinks;
    const auto uplink = UplinkId::parse(words->front());
    const auto tokens = shaped ? parse_hex((*words)[1], kMostKept) : std::nullopt;
    const auto spent = shaped ? parse_hex((*words)[2], kMostKept) : std::nullopt;
    if (!uplink || !tokens || !spent) {
      refused.push_back(fmt::format("line {}: it is not a probe budget of this version", number));
      continue;
    }
    kept_[*uplink] = {*tokens, *spent};
  }
  return refused;
}

void ProbeBook::configure(const std::map<UplinkId, ProbePolicy>& policies, Instant now) {
  // An uplink that comes back into the configuration does not start anew.
  std::erase_if(entries_, [&](const auto& entry) {
    const bool gone = !policies.contains(entry.first);
    if (gone && kept_.size() < kMostUplinks) {
      kept_[entry.first] = {entry.second.budget.available(now), entry.second.budget.spent_today(now)};
    }
    return gone;
  });
  for (const auto& [uplink, policy] : policies) {
    if (const auto known = entries_.find(uplink); known != entries_.end()) {
      known->second.budget.set_policy(policy, now);
    } else if (const auto kept = kept_.find(uplink); kept != kept_.end()) {
      const auto& [tokens, spent] = kept->second;
      entries_.emplace(uplink, Entry{ProbeBudget{policy, tokens, spent, now}, tokens, true});
      kept_.erase(kept);
    } else {
      entries_.emplace(uplink, Entry{ProbeBudget{policy, now}, 0, false});
    }
  }
}

bool ProbeBook::allow(const UplinkId& uplink, std::uint64_t bytes, Instant now) {
  const auto found = entries_.find(uplink);
  if (found == entries_.end() || !found->second.budget.allow(bytes, now)) {
    return false;
  }
  note_spending(found->second, now);
  return true;
}

void ProbeBook::charge(const UplinkId& uplink, std::uint64_t bytes, Instant now) {
  if (const auto found = entries_.find(uplink); found != entries_.end()) {
    found->second.budget.charge(bytes, now);
    note_spending(found->second, now);
  }
}

const ProbeBudget* ProbeBook::find(const UplinkId& uplink) const {
  const auto found = entries_.find(uplink);
  return found == entries_.end() ? nullptr : &found->second.budget;
}

void ProbeBook::note_spending(const Entry& entry, Instant now) {
  const bool kept_promise = entry.written && entry.budget.available(now) >= entry.promised;
  const Duration pause = kept_promise ? kPersistEvery : kPersistPause;
  save_at_ = std::min(save_at_, saved_at_ ? std::max(now, *saved_at_ + pause) : now);
}

std::optional<Persist> ProbeBook::tick(Instant now) {
  if (save_at_ > now) {
    return std::nullopt;
  }
  for (auto& [uplink, entry] : entries_) {
    entry.promised = promise(entry.budget, now);
    entry.written = true;
  }
  saved_at_ = now;
  save_at_ = Instant::max();
  return state(now);
}

Persist ProbeBook::state(Instant now) const {
  std::map<UplinkId, std::uint64_t> left;
  for (const auto& [uplink, entry] : entries_) {
    left[uplink] = promise(entry.budget, now);
  }
  return written(left, now);
}

Persist ProbeBook::last_words(Instant now) {
  std::map<UplinkId, std::uint64_t> left;
  for (auto& [uplink, entry] : entries_) {
    left[uplink] = entry.promised = entry.budget.available(now);
    entry.written = true;
  }
  saved_at_ = now;
  save_at_ = Instant::max();
  return written(left, now);
}

Persist ProbeBook::written(const std::map<UplinkId, std::uint64_t>& left, Instant now) const {
  std::string text = with_check(kHeader);
  for (const auto& [uplink, entry] : entries_) {
    const std::string line =
        with_check(fmt::format("{} {} {}", uplink.text(), hex(left.at(uplink)), hex(entry.budget.spent_today(now))));
    if (text.size() + line.size() <= kFileBytes) {
      text += line;
    }
  }
  return Persist{std::string{kStateKey}, std::move(text)};
}

}  // namespace karkara
