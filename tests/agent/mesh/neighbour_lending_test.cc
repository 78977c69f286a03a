// What is lent to a neighbour, for how long, how it is counted, and what batman-adv is told of it.
#include "agent/facts/guest_counter.h"
#include "tests/agent/mesh/one_neighbour.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST_F(OneNeighbour, TheWayOutIsOfferedOnlyWhileItIsProven) {
  hear(Hello{address_of("kollo")});
  EXPECT_EQ(last_said().way, WayOut::None);
  EXPECT_TRUE(feature_.guests().admitted.empty());
  lend();
  EXPECT_EQ(last_said().way, WayOut::Up);
  EXPECT_EQ(last_said().origin.text(), "say");
  EXPECT_EQ(last_said().spare_kbit, 800U);
  EXPECT_EQ(feature_.guests().admitted, std::vector{address_of("kollo")});
  Surroundings lost;
  lost.own.why = "vsat: a portal";
  take(feature_.follow(lost, now_));
  EXPECT_EQ(last_said().way, WayOut::None);
  EXPECT_TRUE(feature_.guests().admitted.empty());
}

TEST_F(OneNeighbour, WhatItUsedInADayEndsWithTheDay) {
  NeighbourSettings limited = settings();
  limited.lending->bytes_per_day = 1'000'000;
  take(feature_.reconfigure(limited, now_));
  hear(Hello{address_of("kollo")});
  lend();
  EXPECT_EQ(last_said().credit, 1'000'000U);
  const auto used = [&](std::uint64_t up, std::uint64_t down) {
    const IpAddress guest = address_of("kollo");
    feature_.on(FlowCountersRead{{{guest_counter(guest, true), 1, up}, {guest_counter(guest, false), 1, down}}}, now_);
    lend();
  };
  used(100'000, 300'000);
  EXPECT_EQ(last_said().way, WayOut::Up);
  used(100'000, 400'000);
  used(50'000, 390'000);  // the table was loaded anew
  used(110'000, 390'000);
  EXPECT_EQ(last_said().way, WayOut::None);
  EXPECT_TRUE(feature_.guests().admitted.empty());
  EXPECT_THAT(all<SetAlarm>(),
              testing::Contains(testing::Field(&SetAlarm::key, AlarmKey{MessageId::LendingExhausted, "kollo"})));
  wall_ = wall_ + hours{24};
  lend();
  EXPECT_EQ(last_said().way, WayOut::Up);
  EXPECT_EQ(feature_.report(now_).neighbours.at(0).lent_cycle, 1'000'000U);
}

TEST_F(OneNeighbour, TheLedgerOutlivesARestart) {
  hear(Hello{address_of("kollo")});
  lend();
  feature_.on(FlowCountersRead{{{guest_counter(address_of("kollo"), true), 1, 5'000}}}, now_);
  effects_.clear();
  take(feature_.keep());
  EXPECT_TRUE(all<SayHello>().empty()) << "who keeps stays on";
  take(feature_.stop());
  const auto kept = all<Persist>();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(last_said().way, WayOut::None) << "what goes off says so";
  LentLedger again{hours{1}};
  again.restore(kept[0].bytes);
  EXPECT_EQ(again.today(kollo_), 5'000U);
  again.restore("nonsense\nkollo x y\n \n9 9 9 9");
}

TEST_F(OneNeighbour, BatmanIsAGatewayOnlyWhileTheWayOutIsProven) {
  NeighbourSettings managed = settings();
  managed.batman_gateway = true;
  take(feature_.reconfigure(managed, now_));
  Surroundings around;
  around.link = 12;
  take(feature_.follow(around, now_));
  EXPECT_EQ(all<SetBatmanGateway>().back().mode, "client");
  around.own.way = WayOut::Up;
  take(feature_.follow(around, now_));
  EXPECT_EQ(all<SetBatmanGateway>().back().mode, "server");
  around.own.way = WayOut::None;
  take(feature_.follow(around, now_));
  EXPECT_EQ(all<SetBatmanGateway>().back().mode, "client");
  EXPECT_EQ(all<SetBatmanGateway>().size(), 3U);
}

TEST_F(OneNeighbour, WhoMayHaveNoMoreIsCountedUntilNothingComesForItAnyMore) {
  NeighbourSettings limited = settings();
  limited.lending->bytes_per_day = 1'000'000;
  take(feature_.reconfigure(limited, now_));
  hear(Hello{address_of("kollo")});
  lend();
  const auto count = [&](std::uint64_t down) {
    feature_.on(FlowCountersRead{{{guest_counter(address_of("kollo"), false), 1, down}}}, now_);
    effects_.clear();
    lend();
  };
  count(1'000'000);
  EXPECT_TRUE(feature_.guests().admitted.empty());
  EXPECT_EQ(feature_.guests().counted, std::vector{address_of("kollo")});
  EXPECT_EQ(all<ReadFlowCounters>().size(), 1U) << "the new table begins at 0";
  count(400'000);
  EXPECT_EQ(feature_.report(now_).neighbours.at(0).lent_today, 1'400'000U);
  take(feature_.on(NeighbourLost{kollo_, "no hello for 15 s"}, now_));
  count(500'000);
  EXPECT_EQ(feature_.report(now_).neighbours.at(0).lent_today, 1'500'000U);
  now_ = now_ + minutes{16};
  take(feature_.tick(now_));
  EXPECT_TRUE(feature_.guests().counted.empty());
}

TEST_F(OneNeighbour, AnAlarmEndsWithWhatItWasAbout) {
  NeighbourSettings limited = settings();
  limited.lending->bytes_per_day = 1'000'000;
  take(feature_.reconfigure(limited, now_));
  hear(Hello{feature_.guests().transit->address});
  hear(Hello{address_of("kollo")});
  lend();
  feature_.on(FlowCountersRead{{{guest_counter(address_of("kollo"), false), 1, 2'000'000}}}, now_);
  lend();
  take(feature_.on(HelloRefused{HelloFault::Foreign, "fe80::bad", "another fleet", 1}, now_));
  std::set<std::string> raised;
  for (const SetAlarm& alarm : all<SetAlarm>()) {
    if (alarm.raised) {
      raised.insert(std::string{info(alarm.key.message).name} + "/" + alarm.key.instance);
    }
  }
  EXPECT_THAT(raised, testing::IsSupersetOf({"LENDING_EXHAUSTED/kollo", "MESH_HELLO_FORGED/foreign-certificate"}));
  effects_.clear();
  take(feature_.reconfigure(std::nullopt, now_));
  for (const SetAlarm& alarm : all<SetAlarm>()) {
    EXPECT_FALSE(alarm.raised);
    raised.erase(std::string{info(alarm.key.message).name} + "/" + alarm.key.instance);
  }
  EXPECT_TRUE(raised.empty()) << *raised.begin();
  EXPECT_EQ(feature_.next_deadline(), Instant::max());
}

TEST_F(OneNeighbour, BatmanIsNoGatewayOnceNobodyConfiguresIt) {
  NeighbourSettings managed = settings();
  managed.batman_gateway = true;
  take(feature_.reconfigure(managed, now_));
  Surroundings around;
  around.link = 12;
  around.own.way = WayOut::Up;
  take(feature_.follow(around, now_));
  EXPECT_EQ(all<SetBatmanGateway>().back().mode, "server");
  take(feature_.reconfigure(settings(), now_));
  EXPECT_EQ(all<SetBatmanGateway>().back(), (SetBatmanGateway{12, "off", 0, 0}));
  take(feature_.reconfigure(managed, now_));
  take(feature_.follow(around, now_));
  EXPECT_EQ(all<SetBatmanGateway>().back().mode, "server");
  take(feature_.reconfigure(std::nullopt, now_));
  EXPECT_EQ(all<SetBatmanGateway>().back(), (SetBatmanGateway{12, "off", 0, 0}));
}

}  // namespace
}  // namespace karkara
