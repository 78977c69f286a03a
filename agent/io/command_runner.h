// Runs configured programs without ever blocking the loop: their end, their deadline and the beginning of what they
// print come back in one answer. Kills with all its children what does not end in time. Refuses shells: the first word
// is the program's path. Used by ModemPowerAdapter and LocalRelays, from io's thread only.
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
#include <vector>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

struct CommandToRun {
  std::vector<std::string> argv;
  Duration deadline{};
  bool tells = true;  // its output is kept; else it may go on printing after the agent's end
};

class CommandRunner {
 public:
  // Ok: it ended with 0. Else "/usr/sbin/relay ended with 3: no such port", DeadlineExceeded when it was killed, or
  // Unavailable when it could not be started.
  using Done = std::function<void(Status)>;

  explicit CommandRunner(boost::asio::io_context& io) : io_{io} {}
  ~CommandRunner();  // what runs goes on, and tells nobody
  CommandRunner(const CommandRunner&) = delete;
  CommandRunner& operator=(const CommandRunner&) = delete;

  void run(const CommandToRun& command, Done done);  // done: always, once, after this has returned

 private:
  struct Job;
  void watch(const std::shared_ptr<Job>& job, Duration deadline);
  void read(const std::shared_ptr<Job>& job);
  void await_end(const std::shared_ptr<Job>& job);
  void finish(Job& job, std::optional<int> code);  // absent: a signal ended it
  void answer(Done done, Status status);

  boost::asio::io_context& io_;
  std::list<std::shared_ptr<Job>> jobs_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // handlers outlive their cancellation
};

}  // namespace karkara
