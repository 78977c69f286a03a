// How a suspicion of one uplink begins and ends, step by step: when the counters are looked at, what is asked of whom,
// and after what time the silence counts.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "agent/uplink/health.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Ne;
using testing::Not;

constexpr Duration kTrip = milliseconds{60};

// An uplink that carries traffic, with two anchors; looks at its traffic are the test's.
class Suspicion : public testing::Test {
 protected:
  Suspicion() : health_{settings(), seconds{5}, minutes{5}, 7} {
    UplinkPath path;
    path.link = 2;
    path.carrier = true;
    path.v4 = {*IpAddress::parse("10.0.2.2"), *IpAddress::parse("10.0.2.1")};
    take(health_.see_path(path, now_));
    take(health_.set_anchors({{*AnchorId::parse("niamey"), *IpEndpoint::parse("203.0.113.21:7445")},
                              {*AnchorId::parse("abroad"), *IpEndpoint::parse("203.0.113.22:7445")}},
                             now_));
    health_.set_role(true, false, now_);
    run_for(seconds{60});  // until its round trips are known
    EXPECT_EQ(health_.state(), UplinkState::Up);
  }
  static UplinkSettings settings() {
    UplinkSettings settings;
    settings.id = *UplinkId::parse("lte");
    return settings;
  }
  void take(const UplinkHealth::Echoes& echoes) {
    for (const WantedEcho& echo : echoes) {
      asked_.push_back(echo.anchor.id.text());
      nonces_.push_back(echo.nonce);
      if (passes_ && echo.anchor.id.text() != dead_anchor_) {
        answers_.emplace(now_ + kTrip, echo);
      }
    }
  }
  void run_for(Duration time) {
    const Instant end = now_ + time;
    for (;;) {
      const Instant answer = answers_.empty() ? Instant::max() : answers_.begin()->first;
      const Instant next = std::min(answer, health_.next_deadline());
      if (next > end) {
        break;
      }
      now_ = std::max(now_, next);
      if (answer <= now_) {
        const WantedEcho came = answers_.begin()->second;
        answers_.erase(answers_.begin());
        take(health_.on(EchoAnswered{*UplinkId::parse("lte"), came.anchor.id, came.nonce, {}}, now_));
      } else {
        take(health_.tick(now_));
      }
    }
    now_ = end;
  }
  // Packets since the last look.
  void look(std::uint64_t sent, std::uint64_t answered) {
    count_.sent += sent;
    count_.answered += answered;
    take(health_.see_traffic(count_, now_));
  }
  // A flow of ten packets each 100 ms, up to now.
  void flow(int looks, bool answered = true) {
    for (int i = 0; i < looks; ++i) {
      run_for(milliseconds{100});
      look(10, answered ? 10 : 0);
    }
  }
  // The flow goes on over a link that passes nothing, looked at when it is due; how long until that state.
  Duration until(UplinkState state, std::uint64_t sent_at_each_look = 5) {
    const Instant from = now_;
    while (health_.state() != state && now_ - from < seconds{20}) {
      const Instant due = std::min(health_.next_look(), now_ + milliseconds{500});
      run_for(std::max<Duration>(due - now_, milliseconds{1}));
      look(sent_at_each_look, 0);
    }
    return now_ - from;
  }
  void cut() {
    passes_ = false;
    answers_.clear();
    asked_.clear();
  }

  UplinkHealth health_;
  Instant now_{seconds{1000}};
  bool passes_ = true;
  std::string dead_anchor_;
  std::vector<std::string> asked_;
  std::vector<std::uint64_t> nonces_;
  std::multimap<Instant, WantedEcho> answers_;
  PassiveEvidence::Count count_;
};

TEST_F(Suspicion, CountersAreLookedAtMoreOftenTheMoreThereIsToSee) {
  look(0, 0);
  EXPECT_EQ(health_.next_look() - now_, milliseconds{250}) << "idle";
  health_.set_role(false, false, now_);
  EXPECT_EQ(health_.next_look(), Instant::max()) << "what stands by has no traffic";
  health_.set_role(true, false, now_);
  look(10, 10);
  EXPECT_EQ(health_.next_look() - now_, milliseconds{100}) << "busy";
  flow(3);
  cut();
  until(UplinkState::Suspect);
  EXPECT_EQ(health_.next_look() - now_, milliseconds{50}) << "suspect";
  until(UplinkState::Down);
  EXPECT_EQ(health_.next_look() - now_, seconds{10}) << "down: its anchors may be what is dead";
}

// Between two looks as well: a patience that ends then is not waited over.
TEST_F(Suspicion, ALookComesWhenThePatienceEnds) {
  flow(10);
  cut();
  const Instant last_answer = now_;
  flow(2, false);
  EXPECT_EQ(health_.next_look(), last_answer + milliseconds{250});
}

TEST_F(Suspicion, TheBurstAsksTheOtherAnchorFirstAndBoth) {
  const std::string usual = asked_.back();
  flow(10);
  cut();
  EXPECT_LE(until(UplinkState::Suspect), milliseconds{300});
  run_for(milliseconds{100});
  EXPECT_THAT(asked_, ElementsAre(Ne(usual), usual, Ne(usual)));
}

TEST_F(Suspicion, ADeadAnchorIsAskedNoMore) {
  dead_anchor_ = asked_.back();
  run_for(seconds{10});
  EXPECT_EQ(health_.state(), UplinkState::Up);
  asked_.clear();
  run_for(seconds{10});
  EXPECT_THAT(asked_, Not(Contains(dead_anchor_)));
}

TEST_F(Suspicion, SilentTrafficAndASilentBurstAreADeadLink) {
  flow(10);
  cut();
  const Duration dark = until(UplinkState::Down);
  EXPECT_GE(dark, milliseconds{250 + 100 + 60}) << "no handover of a cell looks like it";
  EXPECT_LE(dark, milliseconds{250 + 100 + 120 + 50});
  EXPECT_THAT(health_.evidence(), testing::MatchesRegex("[0-9]+ packets of traffic unanswered and 3 echoes"));
  EXPECT_EQ(health_.damping().failures, 1U);
}

TEST_F(Suspicion, TrafficThatIsAnsweredAgainEndsItAndTheBurst) {
  flow(10);
  cut();
  until(UplinkState::Suspect);
  const std::size_t asked = asked_.size();
  run_for(milliseconds{20});
  look(5, 3);
  EXPECT_EQ(health_.state(), UplinkState::Up);
  EXPECT_EQ(health_.evidence(), "traffic is answered again");
  flow(9);
  EXPECT_EQ(asked_.size(), asked) << "nobody is asked what is known";
  EXPECT_EQ(health_.state(), UplinkState::Up);
  passes_ = true;
  flow(150);
  EXPECT_GT(asked_.size(), asked) << "and echoes go on in their time";
}

TEST_F(Suspicion, AnswersToTrafficOutweighAnchorsThatAreSilent) {
  cut();
  while (health_.state() != UplinkState::Suspect) {
    run_for(milliseconds{50});
  }
  look(10, 10);
  run_for(milliseconds{20});
  look(10, 10);
  EXPECT_EQ(health_.state(), UplinkState::Up);
  flow(40);
  EXPECT_EQ(health_.state(), UplinkState::Up);
  EXPECT_EQ(health_.damping().failures, 0U);
}

TEST_F(Suspicion, AnEchoThatIsLostBesideAnsweredTrafficAsksNobodyElse) {
  flow(100);
  cut();
  flow(120);
  EXPECT_EQ(health_.state(), UplinkState::Up);
  EXPECT_LE(asked_.size(), 2U) << "one in ten seconds, and no burst";
}

// A doubt takes three seconds, since nobody waits; whoever begins to send meanwhile does not wait for them.
TEST_F(Suspicion, ADoubtIsSettledAtOnceWhenSomebodyWaits) {
  look(0, 0);
  run_for(seconds{6});
  look(0, 0);
  cut();
  while (health_.state() != UplinkState::Suspect) {
    run_for(milliseconds{50});
  }
  EXPECT_EQ(health_.evidence(), "an echo was not answered");
  run_for(milliseconds{100});
  look(1, 0);
  EXPECT_LE(until(UplinkState::Down, 1), milliseconds{250 + 100 + 130 + 50});
  EXPECT_THAT(health_.evidence(), HasSubstr("of traffic unanswered and 3 echoes"));
}

TEST_F(Suspicion, ADoubtThatNobodySettlesTakesThreeSecondsAndFiveEchoes) {
  cut();
  while (health_.state() != UplinkState::Suspect) {
    run_for(milliseconds{10});
  }
  const Instant doubted = now_;
  while (health_.state() == UplinkState::Suspect) {
    run_for(milliseconds{10});
  }
  EXPECT_EQ(health_.state(), UplinkState::Down);
  EXPECT_NEAR(std::chrono::duration<double>(now_ - doubted).count(), 1.45 + 1.5, 0.05);
  EXPECT_EQ(health_.evidence(), "6 echoes unanswered");
}

// An anchor that answers a burst says that the flows are to blame; a doubt that it settles says nothing of flows.
TEST_F(Suspicion, OnlyABurstBehindTrafficMakesTheNextOneWait) {
  run_for(seconds{6});
  look(0, 0);
  look(1, 0);  // a flow that nobody answers
  until(UplinkState::Suspect, 0);
  run_for(milliseconds{200});
  EXPECT_EQ(health_.state(), UplinkState::Up);
  EXPECT_TRUE(health_.traffic().still_wrong());
  look(1, 1);
  EXPECT_FALSE(health_.traffic().still_wrong()) << "some answer is enough";

  look(0, 0);
  passes_ = false;
  answers_.clear();
  while (health_.state() != UplinkState::Suspect) {
    run_for(milliseconds{10});
  }
  passes_ = true;
  run_for(seconds{2});
  EXPECT_EQ(health_.state(), UplinkState::Up);
  EXPECT_FALSE(health_.traffic().still_wrong());
}

TEST_F(Suspicion, WhatWasUnansweredBeforeAFallIsNotHeldAgainstItsReturn) {
  flow(10);
  cut();
  until(UplinkState::Down);
  passes_ = true;
  run_for(seconds{30});
  ASSERT_EQ(health_.state(), UplinkState::Up);
  look(0, 0);
  run_for(milliseconds{100});
  look(0, 0);
  EXPECT_EQ(health_.state(), UplinkState::Up);
  EXPECT_EQ(health_.traffic().unanswered(), 0U);
}

TEST_F(Suspicion, WithoutABudgetTheTrafficAloneDecidesAfterFiveSeconds) {
  flow(10);
  health_.may_ask({.allowed = false}, now_);
  cut();
  const auto trickle = [&](int looks) {  // thirty packets of a flow that was answered would be enough sooner
    for (int i = 0; i < looks; ++i) {
      run_for(milliseconds{500});
      look(1, 0);
    }
  };
  trickle(9);
  EXPECT_EQ(health_.state(), UplinkState::Up);
  trickle(2);
  EXPECT_EQ(health_.state(), UplinkState::Down);
  EXPECT_THAT(health_.evidence(), HasSubstr("no budget left to ask an anchor"));
  EXPECT_TRUE(asked_.empty());
  EXPECT_NE(health_.next_look(), Instant::max()) << "its own traffic may bring it back";
  look(10, 10);
  EXPECT_EQ(health_.state(), UplinkState::Probation);
}

TEST_F(Suspicion, ThriftIsPatientAndAsksRarely) {
  flow(10);
  health_.may_ask({.allowed = true, .thrift = 1}, now_);
  cut();
  flow(14, false);  // thirty and more of a flow that was answered are not waited for any longer
  EXPECT_EQ(health_.state(), UplinkState::Up);
  flow(2, false);
  EXPECT_EQ(health_.state(), UplinkState::Suspect);
  passes_ = true;
  run_for(minutes{1});
  look(1, 1);
  run_for(seconds{10});
  asked_.clear();
  run_for(seconds{80});
  EXPECT_LE(asked_.size(), 11U) << "each 8 s instead of 2";
  EXPECT_GE(asked_.size(), 9U);
}

TEST_F(Suspicion, AnIcmpErrorIsADoubtAndAnAnswerSettlesIt) {
  run_for(seconds{1});
  const std::size_t before = nonces_.size();
  while (nonces_.size() == before) {
    run_for(milliseconds{10});
  }
  take(health_.on(EchoFailed{*UplinkId::parse("lte"), nonces_.back(), "host unreachable"}, now_));
  EXPECT_EQ(health_.state(), UplinkState::Suspect);
  EXPECT_EQ(health_.evidence(), "host unreachable");
  run_for(milliseconds{100});
  EXPECT_EQ(health_.state(), UplinkState::Up);
  EXPECT_EQ(health_.damping().failures, 0U);
}

TEST_F(Suspicion, WhatIsCondemnedFallsAndKeepsTheLastReason) {
  health_.condemn("content foreign", now_);
  EXPECT_EQ(health_.state(), UplinkState::Down);
  EXPECT_EQ(health_.evidence(), "content foreign");
  EXPECT_EQ(health_.damping().failures, 1U);
  health_.condemn("content redirected", now_);
  EXPECT_EQ(health_.evidence(), "content redirected");
  EXPECT_EQ(health_.damping().failures, 1U) << "it had fallen already";
}

}  // namespace
}  // namespace karkara
