#include "tests/fakes/private_bus.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace karkara {
namespace {

constexpr const char* kDaemon = "/usr/bin/dbus-daemon";
constexpr int kPatienceMs = 20'000;

// To its end: who writes it piece by piece must not find the pipe closed.
bool line_comes(int fd) {
  pollfd wait{fd, POLLIN, 0};
  char next = 0;
  while (next != '\n') {
    if (::poll(&wait, 1, kPatienceMs) != 1 || ::read(fd, &next, 1) != 1) {
      return false;
    }
  }
  return true;
}

pid_t spawn(const std::vector<std::string>& argv, const std::string& address, int output) {
  std::vector<char*> raw;
  for (const std::string& word : argv) {
    raw.push_back(const_cast<char*>(word.c_str()));
  }
  raw.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nobody behind
    ::dup2(output, STDOUT_FILENO);
    if (const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) {
      ::dup2(nowhere, STDERR_FILENO);
    }
    ::setenv("DBUS_SESSION_BUS_ADDRESS", address.c_str(), 1);
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", address.c_str(), 1);
    ::execvp(raw[0], raw.data());
    ::_exit(127);
  }
  return child;
}

}  // namespace

bool PrivateBus::is_possible() {
  return ::access(kDaemon, X_OK) == 0;
}

PrivateBus::PrivateBus() {
  std::string pattern = std::filesystem::temp_directory_path() / "karkara-bus-XXXXXX";
  folder_ = ::mkdtemp(pattern.data());
  std::ofstream{folder_ + "/bus.conf"}
      << "<busconfig><type>session</type><listen>" << address() << "</listen>"
      << "<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/>"
      << "<allow own=\"*\"/></policy></busconfig>\n";
  start();
}

PrivateBus::~PrivateBus() {
  while (!children_.empty()) {
    end(children_.back(), SIGKILL);
  }
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PrivateBus::start() {
  std::error_code ignored;
  std::filesystem::remove(folder_ + "/bus", ignored);
  int pipe_ends[2] = {-1, -1};
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) {
    return;
  }
  daemon_ = spawn({kDaemon, "--nofork", "--nopidfile", "--config-file=" + folder_ + "/bus.conf", "--print-address"},
                  address(), pipe_ends[1]);
  ::close(pipe_ends[1]);
  (void)line_comes(pipe_ends[0]);
  ::close(pipe_ends[0]);
}

void PrivateBus::stop() {
  if (daemon_ > 0) {
    ::kill(daemon_, SIGTERM);
    ::waitpid(daemon_, nullptr, 0);
    daemon_ = -1;
  }
}

std::optional<pid_t> PrivateBus::run(const std::vector<std::string>& argv, bool wait_for_line) {
  int pipe_ends[2] = {-1, -1};
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) {
    return std::nullopt;
  }
  const pid_t child = spawn(argv, address(), pipe_ends[1]);
  ::close(pipe_ends[1]);
  if (child > 0) {
    children_.push_back(child);
  }
  const bool ready = child > 0 && (!wait_for_line || line_comes(pipe_ends[0]));
  ::close(pipe_ends[0]);
  return ready ? std::optional{child} : std::nullopt;
}

void PrivateBus::end(pid_t child, int signal) {
  ::kill(child, signal);
  ::waitpid(child, nullptr, 0);
  std::erase(children_, child);
}

}  // namespace karkara
