// What the village sends through the tunnel is counted for its classes, although the uplink's tree sees it wrapped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/shaping/shaping_feature.h"

namespace karkara {
namespace {

using std::chrono::seconds;

constexpr std::uint32_t kVsat = 2;
constexpr std::uint32_t kTunnel = 7;

class ShapingOverATunnel : public testing::Test {
 protected:
  ShapingOverATunnel() {
    Link vsat;
    vsat.index = kVsat;
    vsat.name = "vsat0";
    vsat.mtu = 1500;
    kernel_.links = {vsat};
    kernel_.traffic.abilities = TrafficAbilities{true, true, true, true};
    UplinkFact fact;
    fact.id = *UplinkId::parse("vsat");
    fact.interface = "vsat0";
    fact.up = true;
    (void)feature_.follow({{fact}, kernel_, ShapedTunnel{{kTunnel, 1420}, fact.id}}, at());
  }

  static ShapingSettings settings() {
    ShapingSettings all;
    all.tunnel = true;
    UplinkShaping vsat;
    vsat.id = *UplinkId::parse("vsat");
    vsat.kind = UplinkKind::Vsat;
    vsat.interface = "vsat0";
    vsat.up = RateLimits{BitsPerSecond{1e6}, BitsPerSecond{1e6}, BitsPerSecond{1e6}};
    all.uplinks = {vsat};
    ClassShaping health;
    health.id = *ClassId::parse("health");
    health.terms.guarantee = Percent{30};
    all.classes = {health};
    return all;
  }
  [[nodiscard]] KnownTime at() const { return {now_, std::nullopt}; }

  // A second of the clinic's, in the tunnel and beside it.
  Effects count(std::uint64_t in_tunnel, std::uint64_t beside, std::uint32_t backlog) {
    now_ = now_ + seconds{1};
    in_tunnel_ += in_tunnel;
    beside_ += beside;
    const std::uint64_t all = in_tunnel_ + beside_;
    return feature_.on(TrafficCounted{{{kVsat, slot_minor(0), all, all / 1000, 0, 0, 0, {}},
                                       {kVsat, leaf_minor(0, 0), in_tunnel_, in_tunnel_ / 1000, 0, 0, 0, {}},
                                       {kVsat, leaf_minor(0, 1), beside_, beside_ / 1000, 0, 0, 0, {}},
                                       {kTunnel, leaf_minor(kTunnelSlot, 1), in_tunnel_, in_tunnel_ / 1000, 3, backlog,
                                        backlog / 1000, 2'000}}},
                       at());
  }
  [[nodiscard]] ShapedClassReport class_up(std::size_t number) const {
    return feature_.report(now_).directions.at(1).classes.at(number);
  }

  KernelSnapshot kernel_;
  Instant now_{seconds{100}};
  ShapingFeature feature_{settings(), {}, KnownTime{now_, std::nullopt}};
  std::uint64_t in_tunnel_ = 0;
  std::uint64_t beside_ = 0;
};

TEST_F(ShapingOverATunnel, TheReportTellsWhatAClassSendsEitherWay) {
  count(0, 0, 0);
  count(20'000, 5'000, 4'000);
  EXPECT_EQ(class_up(1).id, "health");
  EXPECT_DOUBLE_EQ(class_up(1).carried.value_or(0), 200e3 + 20 * 60 * 8) << "20 packets, each wrapped into 60 bytes";
  EXPECT_EQ(class_up(1).backlog, 4'000U);
  EXPECT_EQ(class_up(1).delay_seconds, 0.002);
  EXPECT_EQ(class_up(0).id, "control");
  EXPECT_THAT(class_up(0).terms, testing::HasSubstr("tunnel"));
}

TEST_F(ShapingOverATunnel, AGuaranteeThatIsNotKeptInsideIsTold) {
  bool told = false;
  for (int second = 0; second < 60; ++second) {
    for (const Effect& effect : count(3'000, 0, 60'000)) {
      const auto* alarm = std::get_if<SetAlarm>(&effect);
      told = told || (alarm && alarm->raised && alarm->key.message == MessageId::GuaranteeUnmet &&
                      alarm->key.instance == "vsat/up/health");
      EXPECT_FALSE(alarm && alarm->raised && alarm->key.instance == "vsat/up/control")
          << "what is wrapped has no guarantee of its own";
    }
  }
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace karkara
