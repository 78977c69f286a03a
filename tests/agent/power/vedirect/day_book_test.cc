#include "agent/power/vedirect/day_book.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agent/power/vedirect/day_memory.h"

namespace karkara::vedirect {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kDate = 20'000;  // of day number 100

WallTime local(std::int64_t date, hours hour) {  // UTC+1
  return WallTime{std::chrono::days{date} + hour - hours{1}};
}

HistoryDay told_day(unsigned age, double yield_kwh) {
  HistoryDay day;
  day.days_ago = age;
  day.yield_kwh = yield_kwh;
  day.load_kwh = day.battery_volts_most = day.battery_volts_least = day.panel_watts_most = Absent::NotAvailable;
  day.bulk = minutes{300};
  return day;
}

// Blocks ten seconds apart; the charger gives 10 Wh each quarter of an hour.
class Days : public testing::Test {
 protected:
  void listen(hours time) {
    for (const Instant end = now_ + time; now_ < end;) {
      harvest(seconds{10});
      see();
    }
  }
  void be_away(hours time) {
    for (hours gone{0}; gone < time; gone += hours{1}) {
      harvest(hours{1});
    }
  }
  void restart() {
    const auto memory = day_memory_from(to_text(book_.memory()));
    ASSERT_TRUE(memory) << memory.error().text;
    book_ = DayBook{};
    book_.restore(*memory);
  }
  void sunrise(unsigned days = 1) {
    number_ = static_cast<std::uint16_t>((number_ + days) % kDayNumbers);
    before_ = days == 1 ? yield_ : 400;
    yield_ = 0;
  }
  void see() {
    for (int i = 0; i < 3; ++i) {
      DayGlance glance;
      glance.number = number_;
      glance.yield = WattHours{std::floor(yield_ / 10) * 10};
      glance.yield_before = WattHours{std::floor(before_ / 10) * 10};
      glance.battery = Volts{13};
      glance.charge_state = 3;
      began_ = book_.see(glance, serial_, now_) || began_;
    }
  }
  void harvest(Duration time) {
    now_ = now_ + time;
    yield_ += std::chrono::duration<double, std::ratio<3600>>{time}.count() * 40;
  }

  DayBook book_;
  Instant now_{seconds{1}};
  std::uint16_t number_ = 100;
  double yield_ = 0;
  double before_ = 400;
  std::string serial_ = "HQ1";
  bool began_ = false;
};

TEST_F(Days, OneThatWasListenedToIsTheAgentsOwn) {
  listen(hours{10});
  sunrise();
  listen(hours{1});
  ASSERT_EQ(book_.days().size(), 2U);
  EXPECT_EQ(book_.days()[1].from, DayFrom::Agent);
  EXPECT_NEAR(book_.days()[1].yield->value(), 400, 10);
  EXPECT_NEAR(static_cast<double>(book_.days()[1].bulk->count()), 600, 2);
  EXPECT_EQ(book_.days()[0].days_ago, 0U);
  EXPECT_EQ(book_.missing().front(), 2U) << "the days before the agent came";
}

TEST_F(Days, ANightWithoutTheRouterMissesNothing) {
  listen(hours{10});
  restart();  // off from dusk until after sunrise
  now_ = Instant{seconds{5}};
  sunrise();
  yield_ = 10;
  see();
  EXPECT_EQ(book_.days()[1].from, DayFrom::Agent);
  EXPECT_EQ(book_.missing().front(), 2U);
}

TEST_F(Days, OneThatWasHalfMissedIsAskedFor) {
  listen(hours{4});
  be_away(hours{6});
  listen(hours{1});
  sunrise();
  listen(hours{1});
  EXPECT_EQ(book_.days()[1].from, DayFrom::AgentInPart);
  EXPECT_EQ(book_.missing().front(), 1U);
  book_.told(told_day(1, 0.44));
  EXPECT_EQ(book_.days()[1].from, DayFrom::Charger);
  EXPECT_EQ(book_.missing().front(), 2U);
}

TEST_F(Days, ThoseOfAnOutageAreMissing) {
  listen(hours{10});
  for (unsigned age = 1; age <= DayBook::kMostAge; ++age) {
    book_.told(told_day(age, 0.5));
  }
  EXPECT_TRUE(book_.missing().empty());
  restart();
  sunrise(4);
  see();
  EXPECT_EQ(book_.missing(), (std::vector<unsigned>{1, 2, 3, 4})) << "the last of them was cut short";
}

TEST_F(Days, ATakenDayIsNotTakenTwice) {
  listen(hours{1});
  book_.told(told_day(1, 0.5));
  book_.told(told_day(1, 9.9));
  EXPECT_EQ(book_.days()[1].yield, WattHours{500});
  EXPECT_TRUE(book_.take_told().empty()) << "today has no date yet";
  EXPECT_TRUE(book_.know_time({now_, local(kDate, hours{12})}, hours{1}));
  ASSERT_EQ(book_.take_told().size(), 1U);
  EXPECT_TRUE(book_.take_told().empty());
  restart();
  EXPECT_TRUE(book_.take_told().empty());
}

TEST_F(Days, AnotherChargersDaysAreDropped) {
  listen(hours{1});
  book_.told(told_day(1, 0.5));
  serial_ = "HQ2";
  number_ = 7;
  see();
  ASSERT_EQ(book_.days().size(), 1U);
  EXPECT_EQ(book_.missing().size(), DayBook::kMostAge);
}

TEST_F(Days, OneDamagedBlockThatPassesTurnsNothing) {
  listen(hours{1});
  DayGlance glance;
  glance.number = 250;
  EXPECT_FALSE(book_.see(glance, serial_, now_));
  EXPECT_EQ(book_.days().size(), 1U);
  see();
  EXPECT_FALSE(book_.see(glance, serial_, now_));
}

TEST_F(Days, TheCountOfDaysComesRound) {
  number_ = 364;
  listen(hours{1});
  sunrise();
  listen(hours{1});
  EXPECT_EQ(number_, 0);
  EXPECT_EQ(book_.days()[1].days_ago, 1U);
}

TEST(DayDates, BeforeSunriseTheDayIsYesterdays) {
  const KnownTime no_clock{Instant{seconds{1}}, std::nullopt};
  DayDates dates;
  EXPECT_FALSE(dates.learn(100, std::nullopt, no_clock, hours{1}));
  EXPECT_FALSE(dates.learn(100, std::nullopt, {Instant{}, local(kDate, hours{6})}, hours{1})) << "the sun may be up";
  EXPECT_TRUE(dates.learn(100, std::nullopt, {Instant{}, local(kDate + 1, hours{2})}, hours{1}));
  EXPECT_EQ(dates.date_of(100), kDate);
  EXPECT_EQ(dates.date_of(99), kDate - 1);
  EXPECT_EQ(dates.date_of(101), std::nullopt);
}

TEST(DayDates, ASunriseThatWasSeenDatesItsDay) {
  DayDates dates;
  const Instant now{hours{5}};
  EXPECT_TRUE(dates.learn(100, Instant{hours{4}}, {now, local(kDate, hours{7})}, hours{1}));
  EXPECT_EQ(dates.date_of(100), kDate);
}

TEST(DayDates, DaysBetweenACountAndACalendarThatDisagreeHaveNone) {
  DayDates dates;
  EXPECT_TRUE(dates.learn(100, std::nullopt, {Instant{}, local(kDate, hours{12})}, hours{1}));
  EXPECT_TRUE(dates.learn(104, std::nullopt, {Instant{}, local(kDate + 9, hours{12})}, hours{1}));
  EXPECT_EQ(dates.date_of(99), kDate - 1);
  EXPECT_EQ(dates.date_of(100), kDate);
  EXPECT_EQ(dates.date_of(102), std::nullopt);
  EXPECT_EQ(dates.date_of(104), kDate + 9);
  EXPECT_TRUE(dates.learn(105, std::nullopt, {Instant{}, local(kDate + 10, hours{12})}, hours{1}));
  EXPECT_EQ(dates.date_of(102), std::nullopt) << "for ever";
}

TEST_F(Days, TheMemoryOfAMonthIsShortAndComesBackTheSame) {
  listen(hours{2});
  for (unsigned age = 1; age <= DayBook::kMostAge; ++age) {
    HistoryDay day = told_day(age, 1.23);
    day.battery_volts_most = 14.4;
    day.panel_watts_most = 187.0;
    day.errors = {33, 2, 0, 0};
    book_.told(day);
  }
  (void)book_.know_time({now_, local(kDate, hours{12})}, hours{1});
  book_.round_ended(std::nullopt, false);
  const std::string text = to_text(book_.memory());
  EXPECT_LT(text.size(), 4'096U);
  const auto before = book_.days();
  restart();
  EXPECT_EQ(book_.days(), before);
  EXPECT_EQ(to_text(book_.memory()), text);
  EXPECT_FALSE(book_.wants_asking());
}

TEST(DayMemory, RefusesWhatIsDamaged) {
  EXPECT_TRUE(day_memory_from(""));
  for (const std::string_view text :
       {"charger HQ1 100 2 -\n", "charger HQ1 365 0 -\n", "today 5\n", "day 5 3 0 - - - - - - - - -\n", "what\n",
        "day 5 1 0 - - - - - - - - 1,2,3,4,5\n", "day 5 1 0 -1 - - - - - - - -\n", "dates 5 - - - -\n"}) {
    EXPECT_FALSE(day_memory_from(text)) << text;
  }
}

}  // namespace
}  // namespace karkara::vedirect
