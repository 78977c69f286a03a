#include "agent/uplink/damping_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "agent/uplink/checked_line.h"

namespace karkara {
namespace {

constexpr std::string_view kHeader = "karkara-damping 1";
constexpr std::size_t kFileBytes = 4096;
constexpr std::size_t kMostUplinks = 64;
constexpr std::uint64_t kAny = ~std::uint64_t{0};
constexpr std::uint64_t kMostMilliseconds = std::uint64_t{1} << 42U;  // 139 years
constexpr std::uint32_t kMostFailures = 1000;
constexpr Duration kOld = std::chrono::hours{1};          // longer ago than any hold-down is worth
constexpr Duration kSavePause = std::chrono::seconds{5};  // a first hold-down: an uplink cannot flap much faster

std::uint64_t milliseconds_of(Instant at) {
  const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(at.since_boot()).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
}

struct KeptLine {
  UplinkId uplink;
  Damping damping;
  std::uint64_t changed_ms = 0;
};

// "uplink FAILURES up|down CHANGED_MS", the numbers hexadecimal; the time is monotonic, of the boot in the header.
std::optional<KeptLine> parse(const std::vector<std::string_view>& words) {
  if (words.size() != 4 || (words[2] != "up" && words[2] != "down")) {
    return std::nullopt;
  }
  const auto uplink = UplinkId::parse(words[0]);
  const auto failures = parse_hex(words[1], kMostFailures);
  const auto changed = parse_hex(words[3], kMostMilliseconds);
  if (!uplink || !failures || *failures == 0 || !changed) {
    return std::nullopt;
  }
  return KeptLine{*uplink, {static_cast<std::uint32_t>(*failures), words[2] == "up"}, *changed};
}

std::optional<std::uint64_t> boot_in(const std::vector<std::string_view>& words) {
  const bool ours = words.size() == 3 && fmt::format("{} {}", words[0], words[1]) == kHeader;
  return ours ? parse_hex(words[2], kAny) : std::nullopt;
}

}  // namespace

void DampingBook::restore(std::string_view text, Instant now) {
  std::optional<std::uint64_t> boot;
  for (const std::string_view line : lines_of(text.substr(0, kFileBytes))) {
    const auto words = checked_words(line);
    if (!words) {
      continue;
    }
    if (!boot) {
      boot = boot_in(*words);
      continue;  // what stands before a header has no time
    }
    auto kept = parse(*words);
    if (!kept || entries_.size() >= kMostUplinks) {
      continue;
    }
    const Instant changed{std::chrono::milliseconds{static_cast<std::int64_t>(kept->changed_ms)}};
    if (*boot != boot_) {
      entries_[kept->uplink] = {{1, kept->damping.was_up}, now};
    } else if (changed <= now && now - changed < kOld) {
      entries_[kept->uplink] = {kept->damping, changed};
    }
  }
}

Damping DampingBook::restored(const UplinkId& uplink) const {
  const auto found = entries_.find(uplink);
  return found == entries_.end() ? Damping{} : found->second.damping;
}

void DampingBook::see(const UplinkId& uplink, const Damping& damping, Instant now) {
  if (damping.failures == 0) {
    if (entries_.erase(uplink) == 0) {
      return;
    }
  } else {
    Damping bounded = damping;
    bounded.failures = std::min(bounded.failures, kMostFailures);
    const auto found = entries_.find(uplink);
    if (found == entries_.end() ? entries_.size() >= kMostUplinks : found->second.damping == bounded) {
      return;
    }
    entries_[uplink] = {bounded, now};
  }
  save_at_ = std::min(save_at_, saved_at_ ? std::max(now, *saved_at_ + kSavePause) : now);
}

void DampingBook::keep_only(const std::set<UplinkId>& uplinks) {
  std::erase_if(entries_, [&](const auto& entry) { return !uplinks.contains(entry.first); });
}

std::optional<Persist> DampingBook::tick(Instant now) {
  if (save_at_ > now) {
    return std::nullopt;
  }
  saved_at_ = now;
  save_at_ = Instant::max();
  return state();
}

Persist DampingBook::state() const {
  std::string text = with_check(fmt::format("{} {}", kHeader, hex(boot_)));
  for (const auto& [uplink, entry] : entries_) {
    const std::string line =
        with_check(fmt::format("{} {} {} {}", uplink.text(), hex(entry.damping.failures),
                               entry.damping.was_up ? "up" : "down", hex(milliseconds_of(entry.changed))));
    if (text.size() + line.size() <= kFileBytes) {
      text += line;
    }
  }
  return Persist{std::string{kStateKey}, std::move(text)};
}

}  // namespace karkara
