#include "agent/uplink/allowance.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::sys_days;
using namespace std::chrono_literals;

constexpr std::uint64_t kGigabyte = 1'000'000'000;

WallTime niamey(std::chrono::year_month_day date, minutes clock = 0min) {
  return WallTime{sys_days{date}.time_since_epoch() + clock - kNigerOffset};
}
KnownTime known(WallTime wall) {
  return {Instant{1h}, wall};
}
constexpr KnownTime kNoDate{Instant{1h}, std::nullopt};

// 10 GB a month, 5 % of it for control.
AllowanceSettings ten_gigabytes() {
  AllowanceSettings settings;
  settings.bytes_per_cycle = 10 * kGigabyte;
  return settings;
}

// Used so much in the cycle that began on 1 March 2026, all of it on the days before the 11th, evenly.
KeyUsage used(std::uint64_t bytes) {
  KeyUsage usage;
  usage.key = "sim";
  usage.day = local_day(niamey(2026y / 3 / 11), kNigerOffset);
  usage.days_before.fill(bytes / 10);
  usage.cycle_start = niamey(2026y / 3 / 1).seconds();
  usage.cycle = {bytes, 0};
  return usage;
}

Quota quota_at(const AllowanceSettings& settings, const KeyUsage& usage, const KnownTime& at) {
  return Allowance{settings, kNigerOffset}.quota(&usage, at);
}
std::string sentence_at(const AllowanceSettings& settings, const KeyUsage& usage, const KnownTime& at) {
  const Allowance allowance{settings, kNigerOffset};
  return allowance.sentence(allowance.quota(&usage, at), at);
}

TEST(Allowance, SpreadsWhatIsLeftOverTheRestOfTheCycle) {
  const Quota quota = quota_at(ten_gigabytes(), used(5 * kGigabyte), known(niamey(2026y / 3 / 11)));
  EXPECT_EQ(quota.remaining, 5 * kGigabyte);
  EXPECT_EQ(quota.reserve, kGigabyte / 2);
  EXPECT_EQ(quota.remaining_users, 45 * kGigabyte / 10);
  EXPECT_EQ(quota.cycle_end, niamey(2026y / 4 / 1));
  EXPECT_NEAR(quota.pace->value(), 4.5e9 / 21 * 1.2, 1);
  EXPECT_FALSE(quota.exhausted());
}

TEST(Allowance, HoldsTheReserveForControlTraffic) {
  const Quota quota = quota_at(ten_gigabytes(), used(96 * kGigabyte / 10), known(niamey(2026y / 3 / 11)));
  EXPECT_EQ(quota.remaining_users, 0U);
  EXPECT_EQ(quota.reserve, 4 * kGigabyte / 10);
  EXPECT_TRUE(quota.exhausted());
  EXPECT_TRUE(quota.control_allowed());
}

TEST(Allowance, AllowsNotEvenControlTrafficWhenNothingIsLeft) {
  const Quota quota = quota_at(ten_gigabytes(), used(11 * kGigabyte), known(niamey(2026y / 3 / 11)));
  EXPECT_EQ(quota.remaining, 0U);
  EXPECT_FALSE(quota.control_allowed());
  EXPECT_EQ(quota.pace->value(), 0);
}

TEST(Allowance, CountsUndatedBytesAsUsed) {
  KeyUsage usage = used(kGigabyte);
  usage.undated = {2 * kGigabyte, 0};
  EXPECT_EQ(quota_at(ten_gigabytes(), usage, known(niamey(2026y / 3 / 11))).remaining, 7 * kGigabyte);
}

TEST(Allowance, TakesTheWholeCycleToLieAheadWithoutADate) {
  const Quota quota = quota_at(ten_gigabytes(), used(5 * kGigabyte), kNoDate);
  EXPECT_NEAR(quota.pace->value(), 4.5e9 / 31 * 1.2, 1);
  EXPECT_FALSE(quota.cycle_end);
  EXPECT_FALSE(quota.over);
}

TEST(Allowance, BelievesTheOperatorAboutThisCycle) {
  KeyUsage usage = used(5 * kGigabyte);
  usage.balance = Balance{niamey(2026y / 3 / 10).seconds(), 3 * kGigabyte, kGigabyte};
  EXPECT_EQ(quota_at(ten_gigabytes(), usage, known(niamey(2026y / 3 / 11))).remaining, 2 * kGigabyte);
  usage.balance->at = niamey(2026y / 2 / 20).seconds();
  EXPECT_EQ(quota_at(ten_gigabytes(), usage, known(niamey(2026y / 3 / 11))).remaining, 5 * kGigabyte);
}

TEST(Allowance, LivesFromABalanceAloneWhenNoBundleIsConfigured) {
  KeyUsage usage = used(5 * kGigabyte);
  usage.balance = Balance{0, kGigabyte, 0};
  const Quota quota = quota_at({}, usage, known(niamey(2026y / 3 / 11)));
  EXPECT_EQ(quota.remaining, kGigabyte);
  EXPECT_EQ(quota.reserve, kGigabyte / 20);
}

TEST(Allowance, HasNoLimitWhenNoneIsKnown) {
  const Quota quota = quota_at({}, used(5 * kGigabyte), known(niamey(2026y / 3 / 11)));
  EXPECT_FALSE(quota.remaining);
  EXPECT_FALSE(quota.exhausted());
  EXPECT_TRUE(quota.control_allowed());
  EXPECT_TRUE(PaceGate{}.fits(BytesPerDay{1e15}, quota));
}

TEST(Allowance, OfABundleEndsWithIt) {
  AllowanceSettings settings = ten_gigabytes();
  settings.cycle = DataBundle{niamey(2026y / 3 / 1), niamey(2026y / 3 / 8)};
  const Quota quota = quota_at(settings, used(kGigabyte), known(niamey(2026y / 3 / 11)));
  EXPECT_TRUE(quota.over);
  EXPECT_TRUE(quota.exhausted());
  EXPECT_FALSE(quota.control_allowed());
  EXPECT_EQ(quota.pace->value(), 0);
}

TEST(Allowance, ForeseesWhenItRunsOut) {
  // 800 MB a day, 1.5 GB left for users.
  const Quota quota = quota_at(ten_gigabytes(), used(8 * kGigabyte), known(niamey(2026y / 3 / 11)));
  EXPECT_NEAR(quota.mean_use->value(), 0.8e9, 1);
  ASSERT_TRUE(quota.runs_out);
  EXPECT_EQ(quota.runs_out->seconds(), (niamey(2026y / 3 / 12, 21h)).seconds());
  EXPECT_FALSE(quota_at(ten_gigabytes(), used(kGigabyte), known(niamey(2026y / 3 / 11))).runs_out);
}

TEST(Allowance, GrowsNoBoundlessPaceBeforeTheCycleEnds) {
  const Quota quota = quota_at(ten_gigabytes(), used(5 * kGigabyte), known(niamey(2026y / 3 / 31, 23h + 59min)));
  EXPECT_NEAR(quota.pace->value(), 4.5e9 * 24 * 1.2, 1);
}

TEST(Allowance, TellsThePriceOfAMegabyte) {
  AllowanceSettings settings = ten_gigabytes();
  EXPECT_EQ((Allowance{settings, kNigerOffset}.cost().value()), 0);
  settings.price_per_cycle = Fcfa{10'000};
  EXPECT_DOUBLE_EQ((Allowance{settings, kNigerOffset}.cost().value()), 1);
  settings.price_per_megabyte = FcfaPerMegabyte{2.5};
  EXPECT_DOUBLE_EQ((Allowance{settings, kNigerOffset}.cost().value()), 2.5);
}

TEST(Allowance, StandsSettingsThatMakeNoSense) {
  AllowanceSettings settings;
  settings.bytes_per_cycle = 0;
  settings.price_per_cycle = Fcfa{10'000};
  settings.reserve_share = 7;
  settings.cycle = DataBundle{niamey(2026y / 3 / 8), niamey(2026y / 3 / 1)};
  const Allowance allowance{settings, kNigerOffset};
  EXPECT_TRUE(allowance.quota(nullptr, kNoDate).exhausted());
  EXPECT_TRUE(allowance.quota(nullptr, known(niamey(2026y / 3 / 5))).over);
  EXPECT_EQ(allowance.cost().value(), 0);
}

TEST(Allowance, SpeaksToPeople) {
  const KnownTime eleventh = known(niamey(2026y / 3 / 11));
  EXPECT_EQ(sentence_at(ten_gigabytes(), used(5 * kGigabyte), eleventh),
            "5.00 GB of 10.0 GB left until 2026-04-01 (21 days), 257 MB a day may be used; at 500 MB a day it runs out "
            "on 2026-03-20");
  EXPECT_EQ(sentence_at(ten_gigabytes(), used(kGigabyte), eleventh),
            "9.00 GB of 10.0 GB left until 2026-04-01 (21 days), 486 MB a day may be used; at 100 MB a day it lasts");
  EXPECT_EQ(sentence_at(ten_gigabytes(), used(96 * kGigabyte / 10), eleventh),
            "400 MB of 10.0 GB left until 2026-04-01 (21 days): kept for control traffic");
  EXPECT_EQ(sentence_at(ten_gigabytes(), used(10 * kGigabyte), eleventh),
            "0 B of 10.0 GB left until 2026-04-01 (21 days): used up");
  EXPECT_EQ(sentence_at({}, used(5 * kGigabyte), eleventh), "no limit is set; 5.00 GB used in this cycle");
  EXPECT_EQ(sentence_at(ten_gigabytes(), used(5 * kGigabyte), kNoDate),
            "5.00 GB of 10.0 GB left, until when is not known without a date, 174 MB a day may be used");
  AllowanceSettings settings = ten_gigabytes();
  settings.cycle = DataBundle{niamey(2026y / 3 / 1), niamey(2026y / 3 / 8)};
  EXPECT_EQ(sentence_at(settings, used(0), eleventh), "the bundle ended on 2026-03-08");
  EXPECT_EQ(sentence_at(settings, used(0), known(niamey(2026y / 2 / 11))), "the bundle is not valid yet");
}

// 1 FCFA a MB, 6000 FCFA a month, no bundle.
AllowanceSettings six_thousand_francs() {
  AllowanceSettings settings;
  settings.price_per_megabyte = FcfaPerMegabyte{1};
  settings.spend_per_cycle = Fcfa{6'000};
  return settings;
}

TEST(Allowance, CountsMoneyByThePriceAndEndsWithTheCeiling) {
  const Quota quota = quota_at(six_thousand_francs(), used(4 * kGigabyte), known(niamey(2026y / 3 / 11)));
  EXPECT_EQ(quota.spent, Fcfa{4'000});
  EXPECT_EQ(quota.spend_limit, Fcfa{6'000});
  EXPECT_FALSE(quota.overspent());
  EXPECT_EQ(quota.usable, 2 * kGigabyte);
  EXPECT_NEAR(quota.pace->value(), 2e9 / 21 * 1.2, 1);
  EXPECT_TRUE(quota.runs_out) << "at 400 MB a day";
  const Quota spent = quota_at(six_thousand_francs(), used(6 * kGigabyte), known(niamey(2026y / 3 / 11)));
  EXPECT_TRUE(spent.overspent());
  EXPECT_FALSE(spent.exhausted()) << "it is no bundle";
  EXPECT_FALSE(PaceGate{}.fits(BytesPerDay{0}, spent));
}

TEST(Allowance, OneCeilingOfMoneyPaysForTheBytesOfSeveralSims) {
  const KeyUsage usage = used(4 * kGigabyte);
  const Allowance allowance{six_thousand_francs(), kNigerOffset};
  const KnownTime eleventh = known(niamey(2026y / 3 / 11));
  EXPECT_TRUE(allowance.quota(&usage, eleventh, 2 * kGigabyte).overspent());
  EXPECT_TRUE(allowance.quota(nullptr, eleventh, 6 * kGigabyte).overspent());
  EXPECT_TRUE(allowance.quota(&usage, eleventh, ~std::uint64_t{0}).overspent()) << "no number is believed beyond sense";
}

TEST(Allowance, WithoutAPriceNothingIsEverSpent) {
  AllowanceSettings settings;
  settings.spend_per_cycle = Fcfa{1};
  const Quota quota = quota_at(settings, used(6 * kGigabyte), known(niamey(2026y / 3 / 11)));
  EXPECT_FALSE(quota.spent);
  EXPECT_FALSE(quota.overspent());
}

TEST(Allowance, TheSmallerOfBundleAndMoneyIsThePace) {
  AllowanceSettings settings = ten_gigabytes();
  settings.price_per_cycle = Fcfa{10'000};  // 1 FCFA a MB
  settings.spend_per_cycle = Fcfa{6'000};
  EXPECT_EQ(quota_at(settings, used(4 * kGigabyte), known(niamey(2026y / 3 / 11))).usable, 2 * kGigabyte);
  settings.spend_per_cycle = Fcfa{20'000};
  EXPECT_EQ(quota_at(settings, used(4 * kGigabyte), known(niamey(2026y / 3 / 11))).usable, 55 * kGigabyte / 10);
}

TEST(Allowance, SpeaksOfMoney) {
  const KnownTime eleventh = known(niamey(2026y / 3 / 11));
  EXPECT_EQ(
      sentence_at(six_thousand_francs(), used(45 * kGigabyte / 10), eleventh),
      "4.50 GB used until 2026-04-01 (21 days), 4500 of 6000 FCFA spent in this cycle, 85.7 MB a day may be used; "
      "at 450 MB a day it runs out on 2026-03-14");
  EXPECT_EQ(sentence_at(six_thousand_francs(), used(6 * kGigabyte), eleventh),
            "6.00 GB used until 2026-04-01 (21 days), 6000 of 6000 FCFA spent in this cycle: nothing is left to spend");
}

TEST(PaceGate, LetsAClassBackOnlyWithRoomToSpare) {
  Quota quota;
  quota.pace = BytesPerDay{1'000};
  quota.remaining_users = 5'000;
  PaceGate gate;
  EXPECT_TRUE(gate.fits(BytesPerDay{1'000}, quota));
  EXPECT_FALSE(gate.fits(BytesPerDay{1'001}, quota));
  EXPECT_FALSE(gate.fits(BytesPerDay{900}, quota));
  EXPECT_TRUE(gate.fits(BytesPerDay{800}, quota));
  EXPECT_TRUE(gate.fits(BytesPerDay{1'000}, quota));
}

TEST(PaceGate, LetsNothingThroughAnExhaustedAllowance) {
  Quota quota;
  quota.remaining_users = 0;
  EXPECT_FALSE(PaceGate{}.fits(BytesPerDay{0}, quota));
}

TEST(BytesText, HasThreeDigits) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1'000), "1.00 kB");
  EXPECT_EQ(bytes_text(20'000), "20.0 kB");
  EXPECT_EQ(bytes_text(999'499), "999 kB");
  EXPECT_EQ(bytes_text(999'500), "1.00 MB");
  EXPECT_EQ(bytes_text(2'500'000'000), "2.50 GB");
  EXPECT_EQ(bytes_text(kMostTraffic), "1.13 PB");
}

}  // namespace
}  // namespace karkara
