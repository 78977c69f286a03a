// Laws of lending, over random masts whose ways out, links and batteries come and go while hellos are late and lost: no
// packet ever goes round, none passes more masts than are allowed, and with one hop nobody lends what is borrowed.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/agent/mesh/neighbour_net.h"

namespace karkara {
namespace {

constexpr int kSeconds = 40;
constexpr int kStepsASecond = 100;
constexpr unsigned kSeeds = 12;

struct Judged {
  std::size_t rounds = 0;
  std::size_t too_far = 0;
  std::size_t borrowed_from_borrower = 0;
  std::size_t lends_borrowed = 0;  // masts without a way out of their own that let somebody in
  std::size_t out = 0;
};

void judge(NeighbourNet& net, unsigned max_hops, Judged& judged) {
  for (std::size_t i = 0; i < net.size(); ++i) {
    const auto trip = net.send_from(i);
    judged.rounds += trip.fate == NeighbourNet::Fate::Round ? 1 : 0;
    judged.too_far += trip.fate == NeighbourNet::Fate::Out && trip.hops > max_hops ? 1 : 0;
    judged.borrowed_from_borrower += trip.fate == NeighbourNet::Fate::Out && trip.hops > 1 ? 1 : 0;
    const auto& mast = net.mast(i);
    judged.lends_borrowed += !mast.own_up && !mast.dead && !mast.feature.guests().admitted.empty() ? 1 : 0;
    judged.out += trip.fate == NeighbourNet::Fate::Out && trip.hops > 0 ? 1 : 0;
  }
}

void shake(NeighbourNet& net, std::mt19937& random) {
  const auto pick = [&](std::size_t below) { return std::uniform_int_distribution<std::size_t>{0, below - 1}(random); };
  const std::size_t a = pick(net.size());
  const std::size_t b = pick(net.size());
  switch (pick(9)) {
    case 0:
    case 1: net.mast(a).own_up = !net.mast(a).own_up; break;
    case 2:
      for (std::size_t i = 0; i < net.size(); ++i) {
        net.mast(i).own_up = true;
      }
      break;
    case 5:
    case 6:
      for (std::size_t i = 0; i < net.size(); ++i) {
        net.mast(i).own_up = false;  // the whole region loses its fibre in one moment
      }
      break;
    case 3:
      if (a != b) {
        net.link(a, b);
      }
      break;
    case 4: net.cut(a, b); break;
    case 7: net.mast(a).dead = !net.mast(a).dead; break;
    default: net.mast(a).stage = static_cast<unsigned>(pick(2)); break;
  }
}

Judged run(unsigned seed, unsigned max_hops) {
  std::mt19937 random{seed};
  NeighbourNet net{seed};
  const std::size_t count = 3 + seed % 6;
  std::vector<SiteId> sites;
  for (std::size_t i = 0; i < count; ++i) {
    sites.push_back(*SiteId::parse("site-" + std::to_string(i)));
  }
  for (std::size_t i = 0; i < count; ++i) {
    // Each likes another order, or they would never choose in a circle.
    std::vector<SiteId> liked = sites;
    std::ranges::rotate(liked, liked.begin() + static_cast<std::ptrdiff_t>((i + 1) % count));
    liked.pop_back();
    net.add(sites[i].text(), max_hops, liked);
    net.mast(i).own_up = random() % 3 == 0;
  }
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = a + 1; b < count; ++b) {
      if (random() % 2 == 0) {
        net.link(a, b);
      }
    }
  }
  net.set_loss(seed % 4 == 0 ? 0.3 : 0.05);
  Judged judged;
  for (int i = 0; i < kSeconds * kStepsASecond; ++i) {
    if (random() % 400 == 0) {
      shake(net, random);
    }
    net.step();
    judge(net, max_hops, judged);
  }
  return judged;
}

TEST(Neighbours, NoPacketGoesRoundAndNobodyLendsWhatIsBorrowed) {
  Judged all;
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    const Judged judged = run(seed, 1);
    all.out += judged.out;
    ASSERT_EQ(judged.rounds, 0U) << "seed " << seed;
    ASSERT_EQ(judged.borrowed_from_borrower, 0U) << "seed " << seed;
    ASSERT_EQ(judged.lends_borrowed, 0U) << "seed " << seed;
  }
  EXPECT_GT(all.out, 3'000U) << "the law was put to the test";
  RecordProperty("borrowed_trips", static_cast<int>(all.out));
}

TEST(Neighbours, WithASecondHopNoPacketGoesRoundEither) {
  Judged all;
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    const Judged judged = run(seed, 2);
    all.borrowed_from_borrower += judged.borrowed_from_borrower;
    ASSERT_EQ(judged.rounds, 0U) << "seed " << seed;
    ASSERT_EQ(judged.too_far, 0U) << "seed " << seed;
  }
  EXPECT_GT(all.borrowed_from_borrower, 100U) << "the second hop was used";
}

// Three masts that each like the next one best, and lose their ways out in one moment: each still believes in the offer
// of the next.
TEST(Neighbours, WhoLoseTheirWaysOutInOneMomentSendNothingRound) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    NeighbourNet net{seed};
    const std::vector sites{*SiteId::parse("a"), *SiteId::parse("b"), *SiteId::parse("c")};
    for (std::size_t i = 0; i < 3; ++i) {
      net.add(sites[i].text(), 2, {sites[(i + 1) % 3], sites[(i + 2) % 3]});
      net.mast(i).own_up = true;
    }
    for (std::size_t i = 0; i < 3; ++i) {
      net.link(i, (i + 1) % 3);
    }
    net.set_loss(0.3);
    Judged judged;
    for (int step = 0; step < 12 * kStepsASecond; ++step) {
      for (std::size_t i = 0; i < 3 && step == 4 * kStepsASecond; ++i) {
        net.mast(i).own_up = false;
      }
      net.step();
      judge(net, 2, judged);
    }
    ASSERT_EQ(judged.rounds, 0U) << "seed " << seed;
  }
}

}  // namespace
}  // namespace karkara
