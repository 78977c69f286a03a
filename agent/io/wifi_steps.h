// Carries out one step of setting Wi-Fi up: interfaces, meshes, daemons, batman-adv, scans, resets. Each may wait for a
// driver or a daemon: not for the loop's thread. A step that was done already is done again without harm. Refuses to
// decide, and to leave a child behind that dies with the agent: daemons get a life of their own. Used by WifiWorker.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/facts/wifi.h"
#include "agent/io/wifi_daemons.h"
#include "agent/io/wifi_kernel.h"
#include "agent/io/wifi_marks.h"

namespace karkara {

class WifiSteps {
 public:
  explicit WifiSteps(WifiKernel& kernel) : kernel_{kernel} {}

  [[nodiscard]] Status run(const WifiStep& step);
  [[nodiscard]] const std::map<std::uint32_t, std::vector<WifiAirSeen>>& air() const { return air_; }

 private:
  [[nodiscard]] Status run(const RequestCountry& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const MakeWifiInterface& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const RemoveWifiInterface& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const ChangeWifiKind& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const JoinOpenMesh& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const LeaveMesh& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const StartWifiDaemon& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const StopWifiDaemon& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const MakeBatman& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const JoinBatman& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const SurveyAir& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const KickMeshPeer& deed, WifiMarks& marks);
  [[nodiscard]] Status run(const ResetRadio& deed, WifiMarks& marks);

  struct Owned {
    std::uint32_t link;
    std::uint32_t wiphy;
    std::string name;
  };
  [[nodiscard]] Result<std::vector<Owned>> interfaces();
  // AlreadyExists: what has the name is something else.
  [[nodiscard]] Status is_wifi_of(std::uint32_t wiphy, const std::string& name);
  [[nodiscard]] Status is_batman(const std::string& name);
  [[nodiscard]] Status add_heard(std::uint32_t link, std::vector<WifiAirSeen>& air);

  WifiKernel& kernel_;
  WifiDaemons daemons_;
  std::uint16_t wifi_ = 0;  // the family's number, of this step
  std::map<std::uint32_t, std::vector<WifiAirSeen>> air_;
};

}  // namespace karkara
