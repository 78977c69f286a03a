// With real pseudo-terminals. Waits end with the event that is waited for, or fail after a bound.
#include "agent/io/serial_port.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>

#include "agent/power/power_feature.h"
#include "tests/fixtures/vedirect_stream.h"
#include "tests/support/pty.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SerialRetry kQuick{milliseconds{20}, milliseconds{40}};

class SerialPortTest : public testing::Test {
 protected:
  SerialPortTest() {
    folder_ = std::filesystem::temp_directory_path() / ("karkara-serial-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    link_ = folder_ / "charger";
  }
  ~SerialPortTest() override { std::filesystem::remove_all(folder_); }

  void plug_in() {
    pty_ = std::make_unique<Pty>();
    std::filesystem::create_symlink(pty_->port_path(), link_);
  }
  void pull_out() {
    std::filesystem::remove(link_);
    pty_.reset();
  }
  std::unique_ptr<SerialPort> make(SerialRetry retry = kQuick) {
    return std::make_unique<SerialPort>(
        io_, *DeviceId::parse("charger"), link_.string(), 19'200,
        [this](Event event) { events_.push_back(std::move(event)); }, retry);
  }
  // Runs until `done` holds.
  template <class Done>
  bool run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + seconds{10};
    while (!done() && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_one_for(milliseconds{100});
    }
    return done();
  }
  void run_for(Duration time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_one_until(end);
    }
  }
  template <class Kind>
  std::optional<Kind> next() {
    if (!run_until([this] { return !events_.empty(); })) {
      return std::nullopt;
    }
    const Event event = std::move(events_.front());
    events_.pop_front();
    const auto* wanted = std::get_if<Kind>(&event);
    return wanted != nullptr ? std::optional<Kind>{*wanted} : std::nullopt;
  }
  std::string next_bytes(std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
      const auto event = next<SerialBytes>();
      if (!event) {
        break;
      }
      for (const std::byte byte : event->bytes) {
        bytes.push_back(static_cast<char>(byte));
      }
    }
    return bytes;
  }

  boost::asio::io_context io_;
  std::filesystem::path folder_;
  std::filesystem::path link_;
  std::unique_ptr<Pty> pty_;
  std::deque<Event> events_;
};

TEST_F(SerialPortTest, GivesTheBytesOfTheWireAsTheyAre) {
  plug_in();
  const auto port = make();
  ASSERT_TRUE(next<SerialOpened>());
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<char>(i));  // no byte is special: raw mode
  }
  pty_->send(bytes);
  pty_->send(bytes);
  EXPECT_EQ(next_bytes(512), bytes + bytes);
}

TEST_F(SerialPortTest, SetsTheLineUpRawAt19200) {
  plug_in();
  const auto port = make();
  ASSERT_TRUE(next<SerialOpened>());
  termios line{};
  ASSERT_EQ(tcgetattr(pty_->port(), &line), 0);
  EXPECT_EQ(cfgetispeed(&line), static_cast<speed_t>(B19200));
  EXPECT_EQ(line.c_cflag & CSIZE, static_cast<tcflag_t>(CS8));
  EXPECT_EQ(line.c_cflag & (PARENB | CSTOPB | CRTSCTS | HUPCL), 0U);
  EXPECT_EQ(line.c_iflag & (IXON | IXOFF | ICRNL), 0U);
  EXPECT_EQ(line.c_lflag & (ICANON | ECHO | ISIG), 0U);
}

TEST_F(SerialPortTest, ThrowsAwayWhatWaitedBeforeItWasOpened) {
  plug_in();
  pty_->send("old");
  const auto port = make();
  ASSERT_TRUE(next<SerialOpened>());
  pty_->send("new");
  EXPECT_EQ(next_bytes(3), "new");
}

TEST_F(SerialPortTest, ComesBackAfterEachUnplug) {
  plug_in();
  const auto port = make();
  ASSERT_TRUE(next<SerialOpened>());
  for (int round = 0; round < 3; ++round) {
    pull_out();
    const auto closed = next<SerialClosed>();
    ASSERT_TRUE(closed) << round;
    EXPECT_FALSE(closed->why.empty());
    ASSERT_TRUE(run_until([this] { return !events_.empty(); }));  // then it is missing: another reason
    EXPECT_EQ(next<SerialClosed>()->why, "No such file or directory");
    plug_in();
    ASSERT_TRUE(next<SerialOpened>()) << round;
    pty_->send("again");
    EXPECT_EQ(next_bytes(5), "again");
  }
}

TEST_F(SerialPortTest, TellsAMissingDeviceOnceHoweverOftenItTries) {
  const auto port = make();
  EXPECT_EQ(next<SerialClosed>()->why, "No such file or directory");
  run_for(milliseconds{300});
  EXPECT_TRUE(events_.empty());
  std::ofstream{link_} << "a file";
  EXPECT_EQ(next<SerialClosed>()->why, "not a serial port");
  run_for(milliseconds{100});
  EXPECT_TRUE(events_.empty());
  std::filesystem::remove(link_);
  EXPECT_EQ(next<SerialClosed>()->why, "No such file or directory");
  plug_in();
  EXPECT_TRUE(next<SerialOpened>());
}

TEST_F(SerialPortTest, WritesInOrderAndDropsWhileClosed) {
  const auto port = make();
  port->write({std::byte{'x'}});
  ASSERT_TRUE(next<SerialClosed>());
  plug_in();
  ASSERT_TRUE(next<SerialOpened>());
  port->write({std::byte{':'}, std::byte{'1'}});
  port->write({std::byte{'5'}, std::byte{'4'}, std::byte{'\n'}});
  std::string written;
  EXPECT_TRUE(run_until([&] {
    written += pty_->received();
    return written.size() >= 5;
  }));
  EXPECT_EQ(written, ":154\n");
}

TEST_F(SerialPortTest, SaysNothingAfterItIsDestroyed) {
  plug_in();
  auto port = make();
  port.reset();  // before it ever ran
  run_for(milliseconds{50});
  port = make();
  ASSERT_TRUE(next<SerialOpened>());
  pty_->send("late");
  port.reset();
  run_for(milliseconds{100});
  EXPECT_TRUE(events_.empty());
}

TEST_F(SerialPortTest, DoesNotLeakItsDescriptorIntoChildren) {
  plug_in();
  const auto port = make();
  ASSERT_TRUE(next<SerialOpened>());
  int open_ends = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry.path(), gone) == pty_->port_path()) {
      const int fd = std::stoi(entry.path().filename().string());
      open_ends += fd != pty_->port() && (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0 ? 1 : 0;
    }
  }
  EXPECT_EQ(open_ends, 1);
}

TEST_F(SerialPortTest, BoundsWhatADeviceGoneMadCanPush) {
  plug_in();
  const auto port = make();
  ASSERT_TRUE(next<SerialOpened>());
  const std::string flood(4'000, '\xFF');
  const auto end = std::chrono::steady_clock::now() + milliseconds{500};
  while (std::chrono::steady_clock::now() < end) {
    pty_->send(flood);
    io_.restart();
    io_.run_one_for(milliseconds{5});
  }
  EXPECT_GT(events_.size(), 2U);
  EXPECT_LE(events_.size(), 12U);
}

Value first_sample(const PowerFeature& power, SeriesId series, Instant now) {
  for (const Sample& sample : power.source_samples(now)) {
    if (sample.series == series) {
      return sample.value;
    }
  }
  return Absent::NotYet;
}

TEST_F(SerialPortTest, CarriesAChargerFromTheWireToItsSamples) {
  plug_in();
  PowerFeature power{{{{.id = *DeviceId::parse("charger"), .device = link_.string()}}}};
  const Instant now{seconds{100}};
  const auto port = make();
  ASSERT_TRUE(next<SerialOpened>());
  power.on(SerialOpened{*DeviceId::parse("charger")}, now);
  pty_->send(fixtures::charger_second(300).substr(50));  // joined in the middle of a block
  pty_->send(fixtures::charger_second(300));
  EXPECT_TRUE(run_until([&] {
    for (; !events_.empty(); events_.pop_front()) {
      power.on(std::get<SerialBytes>(events_.front()), now);
    }
    return first_sample(power, SeriesId::SourceUp, now) == Value{1.0};
  }));
  EXPECT_EQ(first_sample(power, SeriesId::BatteryVoltage, now), Value{13.2});
  pull_out();
  const auto closed = next<SerialClosed>();
  ASSERT_TRUE(closed);
  power.on(*closed, now);
  EXPECT_EQ(first_sample(power, SeriesId::SourceUp, now), Value{0.0});
  EXPECT_EQ(first_sample(power, SeriesId::BatteryVoltage, now), Value{Absent::Stale});
}

}  // namespace
}  // namespace karkara
