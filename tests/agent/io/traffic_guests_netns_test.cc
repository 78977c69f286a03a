// A neighbour's village that downloads over ours, while the masts' interface is an uplink of our own as well: rules and
// trees together on the real kernel. What is lent must not take what the village is promised.
#include <gmock/gmock.h>
#include <poll.h>
#include <time.h>

#include <optional>

#include "agent/io/traffic_abilities.h"
#include "agent/shaping/class_tree.h"
#include "agent/shaping/framing.h"
#include "agent/uplink/nft_plan.h"
#include "tests/agent/io/traffic_bench.h"

namespace karkara {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kVsatSlot = 0;
constexpr std::uint32_t kMeshSlot = 5;
constexpr double kVsatRate = 2e6;
constexpr double kMeshRate = 100e6;

class GuestsShareTest : public TrafficTest {
 protected:
  // user0 -- lan0 router up0 -- isp0, the world; mast0 -- bat0 router.
  void SetUp() override {
    TrafficTest::SetUp();
    if (!sandbox_) {
      return;
    }
    for (auto* each : {&village_, &mast_, &world_}) {
      *each = std::make_unique<NetSandbox>();
    }
    run("ip link add bat0 type veth peer name mast0; ip link set user0 netns " + village_->path() +
        "; ip link set isp0 netns " + world_->path() + "; ip link set mast0 netns " + mast_->path() +
        "; echo 1 >/proc/sys/net/ipv4/ip_forward; ip link set bat0 up; ip addr add 100.124.0.1/14 dev bat0"
        "; ip addr add 10.20.1.1/24 dev lan0; ip addr add 198.51.100.2/24 dev up0"
        "; ip route add default via 198.51.100.1");
    village_->run("ip link set user0 up; ip addr add 10.20.1.2/24 dev user0; ip route add default via 10.20.1.1");
    mast_->run("ip link set mast0 up; ip addr add 100.124.0.2/14 dev mast0; ip route add default via 100.124.0.1");
    world_->run(
        "ip link set lo up; ip link set isp0 up; ip addr add 198.51.100.1/24 dev isp0; ip addr add 203.0.113.1/32 dev "
        "lo"
        "; ip route add 10.20.1.0/24 via 198.51.100.2");
    nft(nft_ruleset(plan()));
    const auto abilities = try_traffic_abilities();
    ASSERT_TRUE(abilities.ok());
    if (!abilities->by_network) {
      GTEST_SKIP() << "this kernel cannot pick a network";
    }
    build(wanted_traffic(settings(), now(*abilities)));
  }
  static TrafficPlan plan() {
    TrafficPlan traffic;
    traffic.uplinks = {{"up0", kVsatSlot, {}, {}}, {"bat0", kMeshSlot, {}, {}}};
    traffic.ladder = {0};
    for (const char* id : {"guests", "village"}) {
      PlannedClass made;
      made.members.id = *ClassId::parse(id);
      made.members.guests = traffic.classes.empty();
      made.uplink = 0;
      made.keeps = {0};
      traffic.classes.push_back(made);
    }
    traffic.guests =
        Guests{"bat0", *IpPrefix::parse("100.124.0.1/14"), {*IpAddress::parse("100.124.0.2")}, false, {}, 7449};
    traffic.shaped = true;
    return traffic;
  }
  static ShapingSettings settings() {
    ShapingSettings settings;
    const auto add = [&](const char* id, UplinkKind kind, const char* interface) {
      UplinkShaping made;
      made.id = *UplinkId::parse(id);
      made.kind = kind;
      made.interface = interface;
      made.framing = usual_cost(kind);
      made.down = made.up = RateLimits{};
      settings.uplinks.push_back(made);
    };
    add("vsat", UplinkKind::Vsat, "up0");
    add("neighbour", UplinkKind::Mesh, "bat0");
    ClassShaping guests{*ClassId::parse("guests")};
    guests.terms = {Percent{5}, std::nullopt, Percent{50}, std::uint8_t{6}};
    ClassShaping village{*ClassId::parse("village")};
    village.takes_everything = true;
    settings.classes = {guests, village};
    settings.guests = GuestsSide{"bat0", *IpPrefix::parse("100.124.0.0/14"), 0};
    return settings;
  }
  [[nodiscard]] ShapingNow now(const TrafficAbilities& abilities) const {
    const std::uint32_t bat = if_nametoindex("bat0");
    ShapingNow now;
    now.uplinks = {{kVsatSlot, ShapedLink{up_}, BitsPerSecond{kVsatRate}, BitsPerSecond{kVsatRate}},
                   {kMeshSlot, ShapedLink{bat}, BitsPerSecond{kMeshRate}, BitsPerSecond{kMeshRate}}};
    now.lan = {{lan_, 1500}};
    now.guests = ShapedLink{bat};
    now.abilities = abilities;
    return now;
  }
  void build(const WantedTraffic& wanted) {
    must({AddDownloadDevice{}});
    const std::uint32_t device = if_nametoindex("ifb-karkara");
    for (const Shaper& shaper : wanted.shapers) {
      const std::uint32_t link = shaper.link == kDownloadLink ? device : shaper.link;
      std::vector<TrafficOp> ops{PutShaperRoot{link, shaper.default_minor, shaper.header}};
      for (const FramedClass& each : shaper.classes) {
        ShaperClass bare = each.content;
        bare.leaf.reset();
        ops.emplace_back(PutShaperClass{link, each.framing, bare});
        if (each.content.leaf) {
          ops.emplace_back(PutLeaf{link, each.content.minor, *each.content.leaf, false});
        }
      }
      must(ops);
    }
    for (const Redirect& redirect : wanted.redirects) {
      must({PutRedirect{{redirect.link, device, redirect.to}}});
    }
  }

  std::unique_ptr<NetSandbox> village_;
  std::unique_ptr<NetSandbox> mast_;
  std::unique_ptr<NetSandbox> world_;
};

// Somebody who asks the world once, and is sent as much as it likes from then on.
class Downloader {
 public:
  Downloader(const NetSandbox& where, const PlainSocket& server) : socket_{open_in(where)} {
    const SocketName to = socket_name("203.0.113.1", 6000);
    EXPECT_GT(sendto(socket_.fd(), "give", 4, 0, to.get(), to.size), 0);
    pollfd waiting{server.fd(), POLLIN, 0};
    EXPECT_EQ(poll(&waiting, 1, 2000), 1) << "the question does not come out";
    std::array<char, 16> room{};
    from_.size = sizeof from_.storage;
    EXPECT_EQ(recvfrom(server.fd(), room.data(), room.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from_.storage),
                       &from_.size),
              4);
  }
  void feed(const PlainSocket& server) const {
    static const std::array<char, 1000> kPacket{};
    static_cast<void>(sendto(server.fd(), kPacket.data(), kPacket.size(), MSG_DONTWAIT, from_.get(), from_.size));
  }
  void take() {
    std::array<char, 2000> room{};
    while (recv(socket_.fd(), room.data(), room.size(), MSG_DONTWAIT) > 0) {
      bytes_ += 1000;
    }
  }
  [[nodiscard]] double bits() const { return bytes_ * 8; }
  void forget() { bytes_ = 0; }

 private:
  static int open_in(const NetSandbox& where) {
    const NetSandbox::Inside there{where};
    return ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  }

  PlainSocket socket_;
  SocketName from_{};
  double bytes_ = 0;
};

// Eight megabits a second for each, four times what the satellite carries; the first moments fill the queues.
void download(const PlainSocket& server, const std::vector<Downloader*>& all, std::chrono::milliseconds time) {
  const auto begun = Clock::now();
  for (auto next = begun; Clock::now() < begun + time; next += std::chrono::milliseconds{1}) {
    for (Downloader* each : all) {
      each->feed(server);
      each->take();
    }
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(next - Clock::now());
    if (left.count() > 0) {
      const timespec rest{0, left.count() * 1000};
      ppoll(nullptr, 0, &rest, nullptr);
    }
  }
}

TEST_F(GuestsShareTest, AGuestThatDownloadsAllDayLeavesTheVillageWhatItIsPromised) {
  std::optional<PlainSocket> server;
  {
    const NetSandbox::Inside there{*world_};
    server.emplace(IpFamily::V4, SOCK_DGRAM);
    const SocketName name = socket_name("203.0.113.1", 6000);
    ASSERT_EQ(bind(server->fd(), name.get(), name.size), 0);
  }
  constexpr std::chrono::milliseconds kFirst{300};
  constexpr std::chrono::milliseconds kTime{1000};
  Downloader guest{*mast_, *server};
  download(*server, {&guest}, kFirst);
  guest.forget();
  download(*server, {&guest}, kTime);
  EXPECT_LT(guest.bits(), 1.15 * kVsatRate / 2) << "its ceiling";
  EXPECT_GT(guest.bits(), 0.5 * kVsatRate / 2);
  Downloader villager{*village_, *server};
  download(*server, {&guest, &villager}, kFirst);
  guest.forget();
  villager.forget();
  download(*server, {&guest, &villager}, kTime);
  EXPECT_LT(guest.bits(), 0.2 * kVsatRate) << "what is left over is the village's first";
  EXPECT_GT(villager.bits(), 0.5 * kVsatRate);
  EXPECT_LT(villager.bits() + guest.bits(), 1.1 * kVsatRate);
}

}  // namespace
}  // namespace karkara
