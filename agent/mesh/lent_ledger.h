// Bytes lent to each neighbour, in this local day and this month of the calendar, from counters that begin anew at any
// time. Refuses to let a limit begin anew with a restart, and to guess a day without a clock: what is counted until the
// router knows the date belongs to the day that it last knew. Pure; called by the neighbour feature.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "agent/facts/usage.h"
#include "common/ids.h"

namespace karkara {

class LentLedger {
 public:
  static constexpr std::size_t kMostSites = 64;

  explicit LentLedger(Duration utc_offset) : utc_offset_{utc_offset} {}

  // A counter as it stands; one that is below its last value began anew.
  void see(const SiteId& site, const std::string& counter, std::uint64_t bytes, const KnownTime& at);
  void begin_days(const KnownTime& at);  // what is of yesterday counts no longer
  [[nodiscard]] std::uint64_t today(const SiteId& site) const;
  [[nodiscard]] std::uint64_t month(const SiteId& site) const;
  [[nodiscard]] std::uint64_t month_of_all() const;

  [[nodiscard]] std::string text() const;
  void restore(std::string_view text);                     // lines that cannot be read are left out
  [[nodiscard]] bool changed() const { return changed_; }  // since text()

 private:
  struct Lent {
    std::uint64_t today = 0;
    std::uint64_t month = 0;
  };
  Duration utc_offset_;
  std::int64_t day_ = 0;    // local, since 1970; 0: never known
  std::int64_t month_ = 0;  // 12 * year + month
  std::map<SiteId, Lent> lent_;
  std::map<std::string, std::uint64_t> counters_;
  mutable bool changed_ = false;
};

}  // namespace karkara
