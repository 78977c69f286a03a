// What people are told when the village does not get what the configuration says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "agent/shaping/shaping_feature.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint32_t kVsat = 2;
constexpr std::uint32_t kLan = 3;
constexpr std::uint32_t kDownloads = 9;
const UplinkId kUplink = UplinkId::parse("vsat").value();
const ClassId kClinic = ClassId::parse("clinic").value();

class ShapingPromises : public testing::Test {
 protected:
  ShapingPromises() {
    for (const auto& [index, name] : {std::pair{kVsat, "vsat0"}, {kLan, "br-lan"}, {kDownloads, "ifb-karkara"}}) {
      Link link;
      link.index = index;
      link.name = name;
      link.mtu = 1500;
      kernel_.links.push_back(link);
    }
    kernel_.traffic.abilities = TrafficAbilities{true, true, true, true};
    settings_.lan_interfaces = {"br-lan"};
    UplinkShaping vsat;
    vsat.id = kUplink;
    vsat.kind = UplinkKind::Vsat;
    vsat.interface = "vsat0";
    settings_.uplinks = {vsat};
    fill(64e3);
    ClassShaping clinic;
    clinic.id = kClinic;
    clinic.terms.guarantee_rate = BitsPerSecond{64e3};
    settings_.classes = {clinic};
  }

  void fill(double rate) {
    const RateLimits fixed{BitsPerSecond{rate}, BitsPerSecond{rate}, BitsPerSecond{rate}};
    settings_.uplinks[0].down = settings_.uplinks[0].up = fixed;
  }
  void start(std::uint64_t memory = 1ULL << 30U) {
    feature_.emplace(settings_, ShapingStart{.rates = {}, .quotas = {}, .boot = 1, .router_memory = memory}, at());
    follow();
  }
  void follow() {
    UplinkFact fact;
    fact.id = kUplink;
    fact.interface = "vsat0";
    fact.up = true;
    (void)feature_->follow({{fact}, kernel_, std::nullopt}, at());
  }
  [[nodiscard]] KnownTime at() const { return {now_, wall_}; }

  // A second of downloads: the clinic's, and everybody else's.
  void count(std::uint64_t clinic, std::uint64_t others, std::uint32_t backlog = 0) {
    now_ = now_ + seconds{1};
    clinic_ += clinic;
    others_ += others;
    const Effects effects =
        feature_->on(TrafficCounted{{{kDownloads, slot_minor(0), clinic_ + others_, clinic_ / 100, 0, 0, 0, {}},
                                     {kDownloads, leaf_minor(0, 1), clinic_, clinic_ / 100, 0, backlog, 0, {}},
                                     {kDownloads, leaf_minor(0, 2), others_, others_ / 100, 0, 0, 0, {}}}},
                     at());
    for (const Effect& effect : effects) {
      const auto* alarm = std::get_if<SetAlarm>(&effect);
      if (alarm && alarm->key.message == MessageId::GuaranteeUnmet && alarm->key.instance == "vsat/down/clinic") {
        told_ = *alarm;
      }
    }
  }
  void answer(Duration round_trip) { (void)feature_->on_round_trip(kUplink, {7, round_trip, std::nullopt}, now_); }
  void run(int seconds_long, std::uint64_t clinic, std::uint64_t others, Duration round_trip) {
    for (int second = 0; second < seconds_long; ++second) {
      count(clinic, others);
      answer(round_trip);
    }
  }
  // Of what see_trees raises: the 'why'.
  std::string off(std::vector<TreeTrouble> troubles) {
    std::string why;
    for (const Effect& effect : feature_->see_trees(std::move(troubles))) {
      const auto* alarm = std::get_if<SetAlarm>(&effect);
      if (alarm && alarm->raised && alarm->key.message == MessageId::ShapingOff) {
        why = alarm->fields.at(0).second;
      }
    }
    return why;
  }
  [[nodiscard]] ShapedDirectionReport down() const { return feature_->report(now_).directions.at(0); }
  [[nodiscard]] ShapedDirectionReport up() const { return feature_->report(now_).directions.at(1); }

  KernelSnapshot kernel_;
  ShapingSettings settings_;
  Instant now_{seconds{100}};
  std::optional<WallTime> wall_;
  std::optional<ShapingFeature> feature_;
  std::optional<SetAlarm> told_;
  std::uint64_t clinic_ = 0;
  std::uint64_t others_ = 0;
};

// The guarantee shrank with the link, to 47 kbit/s, and it gets all of these.
TEST_F(ShapingPromises, AGuaranteeThatDoesNotFitInTheRateIsTold) {
  start();
  for (int second = 0; second < 30; ++second) {
    count(46'000 / 8, 16'000 / 8, 5'000);
  }
  ASSERT_TRUE(told_ && told_->raised);
  EXPECT_THAT(told_->fields, Contains(testing::Pair("guarantee_kbit", "64")));
  EXPECT_THAT(told_->fields, Contains(testing::Pair("why", HasSubstr("do not fit"))));
  EXPECT_THAT(down().classes.at(1).terms, HasSubstr("64 kbit/s are configured and do not fit"));
}

TEST_F(ShapingPromises, WhoGetsWhatIsConfiguredIsNotTold) {
  fill(2e6);
  start();
  for (int second = 0; second < 30; ++second) {
    count(64'000 / 8, 1'900'000 / 8, 5'000);
  }
  EXPECT_FALSE(told_);
  EXPECT_EQ(down().classes.at(1).terms, "");
}

// The rate is set for a clear sky: in rain the queue is in the terminal, and nothing waits in our tree.
TEST_F(ShapingPromises, AFixedRateAboveWhatTheLinkCarriesIsTold) {
  fill(2e6);
  start();
  answer(milliseconds{600});
  run(30, 64'000 / 8, 400'000 / 8, milliseconds{2500});
  ASSERT_TRUE(told_ && told_->raised);
  EXPECT_THAT(told_->fields, Contains(testing::Pair("why", HasSubstr("fixed rate is too high"))));
  run(30, 64'000 / 8, 400'000 / 8, milliseconds{610});
  EXPECT_FALSE(told_->raised);
}

// A rate that adapts finds that out by itself, down to its floor: there it can no more. A full cell is late for
// everybody, and no matter of who gets its guarantee.
TEST_F(ShapingPromises, ALinkThatCarriesLessThanTheFloorIsTold) {
  settings_.uplinks[0].adaptive = true;
  settings_.uplinks[0].down = settings_.uplinks[0].up =
      RateLimits{BitsPerSecond{1e6}, BitsPerSecond{2e6}, BitsPerSecond{2e6}};
  start();
  answer(milliseconds{600});
  run(40, 30'000 / 8, 770'000 / 8, milliseconds{2500});
  ASSERT_EQ(down().rate, 1e6);
  ASSERT_TRUE(told_ && told_->raised);
  EXPECT_THAT(told_->fields, Contains(testing::Pair("why", HasSubstr("less than the floor"))));
  run(30, 64'000 / 8, 736'000 / 8, milliseconds{2500});
  EXPECT_FALSE(told_->raised) << "it gets all of it";
}

TEST_F(ShapingPromises, AnIdleLinkThatAnswersLateIsNotOurQueue) {
  fill(2e6);
  start();
  answer(milliseconds{600});
  run(30, 100, 0, milliseconds{2500});
  EXPECT_FALSE(told_);
}

TEST_F(ShapingPromises, WhatTheKernelRefusesIsAnAlarmAndNotShaped) {
  start();
  EXPECT_EQ(off({}), "");
  EXPECT_TRUE(down().shaped && up().shaped);
  EXPECT_EQ(off({{kVsat, kVsat, TreeTrouble::Kind::Missing, {}}}), "") << "it is being built";
  EXPECT_FALSE(up().shaped);
  EXPECT_TRUE(down().shaped);
  EXPECT_THAT(off({{kVsat, kVsat, TreeTrouble::Kind::Missing, {}},
                   {kVsat, kVsat, TreeTrouble::Kind::Refused, "qdisc add: Out of memory"}}),
              HasSubstr("the kernel refuses vsat0: qdisc add: Out of memory"));
  EXPECT_THAT(up().why_not, HasSubstr("Out of memory"));
  EXPECT_THAT(off({{kDownloadLink, kDownloadLink, TreeTrouble::Kind::Taken, "tbf"}}),
              HasSubstr("ifb-karkara has a queueing discipline of another program (tbf)"));
  EXPECT_FALSE(down().shaped);
  EXPECT_THAT(off({{kDownloadLink, kLan, TreeTrouble::Kind::Taken, "ingress"}}),
              HasSubstr("br-lan has an ingress of another program"));
  EXPECT_FALSE(down().shaped) << "there is no other way into the device";
}

TEST_F(ShapingPromises, ARefusedQueueIsDegradedAndStillShaped) {
  start();
  std::string lacks;
  for (const Effect& effect : feature_->see_trees({{kVsat, kVsat, TreeTrouble::Kind::LeafRefused, "no memory"}})) {
    const auto* alarm = std::get_if<SetAlarm>(&effect);
    if (alarm && alarm->raised && alarm->key.message == MessageId::ShapingDegraded) {
      lacks = alarm->fields.at(1).second;
    }
  }
  EXPECT_THAT(lacks, HasSubstr("vsat0: no memory"));
  EXPECT_TRUE(up().shaped);
}

TEST_F(ShapingPromises, DownloadsWithoutAnInterfaceOfTheVillageAreToldAsUnshaped) {
  settings_.lan_interfaces = {"br-school"};
  start();
  EXPECT_THAT(off({}), HasSubstr("no interface of lan.interfaces is there"));
  EXPECT_FALSE(down().shaped);
  EXPECT_THAT(down().why_not, HasSubstr("no interface of lan.interfaces"));
  EXPECT_TRUE(up().shaped);
}

TEST_F(ShapingPromises, GuestsThatTheKernelCannotPickOutAreToldAsUnshaped) {
  settings_.guests = GuestsSide{"bat0", *IpPrefix::parse("100.124.0.0/14"), 0};
  start();
  EXPECT_THAT(off({}), HasSubstr("within its ceiling: the kernel lacks cls_u32"));
  kernel_.traffic.abilities->by_network = true;
  follow();
  EXPECT_EQ(off({}), "");
}

TEST_F(ShapingPromises, WhoShapesNoDownloadMissesNoDeviceForThem) {
  settings_.uplinks[0].down.reset();
  kernel_.traffic.abilities = TrafficAbilities{true, true, true, false};
  start();
  EXPECT_EQ(off({}), "");
}

TEST_F(ShapingPromises, TheQueuesToldAreTheOnesInUse) {
  start();
  EXPECT_EQ(feature_->report(now_).leaf, "cake");
  start(64ULL << 20U);
  EXPECT_THAT(feature_->report(now_).leaf, HasSubstr("fq_codel (the memory for queues is too small"));
}

TEST_F(ShapingPromises, TermsTellTheBatteryAndOnlyQuotasOfTheUplinksOwnKind) {
  ClassOnKind on_sim;
  on_sim.kind = UplinkKind::Cellular;
  on_sim.quota.daily = 1;
  ClassOnKind on_sky = on_sim;
  on_sky.kind = UplinkKind::Vsat;
  on_sky.quota.daily.reset();
  settings_.classes[0].on_kinds = {on_sim, on_sky};
  settings_.classes[0].steps = {{Percent{0}, Percent{10}}};
  fill(2e6);
  start();
  EXPECT_EQ(down().classes.at(1).terms, "") << "another kind's quota";
  settings_.classes[0].on_kinds[1].quota.daily = 1'000'000;
  start();
  EXPECT_EQ(down().classes.at(1).terms, "0 % of its quota used on vsat, by uptime while the clock is not known");
  feature_->shed({{"clinic", false, Percent{20}}});
  now_ = now_ + seconds{1};
  (void)feature_->tick(at());
  follow();
  EXPECT_THAT(down().classes.at(1).terms, HasSubstr("20 % at most, to save the battery"));
}

// A router on the sun wakes without a clock: the school's night must not be its day.
TEST_F(ShapingPromises, HoursHoldAsSoonAsTheClockIsKnownAndNotBefore) {
  ClassHours night;
  night.from = std::chrono::hours{22};
  night.to = std::chrono::hours{6};
  night.closed = true;
  settings_.classes[0].hours = {night};
  fill(2e6);
  start();
  const double open = down().classes.at(1).guarantee;
  EXPECT_THAT(down().classes.at(1).terms, HasSubstr("outside of its hours, since the clock is not known"));
  now_ = now_ + std::chrono::hours{30};
  (void)feature_->tick(at());
  EXPECT_DOUBLE_EQ(down().classes.at(1).guarantee, open) << "time that passes is no date";
  const WallTime midnight{std::chrono::sys_days{std::chrono::year{2026} / 11 / 27}.time_since_epoch() - kNigerOffset};
  wall_ = midnight;
  count(100, 100);
  EXPECT_EQ(down().classes.at(1).terms, "closed by its hours");
  EXPECT_LT(down().classes.at(1).guarantee, open / 4);
  wall_ = midnight + std::chrono::hours{9};
  now_ = now_ + std::chrono::hours{9};
  (void)feature_->tick(at());
  EXPECT_EQ(down().classes.at(1).terms, "");
  wall_.reset();  // an anchor is unreachable after a restart of the clock
  count(100, 100);
  EXPECT_THAT(down().classes.at(1).terms, HasSubstr("the clock is not known"));
}

TEST_F(ShapingPromises, HoursOfAnotherKindOfUplinkAreNoneHere) {
  ClassHours lessons;
  lessons.from = std::chrono::hours{8};
  lessons.to = std::chrono::hours{12};
  lessons.terms.ceiling = Percent{20};
  lessons.kinds = 1U << number_of(UplinkKind::Cellular);
  settings_.classes[0].hours = {lessons};
  fill(2e6);
  start();
  EXPECT_EQ(down().classes.at(1).terms, "") << "no clock is needed for hours that are never here";
  wall_ = WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 27}.time_since_epoch() - kNigerOffset +
                   std::chrono::hours{9}};
  count(100, 100);
  EXPECT_EQ(down().classes.at(1).terms, "");
  settings_.classes[0].hours[0].kinds = 1U << number_of(UplinkKind::Vsat) | 1U << number_of(UplinkKind::Cellular);
  start();
  EXPECT_EQ(down().classes.at(1).terms, "by its hours on vsat");
  EXPECT_DOUBLE_EQ(down().classes.at(1).ceiling, 400e3);
  settings_.classes[0].on_kinds = {{UplinkKind::Vsat, {{}, {}, Percent{50}, 1}, {}}};
  settings_.classes[0].hours.clear();
  start();
  EXPECT_EQ(down().classes.at(1).terms, "by its terms on vsat");
  EXPECT_EQ(down().classes.at(1).priority, 1U);
}

TEST_F(ShapingPromises, QuotasAreToldAsSeries) {
  settings_.classes[0].quota = {1'000'000, 20'000'000};
  settings_.classes[0].on_kinds = {ClassOnKind{UplinkKind::Vsat, {}, {std::nullopt, 5'000'000}}};
  settings_.classes[0].steps = {{Percent{100}, Percent{10}}};
  fill(2e6);
  start();
  count(0, 0);
  count(10'000, 0);
  std::map<std::string, double> told;
  for (const Sample& sample : feature_->samples()) {
    if (sample.series == SeriesId::QuotaUsed) {
      told[sample.instance] = *std::get_if<double>(&sample.value);
    }
    EXPECT_NE(sample.series, SeriesId::QuotaUnbelieved) << "all was believed";
  }
  EXPECT_EQ(told, (std::map<std::string, double>{
                      {"clinic/day", 10'000}, {"clinic/month", 10'000}, {"clinic/vsat/month", 10'000}}));
  count(1'000'000'000, 0);
  double looks = 0;
  for (const Sample& sample : feature_->samples()) {
    looks = sample.series == SeriesId::QuotaUnbelieved ? *std::get_if<double>(&sample.value) : looks;
  }
  EXPECT_EQ(looks, 1);
  EXPECT_THAT(feature_->report(now_).obstacles, Contains(HasSubstr("count for no quota")));
  EXPECT_EQ(off({}), "") << "it is no alarm of shaping itself";
}

// Over a restart and a new attachment: the rate begins where this uplink was last good, not at a guess and not where
// another one was.
TEST_F(ShapingPromises, EachUplinkBeginsAtItsOwnLastGoodRate) {
  const RateLimits wide{BitsPerSecond{100e3}, BitsPerSecond{2e6}, BitsPerSecond{5e6}};
  settings_.uplinks[0].down = settings_.uplinks[0].up = wide;
  settings_.uplinks[0].adaptive = true;
  RateMemory memory;
  memory.see(kUplink, LinkDirection::Down, BitsPerSecond{1.2e6}, now_);
  memory.see(UplinkId::parse("lte").value(), LinkDirection::Down, BitsPerSecond{4e6}, now_);
  feature_.emplace(settings_, ShapingStart{.rates = memory.state().bytes, .quotas = {}, .boot = 1, .router_memory = {}},
                   at());
  UplinkFact fact;
  fact.id = kUplink;
  fact.interface = "vsat0";
  fact.up = true;
  for (const char* source : {"100.64.1.2", "100.64.1.3"}) {
    fact.source = *IpAddress::parse(source);
    (void)feature_->follow({{fact}, kernel_, std::nullopt}, at());
    EXPECT_DOUBLE_EQ(down().rate, 1.2e6) << source;
    EXPECT_DOUBLE_EQ(up().rate, 2e6) << "of which nothing is known";
    const auto tree = std::find_if(feature_->wanted().shapers.begin(), feature_->wanted().shapers.end(),
                                   [](const Shaper& shaper) { return shaper.link == kDownloadLink; });
    ASSERT_NE(tree, feature_->wanted().shapers.end());
    EXPECT_TRUE(std::any_of(tree->classes.begin(), tree->classes.end(), [](const FramedClass& each) {
      return each.content.minor == slot_minor(0) && each.content.rate == 150'000;
    }));
  }
}

// pfifo tells no delay of its own.
TEST_F(ShapingPromises, AQueueThatTellsNoDelayHasWhatWaitsOverWhatPasses) {
  fill(2e6);
  start();
  count(0, 0);
  EXPECT_EQ(down().classes.at(1).delay_seconds, std::nullopt) << "nothing was counted yet";
  count(10'000, 0, 5'000);
  EXPECT_DOUBLE_EQ(down().classes.at(1).delay_seconds.value(), 5'000 * 8 / down().classes.at(1).carried.value());
  count(10'000, 0, 0);
  EXPECT_DOUBLE_EQ(down().classes.at(1).delay_seconds.value(), 0);
  count(0, 0, 5'000);
  EXPECT_EQ(down().classes.at(1).delay_seconds, std::nullopt) << "held up for as long as nobody knows";
}

// What HTB was told of each packet's cost counts as carried too: else a link in a tunnel never looks full.
TEST_F(ShapingPromises, WhatALinkAddsToAPacketIsCarriedToo) {
  settings_.uplinks[0].framing = {50, 0};
  fill(2e6);
  start();
  count(0, 0);
  count(10'000, 0);  // 100 packets
  EXPECT_DOUBLE_EQ(down().carried.value(), (10'000 + 100 * 36) * 8) << "the header of 14 bytes is in the length";
}

}  // namespace
}  // namespace karkara
