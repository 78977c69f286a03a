#include "agent/io/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace karkara {
namespace {

using namespace std::chrono_literals;

Uniform always(double number) {
  return [number] { return number; };
}

TEST(Backoff, DoublesUpToTheCapAndJittersAfterIt) {
  Backoff backoff{BackoffPolicy{2s, 60s, 15min, 2min}, always(0.5)};
  std::vector<Duration> waits;
  for (int i = 0; i < 12; ++i) {
    waits.push_back(backoff.next());
  }
  EXPECT_EQ(waits[0], 1s);
  EXPECT_EQ(waits[1], 2s);
  EXPECT_EQ(waits[2], 4s);
  EXPECT_EQ(waits[8], 256s);
  EXPECT_EQ(waits[9], 450s);  // half of the cap, not the cap
  EXPECT_EQ(waits[11], 450s);
}

TEST(Backoff, TheFirstWaitAfterAProvenSessionIsLonger) {
  Backoff backoff{BackoffPolicy{2s, 60s, 15min, 2min}, always(0.5)};
  backoff.lost_session(10min);
  EXPECT_EQ(backoff.next(), 30s);
}

TEST(Backoff, SessionsThatEndAtOnceDoNotCalmIt) {
  Backoff backoff{BackoffPolicy{2s, 60s, 15min, 2min}, always(0.5)};
  for (int i = 0; i < 6; ++i) {
    backoff.lost_session(1s);
    (void)backoff.next();
  }
  EXPECT_EQ(backoff.next(), 450s);
}

TEST(Backoff, ANewWayOutStartsAnew) {
  Backoff backoff{BackoffPolicy{2s, 60s, 15min, 2min}, always(0.5)};
  for (int i = 0; i < 9; ++i) {
    (void)backoff.next();
  }
  backoff.restart();
  EXPECT_EQ(backoff.next(), 1s);
}

// 5000 routers lose the controller in the same second and none of their dials succeeds for an hour: no second may see
// many more dials than the mean around it, neither at first nor when all stand at the cap.
TEST(Backoff, FiveThousandRoutersSpreadEvenly) {
  constexpr int kRouters = 5000;
  constexpr std::size_t kSeconds = 3600;
  std::mt19937 random{7};
  const Uniform uniform = [&] { return std::uniform_real_distribution{0.0, 1.0}(random); };
  std::vector<int> dials(kSeconds, 0);
  for (int router = 0; router < kRouters; ++router) {
    Backoff backoff{BackoffPolicy{}, uniform};
    backoff.lost_session(1h);
    Duration at{};
    while ((at += backoff.next()) < std::chrono::seconds{kSeconds}) {
      ++dials[static_cast<std::size_t>(at / 1s)];
    }
  }
  for (std::size_t start = 0; start + 10 <= kSeconds; start += 10) {
    const auto first = dials.begin() + static_cast<std::ptrdiff_t>(start);
    const int peak = *std::max_element(first, first + 10);
    int sum = 0;
    std::for_each(first, first + 10, [&](int n) { sum += n; });
    // Peak over mean below 3, with room for chance where the mean is a handful.
    EXPECT_LT(peak, 3.0 * std::max(sum / 10.0, 4.0)) << "seconds " << start << "..";
  }
  EXPECT_LT(*std::max_element(dials.begin(), dials.end()), kRouters / 30);  // not even where two waves overlap
}

}  // namespace
}  // namespace karkara
