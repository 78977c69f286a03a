#include "controller/planning/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <system_error>

namespace karkara {
namespace {

constexpr int kNice = 10;
constexpr const char* kFirstToGo = "700\n";  // of 1000: before the controller when memory runs out
constexpr int kStartedField = 22;            // of /proc/ID/stat, proc(5)

std::string read_start(const std::string& path) {
  const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  char text[1024];
  const ssize_t got = file.ok() ? ::read(file.number(), text, sizeof text) : -1;
  return got > 0 ? std::string{text, static_cast<std::size_t>(got)} : std::string{};
}

void write_start(const std::string& path, const std::string& text) {
  const FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (file.ok()) {
    [[maybe_unused]] const ssize_t written = ::write(file.number(), text.data(), text.size());
  }
}

std::string boot_of_machine() {
  const std::string text = read_start("/proc/sys/kernel/random/boot_id");
  return text.substr(0, text.find('\n'));
}

// None for a process that is gone, or only waits to be asked how it ended.
std::optional<std::uint64_t> start_of(pid_t id) {
  const std::string text = read_start("/proc/" + std::to_string(id) + "/stat");
  std::size_t at = text.rfind(')');  // the program's name may hold anything
  if (at == std::string::npos || at + 2 >= text.size() || text[at + 2] == 'Z' || text[at + 2] == 'X') {
    return std::nullopt;
  }
  ++at;
  for (int field = 3; field < kStartedField && at != std::string::npos; ++field) {
    at = text.find(' ', at + 1);
  }
  std::uint64_t ticks = 0;
  if (at == std::string::npos ||
      std::from_chars(text.data() + at + 1, text.data() + text.size(), ticks).ec != std::errc{}) {
    return std::nullopt;
  }
  return ticks;
}

FileDescriptor handle_of(pid_t id) {
  return FileDescriptor{static_cast<int>(::syscall(SYS_pidfd_open, id, 0))};
}

struct ChildPlan {
  ChildPlan() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~ChildPlan() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  ChildPlan(const ChildPlan&) = delete;
  ChildPlan& operator=(const ChildPlan&) = delete;
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

// Nothing of ours goes with it: a listening socket would keep the next controller from its port.
void describe_child(ChildPlan& plan, const std::string& log) {
  posix_spawn_file_actions_addopen(&plan.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&plan.files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&plan.files, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&plan.files, STDERR_FILENO + 1);
  sigset_t none;
  sigset_t usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (const int number : {SIGPIPE, SIGTERM, SIGINT}) {
    sigaddset(&usual, number);
  }
  posix_spawnattr_setsigmask(&plan.attributes, &none);
  posix_spawnattr_setsigdefault(&plan.attributes, &usual);
  // A session of its own: neither a terminal's Ctrl-C nor the controller's death sends it a signal.
  posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& words, const std::string& log) {
  std::vector<char*> raw;
  raw.reserve(words.size() + 1);
  for (const std::string& word : words) {
    raw.push_back(const_cast<char*>(word.c_str()));  // posix_spawn does not write to it
  }
  raw.push_back(nullptr);
  ChildPlan plan;
  describe_child(plan, log);
  pid_t id = 0;
  if (const int error = ::posix_spawn(&id, raw[0], &plan.files, &plan.attributes, raw.data(), environ); error != 0) {
    return Error{ErrorCode::Unavailable, words[0] + ": " + std::generic_category().message(error)};
  }
  if (::getpriority(PRIO_PROCESS, 0) < kNice) {
    ::setpriority(PRIO_PGRP, static_cast<id_t>(id), kNice);  // with all threads that it has by now
  }
  write_start("/proc/" + std::to_string(id) + "/oom_score_adj", kFirstToGo);
  // It cannot be gone for good before we asked how it ended.
  FileDescriptor handle = handle_of(id);
  if (!handle.ok()) {
    const Error why{ErrorCode::Unavailable, words[0] + ": " + std::generic_category().message(errno)};
    ::kill(id, SIGKILL);
    while (::waitpid(id, nullptr, 0) < 0 && errno == EINTR) {
    }
    return why;
  }
  return ChildProcess{{id, start_of(id).value_or(0), boot_of_machine()}, std::move(handle)};
}

std::optional<ChildProcess> ChildProcess::find(const ProcessName& name) {
  if (name.id <= 0 || name.boot.empty() || name.boot != boot_of_machine()) {
    return std::nullopt;
  }
  FileDescriptor handle = handle_of(name.id);  // before the look: what it names cannot change any more
  if (!handle.ok() || start_of(name.id) != name.started) {
    return std::nullopt;
  }
  return ChildProcess{name, std::move(handle)};
}

std::optional<ProcessEnd> ChildProcess::end() {
  int status = 0;
  const pid_t waited = ::waitpid(name_.id, &status, WNOHANG);
  if (waited == name_.id) {
    return WIFSIGNALED(status) ? ProcessEnd{std::nullopt, WTERMSIG(status)}
                               : ProcessEnd{WEXITSTATUS(status), std::nullopt};
  }
  // Not ours: another controller started it.
  pollfd gone{handle_.number(), POLLIN, 0};
  if (waited < 0 && errno == ECHILD && ::poll(&gone, 1, 0) == 1) {
    return ProcessEnd{};
  }
  return std::nullopt;
}

void ChildProcess::signal(int number) const {
  ::syscall(SYS_pidfd_send_signal, handle_.number(), number, nullptr, 0);
}

}  // namespace karkara
