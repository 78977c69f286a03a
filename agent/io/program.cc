#include "agent/io/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <fstream>
#include <string_view>

#include "agent/io/errno_error.h"
#include "common/host/file_descriptor.h"

namespace karkara {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kMostSaid = 4'096;  // bytes of which one line is told
constexpr std::size_t kLongestLine = 200;
constexpr int kLook = 50;  // ms

struct Launch {
  Launch() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~Launch() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  Launch(const Launch&) = delete;
  Launch& operator=(const Launch&) = delete;
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

// A session of its own would be better for a daemon, which makes one itself; a group is what can be killed.
void prepare(Launch& launch, int said) {
  posix_spawn_file_actions_addopen(&launch.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&launch.files, said, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&launch.files, said, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&launch.files, STDERR_FILENO + 1);
  sigset_t none;
  sigset_t usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigmask(&launch.attributes, &none);
  posix_spawnattr_setsigdefault(&launch.attributes, &usual);
  posix_spawnattr_setflags(&launch.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

// False at the end of what it says. What goes beyond is read and thrown away.
bool read_some(int fd, std::string& said) {
  std::array<char, 1'024> bytes{};
  const ssize_t length = ::read(fd, bytes.data(), bytes.size());
  if (length <= 0) {
    return length < 0 && (errno == EAGAIN || errno == EINTR);
  }
  said.append(bytes.data(), static_cast<std::size_t>(length));
  if (said.size() > kMostSaid) {
    said.erase(0, said.size() - kMostSaid);
  }
  return true;
}

bool tells_of_trouble(std::string line) {
  std::ranges::transform(line, line.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr const char* kWords[]{"fail", "could not", "cannot", "unable", "invalid", "error", "no such", "denied"};
  return std::ranges::any_of(kWords, [&](const char* word) { return line.find(word) != std::string::npos; });
}

// The first that tells of trouble: what follows it are its consequences. Else the last one. Without what would break
// the line of a log.
std::string telling_line(std::string said) {
  std::ranges::replace_if(
      said, [](char c) { return c >= 0 && c < ' ' && c != '\n'; }, ' ');
  std::string last;
  for (std::size_t at = 0; at < said.size();) {
    const std::size_t end = std::min(said.find('\n', at), said.size());
    std::string line = said.substr(at, end - at);
    line.erase(line.find_last_not_of(' ') + 1);
    line.resize(std::min(line.size(), kLongestLine));
    at = end + 1;
    if (tells_of_trouble(line)) {
      return line;
    }
    last = line.empty() ? last : std::move(line);
  }
  return last;
}

// Its exit status; nothing: it had to be killed. A daemon that it left behind may hold the pipe open for ever.
std::optional<int> await_end(pid_t program, int fd, SteadyTime until, std::string& said) {
  bool open = true;
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(program, &status, WNOHANG);
    while (ended == program && open) {
      pollfd more{fd, POLLIN, 0};
      open = ::poll(&more, 1, 0) > 0 && read_some(fd, said);
    }
    if (ended == program) {
      return status;
    }
    if (std::chrono::steady_clock::now() >= until) {
      ::kill(-program, SIGKILL);
      ::waitpid(program, &status, 0);
      return std::nullopt;
    }
    pollfd waiting{open ? fd : -1, POLLIN, 0};
    if (::poll(&waiting, 1, kLook) > 0) {
      open = read_some(fd, said);
    }
  }
}

std::string read_start(const std::string& path) {
  constexpr std::size_t kMost = 4'096;
  std::string bytes(kMost, '\0');
  std::ifstream in{path, std::ios::binary};
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

// 0: none.
pid_t pid_from(const std::string& text) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  const bool whole = error == std::errc{} && (end == text.data() + text.size() || *end == '\n');
  return whole && pid > 1 ? pid : 0;
}

bool was_started_with(pid_t pid, const std::string& word) {
  const std::string words = '\0' + read_start("/proc/" + std::to_string(pid) + "/cmdline");
  return words.find('\0' + word + '\0') != std::string::npos;
}

}  // namespace

Status kill_program(const std::string& pid_path) {
  const pid_t pid = pid_from(read_start(pid_path));
  if (pid == 0 || !was_started_with(pid, pid_path)) {
    return Error{ErrorCode::NotFound, pid_path + ": tells of no such daemon"};
  }
  if (::kill(pid, SIGKILL) != 0) {
    return errno_error(errno, pid_path);
  }
  constexpr int kLooks = 40;  // a driver may hold it for a while
  for (int i = 0; i < kLooks && was_started_with(pid, pid_path); ++i) {
    ::poll(nullptr, 0, kLook);
  }
  return was_started_with(pid, pid_path) ? Status{Error{ErrorCode::DeadlineExceeded, pid_path + ": cannot be killed"}}
                                         : Status{};
}

Status run_program(const std::vector<std::string>& argv, Duration deadline) {
  if (argv.empty()) {
    return Error{ErrorCode::InvalidArgument, "an empty command"};
  }
  std::array<int, 2> pipe{-1, -1};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    return errno_error(errno, argv[0]);
  }
  const FileDescriptor reading{pipe[0]};
  FileDescriptor writing{pipe[1]};
  ::fcntl(reading.number(), F_SETFL, O_NONBLOCK);
  Launch launch;
  prepare(launch, writing.number());
  std::vector<char*> raw;
  for (const std::string& word : argv) {
    raw.push_back(const_cast<char*>(word.c_str()));  // posix_spawn does not write to it
  }
  raw.push_back(nullptr);
  pid_t program = 0;
  if (const int error = ::posix_spawn(&program, raw[0], &launch.files, &launch.attributes, raw.data(), environ);
      error != 0) {
    return Error{ErrorCode::Unavailable, errno_error(error, argv[0]).text};
  }
  writing = FileDescriptor{};
  std::string said;
  const auto status = await_end(program, reading.number(), std::chrono::steady_clock::now() + deadline, said);
  if (!status) {
    return Error{ErrorCode::DeadlineExceeded, argv[0] + " did not end in time"};
  }
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) {
    return {};
  }
  const std::string line = telling_line(said);
  const std::string how = WIFEXITED(*status) ? "ended with " + std::to_string(WEXITSTATUS(*status))
                                             : "was ended by signal " + std::to_string(WTERMSIG(*status));
  return Error{ErrorCode::Internal, argv[0] + ": " + (line.empty() ? how : line)};
}

}  // namespace karkara
