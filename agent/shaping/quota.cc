#include "agent/shaping/quota.h"

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

using std::chrono::days;

constexpr Duration kDay = std::chrono::hours{24};

double percent_of(std::uint64_t used, std::uint64_t limit) {
  return limit == 0 ? 100.0 : 100.0 * static_cast<double>(used) / static_cast<double>(limit);
}

std::optional<Percent> ceiling_of(const std::vector<QuotaStep>& steps, Percent used) {
  std::optional<Percent> ceiling;
  for (const QuotaStep& step : steps) {
    if (used >= step.used) {
      ceiling = ceiling ? std::min(*ceiling, step.ceiling) : step.ceiling;
    }
  }
  return ceiling;
}

bool is_known(const KnownTime& at) {
  return at.wall && is_date(*at.wall);
}

}  // namespace

std::vector<std::string> ClassQuotas::restore(std::string_view text) {
  QuotaFound found = read_quotas(text);
  kept_.clear();
  meters_.clear();
  for (QuotaContent::Account& account : found.content.accounts) {
    const QuotaKey key = account.key;
    kept_.insert_or_assign(key, std::move(account));
  }
  for (const QuotaContent::Meter& meter : found.content.meters) {
    meters_[meter.counter] = Meter{meter.of, QuotaMeter{meter.base}};
  }
  return std::move(found.refused);
}

void ClassQuotas::configure(const ShapingSettings& settings, const KnownTime& at) {
  terms_ = BillingTerms{MonthlyCycle{}, settings.utc_offset};
  const std::map<QuotaKey, Entry> before = std::move(entries_);
  entries_.clear();
  for (const ClassShaping& each : settings.classes) {
    add_entry({each.id, std::nullopt}, each.quota, each.steps);
    for (const ClassOnKind& on : each.on_kinds) {
      add_entry({each.id, on.kind}, on.quota, on.steps.empty() ? each.steps : on.steps);
    }
  }
  for (auto& [key, entry] : entries_) {
    if (const auto same = before.find(key); same != before.end()) {
      entry.account = same->second.account;
      entry.day = same->second.day;
      entry.seen = same->second.seen;
    } else {
      entry.seen = at.now;
    }
    stand(key, entry, at);
  }
  kept_.clear();
  const auto is_gone = [&settings](const ClassId& of) {
    return std::none_of(settings.classes.begin(), settings.classes.end(),
                        [&](const ClassShaping& each) { return each.id == of; });
  };
  std::erase_if(unbelieved_, [&](const auto& looks) { return is_gone(looks.first); });
  std::erase_if(meters_, [&](const auto& meter) { return is_gone(meter.second.of); });
}

void ClassQuotas::add_entry(const QuotaKey& key, const QuotaLimits& limits, const std::vector<QuotaStep>& steps) {
  if (!limits.any() || entries_.size() >= kMostQuotas) {
    return;
  }
  Entry entry{limits, steps};
  if (const auto kept = kept_.find(key); kept != kept_.end()) {
    entry.account = UsageAccount{kept->second.usage};
    entry.day = kept->second.undated_day.value_or(DayOfUptime{});
  }
  entries_.insert_or_assign(key, std::move(entry));
}

void ClassQuotas::on(std::span<const ClassCount> counts, std::uint64_t boot, const KnownTime& at) {
  for (const ClassCount& each : counts) {
    const QuotaCounter counter{each.count.link, each.count.minor};
    auto found = meters_.find(counter);
    if (found == meters_.end()) {
      // A modem that comes back has another index each time: the counter that was not seen for longest is gone.
      if (meters_.size() >= kMostQuotaMeters) {
        meters_.erase(std::min_element(meters_.begin(), meters_.end(), [](const auto& a, const auto& b) {
          const auto seen = [](const auto& entry) {
            return entry.second.meter.base() ? entry.second.meter.base()->at : Instant{};
          };
          return seen(a) < seen(b);
        }));
      }
      found = meters_.emplace(counter, Meter{each.of, {}}).first;
    }
    if (found->second.of != each.of) {
      found->second = Meter{each.of, {}};  // another class has the place now
    }
    const std::uint64_t refused = found->second.meter.refused();
    const std::uint64_t bytes = found->second.meter.on(each.count, boot, each.most, at.now);
    if (found->second.meter.refused() > refused && ++unbelieved_[each.of] == 1) {
      newly_unbelieved_.push_back(each.of);
    }
    if (bytes == 0) {
      continue;
    }
    bool counted = false;
    for (const QuotaKey& key : {QuotaKey{each.of, std::nullopt}, QuotaKey{each.of, each.kind}}) {
      if (const auto entry = entries_.find(key); entry != entries_.end()) {
        entry->second.account.add(Traffic{bytes, 0}, at, terms_);
        counted = true;
      }
    }
    save_at_ = counted ? std::min(save_at_, at.now + kPersistAfter) : save_at_;
  }
}

QuotaNews ClassQuotas::tick(const KnownTime& at) {
  QuotaNews news;
  news.unbelieved = std::exchange(newly_unbelieved_, {});
  for (auto& [key, entry] : entries_) {
    const std::optional<Percent> before = entry.standing.ceiling;
    if (entry.account.settle(at, terms_)) {
      save_at_ = std::min(save_at_, at.now + kPersistAfter);
    }
    stand(key, entry, at);
    const auto& ceiling = entry.standing.ceiling;
    if (ceiling && (!before || *ceiling < *before)) {
      news.slowed.push_back(entry.standing);
    }
    save_at_ = ceiling != before ? at.now : save_at_;
  }
  midnight_ = Instant::max();
  dated_ = is_known(at);
  if (!dated_ && !entries_.empty()) {
    save_at_ = std::min(save_at_, saved_at_.value_or(at.now) + kPersistUptime);
    saved_at_ = saved_at_.value_or(at.now);
  }
  if (dated_) {
    const WallTime next{days{local_day(*at.wall, terms_.offset) + 1} - terms_.offset};
    midnight_ = at.now + std::max<Duration>(next - *at.wall, std::chrono::milliseconds{1});
  }
  if (save_at_ != Instant::max() && std::max(save_at_, saved_at_ ? *saved_at_ + kPersistPause : save_at_) <= at.now) {
    saved_at_ = at.now;
    save_at_ = Instant::max();
    news.persist = state();
  }
  return news;
}

Instant ClassQuotas::next_deadline() const {
  const Instant save =
      saved_at_ && save_at_ != Instant::max() ? std::max(save_at_, *saved_at_ + kPersistPause) : save_at_;
  return entries_.empty() ? save : std::min(save, midnight_);
}

// Over restarts too: the time of a boot begins anew, and what passed of the day does not.
void ClassQuotas::pass_day(Entry& entry, const KnownTime& at) {
  const std::uint64_t undated = entry.account.usage().undated.total();
  const Duration passed = std::max(at.now - entry.seen, Duration{0});
  const auto whole = std::chrono::floor<std::chrono::seconds>(passed);
  entry.seen = std::min(entry.seen, at.now) + whole;
  entry.day.passed += whole;
  if (is_known(at)) {
    entry.day = {undated, {}, true};
  } else if (entry.day.passed >= kDay) {
    entry.day = {undated, {}, false};
  }
}

// Without a date the day is 24 hours of uptime, so that a router that has no clock for a week does not hold everybody
// to one day's bytes; the month counts on.
void ClassQuotas::stand(const QuotaKey& key, Entry& entry, const KnownTime& at) const {
  const KeyUsage& usage = entry.account.usage();
  const std::uint64_t undated = usage.undated.total();
  const bool dated = is_known(at);
  pass_day(entry, at);
  const bool today = dated ? usage.day >= local_day(*at.wall, terms_.offset) : entry.day.first;
  const std::uint64_t waiting = undated - std::min(undated, entry.day.before);
  entry.standing.key = key;
  entry.standing.limits = entry.limits;
  entry.standing.today = (today ? usage.today.total() : 0) + waiting;
  entry.standing.month = usage.used_in_cycle();
  entry.standing.dated = dated;
  double used = 0;
  if (entry.limits.daily) {
    used = percent_of(entry.standing.today, *entry.limits.daily);
    entry.standing.ceiling_by_day = ceiling_of(entry.steps, Percent{used});
  }
  if (entry.limits.monthly) {
    const double of_month = percent_of(entry.standing.month, *entry.limits.monthly);
    entry.standing.ceiling_by_month = ceiling_of(entry.steps, Percent{of_month});
    used = std::max(used, of_month);
  }
  entry.standing.used = Percent{used};
  entry.standing.ceiling = ceiling_of(entry.steps, entry.standing.used);
}

std::vector<QuotaStanding> ClassQuotas::standings() const {
  std::vector<QuotaStanding> all;
  all.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) {
    all.push_back(entry.standing);
  }
  return all;
}

void ClassQuotas::apply(const ClassId& of, ClassState& state) const {
  for (const auto& [key, entry] : entries_) {
    if (key.of != of || !entry.standing.ceiling) {
      continue;
    }
    if (key.kind) {
      state.on_kinds.emplace_back(*key.kind, *entry.standing.ceiling);
    } else {
      state.ceiling = entry.standing.ceiling;
    }
  }
}

Persist ClassQuotas::state() const {
  QuotaContent content;
  for (const auto& [key, entry] : entries_) {
    content.accounts.push_back({key, entry.account.usage(), dated_ ? std::nullopt : std::optional{entry.day}});
  }
  for (const auto& [counter, meter] : meters_) {
    if (meter.meter.base()) {
      content.meters.push_back({counter, meter.of, *meter.meter.base()});
    }
  }
  return Persist{std::string{kStateKey}, quota_text(content)};
}

}  // namespace karkara
