// Runs one program and waits for its end, for threads that may wait: those of drivers and daemons. Kills it with its
// children when it does not end in time, and a daemon by its pid file. Refuses shells, and to run on the loop's thread,
// where CommandRunner is for. Called by WifiSteps.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

// Ok: it ended with 0. Else the first line that tells of trouble or the last one, "ended with 1" where it said nothing,
// DeadlineExceeded, or Unavailable with the reason why it could not be started.
[[nodiscard]] Status run_program(const std::vector<std::string>& argv, Duration deadline);

// Kills a daemon that was started with this path of its pid file among its words, and waits a moment for its end. The
// number alone may be anybody's by now: NotFound.
[[nodiscard]] Status kill_program(const std::string& pid_path);

}  // namespace karkara
