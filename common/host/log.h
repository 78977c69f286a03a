// Log lines: logfmt on standard error, with the journal's priority in front when systemd reads it.
//   <4>level=warning id=UPLINK_SWITCHED from=vsat to=lte why=echo-lost
// Trouble that repeats with the same fields is said once and then counted for a minute; what is only told (level info)
// is a change, and every change is written. Refuses free text: every line has an id of the catalogue. Called by main.cc
// and the adapters; cores return Notes instead.
#pragma once

#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>

#include "common/messages.h"
#include "common/time.h"

namespace karkara {

// One line without the newline: level, id, fields; values quoted where logfmt needs it.
[[nodiscard]] std::string logfmt(const Note& note);

class Log {
 public:
  // journal: write "<N>" priorities. Both references must outlive the log.
  Log(std::FILE* out, const Clock& clock, bool journal);
  // Thread-safe.
  void write(const Note& note);

 private:
  struct Repeat {
    Instant first;
    unsigned long suppressed = 0;
  };
  void print(const Note& note);

  std::FILE* out_;
  const Clock& clock_;
  bool journal_;
  std::mutex mutex_;
  std::map<std::string, Repeat> repeats_;
};

}  // namespace karkara
