// hostapd and wpa_supplicant as the agent starts and ends them: in the background, with a life of their own, and known
// again by the mark and the pid file of their interface. Refuses to end what does not prove to be the one that was
// started. For threads that may wait; called by WifiSteps and WifiLook.
#pragma once

#include <optional>
#include <string>

#include "agent/facts/wifi.h"
#include "agent/io/wifi_marks.h"

namespace karkara {

class WifiDaemons {
 public:
  // Where their control sockets are, and how long each thing may take.
  struct Terms {
    std::string hostapd = "/var/run/hostapd";
    std::string supplicant = "/var/run/wpa_supplicant";
    Duration starts = std::chrono::seconds{30};
    Duration answers = std::chrono::seconds{2};
    Duration ends = std::chrono::seconds{10};  // when it is asked, and again when it is killed
  };
  WifiDaemons() : WifiDaemons{Terms{}} {}
  explicit WifiDaemons(Terms terms) : terms_{std::move(terms)} {}

  // Nothing: it is not there.
  [[nodiscard]] std::optional<WifiDaemonSeen> look(WifiDaemon daemon, const std::string& interface) const;
  // Its own last word when it cannot be.
  [[nodiscard]] Status start(const StartWifiDaemon& deed, WifiMarks& marks) const;
  // Asked, then killed. While it does not end its mark stays: it is what ends it later.
  [[nodiscard]] Status stop(const StopWifiDaemon& deed, WifiMarks& marks) const;
  // Of a mesh that is wpa_supplicant's: it closes the link and meets the peer anew. NotFound: it has no such peer.
  [[nodiscard]] Status kick(const KickMeshPeer& deed) const;

 private:
  [[nodiscard]] std::string socket_of(WifiDaemon daemon, const std::string& interface) const;
  [[nodiscard]] bool ends(const StopWifiDaemon& deed) const;

  Terms terms_;
};

}  // namespace karkara
