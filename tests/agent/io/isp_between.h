// A router with two uplinks through the network of one provider, who may do to its packets what providers do, and the
// world with an anchor behind:
//
//   router                          provider                         world
//     lte0  10.1.0.2  ----------  u1 10.1.0.1
//                                 w  10.9.0.1  ----------  i 10.9.0.2   lo 203.0.113.21 (anchor)
//     vsat0 10.2.0.2  ----------  u2 10.2.0.1                              203.0.113.53 (resolver)
//
// As the agent sets it up: one table for each uplink's mark; the main table's default route is the VSAT's.
#pragma once

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "common/ids.h"
#include "common/time.h"
#include "controller/anchor/echo_responder.h"
#include "controller/anchor/echo_server.h"
#include "controller/anchor/truth_page.h"
#include "controller/anchor/truth_server.h"
#include "tests/controller/anchor/anchor_keys.h"
#include "tests/fakes/net_sandbox.h"

namespace karkara {

class RunningClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return Instant{std::chrono::steady_clock::now().time_since_epoch()}; }
  [[nodiscard]] WallTime wall() const override { return WallTime{std::chrono::seconds{1'790'000'000}}; }
};

// A program that runs in a network until the object goes.
class Daemon {
 public:
  Daemon(const NetSandbox& network, std::vector<std::string> command) {
    const NetSandbox::Inside inside{network};
    std::vector<char*> argv;
    for (std::string& word : command) {
      argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      execvp(argv[0], argv.data());
      _exit(127);
    }
  }
  ~Daemon() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

 private:
  pid_t pid_;
};

class IspBetween : public testing::Test {
 protected:
  static constexpr std::uint32_t kSite = 7;
  static constexpr std::uint16_t kEchoPort = 7445;
  static constexpr std::uint32_t kMark = 1U << 16U;

  void SetUp() override {
    if (!NetSandbox::possible()) {
      GTEST_SKIP() << "needs root for network namespaces";
    }
    world_.emplace();
    isp_.emplace();
    router_.emplace();
    for (const auto* network : {&*world_, &*isp_, &*router_}) {
      network->run("echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");  // it would hold packets back for a second
    }
    make_uplink("lte0", 1);
    make_uplink("vsat0", 2);
    router_->run("ip route add default via 10.2.0.1");
    isp_->run("ip link add w type veth peer name i netns " + world_->path() +
              "; ip addr add 10.9.0.1/24 dev w; ip -6 addr add fd00:9::1/64 dev w nodad; ip link set w up; "
              "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
    world_->run(
        "ip addr add 10.9.0.2/24 dev i; ip -6 addr add fd00:9::2/64 dev i nodad; ip link set i up; "
        "ip route add default via 10.9.0.1; ip -6 route add default via fd00:9::1; "
        "ip addr add 203.0.113.21/32 dev lo; ip addr add 203.0.113.53/32 dev lo; "
        "ip -6 addr add 2001:db8::21/128 dev lo nodad; "
        // The kernel takes it for its own a moment later.
        "until ip -6 route get 2001:db8::21 2>/dev/null | grep -q ^local; do :; done");
    isp_->run("ip route add 203.0.113.0/24 via 10.9.0.2; ip -6 route add 2001:db8::/64 via fd00:9::2");
    const NetSandbox::Inside inside{*world_};
    ASSERT_TRUE(echoes_.listen({boost::asio::ip::make_address("::"), kEchoPort}).ok());
    ASSERT_TRUE(content_.listen({boost::asio::ip::make_address("::"), 80}).ok());
  }

  void make_uplink(const std::string& name, int number) {
    const std::string n = std::to_string(number);
    const std::string table = std::to_string(10'000 + number);
    router_->run("ip link add " + name + " type veth peer name u" + n + " netns " + isp_->path() +  //
                 "; ip addr add 10." + n + ".0.2/24 dev " + name +                                  //
                 "; ip -6 addr add fd00:" + n + "::2/64 dev " + name + " nodad; ip link set " + name + " up");
    isp_->run("ip addr add 10." + n + ".0.1/24 dev u" + n + "; ip -6 addr add fd00:" + n + "::1/64 dev u" + n +
              " nodad; ip link set u" + n + " up");
    router_->run("ip route add default via 10." + n + ".0.1 dev " + name + " table " + table +
                 "; ip -6 route add default via fd00:" + n + "::1 dev " + name + " table " + table +
                 "; ip rule add fwmark " + std::to_string(number << 16) + "/0x3f0000 lookup " + table +
                 "; ip -6 rule add fwmark " + std::to_string(number << 16) + "/0x3f0000 lookup " + table);
  }

  // Loads a table that is written in one line.
  static void nft(const NetSandbox& network, std::string table) {
    for (const auto& [from, to] : {std::pair<std::string, std::string>{" }", "\n}\n"}, {"; ", "\n"}}) {
      for (auto at = table.find(from); at != table.npos; at = table.find(from, at + to.size())) {
        table.replace(at, from.size(), to);
      }
    }
    network.run("nft -f - <<'TABLE'\n" + table + "\nTABLE\n");
  }

  // A walled garden as providers build it: web and names go to the provider's own machine, pings pass, nothing else.
  void build_portal() {
    nft(*isp_,
        "table ip portal {"
        " chain names { type nat hook prerouting priority dstnat; "
        "iifname u1 tcp dport 80 dnat to 10.1.0.1; iifname u1 udp dport 53 dnat to 10.1.0.1; }"
        " chain rest { type filter hook forward priority filter; ip protocol icmp accept; drop; } }");
  }

  // What a shell command of that network prints.
  static std::string output(const NetSandbox& network, const std::string& command) {
    const NetSandbox::Inside inside{network};
    std::FILE* const pipe = popen(command.c_str(), "r");
    std::string text;
    std::array<char, 256> chunk{};
    while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
      text.append(chunk.data(), size);
    }
    pclose(pipe);
    return text;
  }
  // Until something accepts TCP there, at most 5 s.
  static void wait_for_port(const NetSandbox& network, const std::string& address, int port) {
    const std::string probe = "for i in $(seq 50); do busybox nc -w 1 " + address + " " + std::to_string(port) +
                              " </dev/null >/dev/null 2>&1 && exit 0; sleep 0.1; done; exit 1";
    network.run(probe);
  }

  template <class Done>
  void run_until(std::chrono::milliseconds at_most, Done done) {
    const auto give_up = std::chrono::steady_clock::now() + at_most;
    while (!done() && std::chrono::steady_clock::now() < give_up) {
      io_.run_one_until(give_up);
    }
  }

  std::optional<NetSandbox> world_;
  std::optional<NetSandbox> isp_;
  std::optional<NetSandbox> router_;
  RunningClock clock_;
  boost::asio::io_context io_;
  EchoResponder responder_{{.keys = test_master_keys()}};
  EchoServer echoes_{io_, [this](std::span<const std::byte> datagram) {
                       return responder_.on_datagram(datagram, clock_.now(), clock_.wall());
                     }};
  TruthPage page_{test_master_keys()};
  TruthServer content_{io_, [this](std::string_view head) { return page_.answer(head); }};
  const UplinkId uplink_ = UplinkId::parse("lte").value();
  const IpAddress source_ = *IpAddress::parse("10.1.0.2");
  const IpAddress anchor_ = *IpAddress::parse("203.0.113.21");
};

}  // namespace karkara
