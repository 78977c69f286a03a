// hostapd's control socket against one of our own in a folder of its own.
#include "agent/io/hostapd.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>

#include "agent/io/radios.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class ControlSocket : public testing::Test {
 protected:
  ControlSocket() {
    char path[] = "/tmp/karkara-hostapd-XXXXXX";
    folder_ = ::mkdtemp(path);
    hostapd_.emplace(io_, folder_);
    listen();
  }
  ~ControlSocket() override {
    ::close(socket_);
    std::filesystem::remove_all(folder_);
  }
  void listen() {
    sockaddr_un own{};
    own.sun_family = AF_UNIX;
    (folder_ + "/wlan0").copy(own.sun_path, sizeof own.sun_path - 1);
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    ASSERT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own), 0);
  }
  // Reads the question, and answers whoever sent it.
  std::string answer(std::string_view text) {
    std::array<char, 100> question{};
    sockaddr_un from{};
    socklen_t size = sizeof from;
    const auto length =
        ::recvfrom(socket_, question.data(), question.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    EXPECT_GT(::sendto(socket_, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&from), size), 0);
    return {question.data(), static_cast<std::size_t>(length)};
  }
  void ask(Duration patience = seconds{5}) {
    hostapd_->ask("wlan0", "STATUS", patience, [this](Result<std::string> told) { told_.emplace(std::move(told)); });
  }

  boost::asio::io_context io_;
  std::string folder_;
  int socket_ = -1;
  std::optional<Hostapd> hostapd_;
  std::optional<Result<std::string>> told_;
};

TEST_F(ControlSocket, AQuestionIsSentAtOnceAndItsAnswerHandedOver) {
  ASSERT_TRUE(hostapd_->manages("wlan0"));
  ask();
  EXPECT_EQ(answer("state=ENABLED\n"), "STATUS") << "before the loop runs: an agent that ends has no loop";
  io_.run();
  ASSERT_TRUE(told_ && *told_);
  EXPECT_EQ(**told_, "state=ENABLED\n");
}

TEST_F(ControlSocket, AHostapdThatHangsIsNotWaitedForWithoutEnd) {
  ask(milliseconds{20});
  io_.run();
  ASSERT_TRUE(told_ && !*told_);
  EXPECT_EQ(told_->error().code, ErrorCode::DeadlineExceeded);
}

TEST_F(ControlSocket, ASocketThatADeadOneLeftBehindIsNone) {
  ::close(socket_);
  socket_ = -1;
  EXPECT_FALSE(hostapd_->manages("wlan0"));
  EXPECT_FALSE(hostapd_->manages("wlan1"));
  ask();
  EXPECT_FALSE(told_) << "never from within the question";
  io_.run();
  ASSERT_TRUE(told_ && !*told_);
  EXPECT_THAT(told_->error().text, HasSubstr("Connection refused"));
}

TEST_F(ControlSocket, AnAnswerThatNobodyWaitsForAnyMoreIsNoHarm) {
  ask();
  io_.poll();
}

// Of what waited behind a driver that hangs only what a stop gives back is still done.
TEST(RadiosThatHang, ADeedThatWaitedTooLongIsNotDoneAnyMore) {
  boost::asio::io_context io;
  const auto guard = boost::asio::make_work_guard(io);
  std::optional<RadioSet> told;
  Radios radios{io, [&](Event event) { told = std::get<RadioSet>(std::move(event)); }, "/nonexistent", seconds{-1}};
  const auto answer = [&](const auto& effect) {
    told.reset();
    radios.run(effect);
    while (!told && io.run_one_for(seconds{10}) > 0) {
    }
    return told ? told->status : Status{};
  };
  const RadioId id = *RadioId::parse("village");
  constexpr std::uint32_t kNoSuch = 1'000'000;
  RadioInterface interface;
  interface.index = kNoSuch;
  for (const std::uint64_t request : {7U, 0U}) {
    const bool late = request != 0;
    const Status power = answer(SetRadioPower{id, request, kNoSuch, Dbm{5}});
    const Status link = answer(SwitchRadio{id, request, {interface}, false});
    ASSERT_FALSE(power.ok() || link.ok());
    EXPECT_EQ(power.error().code == ErrorCode::DeadlineExceeded, late) << power.error().text;
    EXPECT_EQ(link.error().code == ErrorCode::DeadlineExceeded, late) << link.error().text;
  }
}

}  // namespace
}  // namespace karkara
