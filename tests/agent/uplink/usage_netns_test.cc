// The ledger on counters of the real kernel: interfaces made anew, and a writer that is killed at any moment.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "agent/uplink/usage_ledger.h"
#include "common/host/file_system.h"
#include "tests/fakes/net_sandbox.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kSim = "89227010000000000017";

// In the namespace of the calling thread.
CounterReading read_counters(const std::string& interface) {
  std::ifstream table{"/proc/thread-self/net/dev"};
  for (std::string line; std::getline(table, line);) {
    std::istringstream words{line};
    std::string name;
    std::array<std::uint64_t, 9> numbers{};
    words >> name;
    for (std::uint64_t& number : numbers) {
      words >> number;
    }
    if (name == interface + ":") {
      return {1, if_nametoindex(interface.c_str()), numbers[0], numbers[8]};
    }
  }
  return {};
}

class Sender {
 public:
  Sender() : fd_{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    to_.sin_family = AF_INET;
    to_.sin_port = htons(9);
    inet_pton(AF_INET, "10.99.0.2", &to_.sin_addr);
  }
  ~Sender() { close(fd_); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  void send(int packets) const {
    const std::array<char, 1'000> payload{};
    for (int n = 0; n < packets; ++n) {
      ASSERT_EQ(sendto(fd_, payload.data(), payload.size(), 0, reinterpret_cast<const sockaddr*>(&to_), sizeof to_),
                static_cast<ssize_t>(payload.size()));
    }
  }

 private:
  int fd_;
  sockaddr_in to_{};
};

class UsageOnTheKernelTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!NetSandbox::possible()) {
      GTEST_SKIP() << "needs the right to make network namespaces";
    }
    sandbox_ = std::make_unique<NetSandbox>();
    make_link();
    inside_ = std::make_unique<NetSandbox::Inside>(*sandbox_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // The neighbour is written down, so that nothing but what is sent goes over the link.
  void make_link() {
    sandbox_->run(
        "ip link add wwan0 type veth peer name tower; ip link set tower up; sysctl -qw "
        "net.ipv6.conf.wwan0.disable_ipv6=1; "
        "ip addr add 10.99.0.1/24 dev wwan0; ip link set wwan0 up; "
        "ip neigh add 10.99.0.2 lladdr 02:00:00:00:00:02 dev wwan0 nud permanent");
  }
  Metered look(UsageLedger& ledger) {
    now_ = now_ + 61s;
    const KnownTime at{now_, WallTime{1'773'000'000s}};
    const Metered metered = ledger.on(UplinkId::parse("lte").value(), kSim, read_counters("wwan0"), {}, at).value();
    if (const auto persist = ledger.tick(at)) {
      const auto bytes = std::as_bytes(std::span{persist->bytes});
      EXPECT_TRUE(write_atomically(files_, folder_, "usage", bytes).ok());
    }
    return metered;
  }
  [[noreturn]] void count_until_killed(int ready) {
    UsageLedger ledger{LedgerSettings{}};
    look(ledger);
    const Sender sender;
    while (true) {
      sender.send(1'100);  // more than a megabyte: each look writes
      look(ledger);
      if (write(ready, "r", 1) != 1) {
        _exit(1);
      }
    }
  }
  std::string kept() {
    std::ifstream file{folder_ + "/usage", std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  std::unique_ptr<NetSandbox> sandbox_;
  std::unique_ptr<NetSandbox::Inside> inside_;
  HostFileSystem files_;
  std::string folder_ = std::filesystem::temp_directory_path() / ("usage_netns_test." + std::to_string(getpid()));
  Instant now_{100s};
};

TEST_F(UsageOnTheKernelTest, CountsEveryByteOverAnInterfaceThatIsMadeAnew) {
  std::filesystem::create_directory(folder_);
  UsageLedger ledger{LedgerSettings{}};
  look(ledger);
  const Sender sender;
  sender.send(50);
  EXPECT_EQ(look(ledger).delta.sent, 50U * 1'042);
  sandbox_->run("ip link del wwan0");
  make_link();
  sender.send(7);
  const Metered metered = look(ledger);
  EXPECT_EQ(metered.what, Metering::Recreated);
  EXPECT_EQ(metered.delta.sent, 7U * 1'042);
  EXPECT_EQ(ledger.find(kSim)->cycle.sent, 57U * 1'042);
}

TEST_F(UsageOnTheKernelTest, LosesNoByteWhenTheWriterIsKilledAtAnyMoment) {
  std::filesystem::create_directory(folder_);
  for (int run = 0; run < 20; ++run) {
    std::filesystem::remove(folder_ + "/usage");
    const std::uint64_t before = read_counters("wwan0").sent;
    std::array<int, 2> ready{};
    ASSERT_EQ(pipe(ready.data()), 0);
    const pid_t child = fork();
    if (child == 0) {
      count_until_killed(ready[1]);
    }
    for (int rounds = 0; rounds <= run; ++rounds) {  // then the kill comes anywhere in the next one
      char byte = 0;
      ASSERT_EQ(read(ready[0], &byte, 1), 1);
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ready[0]);
    close(ready[1]);

    UsageLedger ledger{LedgerSettings{}};
    EXPECT_TRUE(ledger.restore(kept()).empty());
    now_ = now_ + 24h;  // the child's own time went on
    look(ledger);
    EXPECT_EQ(ledger.find(kSim)->cycle.sent, read_counters("wwan0").sent - before) << "run " << run;
  }
}

}  // namespace
}  // namespace karkara
