// Runs configured programs without ever blocking the loop: their end, their deadline and the beginning of what they
// print come back in one answer. Kills with all its children what does not end in time, and gives up on what a kill
// does not end: a program within a driver that hangs. Refuses shells: the first word is the program's path; and to
// start a program of which three runs hang so. Used by ModemPowerAdapter, RouterReboot and LocalRelays, from io's
// thread only.
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

struct CommandToRun {
  std::vector<std::string> argv;
  Duration deadline{};
  bool tells = true;  // its output is kept; else it may go on printing after the agent's end
};

// Kills a child that was not waited for yet, and its process group.
void kill_program(pid_t program);

struct KillRules {
  std::function<void(pid_t)> kill = kill_program;  // another one where a test needs what cannot be killed
  Duration patience = std::chrono::seconds{5};     // behind the kill
};

class CommandRunner {
 public:
  // Ok: it ended with 0. Else "/usr/sbin/relay ended with 3: no such port", DeadlineExceeded when it was killed,
  // ResourceExhausted when too many before it cannot be, or Unavailable when it could not be started.
  using Done = std::function<void(Status)>;

  explicit CommandRunner(boost::asio::io_context& io, KillRules rules = {}) : io_{io}, rules_{std::move(rules)} {}
  ~CommandRunner();  // what runs goes on, and tells nobody
  CommandRunner(const CommandRunner&) = delete;
  CommandRunner& operator=(const CommandRunner&) = delete;

  void run(const CommandToRun& command, Done done);  // done: always, once, after this has returned

 private:
  struct Job;
  void watch(const std::shared_ptr<Job>& job, Duration deadline);
  void read(const std::shared_ptr<Job>& job);
  void await_end(const std::shared_ptr<Job>& job);
  void end(const std::shared_ptr<Job>& job);
  void give_up(const std::shared_ptr<Job>& job);
  void finish(Job& job, std::optional<int> code);  // absent: a signal ended it
  [[nodiscard]] std::size_t hanging(const std::string& program) const;
  void answer(Done done, Status status);

  boost::asio::io_context& io_;
  KillRules rules_;
  std::list<std::shared_ptr<Job>> jobs_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // handlers outlive their cancellation
};

}  // namespace karkara
