#include "agent/io/modem_power.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace karkara {
namespace {

// The shell, because its two writes must come also when nobody is left who waits for them.
constexpr const char* kPowerScript = R"(echo 0 >"$1" && sleep "$2"; echo 1 >"$1")";

bool is_usb_port(std::string_view port) {  // "1-1.2"
  return !port.empty() && port.size() <= 32 && port.front() >= '0' && port.front() <= '9' &&
         port.find_first_not_of("0123456789.-") == std::string_view::npos && port.find("..") == std::string_view::npos;
}

Result<pid_t> spawn(const std::vector<std::string>& argv) {
  std::vector<char*> raw;
  for (const std::string& word : argv) {
    raw.push_back(const_cast<char*>(word.c_str()));  // posix_spawn does not write to it
  }
  raw.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
  }
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);  // so that its children can be killed with it
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, raw[0], &files, &attributes, raw.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return Error{ErrorCode::Unavailable, argv[0] + ": " + std::generic_category().message(error)};
  }
  return pid;
}

}  // namespace

ModemPowerAdapter::ModemPowerAdapter(boost::asio::io_context& io, Done done, ModemPowerOptions options)
    : io_{io}, done_{std::move(done)}, options_{std::move(options)} {}

ModemPowerAdapter::~ModemPowerAdapter() = default;

void ModemPowerAdapter::run(const PowerCycleModem& cycle) {
  const auto off_for = std::chrono::ceil<std::chrono::seconds>(cycle.off_for);
  if (!cycle.command.empty()) {
    start(cycle.id, cycle.command, options_.patience + off_for);
    return;
  }
  const std::string file = options_.usb_devices + "/" + cycle.usb_port + "/authorized";
  if (!is_usb_port(cycle.usb_port)) {
    answer(cycle.id, Error{ErrorCode::InvalidArgument, "'" + cycle.usb_port + "' is no USB port (such as 1-1.2)"});
  } else if (::access(file.c_str(), W_OK) != 0) {
    answer(cycle.id, Error{ErrorCode::NotFound, file + ": " + std::generic_category().message(errno)});
  } else {
    start(cycle.id, {"/bin/sh", "-c", kPowerScript, "sh", file, std::to_string(off_for.count())},
          options_.patience + off_for);
  }
}

void ModemPowerAdapter::start(std::uint64_t id, const std::vector<std::string>& argv, std::chrono::seconds patience) {
  const Result<pid_t> pid = spawn(argv);
  if (!pid) {
    answer(id, pid.error());
    return;
  }
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0));
  if (pidfd < 0) {
    answer(id, Error{ErrorCode::Unavailable, "pidfd: " + std::generic_category().message(errno)});
    return;
  }
  Job& job = jobs_.emplace_back(io_, id, *pid, pidfd);
  const std::weak_ptr<const bool> alive{alive_};
  job.ended.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this, &job, alive](const boost::system::error_code& error) {
                         if (alive.lock() && !error) {
                           finish(job);
                         }
                       });
  job.timer.expires_after(patience);
  job.timer.async_wait([&job, alive](const boost::system::error_code& error) {
    if (alive.lock() && !error) {
      job.killed = true;
      ::kill(-job.pid, SIGKILL);
    }
  });
}

void ModemPowerAdapter::finish(Job& job) {
  int state = 0;
  const bool gone = ::waitpid(job.pid, &state, WNOHANG) == job.pid;
  Status status;
  if (job.killed) {
    status = Error{ErrorCode::DeadlineExceeded, "the power command did not end"};
  } else if (!gone || !WIFEXITED(state) || WEXITSTATUS(state) != 0) {
    const std::string code = gone && WIFEXITED(state) ? std::to_string(WEXITSTATUS(state)) : "a signal";
    status = Error{ErrorCode::Internal, "the power command ended with " + code};
  }
  const std::uint64_t id = job.id;
  answer(id, std::move(status));
  // Later: the timer's cancelled handler still names the job.
  boost::asio::post(io_, [this, id, alive = std::weak_ptr<const bool>(alive_)] {
    if (alive.lock()) {
      jobs_.remove_if([&](const Job& held) { return held.id == id; });
    }
  });
}

void ModemPowerAdapter::answer(std::uint64_t id, Status status) {
  boost::asio::post(io_, [this, id, status = std::move(status), alive = std::weak_ptr<const bool>(alive_)] {
    if (alive.lock()) {
      done_({id, status, {}});
    }
  });
}

}  // namespace karkara
