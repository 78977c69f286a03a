// What the Wi-Fi feature remembers over restarts: how often each mesh interface was recovered today, which channel was
// chosen for a radio, where one is that lost its name, and where the marks lie; and the line of text in which it is
// kept. Refuses lines that are damaged. Kept by WifiFeature.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara {

struct RecoveryCounts {
  std::uint32_t kicks = 0;
  std::uint32_t scans = 0;
  std::uint32_t rejoins = 0;
  std::uint32_t resets = 0;
  friend bool operator==(const RecoveryCounts&, const RecoveryCounts&) = default;
};

// Where a radio was found that is configured by the kernel's name for it: a driver that is put on anew gets another.
struct WifiPlace {
  std::string path;  // below /sys/devices; empty: not known
  std::string mac;
  friend bool operator==(const WifiPlace&, const WifiPlace&) = default;
};

struct WifiMemory {
  std::int64_t day = 0;                             // days since 1970, by local time; 0: not known
  std::map<std::string, RecoveryCounts> today{};    // by interface
  std::map<std::string, std::uint32_t> channels{};  // by radio
  std::map<std::string, WifiPlace> places{};        // by the name that is configured
  std::string folder{};                             // where marks lie; empty: nothing was set up
  [[nodiscard]] bool empty() const { return today.empty() && channels.empty() && places.empty() && folder.empty(); }
  friend bool operator==(const WifiMemory&, const WifiMemory&) = default;
};

[[nodiscard]] std::string to_text(const WifiMemory& memory);
// DataLoss: damaged; InvalidArgument: of another version, or not plausible. The empty text is nothing remembered.
[[nodiscard]] Result<WifiMemory> wifi_memory_from(std::string_view text);

}  // namespace karkara
