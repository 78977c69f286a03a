#include "agent/io/command_runner.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

#include "agent/io/errno_error.h"

namespace karkara {
namespace {

constexpr std::size_t kMostHanging = 3;   // runs of one program that a kill did not end
constexpr std::size_t kMostOutput = 200;  // bytes that are told; the rest is read and thrown away

struct Child {
  pid_t pid = 0;
  int pidfd = -1;
  int output = -1;  // what it prints, or -1
};

// posix_spawn's two descriptions of a child, which want to be destroyed.
struct SpawnPlan {
  SpawnPlan() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

void plan(SpawnPlan& plan, int output) {
  posix_spawn_file_actions_addopen(&plan.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    if (output >= 0) {
      posix_spawn_file_actions_adddup2(&plan.files, output, fd);
    } else {
      posix_spawn_file_actions_addopen(&plan.files, fd, "/dev/null", O_WRONLY, 0);
    }
  }
  posix_spawn_file_actions_addclosefrom_np(&plan.files, STDERR_FILENO + 1);  // Asio's sockets would be inherited
  // A group of its own, so that its children can be killed with it; signals as any program expects them.
  sigset_t none;
  sigset_t usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigmask(&plan.attributes, &none);
  posix_spawnattr_setsigdefault(&plan.attributes, &usual);
  posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

Result<pid_t> spawn(const std::vector<std::string>& argv, int output) {
  std::vector<char*> raw;
  raw.reserve(argv.size() + 1);
  for (const std::string& word : argv) {
    raw.push_back(const_cast<char*>(word.c_str()));  // posix_spawn does not write to it
  }
  raw.push_back(nullptr);
  SpawnPlan planned;
  plan(planned, output);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, raw[0], &planned.files, &planned.attributes, raw.data(), environ);
  if (error != 0) {
    return Error{ErrorCode::Unavailable, argv[0] + ": " + std::generic_category().message(error)};
  }
  return pid;
}

Result<Child> start(const CommandToRun& command) {
  if (command.argv.empty()) {
    return Error{ErrorCode::InvalidArgument, "an empty command"};
  }
  std::array<int, 2> pipe{-1, -1};
  if (command.tells && ::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    return errno_error(errno, "pipe");
  }
  const auto close_pipe = [&](int end) {
    if (pipe.at(static_cast<std::size_t>(end)) >= 0) {
      ::close(pipe.at(static_cast<std::size_t>(end)));
    }
  };
  const Result<pid_t> pid = spawn(command.argv, pipe[1]);
  close_pipe(1);
  if (!pid) {
    close_pipe(0);
    return pid.error();
  }
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0));
  if (pidfd < 0) {
    const Error error = errno_error(errno, "pidfd");
    close_pipe(0);
    ::kill(-*pid, SIGKILL);
    while (::waitpid(*pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return error;
  }
  return Child{*pid, pidfd, pipe[0]};
}

// One line for people: what cannot be printed becomes a space.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      c = ' ';
    }
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace

struct CommandRunner::Job {
  Job(boost::asio::io_context& io, std::string name, const Child& child, Done then)
      : program{std::move(name)}, pid{child.pid}, ended{io, child.pidfd}, output{io}, timer{io}, done{std::move(then)} {
    if (child.output >= 0) {
      output.assign(child.output);
    }
  }
  std::string program;
  pid_t pid;
  boost::asio::posix::stream_descriptor ended;
  boost::asio::posix::stream_descriptor output;
  boost::asio::steady_timer timer;
  Done done;
  std::array<char, 512> chunk{};
  std::string printed{};
  bool killed = false;
  bool given_up = false;  // answered, and only waited for
};

void kill_program(pid_t program) {
  ::kill(-program, SIGKILL);
  ::kill(program, SIGKILL);  // it may have left its group
}

CommandRunner::~CommandRunner() = default;

std::size_t CommandRunner::hanging(const std::string& program) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(jobs_, [&](const auto& job) { return job->given_up && job->program == program; }));
}

void CommandRunner::run(const CommandToRun& command, Done done) {
  if (!command.argv.empty() && hanging(command.argv[0]) >= kMostHanging) {
    answer(std::move(done), Error{ErrorCode::ResourceExhausted,
                                  command.argv[0] + " is not started: " + std::to_string(kMostHanging) +
                                      " runs of it hang and cannot be killed; only a restart of the router may help"});
    return;
  }
  const Result<Child> child = start(command);
  if (!child) {
    answer(std::move(done), child.error());
    return;
  }
  const auto job = std::make_shared<Job>(io_, command.argv[0], *child, std::move(done));
  jobs_.push_back(job);
  watch(job, command.deadline);
  if (command.tells) {
    read(job);
  }
}

void CommandRunner::await_end(const std::shared_ptr<Job>& job) {
  job->ended.async_wait(
      boost::asio::posix::stream_descriptor::wait_read,
      [this, job, alive = std::weak_ptr<const bool>(alive_)](const boost::system::error_code& error) {
        if (error || !alive.lock()) {
          return;
        }
        int state = 0;
        const pid_t gone = ::waitpid(job->pid, &state, WNOHANG);
        if (gone == 0) {  // woken for nothing: Asio's event of a descriptor that was closed before
          await_end(job);
          return;
        }
        if (!job->given_up) {
          finish(*job, gone == job->pid && WIFEXITED(state) ? std::optional{WEXITSTATUS(state)} : std::nullopt);
        }
        jobs_.remove(job);
      });
}

void CommandRunner::watch(const std::shared_ptr<Job>& job, Duration deadline) {
  await_end(job);
  job->timer.expires_after(deadline);
  job->timer.async_wait([this, job, alive = std::weak_ptr<const bool>(alive_)](const boost::system::error_code& error) {
    if (alive.lock() && !error) {
      end(job);
    }
  });
}

void CommandRunner::end(const std::shared_ptr<Job>& job) {
  job->killed = true;
  rules_.kill(job->pid);
  job->timer.expires_after(rules_.patience);
  job->timer.async_wait([this, job, alive = std::weak_ptr<const bool>(alive_)](const boost::system::error_code& error) {
    if (alive.lock() && !error && job->done) {
      give_up(job);
    }
  });
}

// It sits in the kernel, and goes when that lets it go. Who waits for it must not wait so long.
void CommandRunner::give_up(const std::shared_ptr<Job>& job) {
  job->given_up = true;
  boost::system::error_code ignored;
  job->output.close(ignored);
  answer(std::exchange(job->done, {}),
         Error{ErrorCode::DeadlineExceeded, job->program + " did not end in time, and cannot be killed"});
}

void CommandRunner::read(const std::shared_ptr<Job>& job) {
  job->output.async_read_some(
      boost::asio::buffer(job->chunk),
      [this, job, alive = std::weak_ptr<const bool>(alive_)](const boost::system::error_code& error, std::size_t size) {
        if (error || !alive.lock()) {
          return;
        }
        const std::size_t room = kMostOutput - job->printed.size();
        job->printed.append(job->chunk.data(), std::min(size, room));
        read(job);
      });
}

void CommandRunner::finish(Job& job, std::optional<int> code) {
  if (job.output.is_open()) {  // the end may be seen before the last words
    boost::system::error_code ignored;
    job.output.non_blocking(true, ignored);
    const std::size_t room = std::min(kMostOutput - job.printed.size(), job.chunk.size());
    job.printed.append(job.chunk.data(), job.output.read_some(boost::asio::buffer(job.chunk.data(), room), ignored));
    job.output.close(ignored);
  }
  job.timer.cancel();
  Status status;
  if (job.killed) {
    status = Error{ErrorCode::DeadlineExceeded, job.program + " did not end in time"};
  } else if (code != 0) {
    const std::string words = one_line(job.printed);
    status = Error{ErrorCode::Internal, job.program + " ended with " + (code ? std::to_string(*code) : "a signal") +
                                            (words.empty() ? "" : ": " + words)};
  }
  answer(std::exchange(job.done, {}), std::move(status));
}

void CommandRunner::answer(Done done, Status status) {
  boost::asio::post(
      io_, [done = std::move(done), status = std::move(status), alive = std::weak_ptr<const bool>(alive_)]() mutable {
        if (alive.lock()) {
          done(std::move(status));
        }
      });
}

}  // namespace karkara
