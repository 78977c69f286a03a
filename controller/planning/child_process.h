// A long-running program as a child with low priority, that outlives this process and is found again by the next one:
// its output goes to a file, no descriptor of ours goes with it. Refuses to wait: who wants to know looks. Used by
// PlanDesk alone.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/host/file_descriptor.h"
#include "common/result.h"

namespace karkara {

// Which process, for ever: ids are used again, also over a restart of the machine.
struct ProcessName {
  pid_t id = 0;
  std::uint64_t started = 0;  // ticks since the machine did
  std::string boot;
  friend bool operator==(const ProcessName&, const ProcessName&) = default;
};

// How it ended. Of a process that another one started only that it did.
struct ProcessEnd {
  std::optional<int> code;
  std::optional<int> signal;
};

class ChildProcess {
 public:
  // `words[0]` is the program's path; what it prints is added to `log`. Unavailable, with the reason.
  static Result<ChildProcess> start(const std::vector<std::string>& words, const std::string& log);
  // The process of that name, if it still runs.
  static std::optional<ChildProcess> find(const ProcessName& name);

  [[nodiscard]] const ProcessName& name() const { return name_; }
  [[nodiscard]] std::optional<ProcessEnd> end();  // none while it runs
  void signal(int number) const;

 private:
  ChildProcess(ProcessName name, FileDescriptor handle) : name_{std::move(name)}, handle_{std::move(handle)} {}

  ProcessName name_;
  FileDescriptor handle_;  // of the process itself: no other one can get it
};

}  // namespace karkara
