#include "agent/uplink/usage_ledger.h"

#include <algorithm>

namespace karkara {

std::vector<std::string> UsageLedger::restore(std::string_view text) {
  LedgerFound found = read_ledger(text);
  accounts_.clear();
  meters_.clear();
  for (KeyUsage& usage : found.content.usage) {
    if (accounts_.size() < kMostKeys) {
      accounts_.emplace_back(std::move(usage));
    }
  }
  for (MeterMark& mark : found.content.meters) {
    meters_.emplace(mark.uplink, Meter{std::move(mark.key), LinkMeter{mark.base}});
  }
  return std::move(found.refused);
}

void UsageLedger::keep_only(const std::set<UplinkId>& uplinks) {
  std::erase_if(meters_, [&uplinks](const auto& meter) { return !uplinks.contains(meter.first); });
}

Result<Metered> UsageLedger::on(const UplinkId& uplink, std::string_view key, const CounterReading& seen,
                                const LinkRate& rate, const KnownTime& at) {
  if (!is_plain_name(key)) {
    return Error{ErrorCode::InvalidArgument, "'" + std::string{key} + "' cannot be the key of a ledger"};
  }
  Meter& meter = meters_.try_emplace(uplink, Meter{std::string{key}, {}}).first->second;
  const Metered metered = meter.meter.on(seen, rate, at.now);
  // A new interface or boot is the new SIM's; on the same interface the bytes flowed before the change was told.
  const bool anew = metered.what == Metering::Recreated || metered.what == Metering::Rebooted;
  const std::string counted_for{anew ? key : std::string_view{meter.key}};
  const bool other_key = meter.key != key;
  meter.key = key;
  if (metered.delta.total() > 0) {
    account(counted_for).add(metered.delta, at, terms(counted_for));
  }
  const bool news = metered.delta.total() > 0 || metered.what != Metering::Grown || other_key;
  if (news) {
    account(key);
    changed(metered.delta.total(), false, at.now);
  }
  return metered;
}

Status UsageLedger::reconcile(std::string_view key, std::uint64_t remaining, const KnownTime& at) {
  if (!is_plain_name(key)) {
    return Error{ErrorCode::InvalidArgument, "'" + std::string{key} + "' cannot be the key of a ledger"};
  }
  if (remaining > kMostTraffic) {
    return Error{ErrorCode::InvalidArgument, "more bytes left than any bundle has"};
  }
  account(key).reconcile(remaining, at, terms(key));
  changed(0, true, at.now);
  return {};
}

std::optional<Persist> UsageLedger::tick(const KnownTime& at) {
  for (UsageAccount& each : accounts_) {
    if (each.settle(at, terms(each.usage().key))) {
      changed(0, false, at.now);
    }
  }
  if (next_deadline() > at.now) {
    return std::nullopt;
  }
  saved_at_ = at.now;
  save_at_ = Instant::max();
  unsaved_bytes_ = 0;
  return state();
}

Instant UsageLedger::next_deadline() const {
  return saved_at_ && save_at_ != Instant::max() ? std::max(save_at_, *saved_at_ + kPersistPause) : save_at_;
}

const KeyUsage* UsageLedger::find(std::string_view key) const {
  const auto found = std::find_if(accounts_.begin(), accounts_.end(),
                                  [key](const UsageAccount& each) { return each.usage().key == key; });
  return found == accounts_.end() ? nullptr : &found->usage();
}

std::vector<KeyUsage> UsageLedger::usage() const {
  std::vector<KeyUsage> all;
  for (const UsageAccount& each : accounts_) {
    all.push_back(each.usage());
  }
  std::sort(all.begin(), all.end(), [](const KeyUsage& a, const KeyUsage& b) { return a.key < b.key; });
  return all;
}

std::uint64_t UsageLedger::anomalies(const UplinkId& uplink) const {
  const auto found = meters_.find(uplink);
  return found == meters_.end() ? 0 : found->second.meter.anomalies();
}

Persist UsageLedger::state() const {
  LedgerContent content;
  for (const UsageAccount& each : accounts_) {
    content.usage.push_back(each.usage());
  }
  for (const auto& [uplink, meter] : meters_) {
    if (meter.meter.base()) {
      content.meters.push_back({uplink, meter.key, *meter.meter.base()});
    }
  }
  return Persist{std::string{kStateKey}, ledger_text(content).text};
}

// Found or made, and moved to the front.
UsageAccount& UsageLedger::account(std::string_view key) {
  auto found = std::find_if(accounts_.begin(), accounts_.end(),
                            [key](const UsageAccount& each) { return each.usage().key == key; });
  if (found == accounts_.end()) {
    if (accounts_.size() == kMostKeys) {
      forget_one();
    }
    KeyUsage fresh;
    fresh.key = key;
    found = accounts_.insert(accounts_.end(), UsageAccount{std::move(fresh)});
  }
  std::rotate(accounts_.begin(), found, found + 1);
  return accounts_.front();
}

// The one that was not used for longest, sparing those that the configuration names.
void UsageLedger::forget_one() {
  const auto unnamed = std::find_if(accounts_.rbegin(), accounts_.rend(), [this](const UsageAccount& each) {
    return !settings_.rules.contains(each.usage().key);
  });
  accounts_.erase(unnamed == accounts_.rend() ? accounts_.end() - 1 : unnamed.base() - 1);
}

BillingTerms UsageLedger::terms(std::string_view key) const {
  const auto rule = settings_.rules.find(key);
  return {rule == settings_.rules.end() ? CycleRule{MonthlyCycle{}} : rule->second, settings_.offset};
}

void UsageLedger::changed(std::uint64_t bytes, bool soon, Instant now) {
  unsaved_bytes_ += bytes;
  const bool at_once = soon || unsaved_bytes_ >= kPersistBytes;
  save_at_ = std::min(save_at_, at_once ? now : now + kPersistAfter);
}

}  // namespace karkara
