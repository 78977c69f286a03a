// A rate that hears the village's own connections, and anchors now and then.
#include <gtest/gtest.h>

#include "agent/shaping/flow_delays.h"
#include "tests/agent/shaping/adaptive_rate_link.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kAnchor = 1;

struct OverheardLink : Link {
  using Link::Link;
  Duration echo_each = seconds{1};
  Instant echo_at{};

  // Connections and anchors each tell what was added; a full link with traffic that waits.
  void full_second(Duration of_connections, Duration of_anchors) {
    for (int i = 0; i < 5; ++i) {
      now = now + milliseconds{200};
      keep(rate.on(DelaySeen{.path = FlowDelays::kPath,
                             .round_trip = baseline + of_connections,
                             .passive = true,
                             .asked = now + -(baseline + of_connections + milliseconds{150})},
                   now));
      if (now >= echo_at) {
        echo_at = now + echo_each;
        keep(rate.on(DelaySeen{.path = kAnchor, .round_trip = baseline + of_anchors}, now));
      }
    }
    load(rate.rate(), 20'000);
  }
};

TEST(OverheardRate, AsksNobodyWhileConnectionsTellThatTheyDoNotWait) {
  OverheardLink link;
  link.idle(60);
  link.full_second(milliseconds{1}, milliseconds{1});
  EXPECT_EQ(link.rate.echo_wish(link.now), std::nullopt);
  link.full_second(milliseconds{300}, milliseconds{300});
  link.full_second(milliseconds{300}, milliseconds{300});
  EXPECT_TRUE(link.rate.echo_wish(link.now)) << "before it goes on, somebody is to say so who cannot be fooled";
}

TEST(OverheardRate, ConnectionsAloneCutIt) {
  OverheardLink link{still()};
  link.idle(60);
  link.echo_each = minutes{1};
  link.full_second(milliseconds{1}, milliseconds{1});
  for (int i = 0; i < 3; ++i) {
    link.full_second(milliseconds{400}, milliseconds{400});
  }
  EXPECT_LT(link.rate.rate(), kBase);
}

// Far ends that are made slow, or queues of the connections' own at the operator.
TEST(OverheardRate, ConnectionsThatWaitWhereAnAnchorDoesNotAreNotHeardForAWhile) {
  OverheardLink link{still()};
  link.idle(60);
  for (int i = 0; i < 3; ++i) {
    link.full_second(milliseconds{1}, milliseconds{1});
  }
  for (int i = 0; i < 25; ++i) {
    link.full_second(milliseconds{700}, milliseconds{1});
  }
  EXPECT_GT(link.rate.rate(), kBase * 0.8) << "once a wrong cut, and back";
}

// A satellite terminal that answers for the far ends: connections see no queue, and calls wait in it.
TEST(OverheardRate, AnchorsThatWaitWhereConnectionsDoNotAreHeard) {
  OverheardLink link{still()};
  link.idle(60);
  link.echo_each = seconds{10};
  for (int i = 0; i < 3; ++i) {
    link.full_second(milliseconds{1}, milliseconds{1});
  }
  for (int i = 0; i < 25; ++i) {
    link.full_second(milliseconds{1}, milliseconds{1500});
  }
  link.echo_each = seconds{1};  // as is wished for by now
  for (int i = 0; i < 5; ++i) {
    link.full_second(milliseconds{1}, milliseconds{1500});
  }
  EXPECT_LT(link.rate.rate(), kBase);
}

// An echo is the first to see a queue and the first to see it gone.
TEST(OverheardRate, BeginAndEndOfAQueueAreNoContradictionTogether) {
  OverheardLink link{still()};
  link.idle(60);
  link.echo_each = seconds{3};
  link.full_second(milliseconds{1}, milliseconds{1});
  for (int queue = 0; queue < 3; ++queue) {
    link.full_second(milliseconds{1}, milliseconds{400});
    link.full_second(milliseconds{400}, milliseconds{400});
    link.full_second(milliseconds{400}, milliseconds{400});
    link.full_second(milliseconds{400}, milliseconds{1});
    link.full_second(milliseconds{1}, milliseconds{1});
    link.full_second(milliseconds{1}, milliseconds{1});
  }
  link.echo_each = minutes{1};
  link.full_second(milliseconds{500}, milliseconds{500});
  link.full_second(milliseconds{500}, milliseconds{500});
  EXPECT_GT(link.rate.added(), milliseconds{400}) << "they are heard";
}

TEST(OverheardRate, TheEndOfAQueueIsNoContradiction) {
  OverheardLink link{still()};
  link.idle(60);
  link.full_second(milliseconds{1}, milliseconds{1});
  link.full_second(milliseconds{400}, milliseconds{400});
  link.full_second(milliseconds{400}, milliseconds{400});
  ASSERT_LT(link.rate.rate(), kBase);
  link.full_second(milliseconds{300}, milliseconds{1});  // connections tell it a second later
  link.full_second(milliseconds{1}, milliseconds{1});
  link.full_second(milliseconds{1}, milliseconds{1});
  link.echo_each = minutes{1};
  link.changes.clear();
  for (int i = 0; i < 12; ++i) {
    link.full_second(milliseconds{500}, milliseconds{500});
  }
  EXPECT_FALSE(link.changes.empty()) << "they are heard";
}

}  // namespace
}  // namespace karkara
