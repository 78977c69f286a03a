#include "agent/shaping/class_shares.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace karkara {
namespace {

constexpr std::uint64_t kVsat = 2'000'000 / 8;

ClassShaping named(const char* id) {
  ClassShaping made;
  made.id = *ClassId::parse(id);
  return made;
}

ClassState in_hours(const ClassTerms& terms, bool closed = false) {
  ClassState state;
  state.hours.fill({terms, closed});
  return state;
}

ClassShaping guaranteed(const char* id, double percent) {
  ClassShaping made = named(id);
  made.terms.guarantee = Percent{percent};
  return made;
}

std::uint64_t sum_of(const std::vector<ClassShare>& shares) {
  return std::accumulate(shares.begin(), shares.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const ClassShare& share) { return sum + share.rate; });
}

TEST(ClassShares, GuaranteesAreWhatTheConfigurationSays) {
  const auto shares = class_shares({guaranteed("health", 30), guaranteed("school", 20)}, UplinkKind::Vsat, kVsat, {});
  ASSERT_EQ(shares.size(), 4U);  // control, both, other
  EXPECT_NEAR(static_cast<double>(shares[1].rate), kVsat * 0.30, 2);
  EXPECT_NEAR(static_cast<double>(shares[2].rate), kVsat * 0.20, 2);
  EXPECT_NEAR(static_cast<double>(shares[0].rate), kVsat * 0.05, 2);
  EXPECT_NEAR(static_cast<double>(shares[3].rate), kVsat * 0.45, 8) << "what is left";
  EXPECT_NEAR(shares[1].weight / shares[2].weight, 1.5, 0.01) << "and so is what both leave unused";
}

TEST(ClassShares, WithoutGuaranteesAllHaveEqualParts) {
  ClassShaping rest = named("public");
  rest.takes_everything = true;
  const auto shares = class_shares({named("health"), named("school"), rest}, UplinkKind::Vsat, kVsat, {});
  EXPECT_EQ(shares[1].rate, shares[2].rate);
  EXPECT_EQ(shares[2].rate, shares[3].rate);
  EXPECT_GT(shares[1].rate, kVsat * 30 / 100);
  EXPECT_LE(shares[4].rate, 1000U) << "nothing of the village's is left for 'other'";
}

TEST(ClassShares, ACallKeepsItsRateWhileTheLinkShrinks) {
  ClassShaping health = named("health");
  health.terms.guarantee_rate = BitsPerSecond{128'000};
  for (const std::uint64_t rate : {kVsat, kVsat / 4, std::uint64_t{25'000}}) {
    const auto shares = class_shares({health, guaranteed("school", 90)}, UplinkKind::Vsat, rate, {});
    EXPECT_NEAR(static_cast<double>(shares[1].rate), 16'000, 700) << rate;
    EXPECT_LE(sum_of(shares), rate);
  }
}

TEST(ClassShares, TheKindOfUplinkAndTheHoursComeBeforeTheClass) {
  ClassShaping school = guaranteed("school", 20);
  school.on_kinds = {{UplinkKind::Cellular, {Percent{10}, {}, Percent{50}}, {}}};
  const ClassState evening = in_hours({{}, {}, Percent{25}});
  EXPECT_EQ(terms_of(school, UplinkKind::Vsat, {}).guarantee, Percent{20});
  EXPECT_EQ(terms_of(school, UplinkKind::Cellular, {}).ceiling, Percent{50});
  EXPECT_EQ(terms_of(school, UplinkKind::Cellular, evening).guarantee, Percent{10});
  EXPECT_EQ(terms_of(school, UplinkKind::Cellular, evening).ceiling, Percent{25});
}

// On the SIM the school goes first and the clinic's call has more; at night the school is closed there alone.
TEST(ClassShares, PriorityRateAndHoursAreOfAKindOfUplinkToo) {
  ClassShaping clinic = named("clinic");
  clinic.terms.guarantee_rate = BitsPerSecond{64'000};
  clinic.on_kinds = {{UplinkKind::Cellular, {{}, BitsPerSecond{256'000}, {}}, {}}};
  ClassShaping school = guaranteed("school", 20);
  school.terms.priority = 5;
  school.on_kinds = {{UplinkKind::Cellular, {{}, {}, {}, 1}, {}}};
  const std::vector<ClassShaping> classes{clinic, school};
  const auto on = [&](UplinkKind kind, const ClassState& state) {
    return class_shares(classes, kind, kVsat, {ClassState{}, state});
  };
  EXPECT_NEAR(static_cast<double>(on(UplinkKind::Vsat, {})[1].rate), 8'000, 50);
  EXPECT_NEAR(static_cast<double>(on(UplinkKind::Cellular, {})[1].rate), 32'000, 50);
  EXPECT_EQ(on(UplinkKind::Vsat, {})[2].priority, 5);
  EXPECT_EQ(on(UplinkKind::Cellular, {})[2].priority, 1);
  EXPECT_EQ(on(UplinkKind::Cellular, {})[1].priority, ClassShaping::kOrdinary) << "none is said";
  EXPECT_EQ(on(UplinkKind::Cellular, in_hours({{}, {}, {}, 7}))[2].priority, 7) << "hours come before the kind";
  ClassState night;
  night.hours[number_of(UplinkKind::Cellular)].closed = true;
  EXPECT_EQ(on(UplinkKind::Cellular, night)[2].ceiling, 1000U);
  EXPECT_EQ(guarantee_said(school, UplinkKind::Cellular, night, kVsat), std::nullopt);
  EXPECT_EQ(on(UplinkKind::Vsat, night), on(UplinkKind::Vsat, {}));
}

TEST(ClassShares, AQuotaOfOneKindSlowsTheClassDownThereOnly) {
  ClassState used;
  used.on_kinds = {{UplinkKind::Cellular, Percent{10}}};
  const std::vector<ClassShaping> classes{guaranteed("public", 40)};
  EXPECT_EQ(class_shares(classes, UplinkKind::Cellular, kVsat, {used})[1].ceiling, kVsat / 10);
  EXPECT_EQ(class_shares(classes, UplinkKind::Vsat, kVsat, {used})[1].ceiling, kVsat);
  used.ceiling = Percent{30};
  EXPECT_EQ(class_shares(classes, UplinkKind::Vsat, kVsat, {used})[1].ceiling, kVsat * 3 / 10);
  EXPECT_EQ(class_shares(classes, UplinkKind::Cellular, kVsat, {used})[1].ceiling, kVsat / 10) << "the lower one";
}

TEST(ClassShares, AClosedClassHasATrickleAndOthersHaveTheRest) {
  const ClassState closed = in_hours({}, true);
  const auto open = class_shares({named("school"), named("public")}, UplinkKind::Vsat, kVsat, {});
  const auto shares = class_shares({named("school"), named("public")}, UplinkKind::Vsat, kVsat, {closed});
  EXPECT_EQ(shares[1].ceiling, 1000U);
  EXPECT_GT(shares[1].rate, 0U);
  EXPECT_GT(shares[2].rate, open[2].rate);
}

// Whatever is configured, at whatever rate: the sum fits, nobody has nothing, nobody has more than the ceiling.
TEST(ClassShares, NeverGuaranteeMoreThanThereIs) {
  std::mt19937 random{7};
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  for (int round = 0; round < 5000; ++round) {
    std::vector<ClassShaping> classes;
    std::vector<ClassState> states;
    for (unsigned i = below(9); i > 0; --i) {
      ClassShaping each = named("a");
      if (below(2) == 0) {
        each.terms.guarantee = Percent{static_cast<double>(below(101))};
      }
      if (below(3) == 0) {
        each.terms.guarantee_rate = BitsPerSecond{static_cast<double>(below(10'000'000))};
      }
      each.terms.ceiling = Percent{static_cast<double>(1 + below(100))};
      classes.push_back(each);
      ClassState state = in_hours({}, below(6) == 0);
      if (below(4) == 0) {
        state.ceiling = Percent{static_cast<double>(1 + below(100))};
      }
      states.push_back(state);
    }
    const std::uint64_t rate = 2000 + below(100'000'000);
    const auto shares = class_shares(classes, UplinkKind::Mesh, rate, states);
    ASSERT_EQ(shares.size(), classes.size() + 2);
    ASSERT_LE(sum_of(shares), rate);
    for (const ClassShare& share : shares) {
      ASSERT_GT(share.rate, 0U);
      ASSERT_GE(share.ceiling, share.rate);
      ASSERT_LE(share.ceiling, rate);
      ASSERT_GE(share.weight, 1);
      ASSERT_LE(share.weight, 10);
    }
  }
}

}  // namespace
}  // namespace karkara
