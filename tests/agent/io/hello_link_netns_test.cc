// Hellos over the real kernel: two masts with identities on disk and a cable between them.
#include <gmock/gmock.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>

#include "agent/io/hello_link.h"
#include "agent/io/socket_address.h"
#include "common/host/file_system.h"
#include "common/host/system_clock.h"
#include "tests/agent/io/test_authority.h"
#include "tests/fakes/net_sandbox.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kPort = 7449;

Identity identity_of(const TestAuthority& fleet, const std::string& site) {
  Identity identity;
  identity.bundle.site = *SiteId::parse(site);
  identity.bundle.controller = identity.bundle.enrolment = "192.0.2.1:7443";
  identity.bundle.trust_domain = "karkara.test";
  identity.bundle.anchor_key = {1, 7, *EchoKey::from_hex(std::string(64, 'a'))};
  const auto made = fleet.site(identity.bundle.spiffe_id());
  identity.key_pem = made.key_pem;
  identity.certificate_pem = made.certificate_pem;
  identity.ca_pem = identity.bundle.ca_certificate = fleet.root_pem();
  return identity;
}

class Mast {
 public:
  Mast(const std::filesystem::path& folder, const Identity* identity) : state_{folder.string()} {
    if (identity != nullptr) {
      enrol(*identity);
    }
  }
  void enrol(const Identity& identity) { EXPECT_TRUE(IdentityFiles(files_, state_).store(identity).ok()); }
  void begin() {
    link_.emplace(
        io_, [this](Event event) { events.push_back(std::move(event)); }, clock_, files_, state_);
    link_->run(WantHellos{"bat0", kPort, std::nullopt});
  }
  void poll() {
    const NetSandbox::Inside inside{space};
    io_.restart();
    io_.poll();
  }
  void say(const char* to, std::uint32_t kbit) {
    const NetSandbox::Inside inside{space};
    Hello hello;
    hello.transit = *IpAddress::parse("100.124.0.1");
    hello.spare_kbit = kbit;
    link_->run(SayHello{*SiteId::parse(to), hello});
  }
  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> found;
    for (const Event& event : events) {
      if (const T* one = std::get_if<T>(&event)) {
        found.push_back(*one);
      }
    }
    return found;
  }

  NetSandbox space;
  std::vector<Event> events;

 private:
  HostFileSystem files_;
  SystemClock clock_;
  std::string state_;
  boost::asio::io_context io_;
  std::optional<HelloLink> link_;
};

class HelloLinkTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!NetSandbox::possible()) {
      GTEST_SKIP() << "needs namespaces";
    }
    std::array<char, 32> name{};
    std::strcpy(name.data(), "/tmp/hello-link.XXXXXX");
    folder_ = mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  Mast& add(const std::string& site, bool enrolled = true) {
    const Identity identity = identity_of(fleet_, site);
    return *masts_.emplace_back(std::make_unique<Mast>(folder_ / site, enrolled ? &identity : nullptr));
  }
  static void connect(const Mast& a, const Mast& b) {
    a.space.run("ip link add bat0 type veth peer name bat0 netns " + b.space.path() + " && ip link set bat0 up");
    b.space.run("ip link set bat0 up");
  }
  bool until(const std::function<bool()>& done) {
    for (const auto end = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < end;) {
      for (const auto& mast : masts_) {
        mast->poll();
      }
      if (done()) {
        return true;
      }
      usleep(5'000);
    }
    return false;
  }

  TestAuthority fleet_;
  std::filesystem::path folder_;
  std::vector<std::unique_ptr<Mast>> masts_;
};

TEST_F(HelloLinkTest, TwoMastsMeetSpeakAndMeetAgainOverANewInterface) {
  Mast& kollo = add("kollo");
  Mast& say = add("say");
  kollo.begin();
  say.begin();
  connect(kollo, say);
  ASSERT_TRUE(until([&] { return !kollo.all<NeighbourMet>().empty() && !say.all<NeighbourMet>().empty(); }));
  EXPECT_EQ(kollo.all<NeighbourMet>()[0].site.text(), "say");
  EXPECT_EQ(kollo.all<HelloState>().back().trouble, "");
  kollo.say("say", 500);
  say.say("kollo", 700);
  ASSERT_TRUE(until([&] { return !kollo.all<HelloHeard>().empty() && !say.all<HelloHeard>().empty(); }));
  EXPECT_EQ(say.all<HelloHeard>()[0].hello.spare_kbit, 500U);

  kollo.space.run("ip link delete bat0");
  ASSERT_TRUE(until([&] { return kollo.all<HelloState>().back().trouble != ""; }));
  connect(kollo, say);
  ASSERT_TRUE(until([&] { return kollo.all<NeighbourMet>().size() == 2 && say.all<NeighbourMet>().size() == 2; }));
}

TEST_F(HelloLinkTest, WithoutACertificateNothingIsSaidAndTheReasonIsTold) {
  Mast& kollo = add("kollo", false);
  Mast& say = add("say");
  connect(kollo, say);
  kollo.begin();
  say.begin();
  ASSERT_TRUE(until([&] { return !kollo.all<HelloState>().empty(); }));
  EXPECT_EQ(kollo.all<HelloState>().back().trouble, "no certificate yet");
  EXPECT_TRUE(say.all<NeighbourMet>().empty());
}

TEST_F(HelloLinkTest, ARouterThatIsEnrolledAnewSpeaksUnderItsNewNameWithinSeconds) {
  Mast& kollo = add("kollo");
  Mast& say = add("say");
  connect(kollo, say);
  kollo.begin();
  say.begin();
  ASSERT_TRUE(until([&] { return !kollo.all<NeighbourMet>().empty() && !say.all<NeighbourMet>().empty(); }));
  const auto begun = std::chrono::steady_clock::now();
  kollo.enrol(identity_of(fleet_, "torodi"));
  ASSERT_TRUE(until([&] { return say.all<NeighbourMet>().back().site.text() == "torodi"; }));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
}

TEST_F(HelloLinkTest, WhatIsNoHelloOfOursIsRefusedAndCountedTogether) {
  Mast& kollo = add("kollo");
  Mast& say = add("say");
  connect(kollo, say);
  kollo.begin();
  say.begin();
  ASSERT_TRUE(until([&] { return !kollo.all<NeighbourMet>().empty(); }));
  {
    const NetSandbox::Inside inside{say.space};
    const int raw = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(kPort);
    to.sin6_scope_id = if_nametoindex("bat0");
    const auto address = *IpAddress::parse(say.all<NeighbourMet>()[0].address);
    std::memcpy(&to.sin6_addr, address.bytes().data(), sizeof to.sin6_addr);
    for (int i = 0; i < 50; ++i) {
      EXPECT_EQ(sendto(raw, "KH\3\6nonsense", 12, 0, reinterpret_cast<sockaddr*>(&to), sizeof to), 12);
    }
    close(raw);
  }
  const auto counted = [&] {
    std::uint32_t sum = 0;
    for (const HelloRefused& refused : kollo.all<HelloRefused>()) {
      sum += refused.count;
    }
    return sum;
  };
  ASSERT_TRUE(until([&] { return counted() == 50; }));
  EXPECT_LE(kollo.all<HelloRefused>().size(), 3U) << "told together";
  EXPECT_EQ(kollo.all<HelloRefused>()[0].fault, HelloFault::Forged);
}

// A mast that speaks by hand.
class ByHand {
 public:
  explicit ByHand(const NetSandbox& space) : space_{space} {
    const NetSandbox::Inside inside{space_};
    socket_ = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const SocketAddress any{IpEndpoint{*IpAddress::parse("::"), kPort}};
    EXPECT_EQ(bind(socket_, any.get(), any.size), 0);
    ipv6_mreq group{};
    const auto address = *IpAddress::parse("ff12::4b48");
    std::memcpy(&group.ipv6mr_multiaddr, address.bytes().data(), sizeof group.ipv6mr_multiaddr);
    group.ipv6mr_interface = if_nametoindex("bat0");
    EXPECT_EQ(setsockopt(socket_, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group, sizeof group), 0);
  }
  ~ByHand() { close(socket_); }
  // The next packet of this kind, if one is there.
  template <class T>
  std::optional<T> hear() {
    std::array<std::byte, 2048> room{};
    socklen_t size = sizeof from_;
    for (ssize_t got = 0; got >= 0;) {
      got = recvfrom(socket_, room.data(), room.size(), 0, reinterpret_cast<sockaddr*>(&from_), &size);
      const auto packet = got > 0 ? mesh_hello::decode(std::span{room}.first(static_cast<std::size_t>(got)))
                                  : Result<mesh_hello::Packet>{Error{}};
      if (const T* one = packet ? std::get_if<T>(&*packet) : nullptr) {
        return *one;
      }
    }
    return std::nullopt;
  }
  void answer(const mesh_hello::Packet& packet) {
    const auto bytes = mesh_hello::encode(packet);
    EXPECT_EQ(sendto(socket_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from_), sizeof from_),
              static_cast<ssize_t>(bytes.size()));
  }

 private:
  const NetSandbox& space_;
  int socket_;
  sockaddr_in6 from_{};
};

TEST_F(HelloLinkTest, WhatWasSaidInAnswerIsSaidAgainInTimeAndNotWithTheNextBeacon) {
  Mast& kollo = add("kollo");
  Mast& say = add("say");
  connect(kollo, say);
  ByHand hand{say.space};
  kollo.begin();
  std::optional<mesh_hello::Beacon> beacon;
  ASSERT_TRUE(until([&] { return (beacon = hand.hear<mesh_hello::Beacon>()).has_value(); }));
  beacon.reset();
  ASSERT_TRUE(until([&] { return (beacon = hand.hear<mesh_hello::Beacon>()).has_value(); }));
  hand.answer(mesh_hello::Beacon{~std::uint64_t{0}});  // the one with the smaller number begins: kollo
  std::optional<mesh_hello::Ask> ask;
  ASSERT_TRUE(until([&] { return (ask = hand.hear<mesh_hello::Ask>()).has_value(); }));
  hand.answer(mesh_hello::Challenge{ask->instance, ask->nonce, {}});
  const auto heard_begin = [&] { return hand.hear<mesh_hello::Begin>().has_value(); };
  ASSERT_TRUE(until(heard_begin));
  const auto first = std::chrono::steady_clock::now();
  ASSERT_TRUE(until(heard_begin));
  EXPECT_LT(std::chrono::steady_clock::now() - first, 700ms);
}

}  // namespace
}  // namespace karkara
