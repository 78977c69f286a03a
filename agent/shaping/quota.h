// What each class used of its daily and monthly quotas, in local days and months of the calendar, and the part of an
// uplink's rate that is left to it for that. Refuses to lose bytes when the clock is not known: they wait for their
// date and count as used meanwhile. Called by the shaping feature with each look at the counters of the tree.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/shaping/quota_text.h"
#include "agent/shaping/settings.h"
#include "agent/uplink/usage_account.h"

namespace karkara {

// One look at the counter of a class, up or down, on an uplink of this kind.
struct ClassCount {
  ClassId of;
  UplinkKind kind = UplinkKind::Ethernet;
  ShaperCount count{};
  BitsPerSecond most{};  // ceiling of the class: it cannot have let through more
};

struct QuotaStanding {
  QuotaKey key;
  QuotaLimits limits{};
  std::uint64_t today = 0;  // undated bytes with it
  std::uint64_t month = 0;
  Percent used{};                    // of the limit that is nearer
  std::optional<Percent> ceiling{};  // of the step in force, and of those that each limit reached by itself
  std::optional<Percent> ceiling_by_day{};
  std::optional<Percent> ceiling_by_month{};
  bool dated = false;  // the day and the month are known
  friend bool operator==(const QuotaStanding&, const QuotaStanding&) = default;
};

struct QuotaNews {
  std::optional<Persist> persist{};
  std::vector<QuotaStanding> slowed{};  // those whose ceiling just became lower
  std::vector<ClassId> unbelieved{};    // those of which a counter was not believed for the first time
};

class ClassQuotas {
 public:
  static constexpr std::string_view kStateKey = "class-quota";
  static constexpr Duration kPersistAfter = std::chrono::minutes{5};
  static constexpr Duration kPersistPause = std::chrono::seconds{60};
  static constexpr Duration kPersistUptime = std::chrono::hours{1};  // without a date: so much of a day may be lost

  // What an earlier run kept. Returns what could not be read and why; the rest counts on.
  std::vector<std::string> restore(std::string_view text);
  // A class that is not configured any more is forgotten, with its bytes.
  void configure(const ShapingSettings& settings, const KnownTime& at);

  void on(std::span<const ClassCount> counts, std::uint64_t boot, const KnownTime& at);
  QuotaNews tick(const KnownTime& at);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] std::vector<QuotaStanding> standings() const;  // as of the last tick
  // Looks at counters that told more than the class can have carried, and counted as nothing.
  [[nodiscard]] const std::map<ClassId, std::uint64_t>& unbelieved() const { return unbelieved_; }
  // Sets the ceilings that quotas leave to the class.
  void apply(const ClassId& of, ClassState& state) const;
  [[nodiscard]] Persist state() const;  // also for a last write on the way out

 private:
  struct Entry {
    QuotaLimits limits{};
    std::vector<QuotaStep> steps{};
    UsageAccount account{KeyUsage{}};
    QuotaStanding standing{};
    DayOfUptime day{};
    Instant seen{};  // until when its time has passed
  };
  struct Meter {
    ClassId of;
    QuotaMeter meter;
  };
  void add_entry(const QuotaKey& key, const QuotaLimits& limits, const std::vector<QuotaStep>& steps);
  void stand(const QuotaKey& key, Entry& entry, const KnownTime& at) const;
  static void pass_day(Entry& entry, const KnownTime& at);

  BillingTerms terms_{};
  std::map<QuotaKey, Entry> entries_;
  std::map<QuotaKey, QuotaContent::Account> kept_;  // restored, before configure()
  std::map<QuotaCounter, Meter> meters_;
  std::map<ClassId, std::uint64_t> unbelieved_;
  std::vector<ClassId> newly_unbelieved_;
  std::optional<Instant> saved_at_;
  Instant save_at_ = Instant::max();
  Instant midnight_ = Instant::max();
  bool dated_ = true;
};

}  // namespace karkara
