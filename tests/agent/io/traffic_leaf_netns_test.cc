// CAKE and fq_codel below our classes: put, seen, changed in place, counted, and what iproute2 says of them. Skipped on
// kernels without them: tests/lab/shaping_test.sh runs this program on one that has both.
#include <gmock/gmock.h>

#include "agent/io/traffic_abilities.h"
#include "tests/agent/io/traffic_bench.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class TrafficLeafTest : public TrafficTest {
 protected:
  void need(bool TrafficAbilities::*ability) {
    const auto found = try_traffic_abilities();
    ASSERT_TRUE(found.ok()) << found.error().text;
    if (!((*found).*ability)) {
      GTEST_SKIP() << "this kernel lacks it; see tests/lab/shaping_test.sh";
    }
  }
  // A class of 'rate' with this leaf.
  void put_below(const Leaf& leaf, std::uint64_t rate = 8'000) {
    must({PutShaperRoot{up_, 33}, PutShaperClass{up_, {}, class_of(33, 0, rate, rate)}, PutLeaf{up_, 33, leaf, false}});
  }
  Leaf seen_leaf() {
    const auto seen = dump();
    if (seen.classes.size() != 1 || !seen.classes[0].content.leaf) {
      ADD_FAILURE() << "no class with a leaf";
      return OtherLeaf{};
    }
    return *seen.classes[0].content.leaf;
  }
  void fill(FrameLine& line, int frames) {
    for (int i = 0; i < frames; ++i) {
      ASSERT_TRUE(line.send(shaper_class_id(33), 1000));
    }
  }
  // What waits below 'before' goes on behind 'after', and all of it arrives.
  void expect_changed_in_place(const Leaf& before, const Leaf& after) {
    put_below(before);
    FrameLine line{"up0", "isp0"};
    fill(line, 30);
    EXPECT_GE(count_of(up_, 33).queued, 25U);
    must({PutLeaf{up_, 33, after, false}});
    EXPECT_EQ(seen_leaf(), canonical(after));
    EXPECT_GE(count_of(up_, 33).queued, 25U);
    must({PutShaperClass{up_, {}, class_of(33, 0, 6'250'000, 6'250'000)}});
    // CoDel may drop one for its age, which is its work.
    std::size_t arrived = 0;
    do {
      arrived += line.take(1, 5s).size();
    } while (count_of(up_, 33).queued > 0);
    arrived += line.take(30, 100ms).size();
    const std::uint64_t dropped = count_of(up_, 33).drops;
    EXPECT_EQ(arrived + dropped, 30U);
    EXPECT_LE(dropped, 2U);
  }
  // 50 frames a second: the last ones to arrive waited long.
  void expect_delay_told(const Leaf& leaf) {
    put_below(leaf, 50'000);
    FrameLine line{"up0", "isp0"};
    fill(line, 40);
    ASSERT_GE(line.take(20, 10s).size(), 20U);
    const ShaperCount count = count_of(up_, 33);
    ASSERT_TRUE(count.delay);
    EXPECT_GT(*count.delay, 10'000U);
    EXPECT_LT(*count.delay, 1'000'000U);
  }
};

const FqCodelLeaf kFqCodel{.limit = 600,
                           .memory_limit = 1'000'000,
                           .target = 5'000,
                           .interval = 100'000,
                           .flows = 128,
                           .quantum = 300,
                           .ecn = true};
const CakeLeaf kCake{.hosts = CakeLeaf::Hosts::Sources, .nat = true, .rtt = 700'000, .memory_limit = 500'000};

TEST_F(TrafficLeafTest, FqCodelStandsAsItWasPut) {
  need(&TrafficAbilities::fq_codel);
  if (IsSkipped()) {
    return;
  }
  put_below(kFqCodel);
  EXPECT_EQ(seen_leaf(), Leaf{kFqCodel}) << "times of whole milliseconds stay what they were";
  EXPECT_THAT(
      printed("tc -j qdisc show dev up0 handle 6c21:"),
      testing::AllOf(HasSubstr(R"("kind":"fq_codel")"), HasSubstr(R"("limit":600)"), HasSubstr(R"("flows":128)"),
                     HasSubstr(R"("quantum":300)"), HasSubstr(R"("target":4999)"), HasSubstr(R"("interval":99999)"),
                     HasSubstr(R"("memory_limit":1000000)"), HasSubstr(R"("ecn":true)")));
  for (std::uint32_t time = 1; time < 3'000'000; time = time * 3 + 1) {
    FqCodelLeaf each = kFqCodel;
    each.target = time;
    each.interval = time * 2;
    must({PutLeaf{up_, 33, each, false}});
    EXPECT_EQ(seen_leaf(), canonical(Leaf{each})) << time;
  }
}

TEST_F(TrafficLeafTest, FqCodelChangesInPlace) {
  need(&TrafficAbilities::fq_codel);
  if (IsSkipped()) {
    return;
  }
  FqCodelLeaf after = kFqCodel;
  after.limit = 900;
  after.target = 50'000;
  after.interval = 700'000;
  after.ecn = false;
  expect_changed_in_place(kFqCodel, after);
}

TEST_F(TrafficLeafTest, FqCodelTellsTheDelayOfItsFlows) {
  need(&TrafficAbilities::fq_codel);
  if (!IsSkipped()) {
    expect_delay_told(kFqCodel);
  }
}

TEST_F(TrafficLeafTest, CakeStandsAsItWasPut) {
  need(&TrafficAbilities::cake);
  if (IsSkipped()) {
    return;
  }
  put_below(kCake);
  EXPECT_EQ(seen_leaf(), Leaf{kCake});
  EXPECT_THAT(printed("tc qdisc show dev up0 handle 6c21:"),
              HasSubstr("qdisc cake 6c21: parent 6b00:21 bandwidth unlimited besteffort dual-srchost nat nowash "
                        "no-ack-filter split-gso rtt 700ms raw overhead 0 memlimit 500000b"));
  CakeLeaf down = kCake;
  down.hosts = CakeLeaf::Hosts::Destinations;
  down.nat = false;
  must({PutLeaf{up_, 33, down, false}});
  EXPECT_EQ(seen_leaf(), Leaf{down});
  run("tc qdisc change dev up0 parent 6b00:21 handle 6c21: cake bandwidth 5mbit");
  EXPECT_EQ(seen_leaf(), Leaf{OtherLeaf{"cake"}}) << "with a rate of its own it is not what we put";
  must({PutLeaf{up_, 33, kCake, false}});
  EXPECT_EQ(seen_leaf(), Leaf{kCake});
}

TEST_F(TrafficLeafTest, CakeChangesInPlace) {
  need(&TrafficAbilities::cake);
  if (IsSkipped()) {
    return;
  }
  CakeLeaf after = kCake;
  after.rtt = 100'000;
  after.memory_limit = 2'000'000;
  expect_changed_in_place(kCake, after);
}

TEST_F(TrafficLeafTest, CakeTellsItsDelay) {
  need(&TrafficAbilities::cake);
  if (!IsSkipped()) {
    expect_delay_told(kCake);
  }
}

TEST_F(TrafficLeafTest, AnotherKindTakesTheLeafsPlace) {
  need(&TrafficAbilities::cake);
  if (IsSkipped()) {
    return;
  }
  put_below(PfifoLeaf{50});
  EXPECT_FALSE(put({PutLeaf{up_, 33, kCake, false}}).ok());
  for (const Leaf& leaf : {Leaf{kCake}, Leaf{kFqCodel}, Leaf{PfifoLeaf{60}}, Leaf{kCake}}) {
    must({PutLeaf{up_, 33, leaf, true}});
    EXPECT_EQ(seen_leaf(), canonical(leaf));
  }
}

}  // namespace
}  // namespace karkara
