// A D-Bus daemon of one test's own, on a socket in a temporary folder, and the programs that run beside it. All of them
// end with it. Refuses the system's bus.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace karkara {

class PrivateBus {
 public:
  static bool is_possible();  // dbus-daemon is installed
  PrivateBus();
  ~PrivateBus();
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;

  void start();  // again, after stop(), at the same address
  void stop();
  [[nodiscard]] std::string address() const { return "unix:path=" + folder_ + "/bus"; }

  // With DBUS_SESSION_BUS_ADDRESS and DBUS_SYSTEM_BUS_ADDRESS set to it. Waits for its first line, at most 20 s; the
  // result is its process, nothing when no line came.
  std::optional<pid_t> run(const std::vector<std::string>& argv, bool wait_for_line);
  void end(pid_t child, int signal);

 private:
  std::string folder_;
  pid_t daemon_ = -1;
  std::vector<pid_t> children_;
};

}  // namespace karkara
