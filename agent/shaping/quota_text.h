// How the quotas of classes are kept between boots: words in lines with a checksum each, so that one torn line costs
// one class's count and not all. Refuses a newer version and impossible numbers, always with the reason and keeping
// every other line. Called by ClassQuotas.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/usage.h"
#include "agent/shaping/quota_meter.h"
#include "agent/uplink/settings.h"
#include "common/ids.h"

namespace karkara {

struct QuotaKey {
  ClassId of;
  std::optional<UplinkKind> kind{};  // none: all uplinks together
  friend auto operator<=>(const QuotaKey&, const QuotaKey&) = default;
};

[[nodiscard]] std::string_view word_of(UplinkKind kind);  // "cellular"

// Whose counter: a class of the tree on one link.
struct QuotaCounter {
  std::uint32_t link = 0;
  std::uint16_t minor = 0;
  friend auto operator<=>(const QuotaCounter&, const QuotaCounter&) = default;
};

// While there is no date a day is 24 hours of uptime, which a router that is off at night needs several runs for.
struct DayOfUptime {
  std::uint64_t before = 0;       // undated bytes when it began
  std::chrono::seconds passed{};  // of it
  bool first = true;              // since the date was last known: that day's dated bytes count as its own
  friend bool operator==(const DayOfUptime&, const DayOfUptime&) = default;
};

struct QuotaContent {
  struct Account {
    QuotaKey key;
    KeyUsage usage;                            // without its days before
    std::optional<DayOfUptime> undated_day{};  // none: the date was known
    friend bool operator==(const Account&, const Account&) = default;
  };
  struct Meter {
    QuotaCounter counter;
    ClassId of;  // for whom it counted
    QuotaMeter::Point base;
    friend bool operator==(const Meter&, const Meter&) = default;
  };
  std::vector<Account> accounts;
  std::vector<Meter> meters;
  friend bool operator==(const QuotaContent&, const QuotaContent&) = default;
};

struct QuotaFound {
  QuotaContent content;
  std::vector<std::string> refused;  // "line 3: its checksum does not fit"
};

inline constexpr std::size_t kQuotaBytes = 4096;  // what the flash keeps under one key
inline constexpr std::size_t kMostQuotas = 64;
inline constexpr std::size_t kMostQuotaMeters = 256;

// Accounts and their days first: a counter that does not fit any more loses only what flows while the agent is not
// there.
[[nodiscard]] std::string quota_text(const QuotaContent& content);
[[nodiscard]] QuotaFound read_quotas(std::string_view text);

}  // namespace karkara
