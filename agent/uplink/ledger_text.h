// How the usage ledger is kept between boots: words in lines with a checksum each, at most 4 KiB, so that one torn line
// costs one SIM's history and not all. Refuses a newer version and impossible numbers, always with the reason and
// keeping every other line. Called by UsageLedger.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/usage.h"
#include "agent/uplink/link_meter.h"
#include "common/ids.h"

namespace karkara {

// Where an uplink's counters stood, and for whose key they counted.
struct MeterMark {
  UplinkId uplink;
  std::string key;
  LinkMeter::Point base;
  friend bool operator==(const MeterMark&, const MeterMark&) = default;
};

struct LedgerContent {
  std::vector<KeyUsage> usage;  // most recently used first
  std::vector<MeterMark> meters;
  friend bool operator==(const LedgerContent&, const LedgerContent&) = default;
};

struct LedgerFound {
  LedgerContent content;
  std::vector<std::string> refused;  // "line 3: its checksum does not fit"
};

struct LedgerWritten {
  std::string text;
  std::size_t left_out = 0;  // lines that did not fit any more: never one of the first eight keys
};

inline constexpr std::size_t kLedgerBytes = 4096;

[[nodiscard]] LedgerWritten ledger_text(const LedgerContent& content);
[[nodiscard]] LedgerFound read_ledger(std::string_view text);

}  // namespace karkara
