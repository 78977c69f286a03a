// One direction of a link as tests tell AdaptiveRate of it, a second or a fifth of one at a time.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "agent/shaping/adaptive_rate.h"

namespace karkara {

inline constexpr BitsPerSecond kFloor{200'000};
inline constexpr BitsPerSecond kBase{2'000'000};
inline constexpr BitsPerSecond kCeiling{4'000'000};

inline AdaptiveRateSettings settings() {
  AdaptiveRateSettings made;
  made.limits = {kFloor, kBase, kCeiling};
  made.packet = 1500;
  return made;
}

inline AdaptiveRateSettings still() {  // as high as it may go: it tries nothing
  AdaptiveRateSettings made = settings();
  made.limits.ceiling = kBase;
  return made;
}

// One direction in which each second brings a load and five answers.
struct Link {
  Instant now{std::chrono::hours{1}};
  AdaptiveRate rate;
  Duration baseline = std::chrono::milliseconds{60};
  OtherDirection other{};
  std::vector<RateChange> changes;

  explicit Link(const AdaptiveRateSettings& with = settings(), std::optional<BitsPerSecond> remembered = std::nullopt)
      : rate{with, remembered, now} {}

  void keep(const std::optional<RateChange>& made) {
    if (made) {
      EXPECT_EQ(made->to, rate.rate());
      EXPECT_NE(made->to, made->from);
      EXPECT_FALSE(to_string(made->reason).empty());
      changes.push_back(*made);
    }
  }
  // carried: bits a second; added: above the baseline, of each answer.
  void second(BitsPerSecond carried, Duration added, std::uint64_t backlog = 0) {
    for (int i = 0; i < 5; ++i) {
      now = now + std::chrono::milliseconds{200};
      keep(rate.on(DelaySeen{1, baseline + added}, now));
    }
    load(carried, backlog);
  }
  void load(BitsPerSecond carried, std::uint64_t backlog = 0) {
    LoadSeen seen;
    seen.bytes = static_cast<std::uint64_t>(carried.value() / 8);
    seen.backlog = backlog;
    rate.on(seen, now);
    keep(rate.decide(other, now));
    rate.tick(now);
    EXPECT_GT(rate.next_deadline(), now);
  }
  void idle(int many) {
    for (int i = 0; i < many; ++i) {
      second(BitsPerSecond{10'000}, std::chrono::milliseconds{i % 3});
    }
  }
  void full(int many, Duration added = std::chrono::milliseconds{1}) {
    for (int i = 0; i < many; ++i) {
      second(rate.rate(), added, 20'000);
    }
  }
};

// As a site that reads counters five times a second sees them, with answers that tell the way of each.
struct QuickLink : Link {
  using Link::Link;
  Duration far{std::chrono::hours{9}};  // what the anchor's clock is ahead

  void fifth(BitsPerSecond carried, std::uint64_t backlog, std::uint64_t drops = 0) {
    now = now + std::chrono::milliseconds{200};
    LoadSeen seen;
    seen.bytes = static_cast<std::uint64_t>(carried.value() / 8 / 5);
    seen.backlog = backlog;
    seen.drops = drops;
    seen.span = std::chrono::milliseconds{200};
    rate.on(seen, now);
    keep(rate.decide(other, now));
  }
  // added: there and back above the baseline; here: of it, in this direction.
  void answer(Duration added, Duration here) {
    DelaySeen seen{.path = 1, .round_trip = baseline + added};
    seen.one_way = far + baseline / 2 + here;
    keep(rate.on(seen, now));
  }
  void busy(int fifths) {
    for (int i = 0; i < fifths; ++i) {
      answer(std::chrono::milliseconds{1}, std::chrono::milliseconds{1});
      fifth(rate.rate(), 20'000);
    }
  }
};

}  // namespace karkara
