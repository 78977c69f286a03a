#include "agent/mesh/lent_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace karkara {
namespace {

constexpr std::size_t kMostCounters = 256;

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number <= kMostTraffic ? std::optional{number}
                                                                                            : std::nullopt;
}

std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

}  // namespace

void LentLedger::see(const SiteId& site, const std::string& counter, std::uint64_t bytes, const KnownTime& at) {
  begin_days(at);
  if (!counters_.contains(counter) && counters_.size() >= kMostCounters) {
    counters_.clear();  // names of neighbours that are gone
  }
  std::uint64_t& last = counters_[counter];
  const std::uint64_t more = bytes >= last ? bytes - last : bytes;
  last = bytes;
  if (more == 0 || (!lent_.contains(site) && lent_.size() >= kMostSites)) {
    return;
  }
  Lent& lent = lent_[site];
  lent.today = std::min(lent.today + std::min(more, kMostTraffic), kMostTraffic);
  lent.month = std::min(lent.month + std::min(more, kMostTraffic), kMostTraffic);
  changed_ = true;
}

void LentLedger::begin_days(const KnownTime& at) {
  if (!at.wall) {
    return;
  }
  const auto local = at.wall->since_epoch() + std::chrono::duration_cast<std::chrono::microseconds>(utc_offset_);
  const auto days = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{std::chrono::sys_days{days}};
  const std::int64_t day = days.count();
  const std::int64_t month = std::int64_t{12} * static_cast<int>(date.year()) + static_cast<unsigned>(date.month());
  const bool new_day = day_ != 0 && day != day_;
  const bool new_month = month_ != 0 && month != month_;
  changed_ = changed_ || day != day_;
  day_ = day;
  month_ = month;
  for (auto& [site, lent] : lent_) {
    lent.today = new_day ? 0 : lent.today;
    lent.month = new_month ? 0 : lent.month;
  }
}

std::uint64_t LentLedger::today(const SiteId& site) const {
  const auto at = lent_.find(site);
  return at == lent_.end() ? 0 : at->second.today;
}

std::uint64_t LentLedger::month(const SiteId& site) const {
  const auto at = lent_.find(site);
  return at == lent_.end() ? 0 : at->second.month;
}

std::uint64_t LentLedger::month_of_all() const {
  std::uint64_t sum = 0;
  for (const auto& [site, lent] : lent_) {
    sum = std::min(sum + lent.month, kMostTraffic);
  }
  return sum;
}

std::string LentLedger::text() const {
  std::string text = fmt::format("{} {}\n", day_, month_);
  for (const auto& [site, lent] : lent_) {
    if (lent.month > 0 || lent.today > 0) {
      text += fmt::format("{} {} {}\n", site.text(), lent.today, lent.month);
    }
  }
  changed_ = false;
  return text;
}

void LentLedger::restore(std::string_view text) {
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view name = take_word(line);
    const auto one = number_in(take_word(line));
    if (std::exchange(first, false)) {
      const auto day = number_in(name);
      day_ = day && one ? static_cast<std::int64_t>(*day) : 0;
      month_ = day && one ? static_cast<std::int64_t>(*one) : 0;
      continue;
    }
    const auto site = SiteId::parse(name);
    const auto two = number_in(line);
    if (site && one && two && lent_.size() < kMostSites) {
      lent_[*site] = {*one, *two};
    }
  }
}

}  // namespace karkara
