// The radios of a real kernel (mac80211_hwsim) with a real hostapd on the first: the mesh core and its adapter
// together. Needs a machine of its own, see tests/lab/radios_test.sh; skipped where the kernel has no such radio.
#include "agent/io/radios.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>

#include "agent/codec/hostapd_answer.h"
#include "agent/mesh/radio_feature.h"

namespace karkara {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    text.push_back(static_cast<char>(c));
  }
  ::pclose(pipe);
  return text;
}

class HostapdProgram {
 public:
  explicit HostapdProgram(const std::string& folder) {
    const std::string file = folder + "/hostapd.conf";
    std::ofstream{file} << "interface=wlan0\ndriver=nl80211\nssid=village\nhw_mode=g\nchannel=6\nctrl_interface="
                        << folder << "/control\n";
    const char* const words[] = {"hostapd", file.c_str(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    ::posix_spawnp(&pid_, "hostapd", &actions, nullptr, const_cast<char* const*>(words), environ);
    ::posix_spawn_file_actions_destroy(&actions);
  }
  ~HostapdProgram() { kill(); }
  void kill() {
    if (pid_ > 0) {
      ::kill(pid_, SIGTERM);
      ::waitpid(std::exchange(pid_, 0), nullptr, 0);
    }
  }

 private:
  pid_t pid_ = 0;
};

class RealRadios : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists("/sys/class/net/wlan1/phy80211") || output_of("iw --version").find("iw version") != 0) {
      GTEST_SKIP() << "needs two radios of mac80211_hwsim, iw and hostapd";
    }
    char path[] = "/tmp/karkara-radios-XXXXXX";
    folder_ = ::mkdtemp(path);
    hostapd_.emplace(folder_);
    output_of("ip link set wlan1 up");
    adapter_.emplace(
        io_, [this](Event event) { events_.push_back(std::move(event)); }, folder_ + "/control");
    settings_.notice = milliseconds{200};
    settings_.radios = {{*RadioId::parse("village"), RadioRole::AccessPoint, {"wlan0"}},
                        {*RadioId::parse("north"), RadioRole::Mesh, {"wlan1"}}};
    feature_.emplace(settings_, "");
    ASSERT_TRUE(until([&] { return output_of("iw dev wlan0 info").find("channel 6") != std::string::npos; }));
    perform(feature_->start(now()));
    shed({});
    ASSERT_TRUE(until([&] { return report("village").on == true && report("north").on == true; }));
  }
  void TearDown() override {
    if (!folder_.empty()) {
      block(false);
      hostapd_.reset();
      fs::remove_all(folder_);
    }
  }

  static Instant now() { return Instant{std::chrono::steady_clock::now().time_since_epoch()}; }
  static KnownTime at() { return {now(), std::nullopt}; }
  void shed(std::vector<ShedRadio> radios) {
    Shedding shedding;
    shedding.radios = std::move(radios);
    perform(feature_->shed(shedding, at()));
  }
  void perform(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* look = std::get_if<LookAtRadios>(&effect)) {
        adapter_->run(*look);
      } else if (const auto* power = std::get_if<SetRadioPower>(&effect)) {
        adapter_->run(*power);
      } else if (const auto* change = std::get_if<SwitchRadio>(&effect)) {
        adapter_->run(*change);
      } else if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
        alarms_[alarm->key.instance] = alarm->raised ? alarm->fields.at(0).second : std::string{};
      }
    }
  }
  // The agent's loop, until something holds.
  bool until(const std::function<bool()>& holds, Duration patience = seconds{30}) {
    for (const Instant end = now() + patience; now() < end;) {
      io_.restart();
      io_.run_for(milliseconds{20});
      while (!events_.empty()) {
        const Event event = std::move(events_.front());
        events_.pop_front();
        if (const auto* seen = std::get_if<RadiosSeen>(&event)) {
          perform(feature_->on(*seen, at()));
        } else if (const auto* set = std::get_if<RadioSet>(&event)) {
          perform(feature_->on(*set, at()));
        }
      }
      perform(feature_->tick(at()));
      if (holds()) {
        return true;
      }
    }
    return false;
  }
  RadioReport report(std::string_view id) {
    for (RadioReport& each : feature_->reports(now())) {
      if (each.id == id) {
        return each;
      }
    }
    return {};
  }
  std::string hostapd_says() {
    std::string state;
    Hostapd{io_, folder_ + "/control"}.ask("wlan0", "STATUS", seconds{2}, [&](const Result<std::string>& answer) {
      state = answer ? hostapd_state(*answer).value_or("no state") : answer.error().text;
    });
    io_.restart();
    io_.run_for(seconds{3});
    return state;
  }
  static bool is_up(const char* name) {
    return output_of(std::string{"ip link show "} + name).find(",UP") != std::string::npos;
  }
  static void block(bool blocked) {
    for (const auto& entry : fs::directory_iterator{"/sys/class/net/wlan1/phy80211/"}) {
      if (entry.path().filename().string().starts_with("rfkill")) {
        std::ofstream{entry.path() / "soft"} << (blocked ? "1" : "0");
      }
    }
  }

  std::string folder_;
  boost::asio::io_context io_;
  std::deque<Event> events_;
  std::optional<HostapdProgram> hostapd_;
  std::optional<Radios> adapter_;
  RadiosSettings settings_;
  std::optional<RadioFeature> feature_;
  std::map<std::string, std::string> alarms_;
};

TEST_F(RealRadios, PowerIsLoweredReadBackAndGivenBack) {
  const auto before = report("village").power;
  ASSERT_TRUE(before);
  shed({{.most = Dbm{5}, .stage = "evening"}});
  ASSERT_TRUE(until([&] { return report("village").power == Dbm{5}; })) << report("village").trouble;
  EXPECT_THAT(output_of("iw dev wlan0 info"), HasSubstr("txpower 5.00 dBm"));
  EXPECT_EQ(report("north").power, before) << "the mesh is as loud as before";
  shed({});
  ASSERT_TRUE(until([&] { return report("village").power == before; }));
}

TEST_F(RealRadios, AnAccessPointGoesOffAndOnByHostapd) {
  shed({{.off = true, .stage = "night"}});
  ASSERT_TRUE(until([&] { return report("village").on == false; })) << report("village").trouble;
  EXPECT_EQ(hostapd_says(), "DISABLED");
  EXPECT_FALSE(is_up("wlan0"));
  EXPECT_TRUE(is_up("wlan1"));
  shed({});
  ASSERT_TRUE(until([&] { return report("village").on == true; })) << report("village").trouble;
  EXPECT_EQ(hostapd_says(), "ENABLED");
  EXPECT_THAT(output_of("iw dev wlan0 info"), HasSubstr("ssid village"));
}

TEST_F(RealRadios, WithoutHostapdTheLinkGoesDownAndUp) {
  shed({{.radio = *RadioId::parse("north"), .off = true, .stage = "night"}});
  ASSERT_TRUE(until([&] { return report("north").on == false; })) << report("north").trouble;
  EXPECT_FALSE(is_up("wlan1"));
  shed({});
  ASSERT_TRUE(until([&] { return report("north").on == true; }));
  EXPECT_TRUE(is_up("wlan1"));
}

TEST_F(RealRadios, ABlockedRadioIsToldWithTheKernelsReason) {
  shed({{.radio = *RadioId::parse("north"), .off = true, .stage = "night"}});
  ASSERT_TRUE(until([&] { return report("north").on == false; }));
  block(true);
  shed({});
  ASSERT_TRUE(until([&] { return report("north").trouble.find("RF-kill") != std::string::npos; }))
      << report("north").trouble;
  EXPECT_TRUE(until([&] { return alarms_["north"].find("RF-kill") != std::string::npos; })) << alarms_["north"];
  block(false);
  ASSERT_TRUE(until([&] { return report("north").on == true; }));
  EXPECT_EQ(alarms_["north"], "");
}

TEST_F(RealRadios, AnAgentThatEndsLeavesTheAccessPointOn) {
  shed({{.most = Dbm{5}, .off = true, .stage = "night"}});
  ASSERT_TRUE(until([&] { return report("village").on == false; }));
  perform(feature_->stop());
  EXPECT_TRUE(until([&] { return hostapd_says() == "ENABLED"; }));
}

TEST_F(RealRadios, AnAccessPointWhoseHostapdDiedIsToldAndLeftToWhoeverStartsIt) {
  hostapd_->kill();
  feature_->on(LinkChanged{{.index = 0, .name = "wlan0", .admin_up = false}}, now());
  ASSERT_TRUE(until([&] { return report("village").on == false; }));
  EXPECT_EQ(report("village").trouble, "is off, and not by the agent");
  EXPECT_FALSE(until([&] { return is_up("wlan0"); }, seconds{3}));
}

}  // namespace
}  // namespace karkara
