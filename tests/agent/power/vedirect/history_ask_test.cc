#include "agent/power/vedirect/history_ask.h"

#include <gtest/gtest.h>

#include <span>
#include <string>

#include "agent/power/vedirect/decoder.h"
#include "tests/fixtures/vedirect_charger.h"

namespace karkara::vedirect {
namespace {

using fixtures::vedirect_hex;
using fixtures::VeDirectCharger;
using std::chrono::milliseconds;
using std::chrono::seconds;
using State = HistoryAsk::State;

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Asking : public testing::Test {
 protected:
  Asking() { charger_.days = fixtures::month_of_days(6); }

  // A second passes and a text block comes: the question that goes out, if one does.
  std::string second() {
    now_ = now_ + seconds{1};
    ask_.tick(now_);
    return text_of(ask_.question(now_));
  }
  void hear(const std::string& frames) {
    Decoder decoder;
    std::span<const std::byte> bytes = std::as_bytes(std::span{frames});
    while (decoder.next(bytes) == Decoder::Got::Hex) {
      if (auto day = ask_.take(decoder.hex(), now_)) {
        told_.push_back(day->days_ago);
      }
    }
  }
  void run(int most) {
    for (int i = 0; i < most && ask_.is_asking(); ++i) {
      const std::string question = second();
      questions_ += question.empty() ? 0 : 1;
      hear(charger_.take(question));
    }
  }

  VeDirectCharger charger_{3};
  HistoryAsk ask_;
  Instant now_{seconds{50}};
  std::vector<unsigned> told_;
  int questions_ = 0;
};

TEST_F(Asking, AsksOneAtATimeAndEnds) {
  ask_.begin({1, 2, 4});
  EXPECT_EQ(second(), ":7501000EE\n");
  EXPECT_EQ(second(), "") << "the first is not answered yet";
  hear(charger_.slot(0));
  EXPECT_EQ(ask_.left(), 4U) << "three days and the totals";
  run(20);
  EXPECT_EQ(told_, (std::vector<unsigned>{0, 1, 2, 4}));
  EXPECT_EQ(ask_.state(), State::Told);
  EXPECT_EQ(ask_.next_deadline(), Instant::max());
  EXPECT_EQ(second(), "");
}

TEST_F(Asking, NumbersComeRoundBehindTheEndOfTheYear) {  // 3, 2, 1, 0, 364, 363
  ask_.begin({1, 2, 3, 4, 5});
  run(30);
  EXPECT_EQ(told_, (std::vector<unsigned>{0, 1, 2, 3, 4, 5}));
}

TEST_F(Asking, GivesUpAfterThreeQuestionsThatNobodyAnswers) {
  charger_.hex = VeDirectCharger::Hex::IsNotConnected;
  ask_.begin({1, 2, 3});
  run(60);
  EXPECT_EQ(questions_, 3);
  EXPECT_EQ(ask_.state(), State::NoAnswer);
}

TEST_F(Asking, TakesUnknownRegistersAndUnknownCommandsForNoHistory) {
  for (const auto hex : {VeDirectCharger::Hex::HasNoHistory, VeDirectCharger::Hex::DoesNotKnowGet}) {
    charger_.hex = hex;
    questions_ = 0;
    ask_.begin({1, 2, 3});
    run(60);
    EXPECT_EQ(questions_, 1);
    EXPECT_EQ(ask_.state(), State::Refused);
  }
}

TEST_F(Asking, TakesAnEmptySlotOfTodayForNoMoreThanThat) {
  ask_.begin({1});
  (void)second();
  hear(vedirect_hex("7501004"));
  EXPECT_EQ(ask_.state(), State::Told);
}

TEST_F(Asking, StopsAtTheFirstEmptySlot) {
  ask_.begin({1, 2, 3, 4, 5, 6, 7, 8, 9});
  run(60);
  EXPECT_EQ(told_.back(), 5U);
  EXPECT_EQ(ask_.nothing_from(), 6U);
  EXPECT_EQ(questions_, 8) << "and the totals";
  EXPECT_EQ(ask_.state(), State::Told);
}

TEST_F(Asking, AsksForTheTotalsLast) {
  ask_.begin({1});
  run(20);
  EXPECT_EQ(charger_.totals_asked, 1U);
  const auto total = ask_.take_total();
  ASSERT_TRUE(total);
  EXPECT_EQ(total->yield_kwh, Value{135.27});
  EXPECT_EQ(total->user_yield_kwh, Value{48.03});
  EXPECT_EQ(total->days_kept, 6U);
  EXPECT_FALSE(ask_.take_total()) << "once";
}

TEST_F(Asking, AChargerWithoutTotalsHasToldItsDaysAllTheSame) {
  ask_.begin({1});
  (void)second();
  hear(charger_.slot(0));
  (void)second();
  hear(charger_.slot(1));
  EXPECT_EQ(second(), ":74F1000EF\n");
  hear(vedirect_hex("74F1001"));
  EXPECT_EQ(ask_.state(), State::Told);
  EXPECT_FALSE(ask_.take_total());
}

TEST_F(Asking, RepeatsAQuestionThatWasGarbledAndSkipsWhatIsNeverAnswered) {
  ask_.begin({1, 2});
  (void)second();
  hear(vedirect_hex("4AAAA"));  // framing error
  EXPECT_TRUE(ask_.is_asking());
  EXPECT_EQ(second(), ":7501000EE\n");
  hear(charger_.slot(0));
  for (int i = 0; i < 16; ++i) {
    const std::string question = second();
    if (question != ":7511000ED\n") {
      hear(charger_.take(question));
    }
  }
  EXPECT_EQ(told_, (std::vector<unsigned>{0, 2}));
  EXPECT_EQ(ask_.state(), State::Told);
}

TEST_F(Asking, TakesAnswersOutOfOrderButNotWhatWasNotAsked) {
  ask_.begin({1, 2});
  (void)second();
  hear(vedirect_hex("A0102000"
                    "3") +
       charger_.slot(2));  // a change of state by itself; a day before the others' numbers are known
  EXPECT_TRUE(told_.empty());
  hear(charger_.slot(0));
  (void)second();  // asks for 1
  hear(charger_.slot(2) + charger_.slot(5) + charger_.slot(1) + charger_.slot(1));
  EXPECT_EQ(told_, (std::vector<unsigned>{0, 2, 1}));
  run(5);
  EXPECT_EQ(ask_.state(), State::Told);
}

TEST_F(Asking, DoesNotBelieveADayWhoseNumberDoesNotFollow) {
  ask_.begin({1, 2});
  (void)second();
  hear(charger_.slot(0));
  charger_.next_day();  // in the middle: each slot moved by one
  run(20);
  EXPECT_EQ(told_, (std::vector<unsigned>{0}));
  EXPECT_EQ(ask_.state(), State::Told);
}

TEST_F(Asking, HasADeadlineForEachAnswer) {
  ask_.begin({1});
  (void)second();
  EXPECT_EQ(ask_.next_deadline(), now_ + seconds{3});
  now_ = ask_.next_deadline();
  ask_.tick(now_);
  EXPECT_EQ(ask_.next_deadline(), Instant::max());
  now_ = now_ + milliseconds{10};
  EXPECT_EQ(text_of(ask_.question(now_)), "") << "chargers lose questions that come fast";
  EXPECT_EQ(second(), ":7501000EE\n");
}

}  // namespace
}  // namespace karkara::vedirect
