// Whatever is there and whatever is wanted: the plan reaches it, and the village is never led into a device without a
// tree.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "agent/reconcile/ownership.h"
#include "agent/reconcile/plan.h"
#include "agent/reconcile/traffic_steps.h"
#include "tests/fakes/fake_kernel.h"
#include "tests/support/wanted_traffic.h"

namespace karkara {
namespace {

class AnyKernel {
 public:
  explicit AnyKernel(unsigned seed) : random_{seed} {
    for (const char* name : {"br-lan", "br-clinic", "vsat0", "wwan0"}) {
      links_.push_back(kernel.add_link(name));
    }
  }

  FakeKernel kernel;

  WantedTraffic any_want() {
    WantedTraffic wanted;
    if (below(8) == 0) {
      return wanted;
    }
    const auto classes = static_cast<std::uint16_t>(1 + below(3));
    const std::uint64_t rate = 100'000 + 50'000 * below(3);
    for (std::uint32_t i = 0; i < 2; ++i) {
      if (below(4) != 0) {
        wanted.shapers.push_back(tree(links_[2 + i], {i + below(2)}, rate, classes));
      }
    }
    if (below(4) != 0) {
      wanted.download_device = true;
      wanted.shapers.push_back(tree(kDownloadLink,
                                    below(2) == 0 ? std::vector<std::uint32_t>{0} : std::vector<std::uint32_t>{0, 1},
                                    rate, classes));
      for (std::uint32_t i = 0; i < 2; ++i) {
        if (below(3) != 0) {
          wanted.redirects.push_back({links_[i], kDownloadLink});
        }
      }
    }
    return wanted;
  }

  // What power cuts, other programs and other versions of us leave behind.
  void spoil() {
    SeenTraffic& traffic = kernel.state.traffic;
    std::vector<std::uint32_t> all = links_;
    if (const Link* device = kernel.state.link_named(kDownloadDevice)) {
      all.push_back(device->index);
    }
    const std::uint32_t link = all[below(static_cast<unsigned>(all.size()))];
    switch (below(8)) {
      case 0: apply_traffic(RemoveShaperRoot{link}, kernel.state); break;
      case 1:
        if (!traffic.classes.empty()) {
          const auto& victim = traffic.classes[below(static_cast<unsigned>(traffic.classes.size()))];
          static_cast<void>(kernel.run({1, {RemoveShaperClass{victim.link, victim.content.minor}}}));
        }
        break;
      case 2:
        static_cast<void>(kernel.run({1, {PutShaperRoot{link, static_cast<std::uint16_t>(below(3) * 32)}}}));
        break;
      case 3: {
        FramedClass odd =
            shaped(static_cast<std::uint16_t>(1 + below(70)), static_cast<std::uint16_t>(below(3) * 32), 10'000, {});
        static_cast<void>(kernel.run({1, {PutShaperClass{link, odd.framing, odd.content}}}));
        break;
      }
      case 4: static_cast<void>(kernel.run({1, {AddDownloadDevice{}}})); break;
      case 5:
        if (const Link* device = kernel.state.link_named(kDownloadDevice)) {
          apply_traffic(RemoveDownloadDevice{device->index}, kernel.state);
        }
        break;
      case 6: static_cast<void>(kernel.run({1, {PutRedirect{{links_[below(2)], all.back()}}}})); break;
      case 7:
        if (const Link* device = kernel.state.link_named(kDownloadDevice); device != nullptr) {
          kernel.set_up(device->index, false);
        }
        break;
      default: break;
    }
    if (below(10) == 0 && traffic.roots.empty()) {
      traffic.roots.push_back({links_[2], "cake", 0x8001, 0});
    }
  }

  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

 private:
  std::mt19937 random_;
  std::vector<std::uint32_t> links_;
};

// A redirect of ours leads into a device that is there, is up and has our root and the class for what is unmarked.
bool is_sound(const Redirect& redirect, const KernelSnapshot& seen) {
  const auto& roots = seen.traffic.roots;
  const auto root = std::find_if(roots.begin(), roots.end(), [&](const SeenRoot& each) {
    return each.link == redirect.through && each.major == kShaperMajor;
  });
  return root != roots.end() &&
         std::any_of(seen.traffic.classes.begin(), seen.traffic.classes.end(), [&](const SeenTraffic::Class& each) {
           return each.link == redirect.through && each.content.minor == root->default_minor;
         });
}

TEST(TrafficStepsProperty, FromAnyKernelThePlanReachesTheWantAndIsThenSilent) {
  for (unsigned seed = 0; seed < 3000 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    AnyKernel any{seed};
    for (int round = 0; round < 4; ++round) {
      for (unsigned i = any.below(6); i > 0; --i) {
        any.spoil();
      }
      const auto foreign_before =
          std::count_if(any.kernel.state.traffic.roots.begin(), any.kernel.state.traffic.roots.end(),
                        [](const SeenRoot& root) { return root.major == 0x8001; });
      std::vector<Redirect> unsound;  // they were so when we came
      for (const Redirect& redirect : any.kernel.state.traffic.redirects) {
        if (!is_sound(redirect, any.kernel.state)) {
          unsound.push_back(redirect);
        }
      }
      any.kernel.after_op = [&](const NetworkOp& op) {
        for (const Redirect& redirect : any.kernel.state.traffic.redirects) {
          const bool was_so = std::find(unsound.begin(), unsound.end(), redirect) != unsound.end();
          EXPECT_TRUE(was_so || is_sound(redirect, any.kernel.state)) << describe(op);
        }
      };
      WantedNetwork wanted;
      wanted.traffic = any.any_want();
      const WantedNetwork target = canonical(wanted);
      int batches = 0;
      for (; batches < 40; ++batches) {
        const auto ops = next_steps(target, any.kernel.state, [](const NetworkOp&) { return false; });
        if (ops.empty()) {
          break;
        }
        const BatchDone done = any.kernel.run({1, ops});
        ASSERT_TRUE(done.status.ok()) << done.status.error().text;
      }
      ASSERT_LT(batches, 40);
      any.kernel.after_op = nullptr;
      EXPECT_TRUE(traffic_settled(wanted.traffic, any.kernel.state));
      EXPECT_EQ(foreign_before,
                std::count_if(any.kernel.state.traffic.roots.begin(), any.kernel.state.traffic.roots.end(),
                              [](const SeenRoot& root) { return root.major == 0x8001; }));
      for (const Redirect& redirect : any.kernel.state.traffic.redirects) {
        EXPECT_TRUE(is_sound(redirect, any.kernel.state));
      }
      if (wanted.traffic == WantedTraffic{}) {
        EXPECT_TRUE(any.kernel.state.traffic.classes.empty());
        EXPECT_TRUE(any.kernel.state.traffic.redirects.empty());
        EXPECT_EQ(any.kernel.state.link_named(kDownloadDevice), nullptr);
      }
    }
  }
}

}  // namespace
}  // namespace karkara
