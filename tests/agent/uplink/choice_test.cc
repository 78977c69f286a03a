#include "agent/uplink/choice.h"

#include <gmock/gmock.h>

#include <random>

#include "agent/uplink/choice_record.h"
#include "agent/uplink/ranking.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Instant kNow{hours{5}};
constexpr ChoicePolicy kPolicy{seconds{60}, seconds{10}, seconds{30}};

UplinkId id(const char* text) {
  return *UplinkId::parse(text);
}

Candidate up(const char* name, bool metered = false) {
  Candidate candidate;
  candidate.id = id(name);
  candidate.state = UplinkState::Up;
  candidate.usable_path = true;
  candidate.metered = metered;
  candidate.in_state = hours{1};
  return candidate;
}

ClassRule class_rule(const char* name, MeteredUse metered) {
  return {*ClassId::parse(name), metered, false};
}

UplinkChoice village() {
  return UplinkChoice{class_rule("village", MeteredUse::Always), kPolicy};
}

TEST(UplinkRanking, KnowsTheOrderOfItsKeys) {
  Candidate a = up("a");
  Candidate b = up("b");
  EXPECT_EQ(compare(a, b).key, RankKey::Same);
  a.latency = milliseconds{600};
  b.latency = milliseconds{60};
  EXPECT_EQ(compare(b, a).key, RankKey::Latency);
  b.watts = 40;
  EXPECT_TRUE(compare(a, b).better) << "energy before latency";
  a.cost_per_megabyte = 2;
  EXPECT_TRUE(compare(b, a).better) << "cost before energy";
  b.preference = 200;
  EXPECT_TRUE(compare(a, b).better) << "what a person preferred before cost";
  a.quality = Quality::Poor;
  EXPECT_TRUE(compare(b, a).better) << "what loses too much before preference";
  b.quality = Quality::Poor;
  EXPECT_TRUE(compare(a, b).better) << "two poor ones by preference";
  b.quality = Quality::Fair;
  a.quality = Quality::Good;
  b.preference = 50;
  EXPECT_TRUE(compare(b, a).better) << "some percent of loss is every satellite's";
  b.preference = 200;
  a.fits_pace = false;
  EXPECT_TRUE(compare(b, a).better) << "the bundle's pace before preference";
  a.ordered = true;
  EXPECT_TRUE(compare(a, b).better) << "an operator's order before the pace";
  a.state = UplinkState::Down;
  EXPECT_TRUE(compare(b, a).better) << "what is known of it before all";
}

TEST(UplinkRanking, ALatencyThatIsNotTellingMovesNothing) {
  Candidate a = up("a");
  Candidate b = up("b");
  a.latency = milliseconds{80};
  b.latency = milliseconds{50};
  EXPECT_EQ(compare(b, a).key, RankKey::Same);
}

TEST(UplinkChoice, LeavesOneThatLosesTooMuchOnceTheOtherWasGoodForLong) {
  UplinkChoice choice = village();
  Candidate vsat = up("vsat");
  Candidate lte = up("lte");
  lte.preference = 200;
  choice.decide({vsat, lte}, kNow);
  vsat.quality = Quality::Poor;
  lte.in_state = seconds{20};
  EXPECT_EQ(choice.decide({vsat, lte}, kNow + minutes{5}), ChoiceReason::None);
  EXPECT_EQ(choice.next_deadline(), kNow + minutes{5} + seconds{40});
  EXPECT_THAT(choice.verdict(lte, kNow + minutes{5}), HasSubstr("traffic goes to it in 40 s"));
  lte.in_state = seconds{60};
  EXPECT_EQ(choice.decide({vsat, lte}, kNow + minutes{5} + seconds{40}), ChoiceReason::Lossy);
  EXPECT_EQ(choice.active(), id("lte"));
  EXPECT_THAT(choice.verdict(vsat, kNow + minutes{6}), HasSubstr("loses too much"));
  vsat.quality = Quality::Fair;
  EXPECT_EQ(choice.decide({vsat, lte}, kNow + minutes{9}), ChoiceReason::PreferredBack);
}

TEST(UplinkChoice, TellsWhichKeyDecidedAgainstEachThatStandsBy) {
  UplinkChoice choice = village();
  Candidate used = up("used");
  used.cost_per_megabyte = 1;
  used.latency = milliseconds{60};
  Candidate last = up("last");
  last.preference = 200;
  Candidate dear = up("dear");
  dear.cost_per_megabyte = 2.5;
  Candidate slow = up("slow");
  slow.cost_per_megabyte = 1;
  slow.latency = milliseconds{620};
  Candidate hungry = slow;
  hungry.id = id("hungry");
  hungry.watts = 40;
  choice.decide({used, last, dear, slow, hungry}, kNow);
  EXPECT_EQ(choice.verdict(last, kNow), "stands by: preference 200 against 100");
  EXPECT_EQ(choice.verdict(dear, kNow), "stands by: 2.50 FCFA per MB against 1.00");
  EXPECT_EQ(choice.verdict(slow, kNow), "stands by: round trip 620 ms against 60 ms");
  EXPECT_EQ(choice.verdict(hungry, kNow), "stands by: 40 W against 0 W");
  EXPECT_EQ(choice.verdict(used, kNow), "carries the traffic");
}

TEST(UplinkChoice, OnlyTheOneThatIsWaitedForIsToldToWait) {
  UplinkChoice choice = village();
  Candidate lte = up("lte");
  lte.preference = 200;
  Candidate fibre = up("fibre");
  fibre.preference = 150;
  choice.decide({fibre, lte}, kNow);
  Candidate vsat = up("vsat");
  vsat.in_state = seconds{10};
  choice.decide({vsat, fibre, lte}, kNow + minutes{1});
  EXPECT_THAT(choice.verdict(vsat, kNow + minutes{1}), HasSubstr("traffic goes to it in 50 s"));
  EXPECT_EQ(choice.verdict(lte, kNow + minutes{1}), "stands by: preference 200 against 150");
}

TEST(UplinkChoice, TakesTheCheaperOfTwoEqualOnes) {
  UplinkChoice choice = village();
  Candidate dear = up("dear", true);
  dear.cost_per_megabyte = 3;
  Candidate cheap = up("cheap", true);
  cheap.cost_per_megabyte = 1;
  choice.decide({dear, cheap}, kNow);
  EXPECT_EQ(choice.active(), id("cheap"));
}

TEST(UplinkChoice, ShedsAClassRatherThanMoveItToAMeteredUplink) {
  UplinkChoice open{class_rule("public", MeteredUse::Never), kPolicy};
  Candidate vsat = up("vsat");
  const Candidate lte = up("lte", true);
  open.decide({vsat, lte}, kNow);
  EXPECT_EQ(open.active(), id("vsat"));
  EXPECT_THAT(open.ladder(), ElementsAre(id("vsat")));
  vsat.usable_path = false;
  vsat.state = UplinkState::Absent;
  EXPECT_EQ(open.decide({vsat, lte}, kNow), ChoiceReason::Shed);
  EXPECT_FALSE(open.active());
  EXPECT_EQ(open.decide({vsat, lte}, kNow + seconds{1}), ChoiceReason::None) << "told once";
  EXPECT_THAT(open.verdict(lte, kNow), HasSubstr("not to cost money"));
  EXPECT_EQ(open.decide({up("vsat"), lte}, kNow + seconds{2}), ChoiceReason::Proven);
  EXPECT_EQ(open.active(), id("vsat"));
}

TEST(UplinkChoice, KeepsAnUplinkThatNobodyMayAsk) {
  UplinkChoice choice = village();
  Candidate vsat = up("vsat");
  vsat.state = UplinkState::Probation;
  vsat.in_state = seconds{60};
  vsat.unasked = true;
  UplinkChoice asked = village();
  choice.decide({vsat}, kNow);
  asked.decide({vsat}, kNow);
  const Candidate lte = up("lte", true);
  EXPECT_EQ(choice.decide({vsat, lte}, kNow + seconds{1}), ChoiceReason::None);
  UplinkChoice ordered = village();
  ordered.decide({vsat}, kNow);
  Candidate there = lte;
  there.ordered = true;
  EXPECT_EQ(ordered.decide({vsat, there}, kNow + seconds{1}), ChoiceReason::Proven)
      << "an operator's order comes first";
  vsat.unasked = false;
  EXPECT_EQ(asked.decide({vsat, lte}, kNow + seconds{1}), ChoiceReason::Proven);
}

TEST(UplinkChoice, LeavesAMeteredUplinkWhenTheBundleWouldNotLast) {
  UplinkChoice school{class_rule("school", MeteredUse::WithinPace), kPolicy};
  Candidate lte = up("lte", true);
  school.decide({lte}, kNow);
  EXPECT_EQ(school.active(), id("lte"));
  lte.fits_pace = false;
  EXPECT_EQ(school.decide({lte}, kNow + seconds{1}), ChoiceReason::Shed);
  EXPECT_FALSE(school.active());
}

TEST(UplinkChoice, OnlyControlUsesWhatIsReservedOfABundle) {
  Candidate lte = up("lte", true);
  lte.held_but_control = "the bundle is used up";
  UplinkChoice control{{*ClassId::parse("control"), MeteredUse::Always, true}, kPolicy};
  UplinkChoice people = village();
  control.decide({lte}, kNow);
  people.decide({lte}, kNow);
  EXPECT_EQ(control.active(), id("lte"));
  EXPECT_FALSE(people.active());
  lte.held = "the bundle is not valid any more";
  control.decide({lte}, kNow);
  EXPECT_FALSE(control.active());
}

TEST(UplinkChoice, WhenTheMoneyIsSpentOnlyControlAndThoseThatMayOverspendGoOn) {
  Candidate lte = up("lte", true);
  lte.overspent = "1000 of 1000 FCFA spent in this cycle";
  UplinkChoice control{{*ClassId::parse("control"), MeteredUse::Always, true}, kPolicy};
  ClassRule clinic = class_rule("health", MeteredUse::Always);
  clinic.may_overspend = true;
  UplinkChoice health{clinic, kPolicy};
  UplinkChoice people = village();
  for (UplinkChoice* choice : {&control, &health, &people}) {
    choice->decide({lte}, kNow);
  }
  EXPECT_EQ(control.active(), id("lte"));
  EXPECT_EQ(health.active(), id("lte"));
  EXPECT_FALSE(people.active());
  EXPECT_EQ(people.verdict(lte, kNow), lte.overspent);
  lte.held_but_control = "the bundle is used up";
  EXPECT_EQ(health.decide({lte}, kNow + seconds{1}), ChoiceReason::Shed) << "no money buys bytes that are gone";
}

TEST(UplinkChoice, LeavesAnUplinkThatIsHeldAtOnce) {
  UplinkChoice choice = village();
  Candidate vsat = up("vsat");
  const Candidate fibre = up("fibre");
  vsat.preference = 10;
  choice.decide({vsat, fibre}, kNow);
  vsat.held = "held by an operator: dish work";
  EXPECT_EQ(choice.decide({vsat, fibre}, kNow + milliseconds{1}), ChoiceReason::Held);
  EXPECT_EQ(choice.active(), id("fibre"));
}

TEST(UplinkChoice, NewFlowsLeaveAnUplinkThatDrainsAndOldOnesStay) {
  UplinkChoice choice = village();
  Candidate vsat = up("vsat");
  vsat.preference = 10;
  const Candidate fibre = up("fibre");
  choice.decide({vsat, fibre}, kNow);
  vsat.draining = true;
  EXPECT_EQ(choice.decide({vsat, fibre}, kNow + seconds{1}), ChoiceReason::Drain);
  EXPECT_EQ(choice.active(), id("fibre"));
  EXPECT_THAT(choice.keeps(), ElementsAre(id("fibre"), id("vsat")));
  vsat.draining = false;
  choice.decide({vsat, fibre}, kNow + seconds{2});
  EXPECT_EQ(choice.active(), id("fibre")) << "the dwell time holds for the return";
}

TEST(UplinkChoice, AFlowDoesNotStayOnAMeteredUplink) {
  UplinkChoice choice = village();
  const Candidate lte = up("lte", true);
  choice.decide({lte}, kNow);
  Candidate vsat = up("vsat");
  vsat.preference = 10;
  EXPECT_EQ(choice.decide({vsat, lte}, kNow + minutes{2}), ChoiceReason::PreferredBack);
  EXPECT_THAT(choice.keeps(), ElementsAre(id("vsat")));
}

TEST(UplinkChoice, FollowsAnOperatorsOrderWithoutWaiting) {
  UplinkChoice choice = village();
  Candidate vsat = up("vsat");
  vsat.preference = 10;
  Candidate lte = up("lte", true);
  choice.decide({vsat, lte}, kNow);
  lte.ordered = true;
  lte.in_state = seconds{1};
  EXPECT_EQ(choice.decide({vsat, lte}, kNow + milliseconds{1}), ChoiceReason::Ordered);
  lte.state = UplinkState::Down;
  EXPECT_EQ(choice.decide({vsat, lte}, kNow + milliseconds{2}), ChoiceReason::EchoLost)
      << "an order does not keep traffic on a dead uplink";
}

Candidate random_candidate(const char* name, std::mt19937& random) {
  constexpr UplinkState kStates[] = {UplinkState::Absent,    UplinkState::Linked, UplinkState::Addressed,
                                     UplinkState::Probation, UplinkState::Up,     UplinkState::Suspect,
                                     UplinkState::Down};
  Candidate candidate = up(name, random() % 2 == 0);
  candidate.state = kStates[random() % 7];
  candidate.usable_path = candidate.state >= UplinkState::Addressed && random() % 5 != 0;
  candidate.heard = random() % 2 == 0;
  candidate.preference = static_cast<std::uint32_t>(10 * (random() % 3));
  candidate.in_state = seconds{random() % 100};
  candidate.held = random() % 6 == 0 ? "held: for\ta reason" : "";
  candidate.held_but_control = random() % 6 == 0 ? "used up" : "";
  candidate.overspent = random() % 6 == 0 ? "1 of 1 FCFA spent" : "";
  candidate.draining = random() % 5 == 0;
  candidate.fits_pace = random() % 4 != 0;
  candidate.ordered = random() % 8 == 0;
  candidate.cost_per_megabyte = 0.25 * static_cast<double>(random() % 4);
  candidate.watts = 7.5 * static_cast<double>(random() % 3);
  if (random() % 3 != 0) {
    candidate.latency = milliseconds{random() % 900};
  }
  return candidate;
}

// The whole of what the choice promises, over anything that can happen.
TEST(UplinkChoice, NeverChoosesWhatAClassMayNotUse) {
  std::mt19937 random{11};
  UplinkChoice choice{class_rule("public", MeteredUse::Never), kPolicy};
  Instant now = kNow;
  for (int i = 0; i < 20'000; ++i) {
    const std::vector<Candidate> all = {random_candidate("a", random), random_candidate("b", random),
                                        random_candidate("c", random)};
    choice.decide(all, now);
    for (const Candidate& candidate : all) {
      const bool listed =
          std::find(choice.ladder().begin(), choice.ladder().end(), candidate.id) != choice.ladder().end();
      EXPECT_EQ(listed, candidate.usable_path && barred(candidate, choice.rule()).empty());
    }
    EXPECT_TRUE(choice.ladder().empty() == !choice.active());
    now = now + milliseconds{random() % 20'000};
  }
}

TEST(ChoiceRecord, ReplaysToTheSameDecisionAfterBeingWrittenAndRead) {
  std::mt19937 random{12};
  UplinkChoice choice{class_rule("school", MeteredUse::WithinPace), kPolicy};
  std::string log;
  Instant now = kNow;
  int moves = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::vector<Candidate> all = {random_candidate("a", random), random_candidate("b", random)};
    const UplinkChoice before = choice;
    moves += choice.decide(all, now) != ChoiceReason::None ? 1 : 0;
    const auto line = decision_line(record_decision(all, before, choice, now));
    ASSERT_TRUE(line.ok()) << line.error().text;
    log += *line;
    now = now + milliseconds{random() % 20'000};
  }
  EXPECT_GT(moves, 500);
  const DecisionsFound found = parse_decisions(log);
  ASSERT_THAT(found.refused, IsEmpty());
  ASSERT_EQ(found.records.size(), 3000U);
  const auto diverged = replay(found.records, [](const DecisionRecord& given) { return *decide_again(given); });
  EXPECT_EQ(diverged.size(), 0U);
}

TEST(ChoiceRecord, NamesTheFieldThatCannotBeRead) {
  UplinkChoice choice = village();
  const UplinkChoice before = choice;
  choice.decide({up("vsat")}, kNow);
  DecisionRecord record = record_decision({up("vsat")}, before, choice, kNow);
  for (auto& [key, value] : record.fields) {
    if (key == "in.0.state") {
      value = "levitating";
    }
  }
  const auto again = decide_again(record);
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().text, HasSubstr("in.0.state"));
}

}  // namespace
}  // namespace karkara
