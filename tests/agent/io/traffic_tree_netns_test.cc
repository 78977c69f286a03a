// Trees of classes on the real kernel: put, seen, changed in place, adopted, removed; and what iproute2 says of them.
#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <random>

#include "tests/agent/io/traffic_bench.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class TrafficTreeTest : public TrafficTest {
 protected:
  static std::vector<ShaperClass> village(std::uint64_t rate) {
    std::vector<ShaperClass> classes{class_of(32, 0, rate, rate)};
    for (std::uint16_t i = 0; i < 4; ++i) {
      classes.push_back(class_of(static_cast<std::uint16_t>(33 + i), 32, rate / 8 * (i + 1), rate));
      classes.back().leaf = PfifoLeaf{100U + i};
    }
    return classes;
  }
  static std::vector<TrafficOp> steps(std::uint32_t link, const std::vector<ShaperClass>& classes, Framing framing) {
    std::vector<TrafficOp> ops;
    for (const ShaperClass& each : classes) {
      ops.push_back(PutShaperClass{link, framing, each});
      if (each.leaf) {
        ops.push_back(PutLeaf{link, each.minor, *each.leaf, false});
      }
    }
    return ops;
  }
  std::map<std::uint16_t, SeenTraffic::Class> seen_classes(std::uint32_t link) {
    std::map<std::uint16_t, SeenTraffic::Class> found;
    for (const SeenTraffic::Class& each : dump().classes) {
      if (each.link == link) {
        found[each.content.minor] = each;
      }
    }
    return found;
  }
  void expect_stands(std::uint32_t link, const std::vector<ShaperClass>& classes, Framing framing) {
    const auto seen = seen_classes(link);
    ASSERT_EQ(seen.size(), classes.size());
    for (const ShaperClass& each : classes) {
      EXPECT_EQ(seen.at(each.minor).content, canonical(each)) << each.minor;
      EXPECT_EQ(seen.at(each.minor).framing, canonical(framing)) << each.minor;
    }
  }
};

TEST_F(TrafficTreeTest, ATreeStandsAsItWasPut) {
  const auto classes = village(250'000);
  must({PutShaperRoot{up_, 36}});
  must(steps(up_, classes, {24, 64}));
  EXPECT_THAT(dump().roots, Contains(SeenRoot{up_, "htb", kShaperMajor, 36}));
  expect_stands(up_, classes, {24, 64});
}

// The kernel keeps bursts as times; from 125 Mbit/s on, a tick is more than a byte.
TEST_F(TrafficTreeTest, WhatIsPutComparesEqualAtAnyRate) {
  std::mt19937_64 random{20'261'126};
  const auto up_to = [&](std::uint64_t most) { return std::uniform_int_distribution<std::uint64_t>{0, most}(random); };
  std::vector<ShaperClass> classes;
  for (std::uint16_t minor = 1; minor <= 300; ++minor) {
    ShaperClass each = class_of(minor, 0, up_to(1ULL << up_to(33)), up_to(1ULL << up_to(33)));
    each.burst = static_cast<std::uint32_t>(up_to(1ULL << up_to(31)));
    each.ceiling_burst = static_cast<std::uint32_t>(up_to(1ULL << up_to(31)));
    each.quantum = static_cast<std::uint32_t>(up_to(1'000'000));
    each.leaf = PfifoLeaf{static_cast<std::uint32_t>(up_to(5000))};
    classes.push_back(each);
  }
  must({PutShaperRoot{up_, 1}});
  must(steps(up_, classes, {0, 0}));
  expect_stands(up_, classes, {0, 0});
}

TEST_F(TrafficTreeTest, Iproute2ReadsTheRatesAndBurstsThatWereMeant) {
  must({PutShaperRoot{up_, 33}, PutShaperClass{up_, {24, 64}, class_of(33, 0, 8'000, 16'000)},
        PutShaperClass{up_, {0, 0}, class_of(34, 0, 6'250'000, 12'500'000)}, PutLeaf{up_, 33, PfifoLeaf{77}, false}});
  const std::string classes = printed("tc -d class show dev up0");
  EXPECT_THAT(classes, HasSubstr("class htb 6b00:21 root leaf 6c21: prio 1 quantum 1514 rate 64Kbit overhead 24 ceil "
                                 "128Kbit linklayer ethernet burst 1600b/1 mpu 64b cburst 1600b/1 mpu 64b level 0"));
  EXPECT_THAT(classes, HasSubstr("prio 2 quantum 1514 rate 50Mbit ceil 100Mbit linklayer ethernet burst 6250b/1 mpu 0b "
                                 "cburst 12500b/1 mpu 0b level 0"));
  EXPECT_THAT(printed("tc qdisc show dev up0"), HasSubstr("qdisc pfifo 6c21: parent 6b00:21 limit 77p"));
}

TEST_F(TrafficTreeTest, ARateChangesInPlaceAndWhatWaitsGoesOn) {
  must(narrow(up_, 8'000));
  FrameLine line{"up0", "isp0"};
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(line.send(shaper_class_id(33), 1000));
  }
  const ShaperCount before = count_of(up_, 33);
  EXPECT_GE(before.queued, 55U) << "at 8 frames a second";
  must({PutShaperClass{up_, {}, class_of(33, 0, 6'250'000, 6'250'000)}, PutLeaf{up_, 33, PfifoLeaf{500}, false}});
  const auto arrivals = line.take(60, 5s);
  ASSERT_EQ(arrivals.size(), 60U);
  for (std::uint32_t i = 0; i < 60; ++i) {
    EXPECT_EQ(arrivals[i].number, i);
  }
  EXPECT_EQ(count_of(up_, 33).drops, 0U);
  EXPECT_EQ(count_of(up_, 33).packets, 60U);
}

// What HTB alone cannot: it only adds to a packet's length.
TEST_F(TrafficTreeTest, AHeaderThatTheLinkDoesNotHaveIsNotCounted) {
  must({PutShaperRoot{up_, 33, 14}, PutShaperClass{up_, {}, class_of(33, 0, 20'000, 20'000)},
        PutLeaf{up_, 33, PfifoLeaf{500}, false}});
  EXPECT_THAT(dump().roots, Contains(SeenRoot{up_, "htb", kShaperMajor, 33, 14}));
  EXPECT_THAT(printed("tc -d qdisc show dev up0"), HasSubstr("overhead -14"));
  FrameLine line{"up0", "isp0"};
  const auto send = [&line](int frames) {
    for (int i = 0; i < frames; ++i) {
      ASSERT_TRUE(line.send(shaper_class_id(33), 114));
    }
  };
  send(220);
  const auto arrivals = line.take(220, 5s);
  ASSERT_EQ(arrivals.size(), 220U);
  EXPECT_EQ(count_of(up_, 33).bytes, 220U * 100);
  // 100 bytes each; the first ones are the burst.
  EXPECT_NEAR(rate_of({arrivals.begin() + 20, arrivals.end()}, 0), 20'000 * 1.14, 0.03 * 20'000);
  must({PutShaperClass{up_, {}, class_of(33, 0, 1'000, 1'000)}});
  send(40);
  const std::uint32_t waiting = count_of(up_, 33).queued;
  EXPECT_GT(waiting, 20U);
  must({PutShaperRoot{up_, 33, 0}});
  EXPECT_THAT(dump().roots, Contains(SeenRoot{up_, "htb", kShaperMajor, 33, 0})) << "changed in place";
  EXPECT_GE(count_of(up_, 33).queued + 2, waiting);
  must({PutShaperRoot{up_, 33, 14}, PutShaperRoot{up_, 33, 14}});
  EXPECT_THAT(dump().roots, Contains(SeenRoot{up_, "htb", kShaperMajor, 33, 14}));
}

TEST_F(TrafficTreeTest, TwoHundredClassesChangeInPlaceAndLoseNothing) {
  std::vector<ShaperClass> classes{class_of(1, 0, 12'500'000, 12'500'000)};
  for (std::uint16_t minor = 2; minor <= 201; ++minor) {
    classes.push_back(class_of(minor, 1, 1'000, 1'000));
    classes.back().leaf = PfifoLeaf{50};
  }
  must({PutShaperRoot{up_, 2}});
  must(steps(up_, classes, {}));
  FrameLine line{"up0", "isp0"};
  for (std::uint16_t minor = 2; minor <= 201; ++minor) {
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(line.send(shaper_class_id(minor), 1000));
    }
  }
  for (const std::uint64_t rate : {1'100U, 1'200U, 60'000U}) {
    std::vector<TrafficOp> changes;
    for (std::uint16_t minor = 2; minor <= 201; ++minor) {
      ShaperClass changed = class_of(minor, 1, rate, rate);
      changed.priority = static_cast<std::uint8_t>((minor + rate / 100) % 8);  // as hours of a kind of uplink may
      changes.push_back(PutShaperClass{up_, {}, changed});
    }
    const auto done = kernel_->change(changes);
    EXPECT_EQ(done.count, changes.size());
    ASSERT_TRUE(done.status.ok()) << done.status.error().text;
  }
  EXPECT_EQ(line.take(600, 10s).size(), 600U);
  EXPECT_EQ(count_of(up_, 2).drops, 0U);
}

TEST_F(TrafficTreeTest, ANewStartAdoptsWhatStandsWithItsPackets) {
  must(narrow(up_, 8'000));
  FrameLine line{"up0", "isp0"};
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(line.send(shaper_class_id(33), 1000));
  }
  const auto before = dump();
  restart();
  EXPECT_EQ(dump(), before);
  must(narrow(up_, 8'000));
  EXPECT_GE(count_of(up_, 33).queued, 15U);
  EXPECT_EQ(dump(), before);
}

TEST_F(TrafficTreeTest, AnotherProgramsRootStays) {
  run("tc qdisc add dev up0 root handle 8001: tbf rate 1mbit burst 5000 latency 50ms");
  const auto done = kernel_->change(narrow(up_, 8'000));
  EXPECT_EQ(done.count, 0U);
  EXPECT_EQ(done.status.error().code, ErrorCode::AlreadyExists);
  EXPECT_THAT(done.status.error().text, HasSubstr("tbf"));
  must({RemoveShaperRoot{up_}});
  EXPECT_THAT(dump().roots, Contains(SeenRoot{up_, "tbf", 0x8001, 0}));
  run("tc qdisc replace dev up0 root handle 1: htb default 1; tc class add dev up0 parent 1: classid 1:1 htb rate "
      "1mbit");
  EXPECT_EQ(put({PutShaperRoot{up_, 33}}).error().code, ErrorCode::AlreadyExists);
  EXPECT_THAT(dump().roots, Contains(SeenRoot{up_, "htb", 1, 1}));
  EXPECT_THAT(dump().classes, IsEmpty()) << "of another's tree nothing is told";
}

TEST_F(TrafficTreeTest, AnotherDefaultClassMakesTheTreeAnew) {
  must(narrow(up_, 8'000));
  must({PutShaperRoot{up_, 34}});
  EXPECT_THAT(dump().roots, Contains(SeenRoot{up_, "htb", kShaperMajor, 34}));
  EXPECT_THAT(dump().classes, IsEmpty());
}

TEST_F(TrafficTreeTest, AForeignLeafIsSeenAndReplaced) {
  must(narrow(up_, 8'000));
  run("tc qdisc del dev up0 parent 6b00:21; tc qdisc add dev up0 parent 6b00:21 handle 99: bfifo limit 5000");
  EXPECT_EQ(*seen_classes(up_).at(33).content.leaf, Leaf{OtherLeaf{"bfifo"}});
  EXPECT_FALSE(put({PutLeaf{up_, 33, PfifoLeaf{10}, false}}).ok());
  must({PutLeaf{up_, 33, PfifoLeaf{10}, true}});
  EXPECT_EQ(*seen_classes(up_).at(33).content.leaf, Leaf{PfifoLeaf{10}});
}

TEST_F(TrafficTreeTest, WhatIsRemovedTwiceIsGone) {
  must(narrow(up_, 8'000));
  must({RemoveShaperClass{up_, 33}, RemoveShaperClass{up_, 33}});
  EXPECT_THAT(dump().classes, IsEmpty());
  must({RemoveShaperRoot{up_}, RemoveShaperRoot{up_}, RemoveShaperClass{up_, 33}});
  EXPECT_THAT(dump().roots, Not(Contains(testing::Field(&SeenRoot::kind, "htb"))));
  must({RemoveShaperRoot{4711}, RemoveShaperClass{4711, 33}, RemoveRedirect{4711, true}, RemoveDownloadDevice{4711}});
}

TEST_F(TrafficTreeTest, StepsInOneGoTellWhichWasRefused) {
  must({PutShaperRoot{up_, 33}});
  const auto done = kernel_->change(std::vector<TrafficOp>{PutShaperClass{up_, {}, class_of(33, 0, 8'000, 8'000)},
                                                           PutShaperClass{4711, {}, class_of(34, 0, 8'000, 8'000)},
                                                           PutShaperClass{up_, {}, class_of(35, 0, 8'000, 8'000)}});
  EXPECT_EQ(done.count, 1U);
  EXPECT_EQ(done.status.error().code, ErrorCode::Unavailable) << done.status.error().text;
  EXPECT_EQ(put({PutLeaf{up_, 33, OtherLeaf{"sfq"}, false}}).error().code, ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace karkara
