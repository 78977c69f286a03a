// The agent's power feature on a real pseudo-terminal behind which karkara-vedirect-replay plays a charger that
// remembers days. The feature's clock runs ten times as fast as ours.
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <map>
#include <memory>

#include "agent/io/serial_port.h"
#include "agent/power/power_feature.h"
#include "tests/agent/io/daemon_process.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kFaster = 10;
constexpr std::int64_t kToday = 20'000;

class Replayed : public testing::Test {
 protected:
  void play(const std::string& history) {
    replay_.start({KARKARA_BINARY_DIR "/bin/karkara-vedirect-replay", "--built-in", "--loop", "--link", link(),
                   "--blocks-per-second", "20", "--history", history});
    settings_.sources = {{.id = id(), .device = link(), .deadline = seconds{60}}};
    feature_ = std::make_unique<PowerFeature>(settings_);
    perform(feature_->start(now()));
  }
  std::string link() const { return folder_.path() / "charger"; }
  static DeviceId id() { return *DeviceId::parse("charger"); }

  template <class Done>
  bool run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + seconds{60};
    while (!done() && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_one_for(milliseconds{20});
      for (; !events_.empty(); events_.pop_front()) {
        give(events_.front());
      }
      perform(feature_->tick({now(), WallTime{std::chrono::days{kToday} + hours{11}}}));
      for (PastSample& past : feature_->take_past()) {
        past_.push_back(std::move(past));
      }
    }
    return done();
  }
  [[nodiscard]] ChargerHistory history() const {
    const PowerHistoryReport report = feature_->history();
    return report.chargers.empty() ? ChargerHistory{} : report.chargers[0];
  }

 private:
  [[nodiscard]] Instant now() const { return Instant{(std::chrono::steady_clock::now() - began_) * kFaster}; }
  void give(const Event& event) {
    if (const auto* opened = std::get_if<SerialOpened>(&event)) {
      perform(feature_->on(*opened, now()));
    } else if (const auto* bytes = std::get_if<SerialBytes>(&event)) {
      perform(feature_->on(*bytes, now()));
    }
  }
  void perform(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* open = std::get_if<OpenSerial>(&effect)) {
        port_ = std::make_unique<SerialPort>(
            io_, open->device, open->path, open->baud, [this](Event event) { events_.push_back(std::move(event)); },
            SerialRetry{milliseconds{20}, milliseconds{40}});
      } else if (const auto* write = std::get_if<WriteSerial>(&effect)) {
        port_->write(write->bytes);
      }
    }
  }

  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  TestFolder folder_;
  DaemonProcess replay_{folder_.path()};
  boost::asio::io_context io_;
  std::deque<Event> events_;
  PowerSettings settings_;
  std::unique_ptr<PowerFeature> feature_;
  std::unique_ptr<SerialPort> port_;

 protected:
  std::vector<PastSample> past_;
};

TEST_F(Replayed, AChargerTellsItsDaysOverTheWire) {
  play("5");
  ASSERT_TRUE(run_until([&] { return !past_.empty(); })) << history().state;
  ASSERT_EQ(past_.size(), 5U);
  EXPECT_EQ(past_.front().at, WallTime{std::chrono::days{kToday - 5} + hours{11}});
  EXPECT_EQ(past_.back().samples[0], (Sample{SeriesId::DayYield, "charger", 1.19}));
  ASSERT_EQ(history().days.size(), 6U);
  EXPECT_EQ(history().days[1].from, DayFrom::Charger);
  EXPECT_EQ(history().state, "no day is missing");
}

TEST_F(Replayed, AWireWithoutItsSecondLineIsGivenUp) {
  play("0");
  ASSERT_TRUE(run_until([&] { return history().state.starts_with("no answer to HEX"); })) << history().state;
  EXPECT_TRUE(past_.empty());
}

}  // namespace
}  // namespace karkara
