#include "agent/shaping/rate_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/uplink/checked_line.h"

namespace karkara {
namespace {

constexpr std::string_view kHeaderWord = "karkara-shaping-rates";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kFileBytes = 4096;
constexpr std::uint64_t kLeastRate = 1'000;             // bits a second
constexpr std::uint64_t kMostRate = 1'000'000'000'000;  // 1 Tbit/s
constexpr std::uint64_t kMostEfficiency = 20'000;       // thousandths of a bit a symbol
constexpr double kThousandths = 1000;

bool is_rate(BitsPerSecond rate) {
  return rate.value() >= static_cast<double>(kLeastRate) && rate.value() <= static_cast<double>(kMostRate);
}

std::string_view to_string(LinkDirection direction) {
  switch (direction) {
    case LinkDirection::Up: return "up";
    case LinkDirection::Down: return "down";
  }
  return "unknown";
}

struct KeptRate {
  UplinkId uplink;
  LinkDirection direction = LinkDirection::Up;
  BitsPerSecond good{};
  std::optional<double> efficiency{};
};

// "r UPLINK up|down BITS_A_SECOND [THOUSANDTHS_OF_A_BIT_A_SYMBOL]", the numbers hexadecimal.
std::optional<KeptRate> parse(const std::vector<std::string_view>& words) {
  if ((words.size() != 4 && words.size() != 5) || words[0] != "r" || (words[2] != "up" && words[2] != "down")) {
    return std::nullopt;
  }
  const auto uplink = UplinkId::parse(words[1]);
  const auto rate = parse_hex(words[3], kMostRate);
  const auto thousandths = words.size() == 5 ? parse_hex(words[4], kMostEfficiency) : std::optional<std::uint64_t>{};
  if (!uplink || !rate || *rate < kLeastRate || (words.size() == 5 && thousandths.value_or(0) == 0)) {
    return std::nullopt;
  }
  KeptRate kept{*uplink,
                words[2] == "up" ? LinkDirection::Up : LinkDirection::Down,
                BitsPerSecond{static_cast<double>(*rate)},
                {}};
  if (thousandths) {
    kept.efficiency = static_cast<double>(*thousandths) / kThousandths;
  }
  return kept;
}

}  // namespace

std::vector<std::string> RateMemory::restore(std::string_view text) {
  std::vector<std::string> refused;
  rates_.clear();
  if (text.size() > kFileBytes) {
    return {fmt::format("{} bytes are too many for rates", text.size())};
  }
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const auto words = checked_words(line);
    if (!words) {
      refused.push_back(fmt::format("line {}: {}", number, words.error().text));
      continue;
    }
    if (words->size() == 2 && words->front() == kHeaderWord) {
      if (words->back() != kVersion) {
        refused.push_back(
            fmt::format("line {}: rates of version {}, this agent reads version {}", number, words->back(), kVersion));
        break;
      }
      continue;
    }
    const auto kept = parse(*words);
    if (!kept || rates_.size() >= 2 * kMostUplinks) {
      refused.push_back(fmt::format("line {}: {}", number, kept ? "too many uplinks" : "it is no rate"));
      continue;
    }
    rates_[{kept->uplink, kept->direction}] = {kept->good, kept->good, kept->efficiency};
  }
  return refused;
}

std::optional<BitsPerSecond> RateMemory::find(const UplinkId& uplink, LinkDirection direction) const {
  const auto found = rates_.find({uplink, direction});
  return found == rates_.end() ? std::nullopt : std::optional{found->second.good};
}

std::optional<double> RateMemory::efficiency_of(const UplinkId& uplink, LinkDirection direction) const {
  const auto found = rates_.find({uplink, direction});
  return found == rates_.end() ? std::nullopt : found->second.efficiency;
}

void RateMemory::see(const UplinkId& uplink, LinkDirection direction, BitsPerSecond good, Instant now,
                     std::optional<double> efficiency) {
  const auto found = rates_.find({uplink, direction});
  if (!is_rate(good) || (found == rates_.end() && rates_.size() >= 2 * kMostUplinks)) {
    return;
  }
  Rate& rate = found == rates_.end() ? rates_[{uplink, direction}] : found->second;
  rate.good = good;
  rate.efficiency = efficiency;
  if (std::abs(good.value() - rate.written.value()) >= kWorthWriting * rate.written.value() && good != rate.written) {
    save_at_ = std::min(save_at_, saved_at_ ? std::max(now, *saved_at_ + kPersistPause) : now);
  }
}

void RateMemory::keep_only(const std::set<UplinkId>& uplinks) {
  std::erase_if(rates_, [&](const auto& rate) { return !uplinks.contains(rate.first.first); });
}

std::optional<Persist> RateMemory::tick(Instant now) {
  if (save_at_ > now) {
    return std::nullopt;
  }
  saved_at_ = now;
  save_at_ = Instant::max();
  for (auto& [key, rate] : rates_) {
    rate.written = rate.good;
  }
  return state();
}

Persist RateMemory::state() const {
  std::string text = with_check(fmt::format("{} {}", kHeaderWord, kVersion));
  for (const auto& [key, rate] : rates_) {
    const auto thousandths = static_cast<std::uint64_t>(
        std::clamp(rate.efficiency.value_or(0) * kThousandths, 0.0, static_cast<double>(kMostEfficiency)));
    const std::string line = with_check(fmt::format("r {} {} {}{}", key.first.text(), to_string(key.second),
                                                    hex(static_cast<std::uint64_t>(rate.good.value())),
                                                    thousandths == 0 ? "" : " " + hex(thousandths)));
    if (text.size() + line.size() <= kFileBytes) {
      text += line;
    }
  }
  return Persist{std::string{kStateKey}, std::move(text)};
}

}  // namespace karkara
