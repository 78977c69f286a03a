// The prober and a real anchor over the real kernel: a router with two uplinks, and a world behind both.
//
//   router                                    world
//     vsat0 10.1.0.2  -------------------  10.1.0.1      lo 203.0.113.21 (anchor)
//     lte0  10.2.0.2  -------------------  10.2.0.1         203.0.113.22
//
// As the agent sets it up: one table for each uplink's mark; the main table's default route is the LTE's.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <variant>
#include <vector>

#include "agent/io/echo_prober.h"
#include "agent/io/socket_address.h"
#include "controller/anchor/echo_responder.h"
#include "controller/anchor/echo_server.h"
#include "tests/controller/anchor/anchor_keys.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/net_sandbox.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::uint32_t kSite = 7;
constexpr std::uint16_t kPort = 7445;

// A socket of the world that a test answers from by hand.
class HandAnchor {
 public:
  HandAnchor(const NetSandbox& world, const char* address) {
    const NetSandbox::Inside inside{world};
    fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const timeval patience{2, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    const SocketAddress local{IpEndpoint{*IpAddress::parse(address), kPort}};
    EXPECT_EQ(bind(fd_, local.get(), local.size), 0);
  }
  ~HandAnchor() { close(fd_); }
  HandAnchor(const HandAnchor&) = delete;
  HandAnchor& operator=(const HandAnchor&) = delete;

  SocketAddress take_request() const {
    std::array<std::byte, kEchoRequestSize> request{};
    SocketAddress from;
    EXPECT_EQ(recvfrom(fd_, request.data(), request.size(), 0, reinterpret_cast<sockaddr*>(&from.storage), &from.size),
              static_cast<ssize_t>(request.size()));
    return from;
  }
  void reply(const SocketAddress& to, const EchoReply& reply, const EchoKey& key = test_site_key(kSite)) const {
    const auto bytes = encode_echo_reply(reply, key);
    EXPECT_EQ(sendto(fd_, bytes.data(), bytes.size(), 0, to.get(), to.size), static_cast<ssize_t>(bytes.size()));
  }

 private:
  int fd_;
};

class EchoProberNetnsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!NetSandbox::possible()) {
      GTEST_SKIP() << "needs root for network namespaces";
    }
    world_.emplace();
    router_.emplace();
    make_uplink("vsat0", 1);
    make_uplink("lte0", 2);
    world_->run(
        "ip addr add 203.0.113.21/32 dev lo; ip addr add 203.0.113.22/32 dev lo; "
        "ip -6 addr add 2001:db8::21/128 dev lo nodad; "
        // The kernel takes it for its own a moment later.
        "until ip -6 route get 2001:db8::21 2>/dev/null | grep -q ^local; do :; done");
    router_->run("ip route add default via 10.2.0.1 dev lte0");
    prober_.set_key(1, kSite, test_site_key(kSite));
  }

  void make_uplink(const std::string& name, int number) {
    const std::string n = std::to_string(number);
    router_->run("ip link add " + name + " type veth peer name w" + n + " netns " + world_->path() +  //
                 "; ip addr add 10." + n + ".0.2/24 dev " + name +                                    //
                 "; ip -6 addr add fd00:" + n + "::2/64 dev " + name + " nodad; ip link set " + name + " up");
    world_->run("ip addr add 10." + n + ".0.1/24 dev w" + n + "; ip -6 addr add fd00:" + n + "::1/64 dev w" + n +
                " nodad; ip link set w" + n + " up");
    const std::string table = std::to_string(10'000 + number);
    for (const std::string& gateway :
         {"-4 route add default via 10." + n + ".0.1", "-6 route add default via fd00:" + n + "::1"}) {
      router_->run("ip " + gateway + " dev " + name + " table " + table);
    }
    for (const char* family : {"-4", "-6"}) {
      router_->run(std::string{"ip "} + family + " rule del fwmark " + mark_text(number) +
                   "/0x3f0000 2>/dev/null || true; ip " + family + " rule add fwmark " + mark_text(number) +
                   "/0x3f0000 lookup " + table);
    }
  }
  static std::string mark_text(int number) { return std::to_string(number << 16); }

  void start_anchor(const char* address = "0.0.0.0") {
    const NetSandbox::Inside inside{*world_};
    const Status listening = server_.listen({boost::asio::ip::make_address(address), kPort});
    ASSERT_TRUE(listening.ok()) << listening.error().text;
  }

  static SendEcho echo(int uplink, std::uint64_t nonce, const char* anchor = "203.0.113.21:7445") {
    const std::string name = uplink == 1 ? "vsat" : "lte";
    return {UplinkId::parse(name).value(),
            name + "0",
            static_cast<std::uint32_t>(uplink) << 16U,
            *IpAddress::parse("10." + std::to_string(uplink) + ".0.2"),
            {AnchorId::parse("niamey").value(), *IpEndpoint::parse(anchor)},
            nonce};
  }
  void send(const SendEcho& wanted) {
    const NetSandbox::Inside inside{*router_};
    prober_.send(wanted);
  }
  // Lets sockets work until that many events are there, at most 5 s.
  void wait_for_events(std::size_t count) {
    const auto give_up = std::chrono::steady_clock::now() + 5s;
    while (events_.size() < count && std::chrono::steady_clock::now() < give_up) {
      io_.run_one_until(give_up);
    }
    ASSERT_EQ(events_.size(), count);
  }
  const EchoAnswered& answer(std::size_t i) const {
    if (const auto* failed = std::get_if<EchoFailed>(&events_.at(i))) {
      ADD_FAILURE() << failed->why;
    }
    return std::get<EchoAnswered>(events_.at(i));
  }
  const EchoFailed& failure(std::size_t i) const { return std::get<EchoFailed>(events_.at(i)); }

  std::optional<NetSandbox> world_;
  std::optional<NetSandbox> router_;
  FakeClock clock_;
  std::vector<Event> events_;
  boost::asio::io_context io_;
  EchoResponder responder_{{.keys = test_master_keys()}};
  EchoServer server_{io_, [this](std::span<const std::byte> datagram) {
                       return responder_.on_datagram(datagram, clock_.now(), clock_.wall());
                     }};
  EchoProber prober_{io_, [this](Event event) { events_.push_back(std::move(event)); }, clock_};
};

TEST_F(EchoProberNetnsTest, HearsTheAnchorOverEachUplinkAndTakesItsTime) {
  start_anchor();
  send(echo(1, 0xfeed));
  wait_for_events(1);
  EXPECT_EQ(answer(0).uplink.text(), "vsat");
  EXPECT_EQ(answer(0).anchor.text(), "niamey");
  EXPECT_EQ(answer(0).nonce, 0xfeedU);
  EXPECT_EQ(answer(0).anchor_time, clock_.wall());
  send(echo(2, 0xbeef));
  wait_for_events(2);
  EXPECT_EQ(answer(1).uplink.text(), "lte");
}

TEST_F(EchoProberNetnsTest, HearsTheAnchorOverIpv6) {
  start_anchor("::");
  SendEcho wanted = echo(1, 6, "[2001:db8::21]:7445");
  wanted.source = *IpAddress::parse("fd00:1::2");
  send(wanted);
  wait_for_events(1);
  EXPECT_EQ(answer(0).nonce, 6U);
}

TEST_F(EchoProberNetnsTest, HearsNothingWithAWrongKey) {
  start_anchor();
  prober_.set_key(1, kSite, test_site_key(kSite + 1));
  send(echo(1, 1));
  while (responder_.counts().unauthentic == 0) {
    ASSERT_EQ(io_.run_one_for(5s), 1U);
  }
  prober_.set_key(1, kSite, test_site_key(kSite));
  send(echo(1, 2));
  wait_for_events(1);
  EXPECT_EQ(answer(0).nonce, 2U);
}

TEST_F(EchoProberNetnsTest, CountsAnIcmpErrorAgainstTheUplinkAndStillSendsTheNextProbe) {
  start_anchor();
  world_->run("ip route add unreachable 203.0.113.99/32");
  world_->run("echo 1 > /proc/sys/net/ipv4/ip_forward");
  send(echo(1, 1, "203.0.113.99:7445"));
  wait_for_events(1);
  EXPECT_EQ(failure(0).nonce, 1U);
  EXPECT_EQ(failure(0).uplink.text(), "vsat");
  EXPECT_EQ(failure(0).why, "No route to host, says 10.1.0.1");
  send(echo(1, 2, "203.0.113.22:7400"));  // nobody listens there
  wait_for_events(2);
  EXPECT_EQ(failure(1).why, "Connection refused, says 203.0.113.22");
  // Sent before the error of the one before was taken off the socket.
  send(echo(1, 3, "203.0.113.99:7445"));
  send(echo(1, 4));
  wait_for_events(4);
  EXPECT_TRUE(std::holds_alternative<EchoAnswered>(events_[2]) || std::holds_alternative<EchoAnswered>(events_[3]));
}

TEST_F(EchoProberNetnsTest, NeverLeavesThroughTheOtherUplinkWhenItsOwnRouteIsMissing) {
  start_anchor();
  router_->run("ip route flush table 10001");
  // Without a route the kernel takes the anchor to be on the uplink's own wire, and asks there who has the address.
  world_->run("echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore");
  send(echo(1, 1));
  send(echo(2, 2));  // a leak of the first would have been answered before this one
  wait_for_events(1);
  EXPECT_EQ(answer(0).nonce, 2U);
  EXPECT_EQ(responder_.counts().answered, 1U);
}

// C6: the main table would send the answer's source out over the LTE, so that a strict filter drops it on the VSAT.
TEST_F(EchoProberNetnsTest, HearsAStandbyUplinkOnlyWhenTheFilterOfReversePathsIsLoose) {
  start_anchor();
  router_->run("echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 1 > /proc/sys/net/ipv4/conf/vsat0/rp_filter");
  send(echo(1, 1));
  send(echo(2, 2));  // an answer to the first would have come before
  wait_for_events(1);
  EXPECT_EQ(answer(0).nonce, 2U) << "else this kernel filters nothing, and the next line shows nothing";
  for (const char* all : {"0", "1", "2"}) {  // what others say for all interfaces makes it no stricter
    router_->run("echo " + std::string{all} +
                 " > /proc/sys/net/ipv4/conf/all/rp_filter; "
                 "echo 2 > /proc/sys/net/ipv4/conf/vsat0/rp_filter");
    const std::size_t before = events_.size();
    send(echo(1, 3 + before));
    wait_for_events(before + 1);
    EXPECT_EQ(answer(before).nonce, 3 + before) << all;
  }
}

// C6: two operators' boxes as they are sold, each 192.168.1.1 with the same network behind it.
TEST_F(EchoProberNetnsTest, TellsTwoUplinksWithTheSameNetworkAndNextHopApart) {
  NetSandbox other;
  router_->run("ip link del vsat0; ip link del lte0");
  const auto sold = [&](const char* name, const NetSandbox& operators, int number, const char* address) {
    const std::string n = std::to_string(number);
    router_->run(
        std::string{"ip link add "} + name + " type veth peer name box netns " + operators.path() + "; ip addr add " +
        address + "/24 dev " + name + "; ip link set " + name + " up; echo 2 > /proc/sys/net/ipv4/conf/" + name +
        "/rp_filter; ip route add default via 192.168.1.1 dev " + name + " table " + std::to_string(10'000 + number));
    operators.run("ip link set lo up; ip addr add 192.168.1.1/24 dev box; ip link set box up");
  };
  sold("vsat0", *world_, 1, "192.168.1.2");
  sold("lte0", other, 2, "192.168.1.3");
  router_->run("ip route add default via 192.168.1.1 dev lte0");  // as its DHCP client leaves it
  other.run("ip addr add 203.0.113.21/32 dev lo");
  const HandAnchor over_vsat{*world_, "203.0.113.21"};
  const HandAnchor over_lte{other, "203.0.113.21"};
  SendEcho first = echo(1, 1);
  first.source = *IpAddress::parse("192.168.1.2");
  SendEcho second = echo(2, 2);
  second.source = *IpAddress::parse("192.168.1.3");
  send(first);
  over_vsat.reply(over_vsat.take_request(), {1, std::nullopt});
  wait_for_events(1);
  EXPECT_EQ(answer(0).uplink.text(), "vsat");
  send(second);
  over_lte.reply(over_lte.take_request(), {2, std::nullopt});
  wait_for_events(2);
  EXPECT_EQ(answer(1).uplink.text(), "lte");
}

TEST_F(EchoProberNetnsTest, IgnoresAnAnswerFromAnotherAddress) {
  const HandAnchor asked{*world_, "203.0.113.21"};
  const HandAnchor spoofer{*world_, "203.0.113.22"};
  send(echo(1, 1));
  const SocketAddress router = asked.take_request();
  const WallTime right{1'800'000'000s};
  spoofer.reply(router, {1, WallTime{1'900'000'000s}});
  asked.reply(router, {1, right});
  wait_for_events(1);
  EXPECT_EQ(answer(0).anchor_time, right);
}

TEST_F(EchoProberNetnsTest, IgnoresForgedRepeatedAndUnaskedAnswers) {
  const HandAnchor anchor{*world_, "203.0.113.21"};
  send(echo(1, 1));
  const SocketAddress router = anchor.take_request();
  anchor.reply(router, {1, std::nullopt}, test_site_key(kSite + 1));
  anchor.reply(router, {99, std::nullopt});
  anchor.reply(router, {1, std::nullopt});
  anchor.reply(router, {1, std::nullopt});
  send(echo(1, 2));
  anchor.reply(router, {2, std::nullopt});
  wait_for_events(2);
  EXPECT_EQ(answer(0).nonce, 1U);
  EXPECT_EQ(answer(1).nonce, 2U);
  EXPECT_EQ(answer(1).anchor_time, std::nullopt);
}

TEST_F(EchoProberNetnsTest, IgnoresAnAnswerThatIsAMinuteLate) {
  const HandAnchor anchor{*world_, "203.0.113.21"};
  send(echo(1, 1));
  const SocketAddress router = anchor.take_request();
  clock_.advance(61s);
  anchor.reply(router, {1, std::nullopt});
  send(echo(1, 2));
  anchor.reply(router, {2, std::nullopt});
  wait_for_events(1);
  EXPECT_EQ(answer(0).nonce, 2U);
}

TEST_F(EchoProberNetnsTest, GoesOnWhenTheInterfaceIsMadeAnew) {
  start_anchor();
  send(echo(1, 1));
  wait_for_events(1);
  router_->run("ip link del vsat0");
  send(echo(1, 2));
  wait_for_events(2);
  EXPECT_EQ(failure(1).why, "no interface vsat0");
  make_uplink("vsat0", 1);
  send(echo(1, 3));
  wait_for_events(3);
  EXPECT_EQ(answer(2).nonce, 3U);
}

TEST_F(EchoProberNetnsTest, SaysWhyItCannotSend) {
  SendEcho elsewhere = echo(1, 1);
  elsewhere.source = *IpAddress::parse("10.1.0.77");
  send(elsewhere);
  wait_for_events(1);
  EXPECT_THAT(failure(0).why, HasSubstr("bind to 10.1.0.77: Cannot assign requested address"));

  SendEcho mixed = echo(1, 2, "[2001:db8::21]:7445");
  send(mixed);
  wait_for_events(2);
  EXPECT_EQ(failure(1).why, "no source address of the anchor's family");

  EchoProber keyless{io_, [this](Event event) { events_.push_back(std::move(event)); }, clock_};
  keyless.send(echo(1, 3));
  EXPECT_EQ(failure(2).why, "no anchor key: not enrolled");

  // The address goes away under a socket that is bound to it.
  start_anchor();
  send(echo(1, 4));
  wait_for_events(4);
  router_->run("ip addr del 10.1.0.2/24 dev vsat0");
  send(echo(1, 5));
  wait_for_events(5);
  EXPECT_EQ(failure(4).nonce, 5U);
}

}  // namespace
}  // namespace karkara
