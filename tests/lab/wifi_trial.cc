// The agent's Wi-Fi by itself, against this kernel:
//   karkara-wifi-trial joins PHY TIMES FOLDER   makes a mesh point, joins, leaves and takes it away, again and again;
//                                               prints what that left behind, as a line of JSON
//   karkara-wifi-trial serve PHY FOLDER [KIND]  sets a radio up and recovers it when stuck, until it is killed; SIGHUP
//                                               takes all of it away. A line for each note and alarm. KIND: open (an
//                                               access point, a mesh, batman-adv), sae (a mesh with a passphrase,
//                                               batman-adv), radar (an access point where radar may be), points (two
//                                               names, WPA3 and WPA2 with it), shared (the same, whose devices reach
//                                               each other), high (a mesh at 5 GHz)
//   karkara-wifi-trial refusals PHY FOLDER NAME  what cannot be, with the reason that the kernel or the daemon gives;
//                                               NAME: an interface that is no radio's
//   karkara-wifi-trial kick FOLDER NAME PEER     kicks a peer of a mesh that stands
//   karkara-wifi-trial reset PHY FOLDER         makes a mesh point, joins, and resets the radio below it
#include <dirent.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "agent/io/air_events.h"
#include "agent/io/mesh_view.h"
#include "agent/io/wifi_look.h"
#include "agent/io/wifi_steps.h"
#include "agent/io/wifi_worker.h"
#include "agent/mesh/mesh_watch.h"
#include "agent/wifi/wifi_feature.h"
#include "common/host/system_clock.h"
#include "tests/lab/event_answers.h"

namespace {

using namespace karkara;

constexpr const char* kName = "trial0";

volatile std::sig_atomic_t g_hung_up = 0;

long open_files() {
  long count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (folder != nullptr && ::readdir(folder) != nullptr) {
    ++count;
  }
  if (folder != nullptr) {
    ::closedir(folder);
  }
  return count;
}

long resident_kilobytes() {
  std::ifstream statm{"/proc/self/statm"};
  long all = 0;
  long resident = 0;
  statm >> all >> resident;
  return resident * ::sysconf(_SC_PAGESIZE) / 1024;
}

long interfaces_of(const WifiSeen& seen) {
  std::size_t count = seen.marks.size();
  for (const WifiRadioSeen& radio : seen.radios) {
    count += radio.interfaces.size();
  }
  return static_cast<long>(count);
}

class Joins {
 public:
  explicit Joins(std::string folder) : folder_{std::move(folder)} {}

  WifiSeen look() { return look_at_wifi(kernel_, {folder_, {kName}}, steps_.air()); }
  void use(const std::string& phy) {
    for (const WifiRadioSeen& radio : look().radios) {
      wiphy_ = radio.phy == phy ? radio.wiphy : wiphy_;
    }
  }
  [[nodiscard]] std::uint32_t wiphy() const { return wiphy_; }
  Status run(WifiDeed deed) { return steps_.run(WifiStep{1, folder_, std::move(deed)}); }
  bool join() {
    return does(MakeWifiInterface{wiphy_, kName, WifiKind::MeshPoint}) &&
           does(JoinOpenMesh{kName, "trial", 2437, 20, 2437, false, "mesh trial"});
  }
  bool once() { return join() && does(LeaveMesh{kName}) && does(RemoveWifiInterface{kName}); }
  bool reset(const std::string& phy) { return does(ResetRadio{wiphy_, phy}); }

 private:
  bool does(WifiDeed deed) {
    const Status status = run(std::move(deed));
    if (!status) {
      std::fprintf(stderr, "%s\n", status.error().text.c_str());
    }
    return status.ok();
  }
  std::string folder_;
  std::uint32_t wiphy_ = 0;
  WifiKernel kernel_;
  WifiSteps steps_{kernel_};
};

int try_joins(const std::string& phy, int times, const std::string& folder) {
  Joins joins{folder};
  joins.use(phy);
  if (!joins.once()) {  // what the first one takes stays for the next
    return 1;
  }
  const long interfaces = interfaces_of(joins.look());
  const long files = open_files();
  const long memory = resident_kilobytes();
  for (int i = 0; i < times; ++i) {
    if (!joins.once()) {
      return 1;
    }
  }
  const long left = interfaces_of(joins.look()) - interfaces;
  const long opened = open_files() - files;
  std::printf(
      "{\"bench\":\"mesh\",\"name\":\"joins_and_leaves_left\",\"value\":%ld,\"unit\":\"\",\"goal\":0,\"peer\":\"\","
      "\"runs\":%d,"
      "\"interfaces\":%ld,\"files\":%ld,\"kilobytes\":%ld}\n",
      left + opened, times, left, opened, resident_kilobytes() - memory);
  return left == 0 && opened == 0 ? 0 : 1;
}

// Each must be refused, with a reason; what is said is for people to read.
int try_refusals(const std::string& phy, const std::string& folder, const std::string& cable) {
  Joins joins{folder};
  joins.use(phy);
  const auto mesh_at = [](std::uint32_t frequency) {
    return JoinOpenMesh{kName, "trial", frequency, 20, frequency, false, "mesh trial"};
  };
  constexpr std::uint32_t kRadar = 5260;
  constexpr std::uint32_t kNowhere = 5910;
  const std::string short_word =
      "interface=trial0\ndriver=nl80211\nssid=x\nhw_mode=g\nchannel=6\nwpa=2\nwpa_passphrase=short\n";
  const std::vector<std::pair<const char*, WifiDeed>> cases{
      {"a country that is none", RequestCountry{"1!"}},
      {"an interface that is a cable", MakeWifiInterface{joins.wiphy(), cable, WifiKind::MeshPoint}},
      {"batman-adv under a cable's name", MakeBatman{cable, "BATMAN_IV"}},
      {"a mesh where radar may be", mesh_at(kRadar)},
      {"a mesh on a channel that is none", mesh_at(kNowhere)},
      {"a scan on what is not there", SurveyAir{"nothing0", {}}},
      {"a passphrase too short",
       StartWifiDaemon{WifiDaemon::Hostapd, kName, "/usr/sbin/hostapd", short_word, "hostapd trial"}}};
  if (!joins.run(MakeWifiInterface{joins.wiphy(), kName, WifiKind::MeshPoint}).ok()) {
    return 1;
  }
  int taken = 0;
  for (const auto& [what, deed] : cases) {
    const Status status = joins.run(deed);
    std::printf("%s: %s\n", what, status ? "NOT REFUSED" : status.error().text.c_str());
    taken += status ? 1 : 0;
  }
  return joins.run(RemoveWifiInterface{kName}) && joins.look().marks.empty() && taken == 0 ? 0 : 1;
}

int try_kick(const std::string& folder, const std::string& name, const std::string& peer) {
  const auto address = MacAddress::parse(peer);
  const Status status = address ? Joins{folder}.run(KickMeshPeer{name, *address}) : Status{};
  std::printf("kick %s\n", status ? "done" : status.error().text.c_str());
  return address && status ? 0 : 1;
}

int try_reset(const std::string& phy, const std::string& folder) {
  Joins joins{folder};
  joins.use(phy);
  if (!joins.join()) {
    return 1;
  }
  const bool done = joins.reset(phy);
  const WifiSeen seen = joins.look();
  std::printf("reset %s, %ld interfaces and marks left\n", done ? "done" : "refused", interfaces_of(seen));
  return done && seen.marks.empty() ? 0 : 1;
}

WifiSettings settings_of(const std::string& phy, const std::string& folder, const std::string& kind) {
  constexpr std::uint32_t kRadarChannel = 52;
  constexpr std::uint32_t kHighChannel = 36;
  WifiRadioSettings mast{"mast", phy};
  mast.channel = kind == "radar" ? kRadarChannel : kind == "high" ? kHighChannel : 6;
  const bool points = kind == "points" || kind == "shared";
  if (points) {
    mast.access_points = {{"ap0", "Sadore", WifiSecurity::Wpa3, "eau-fraiche-12", kind == "points"},
                          {"ap1", "Clinique", WifiSecurity::Wpa2Wpa3, "sante-pour-tous"}};
  } else if (kind != "sae" && kind != "high") {
    mast.access_points = {{"ap0", "Sadore", WifiSecurity::Wpa2, "eau-fraiche-12"}};
  }
  if (kind != "radar" && !points) {
    mast.mesh = MeshPointSettings{"mesh0", "village", kind == "sae" ? "entre-les-mats" : "",
                                  BatmanSettings{"bat0", "BATMAN_IV"}};
  }
  WifiSettings settings;
  settings.country = "NE";
  settings.stand_in = "BF";
  settings.folder = folder;
  settings.hostapd = "/usr/sbin/hostapd";
  settings.supplicant = "/usr/sbin/wpa_supplicant";
  settings.radios = {mast};
  return settings;
}

class Server {
 public:
  explicit Server(const WifiSettings& settings) : mesh_{clock_.now()}, wifi_{settings, {}, std::chrono::hours{1}} {}

  void run() {
    perform(wifi_.start(clock_.now()));
    for (;;) {
      io_.poll();
      for (const Event& event : answers_.wait(std::chrono::milliseconds{200})) {
        take(event);
      }
      if (std::exchange(g_hung_up, 0) != 0) {
        perform(wifi_.reconfigure({}, std::chrono::hours{1}, clock_.now()));
      }
      if (wifi_.take_news()) {
        mesh_.hurry(clock_.now());
      }
      perform(mesh_.tick(clock_.now()));
      perform(wifi_.tick({clock_.now(), std::nullopt}));
    }
  }

 private:
  void take(const Event& event) {
    const KnownTime at{clock_.now(), std::nullopt};
    if (const auto* seen = std::get_if<MeshSeen>(&event)) {
      perform(mesh_.on(*seen, at.now));
      wifi_.know(mesh_.links(at.now), at.now);
    } else if (const auto* wifi = std::get_if<WifiSeen>(&event)) {
      perform(wifi_.on(*wifi, at));
    } else if (const auto* done = std::get_if<WifiStepDone>(&event)) {
      perform(wifi_.on(*done, at));
    } else if (const auto* changed = std::get_if<AirChanged>(&event)) {
      mesh_.on(*changed, at.now);
      wifi_.on(*changed, at.now);
    }
  }
  void perform(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* look = std::get_if<LookAtWifi>(&effect)) {
        worker_.run(*look);
      } else if (const auto* step = std::get_if<WifiStep>(&effect)) {
        worker_.run(*step);
      } else if (const auto* mesh = std::get_if<LookAtMesh>(&effect)) {
        view_.run(*mesh);
      } else if (const auto* note = std::get_if<Note>(&effect)) {
        say(info(note->id).name, note->fields);
      } else if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
        say(info(alarm->key.message).name, alarm->fields);
      }
    }
  }
  static void say(std::string_view name, const Fields& fields) {
    std::string line{name};
    for (const auto& [key, value] : fields) {
      line += " " + key + "=" + value;
    }
    std::puts(line.c_str());
    std::fflush(stdout);
  }

  SystemClock clock_;
  Answers answers_;
  MeshWatch mesh_;
  WifiFeature wifi_;
  WifiWorker worker_{[this](Event event) { answers_.push(std::move(event)); }};
  MeshView view_{[this](Event event) { answers_.push(std::move(event)); }};
  boost::asio::io_context io_;
  AirEvents air_{io_, [this](Event event) { answers_.push(std::move(event)); }};
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv, argv + argc};
  if (words.size() == 5 && words[1] == "joins") {
    return try_joins(words[2], std::atoi(words[3].c_str()), words[4]);
  }
  if (words.size() == 5 && words[1] == "refusals") {
    return try_refusals(words[2], words[3], words[4]);
  }
  if (words.size() == 5 && words[1] == "kick") {
    return try_kick(words[2], words[3], words[4]);
  }
  if (words.size() == 4 && words[1] == "reset") {
    return try_reset(words[2], words[3]);
  }
  if ((words.size() == 4 || words.size() == 5) && words[1] == "serve") {
    std::signal(SIGHUP, [](int) { g_hung_up = 1; });
    Server{settings_of(words[2], words[3], words.size() == 5 ? words[4] : "open")}.run();
  }
  std::fprintf(stderr,
               "usage: karkara-wifi-trial joins PHY TIMES FOLDER | serve PHY FOLDER "
               "[open|sae|radar|points|shared|high] | reset PHY FOLDER\n");
  return 2;
}
