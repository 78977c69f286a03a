// One question to hostapd's or wpa_supplicant's control socket and its answer, waited for: for threads that may wait.
// Refuses to wait without end, and to understand the answer. Called by WifiLook and WifiSteps; the loop's thread uses
// Hostapd.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

// path: the daemon's socket. DeadlineExceeded: it is there, and does not answer or read.
[[nodiscard]] Result<std::string> ask_daemon(const std::string& path, std::string_view command, Duration patience);

}  // namespace karkara
