// A network namespace with two pairs of links, and shaping steps said shortly. Used by the tests of traffic control.
#pragma once

#include <net/if.h>

#include <algorithm>
#include <string>
#include <vector>

#include "agent/facts/traffic_canonical.h"
#include "agent/io/traffic_requests.h"
#include "tests/support/frame_line.h"
#include "tests/support/sandboxed.h"

namespace karkara {

class TrafficTest : public SandboxedTest {
 protected:
  void SetUp() override {
    SandboxedTest::SetUp();
    if (sandbox_) {
      // Nothing but the test's own frames.
      run("echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6");
      run("ip link add up0 type veth peer name isp0; ip link add lan0 type veth peer name user0;"
          "for link in up0 isp0 lan0 user0; do ip link set $link up; done");
      up_ = if_nametoindex("up0");
      lan_ = if_nametoindex("lan0");
      restart();
    }
  }
  void restart() {
    auto opened = TrafficRequests::open();
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    kernel_.emplace(std::move(*opened));
  }
  Status put(std::vector<TrafficOp> ops) { return kernel_->change(ops).status; }
  void must(std::vector<TrafficOp> ops) {
    const auto done = kernel_->change(ops);
    EXPECT_TRUE(done.status.ok()) << done.count << ": " << done.status.error().text;
  }
  SeenTraffic dump() {
    const auto seen = kernel_->dump();
    EXPECT_TRUE(seen.ok()) << seen.error().text;
    return seen ? *seen : SeenTraffic{};
  }
  // Without their leaves, as PutShaperClass puts them.
  static ShaperClass class_of(std::uint16_t minor, std::uint16_t parent, std::uint64_t rate, std::uint64_t ceiling) {
    return {.minor = minor,
            .parent = parent,
            .rate = rate,
            .ceiling = ceiling,
            .burst = static_cast<std::uint32_t>(std::max<std::uint64_t>(1600, rate / 1000)),
            .ceiling_burst = static_cast<std::uint32_t>(std::max<std::uint64_t>(1600, ceiling / 1000)),
            .quantum = 1514,
            .priority = static_cast<std::uint8_t>(minor % 8),
            .leaf = {}};
  }
  // One class, and what is without a priority of ours goes there too.
  static std::vector<TrafficOp> narrow(std::uint32_t link, std::uint64_t rate, std::uint32_t limit = 1000,
                                       Framing framing = {}) {
    return {PutShaperRoot{link, 33}, PutShaperClass{link, framing, class_of(33, 0, rate, rate)},
            PutLeaf{link, 33, PfifoLeaf{limit}, false}};
  }
  ShaperCount count_of(std::uint32_t link, std::uint16_t minor) {
    const auto counts = kernel_->counts(std::vector{link});
    EXPECT_TRUE(counts.ok()) << counts.error().text;
    for (const ShaperCount& count : counts ? *counts : std::vector<ShaperCount>{}) {
      if (count.minor == minor) {
        return count;
      }
    }
    ADD_FAILURE() << "no class " << minor;
    return {};
  }

  std::uint32_t up_ = 0;
  std::uint32_t lan_ = 0;
  std::optional<TrafficRequests> kernel_;
};

}  // namespace karkara
