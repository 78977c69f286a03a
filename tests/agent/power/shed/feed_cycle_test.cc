#include "agent/power/shed/feed_cycle.h"

#include <gmock/gmock.h>

#include "tests/agent/power/shed/village_stages.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const auto kFeed = named<DeviceId>("modem-feed");
const RelaySettings kBySnmp{kFeed, SnmpRelay{{}, {1, 3, 6, 1, 4, 1, 45621, 2, 2, 1}, 1, 0}};

// A relay that obeys, or does not; each answer comes a second after its order.
class Feed : public testing::Test {
 protected:
  void take(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* set = std::get_if<SnmpSet>(&effect)) {
        const bool on = set->value == SnmpValue{std::int32_t{1}};
        states_.push_back(on);
        answers_.push_back({now_ + seconds{1}, SnmpSetDone{set->device, set->request, obeys_ ? Status{} : refused_}});
      } else if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
        stuck_ = alarm->raised;
      }
    }
  }
  void collect() {
    for (const ModemCommandDone& done : feeds_.take_done()) {
      done_.push_back(done);
      done_at_ = now_;
    }
  }
  void run_for(Duration time) {
    const Instant end = now_ + time;
    for (;;) {
      const Instant answer = answers_.empty() ? Instant::max() : answers_.front().first;
      const Instant next = std::min(answer, feeds_.next_deadline());
      if (next > end) {
        break;
      }
      now_ = std::max(now_, next);
      if (answer <= now_) {
        const SnmpSetDone done = answers_.front().second;
        answers_.erase(answers_.begin());
        take(feeds_.on(done, now_));
      } else {
        take(feeds_.tick(now_));
        ASSERT_GT(feeds_.next_deadline(), now_) << "the loop would spin";
      }
      collect();
    }
    now_ = end;
    collect();
  }
  void start() {
    take(feeds_.start(now_));
    run_for(seconds{5});
    states_.clear();
  }

  const Error refused_{ErrorCode::Unavailable, "no answer from the relay"};
  FeedCycle feeds_{{kBySnmp}};
  Instant now_{hours{1}};
  bool obeys_ = true;
  bool stuck_ = false;
  std::vector<std::pair<Instant, SnmpSetDone>> answers_;
  std::vector<bool> states_;
  std::vector<ModemCommandDone> done_;
  Instant done_at_;
};

const PowerCycleModem kCut{7, {}, "", seconds{10}, "modem-feed"};

TEST_F(Feed, AStartClosesWhatACutOfTheAgentBeforeMayHaveLeftOpen) {
  take(feeds_.start(now_));
  EXPECT_THAT(states_, ElementsAre(true));
}

TEST_F(Feed, ThePowerIsAwayForItsTimeAndTheEndIsTold) {
  start();
  const Instant asked = now_;
  take(feeds_.cut(kCut, now_));
  run_for(seconds{60});
  EXPECT_THAT(states_, ElementsAre(false, true));
  ASSERT_THAT(done_, SizeIs(1));
  EXPECT_EQ(done_[0].id, 7U);
  EXPECT_TRUE(done_[0].status.ok()) << done_[0].status.error().text;
  EXPECT_EQ(done_[0].text, "relay 'modem-feed'");
  EXPECT_EQ(done_at_ - asked, seconds{12}) << "a second for each of its answers";
}

TEST_F(Feed, ARelayThatDoesNotOpenIsToldAndStaysClosed) {
  start();
  obeys_ = false;
  take(feeds_.cut(kCut, now_));
  run_for(seconds{40});
  ASSERT_THAT(done_, SizeIs(1));
  EXPECT_EQ(done_[0].status.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(done_[0].status.error().text, HasSubstr("does not go off: no answer from the relay"));
  EXPECT_TRUE(states_.back()) << "it may have opened all the same";
}

TEST_F(Feed, ARelayThatDoesNotCloseAgainIsToldAndTriedFurther) {
  start();
  take(feeds_.cut(kCut, now_));
  run_for(seconds{5});
  obeys_ = false;
  run_for(seconds{120});
  ASSERT_THAT(done_, SizeIs(1));
  EXPECT_EQ(done_[0].status.error().code, ErrorCode::Internal);
  EXPECT_THAT(done_[0].status.error().text, HasSubstr("was opened and does not go on"));
  EXPECT_TRUE(stuck_);
  obeys_ = true;
  states_.clear();
  run_for(hours{1});
  EXPECT_EQ(states_.front(), true);
  EXPECT_FALSE(stuck_);
}

TEST_F(Feed, RefusesRelaysThatItDoesNotHaveAndASecondCut) {
  start();
  take(feeds_.cut({8, {}, "", seconds{10}, "camera"}, now_));
  run_for(seconds{1});
  ASSERT_THAT(done_, SizeIs(1));
  EXPECT_EQ(done_[0].status.error().code, ErrorCode::NotFound);
  EXPECT_THAT(states_, IsEmpty());
  take(feeds_.cut(kCut, now_));
  take(feeds_.cut({9, {}, "", seconds{10}, "modem-feed"}, now_));
  run_for(seconds{1});
  ASSERT_THAT(done_, SizeIs(2));
  EXPECT_EQ(done_[1].id, 9U);
}

TEST_F(Feed, ARelayThatIsTakenOutWhileItIsOpenIsClosed) {
  start();
  take(feeds_.cut(kCut, now_));
  run_for(seconds{5});
  take(feeds_.reconfigure({}, now_));
  run_for(seconds{5});
  EXPECT_TRUE(states_.back());
  ASSERT_THAT(done_, SizeIs(1));
  EXPECT_EQ(done_[0].status.error().code, ErrorCode::Aborted);
}

}  // namespace
}  // namespace karkara
