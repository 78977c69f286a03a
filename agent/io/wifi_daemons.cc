#include "agent/io/wifi_daemons.h"

#include <thread>

#include "agent/codec/hostapd_answer.h"
#include "agent/io/control_socket.h"
#include "agent/io/program.h"

namespace karkara {
namespace {

constexpr auto kEndPoll = std::chrono::milliseconds{100};

// It goes into the background by itself. A service manager must end the agent alone, and not what it left behind.
std::vector<std::string> daemon_command(const StartWifiDaemon& deed, const WifiMarks& marks) {
  std::vector<std::string> argv{deed.program, "-B", "-P", marks.pid_path(deed.name)};
  if (deed.daemon == WifiDaemon::Supplicant) {
    argv.insert(argv.end(), {"-D", "nl80211", "-i", deed.name, "-c"});
  }
  argv.push_back(marks.configuration_path(deed.name));
  return argv;
}

}  // namespace

std::string WifiDaemons::socket_of(WifiDaemon daemon, const std::string& interface) const {
  return (daemon == WifiDaemon::Hostapd ? terms_.hostapd : terms_.supplicant) + "/" + interface;
}

std::optional<WifiDaemonSeen> WifiDaemons::look(WifiDaemon daemon, const std::string& interface) const {
  const auto answer = ask_daemon(socket_of(daemon, interface), "STATUS", terms_.answers);
  if (!answer) {
    // One that is too busy to answer is there.
    return answer.error().code == ErrorCode::DeadlineExceeded ? std::optional{WifiDaemonSeen{daemon, interface, {}}}
                                                              : std::nullopt;
  }
  const auto state = daemon == WifiDaemon::Hostapd ? hostapd_state(*answer) : supplicant_state(*answer);
  return WifiDaemonSeen{daemon, interface, state.value_or("")};
}

Status WifiDaemons::start(const StartWifiDaemon& deed, WifiMarks& marks) const {
  const bool made = marks.of(deed.name).made;
  Status status = marks.write_configuration(deed.name, deed.configuration);
  if (status) {
    status = marks.put(deed.name, {deed.mark, made});
  }
  if (status) {
    status = run_program(daemon_command(deed, marks), terms_.starts);
  }
  if (!status) {
    static_cast<void>(marks.put(deed.name, {"", made}));
    marks.remove_configuration(deed.name);
  }
  return status;
}

Status WifiDaemons::stop(const StopWifiDaemon& deed, WifiMarks& marks) const {
  const std::string socket = socket_of(deed.daemon, deed.name);
  static_cast<void>(ask_daemon(socket, "TERMINATE", terms_.answers));  // it may be gone already
  if (!ends(deed)) {
    if (const Status status = kill_program(marks.pid_path(deed.name)); !status) {
      return status.error().in(socket + ": does not end");
    }
    if (!ends(deed)) {
      return Error{ErrorCode::DeadlineExceeded, socket + ": does not end"};
    }
  }
  marks.remove_configuration(deed.name);
  return marks.put(deed.name, {"", marks.of(deed.name).made});
}

Status WifiDaemons::kick(const KickMeshPeer& deed) const {
  const auto answer =
      ask_daemon(socket_of(WifiDaemon::Supplicant, deed.name), "MESH_PEER_REMOVE " + deed.peer.text(), terms_.answers);
  if (!answer) {
    return answer.error();
  }
  return answer->starts_with("OK") ? Status{} : Status{Error{ErrorCode::NotFound, deed.peer.text() + ": is no peer"}};
}

bool WifiDaemons::ends(const StopWifiDaemon& deed) const {
  const auto until = std::chrono::steady_clock::now() + terms_.ends;
  while (look(deed.daemon, deed.name)) {
    if (std::chrono::steady_clock::now() >= until) {
      return false;
    }
    std::this_thread::sleep_for(kEndPoll);
  }
  return true;
}

}  // namespace karkara
