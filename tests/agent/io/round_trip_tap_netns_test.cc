// The tap beside true TCP connections that a router forwards over a link of a known delay.
#include "agent/io/round_trip_tap.h"

#include <gmock/gmock.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <functional>
#include <thread>
#include <variant>

#include "agent/codec/tcp_stamp.h"
#include "agent/io/packet_ring.h"
#include "tests/agent/io/tcp_village.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

constexpr std::size_t kMegabyte = 1'000'000;
const std::vector<std::string> kFortyMilliseconds{"--delay-ms=40", "--rate-kbit=0"};
constexpr Duration kThere = 40ms;

class RoundTripTapTest : public TcpVillageTest {
 protected:
  void keep(const Event& event) {
    if (const auto* seen = std::get_if<RoundTripsSeen>(&event)) {
      seen_.push_back(*seen);
      for (const FlowRoundTrip& flow : seen->flows) {
        if (flow.far_time) {
          ways_back_.push_back(std::chrono::steady_clock::now().time_since_epoch() - flow.age - *flow.far_time);
        }
      }
    } else if (const auto* unavailable = std::get_if<RoundTripsUnavailable>(&event)) {
      unavailable_.push_back(*unavailable);
    } else {
      ADD_FAILURE() << "an event of another kind";
    }
  }
  // How often the loop was woken up.
  std::size_t run_loop(Duration time) { return io_.run_for(time); }
  bool run_loop_until(Duration most, const std::function<bool()>& over) {
    const auto end = std::chrono::steady_clock::now() + most;
    while (!over() && std::chrono::steady_clock::now() < end) {
      io_.run_one_for(50ms);
    }
    return over();
  }
  void watch(const char* name, std::uint8_t sample_bits = 0) { tap_.run(WatchRoundTrips{{{link(name), sample_bits}}}); }

  [[nodiscard]] std::vector<FlowRoundTrip> flows() const {
    std::vector<FlowRoundTrip> all;
    for (const RoundTripsSeen& seen : seen_) {
      EXPECT_THAT(seen.flows, Not(IsEmpty()));
      all.insert(all.end(), seen.flows.begin(), seen.flows.end());
    }
    return all;
  }
  [[nodiscard]] unsigned samples() const {
    unsigned all = 0;
    for (const FlowRoundTrip& flow : flows()) {
      all += flow.samples;
    }
    return all;
  }
  // What is told of a transfer over a link that has no queue.
  void expect_delay_of_link(std::size_t least_windows) const {
    auto told = flows();
    ASSERT_GE(told.size(), least_windows);
    EXPECT_THAT(told, Each(AllOf(Field(&FlowRoundTrip::flow, told.front().flow),
                                 Field(&FlowRoundTrip::remote, told.front().remote),
                                 Field(&FlowRoundTrip::least, Ge(2 * kThere)))));
    // A busy machine may be late now and then; the blocks of the ring are, by 100 ms, and must not be in it.
    const auto middle = told.begin() + static_cast<std::ptrdiff_t>(told.size() / 2);
    std::nth_element(told.begin(), middle, told.end(), [](const auto& a, const auto& b) { return a.least < b.least; });
    EXPECT_LE(middle->least, 2 * kThere + 15ms);
  }

  // What a transfer that fills the link adds to the way back, once the round trip is 200 ms longer.
  Duration queue_of_way_back(int from, int to) {
    watch("link-a");
    Transfer transfer{from, to, 100 * kMegabyte, 200'000};
    EXPECT_TRUE(run_loop_until(10s, [&] { return ways_back_.size() > 3; }));
    if (ways_back_.empty()) {
      return {};
    }
    const Duration idle = *std::min_element(ways_back_.begin(), ways_back_.end());
    transfer.unleash();
    seen_.clear();
    EXPECT_TRUE(
        run_loop_until(10s, [&] { return !seen_.empty() && seen_.back().flows.front().least > 2 * kThere + 200ms; }));
    return ways_back_.back() - idle;
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_{io_.get_executor()};
  std::vector<RoundTripsSeen> seen_;
  std::vector<RoundTripsUnavailable> unavailable_;
  std::vector<Duration> ways_back_;  // by a far clock that is any time off
  RoundTripTap tap_{io_, [this](const Event& event) { keep(event); }};
};

TEST_F(RoundTripTapTest, TellsTheDelayOfTheLinkFromADownload) {
  link_up(kFortyMilliseconds);
  const auto connected = connect(IpFamily::V4);
  watch("link-a");
  {
    Transfer download{connected.server->fd(), connected.client->fd(), kMegabyte, 500'000};
    EXPECT_TRUE(run_loop_until(20s, [&] { return download.is_over(); }));
    EXPECT_EQ(download.right_bytes(), kMegabyte) << "nothing of it is touched";
  }
  expect_delay_of_link(5);
  EXPECT_THAT(seen_, Each(Field(&RoundTripsSeen::link, link("link-a"))));
  EXPECT_THAT(unavailable_, IsEmpty());
}

TEST_F(RoundTripTapTest, TellsTheDelayOfTheLinkFromAnUploadOverIpv6) {
  link_up(kFortyMilliseconds);
  const auto connected = connect(IpFamily::V6);
  watch("link-a");
  {
    Transfer upload{connected.client->fd(), connected.server->fd(), kMegabyte, 500'000};
    EXPECT_TRUE(run_loop_until(20s, [&] { return upload.is_over(); }));
    EXPECT_EQ(upload.right_bytes(), kMegabyte);
  }
  expect_delay_of_link(5);
}

TEST_F(RoundTripTapTest, TellsTheQueueThatADownloadMakesInTheLink) {
  link_up({"--delay-ms=40", "--rate-kbit=3000", "--buffer-ms=400"});
  const auto connected = connect(IpFamily::V4);
  watch("link-a");
  Transfer download{connected.server->fd(), connected.client->fd(), 10 * kMegabyte, 0};
  const auto inflated = [&] { return !seen_.empty() && seen_.back().flows.front().least > 2 * kThere + 150ms; };
  EXPECT_TRUE(run_loop_until(10s, inflated));
  EXPECT_THAT(flows(), Each(Field(&FlowRoundTrip::least, AllOf(Ge(2 * kThere), Le(2 * kThere + 500ms)))));
}

TEST_F(RoundTripTapTest, TheFarClockTellsAQueueOnTheWayBack) {
  link_up({"--delay-ms=40", "--rate-kbit=3000", "--buffer-ms=400"});
  const auto connected = connect(IpFamily::V4);
  EXPECT_GT(queue_of_way_back(connected.server->fd(), connected.client->fd()), 180ms);
}

TEST_F(RoundTripTapTest, TheFarClockTellsNothingOfAQueueOnTheWayThere) {
  link_up({"--delay-ms=40", "--rate-kbit=3000", "--buffer-ms=400"});
  const auto connected = connect(IpFamily::V4);
  EXPECT_LT(queue_of_way_back(connected.client->fd(), connected.server->fd()), 30ms);
}

// What TCP at one end thinks, our queues and all.
std::chrono::microseconds round_trip_of(const PlainSocket& socket) {
  tcp_info state{};
  socklen_t size = sizeof state;
  EXPECT_EQ(getsockopt(socket.fd(), IPPROTO_TCP, TCP_INFO, &state, &size), 0);
  return std::chrono::microseconds{state.tcpi_rtt};
}

std::string shaped(const char* device) {
  const std::string name = device;
  return "tc qdisc add dev " + name + " root handle 1: htb default 1; tc class add dev " + name +
         " parent 1: classid 1:1 htb rate 3mbit; tc qdisc add dev " + name + " parent 1:1 pfifo limit 500";
}

TEST_F(RoundTripTapTest, OurOwnQueueOfAnUploadIsNotInIt) {
  link_up(kFortyMilliseconds);
  run(shaped("link-a"));
  const auto connected = connect(IpFamily::V4);
  watch("link-a");
  Transfer upload{connected.client->fd(), connected.server->fd(), 100 * kMegabyte, 0};
  EXPECT_TRUE(run_loop_until(10s, [&] { return round_trip_of(*connected.client) > 2 * kThere + 200ms; }));
  seen_.clear();
  run_loop(1s);
  EXPECT_GT(round_trip_of(*connected.client), 2 * kThere + 200ms);
  expect_delay_of_link(3);
}

TEST_F(RoundTripTapTest, OurOwnQueueOfADownloadIsNotInIt) {
  link_up(kFortyMilliseconds);
  run(shaped("lan0"));
  const auto connected = connect(IpFamily::V4);
  watch("link-a");
  Transfer download{connected.server->fd(), connected.client->fd(), 100 * kMegabyte, 0};
  EXPECT_TRUE(run_loop_until(10s, [&] { return round_trip_of(*connected.server) > 2 * kThere + 200ms; }));
  seen_.clear();
  run_loop(1s);
  EXPECT_GT(round_trip_of(*connected.server), 2 * kThere + 200ms);
  expect_delay_of_link(3);
}

TEST_F(RoundTripTapTest, TheServersThinkingIsNotInIt) {
  link_up(kFortyMilliseconds);
  const auto connected = connect(IpFamily::V4);
  watch("link-a");
  std::array<char, 100> words{};
  std::atomic<bool> over = false;
  std::thread server{[&] {
    while (recv(connected.server->fd(), words.data(), words.size(), 0) > 0) {
      std::this_thread::sleep_for(30ms);  // so short that TCP's acknowledgement waits for the answer
      send(connected.server->fd(), words.data(), words.size(), MSG_NOSIGNAL);
    }
  }};
  std::thread client{[&] {
    std::array<char, 100> heard{};
    for (int i = 0; i < 25; ++i) {
      send(connected.client->fd(), heard.data(), heard.size(), MSG_NOSIGNAL);
      recv(connected.client->fd(), heard.data(), heard.size(), MSG_WAITALL);
    }
    over = true;
    shutdown(connected.client->fd(), SHUT_RDWR);
  }};
  EXPECT_TRUE(run_loop_until(10s, [&] { return over.load(); }));
  client.join();
  server.join();
  run_loop(700ms);
  EXPECT_THAT(flows(), Each(Field(&FlowRoundTrip::least, Le(2 * kThere + 25ms))));
}

TEST_F(RoundTripTapTest, UnderstandsEthernetToo) {
  link_up(kFortyMilliseconds);
  const auto connected = connect(IpFamily::V4);
  watch("lan0");  // as if the village were the far end
  Transfer download{connected.server->fd(), connected.client->fd(), 100 * kMegabyte, 500'000};
  EXPECT_TRUE(run_loop_until(10s, [&] { return seen_.size() > 4; }));
  EXPECT_THAT(flows(), Each(Field(&FlowRoundTrip::least, Le(40ms))));
}

TEST_F(RoundTripTapTest, GoesOnWhenItsRingRanOver) {
  link_up(kFortyMilliseconds);
  const auto connected = connect(IpFamily::V4);
  Transfer download{connected.server->fd(), connected.client->fd(), 100 * kMegabyte, 2'000'000};
  watch("link-a");
  std::this_thread::sleep_for(1500ms);  // the loop does something else, and the ring holds some 800 packets
  io_.poll();
  seen_.clear();
  run_loop(1s);
  expect_delay_of_link(3);  // also of ticks of whose segments the first was lost
}

// The kernel closes a block when a packet does not fit, and tells nothing of those that fit nowhere.
TEST_F(RoundTripTapTest, ARingThatRanOverTellsBehindWhichPackets) {
  run("ip link add full type veth peer name drain; ip link set drain addrgenmode none up; "
      "ip link set full addrgenmode none up; ip addr add 10.99.0.1/24 dev full; "
      "ip neigh add 10.99.0.2 lladdr 02:00:00:00:00:99 dev full");
  const sock_filter all[] = {{BPF_RET | BPF_K, 0, 0, 64}};
  auto ring = PacketRing::open(link("full"), all);
  ASSERT_TRUE(ring) << ring.error().text;
  const auto send = [&](int count) {
    run("bash -c 'for i in $(seq " + std::to_string(count) + "); do echo something > /dev/udp/10.99.0.2/9; done'");
  };
  const auto take = [&] {
    std::vector<bool> lost;
    for (std::size_t packets = 0; ring->has_block(); packets = 0) {
      lost.push_back(ring->may_have_lost());
      ring->take_block([&](const PacketRing::Packet&) { ++packets; });
      EXPECT_GT(packets, 0U);
    }
    return lost;
  };
  send(3000);
  std::this_thread::sleep_for(200ms);  // blocks that are not full come after 100 ms
  EXPECT_THAT(take(), ElementsAre(false, false, false, false));
  send(1);
  std::this_thread::sleep_for(200ms);
  EXPECT_THAT(take(), ElementsAre(true));
  send(1);
  std::this_thread::sleep_for(200ms);
  EXPECT_THAT(take(), ElementsAre(false));
}

TEST_F(RoundTripTapTest, SleepsThroughWhatIsNotTcpAndThroughSilence) {
  link_up(kFortyMilliseconds);
  const auto connected = connect(IpFamily::V4);
  run_loop(300ms);
  watch("link-a");
  client_->run("bash -c 'for i in $(seq 100); do echo something > /dev/udp/10.9.0.2/9; done'");
  EXPECT_EQ(run_loop(700ms), 0U) << "woken up for nothing";
  EXPECT_THAT(seen_, IsEmpty());
}

TEST_F(RoundTripTapTest, SamplesFewerTimestampsWhenItIsTold) {
  link_up(kFortyMilliseconds);
  const auto connected = connect(IpFamily::V4);
  Transfer download{connected.server->fd(), connected.client->fd(), 100 * kMegabyte, 1'000'000};
  const auto samples_with = [&](std::uint8_t bits) {
    watch("link-a", bits);
    run_loop(400ms);  // of before
    seen_.clear();
    run_loop(1200ms);
    return samples();
  };
  const unsigned all = samples_with(0);
  const unsigned few = samples_with(5);
  const unsigned again = samples_with(0);
  EXPECT_GE(few, 3U) << "of a tick of 32 ms";
  EXPECT_GT(all, 4 * few);
  EXPECT_GT(again, 4 * few);
}

TEST_F(RoundTripTapTest, ForgetsALinkThatIsNoLongerWanted) {
  link_up(kFortyMilliseconds);
  const auto connected = connect(IpFamily::V4);
  Transfer download{connected.server->fd(), connected.client->fd(), 100 * kMegabyte, 500'000};
  watch("link-a");
  EXPECT_TRUE(run_loop_until(10s, [&] { return !seen_.empty(); }));
  tap_.run(WatchRoundTrips{});
  io_.poll();  // what was cancelled
  seen_.clear();
  EXPECT_EQ(run_loop(400ms), 0U);
  EXPECT_THAT(seen_, IsEmpty());
  EXPECT_EQ(printed("cat /proc/net/packet | wc -l"), "1\n") << "a socket is left";
}

TEST_F(RoundTripTapTest, TellsOnceThatALinkVanished) {
  run("ip link add gone type veth peer name peer; ip link set gone up; ip link set peer up; "
      "ip link add stays type veth peer name quiet; ip link set stays up; ip link set quiet up");
  const WatchRoundTrips both{{{link("gone"), 0}, {link("stays"), 0}}};
  tap_.run(both);
  run_loop(50ms);
  EXPECT_THAT(unavailable_, IsEmpty());
  run("ip link del gone");
  run_loop(300ms);
  const std::uint32_t gone = both.links.front().link;
  ASSERT_THAT(unavailable_, ElementsAre(Field(&RoundTripsUnavailable::link, gone)));
  EXPECT_THAT(unavailable_.front().why, HasSubstr("Network is down"));
  EXPECT_EQ(run_loop(200ms), 0U);

  tap_.run(both);
  ASSERT_THAT(unavailable_, SizeIs(2)) << "asked again, told again";
  EXPECT_THAT(unavailable_.back().why, HasSubstr("No such device"));
  EXPECT_EQ(run_loop(200ms), 0U);
}

TEST_F(RoundTripTapTest, WatchesALinkAgainThatWasDown) {
  link_up(kFortyMilliseconds);
  run("ip link set link-a down");
  watch("link-a");
  ASSERT_THAT(unavailable_, SizeIs(1));
  EXPECT_THAT(unavailable_.front().why, HasSubstr("Network is down"));
  run("ip link set link-a up");
  const auto connected = connect(IpFamily::V4);
  watch("link-a");
  Transfer download{connected.server->fd(), connected.client->fd(), kMegabyte, 500'000};
  EXPECT_TRUE(run_loop_until(10s, [&] { return !seen_.empty(); }));
  run("ip link set link-a down");
  EXPECT_TRUE(run_loop_until(5s, [&] { return unavailable_.size() > 1; }));
  run_loop(100ms);
  EXPECT_THAT(unavailable_, SizeIs(2));
}

TEST_F(RoundTripTapTest, RefusesNoLink) {
  tap_.run(WatchRoundTrips{{{0, 0}, {4'000'000'000, 0}}});
  EXPECT_THAT(unavailable_, SizeIs(2));
  EXPECT_EQ(printed("cat /proc/net/packet | wc -l"), "1\n");
}

TEST_F(RoundTripTapTest, SaysThatARightIsMissing) {
  const auto open = []() -> Status {
    const auto ring = PacketRing::open(1, tcp_stamp_filter(0));
    return ring ? Status{} : Status{ring.error()};
  };
  EXPECT_EQ(code_as_nobody(open, "packet socket: Operation not permitted"),
            static_cast<int>(ErrorCode::PermissionDenied));
}

}  // namespace
}  // namespace karkara
