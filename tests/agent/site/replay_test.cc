#include "agent/site/replay.h"

#include <gmock/gmock.h>

#include "agent/uplink/choice_record.h"

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string one_decision() {
  Candidate vsat;
  vsat.id = *UplinkId::parse("vsat");
  vsat.state = UplinkState::Up;
  vsat.usable_path = true;
  UplinkChoice choice{{*ClassId::parse("village"), MeteredUse::Always, false}, {}};
  const UplinkChoice before = choice;
  const Instant at{std::chrono::seconds{7}};
  choice.decide({vsat}, at);
  return *decision_line(record_decision({vsat}, before, choice, at));
}

TEST(Replay, TheSameDecisionIsNoDivergence) {
  const ReplayOutcome outcome = replay_decisions(one_decision() + one_decision());
  EXPECT_EQ(outcome.decisions, 2U);
  EXPECT_THAT(outcome.divergences, IsEmpty());
  EXPECT_THAT(outcome.problems, IsEmpty());
}

TEST(Replay, AnotherDecisionIsToldWithBoth) {
  std::string text = one_decision();
  const auto at = text.find("out.uplink=vsat");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 15, "out.uplink=none");
  EXPECT_THAT(replay_decisions(text).divergences, ElementsAre(HasSubstr("out.uplink=none")));
}

TEST(Replay, ALineThatCannotBeReadIsAProblem) {
  EXPECT_THAT(replay_decisions("at=5 in.class=x\nrubbish").problems, testing::SizeIs(2));
}

}  // namespace
}  // namespace karkara
