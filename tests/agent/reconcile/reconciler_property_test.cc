// Whatever order things happen in, and whatever is refused: the village keeps a way out, foreigners keep theirs, and in
// the end the kernel is as wanted.
#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "agent/reconcile/ownership.h"
#include "agent/reconcile/plan.h"
#include "agent/reconcile/reconciler.h"
#include "common/overloaded.h"
#include "tests/fakes/fake_kernel.h"
#include "tests/support/wanted_network.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

// Batches and dumps are done one after the other at times of their own, and their answers wait in a mailbox.
class Storm {
 public:
  explicit Storm(unsigned seed) : random_{seed} {
    for (const char* name : {"vsat0", "wwan0", "eth2"}) {
      links_.push_back(kernel_.add_link(name));
    }
    kernel_.state.sysctls = {{"net/ipv4/ip_forward", "0"}};
    add_foreign_objects();
    kernel_.before_op = [this](const NetworkOp&) { routes_before_ = kernel_.state.routes; };
    kernel_.after_op = [this](const NetworkOp& op) { check_way_out(op); };
  }

  void rage(int steps) {
    for (int i = 0; i < steps; ++i) {
      happen();
    }
  }

  void calm_down() {
    for (const std::uint32_t link : links_) {
      kernel_.set_up(link, true);
    }
    jobs_.push_back(RequestDump{{"net/ipv4/ip_forward"}});
    for (int i = 0; i < 400; ++i) {
      work();
      deliver();
      if (jobs_.empty() && mailbox_.empty()) {
        now_ = std::max(now_, reconciler_.next_deadline());
        perform(reconciler_.tick(now_));
        ASSERT_GT(reconciler_.next_deadline(), now_);
      }
    }
  }

  void check_end() {
    KernelSnapshot seen = kernel_.dump({"net/ipv4/ip_forward"}).snapshot;
    EXPECT_TRUE(plan(wanted_, seen).empty());
    const WantedNetwork target = canonical(wanted_);
    std::erase_if(seen.routes, [](const Route& route) { return !is_ours(route); });
    EXPECT_EQ(seen.routes.size(), target.routes.size());
    for (const Route& route : target.routes) {
      EXPECT_EQ(std::count(seen.routes.begin(), seen.routes.end(), route), 1) << describe(PutRoute{route});
    }
    std::erase_if(seen.rules, [](const Rule& rule) { return !is_ours(rule); });
    EXPECT_EQ(seen.rules.size(), target.rules.size());
    for (const Route& route : foreign_routes_) {
      EXPECT_EQ(std::count(kernel_.state.routes.begin(), kernel_.state.routes.end(), route), 1);
    }
    EXPECT_EQ(std::count(kernel_.state.rules.begin(), kernel_.state.rules.end(), foreign_rule_), 1);
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  void add_foreign_objects() {
    Route main = default_route(kMainTable, 5, 0, "10.1.0.1");
    main.protocol = 4;
    Route guest = default_route(kChoiceTable, 7, 0, "10.1.0.1");
    guest.protocol = 4;
    guest.type = RouteType::Other;
    Route neighbour = default_route(20'000, 100, 0, "10.1.0.1");
    foreign_routes_ = {main, guest, neighbour};
    foreign_rule_ = rule_to(9'000, kMainTable);
    kernel_.state.routes = foreign_routes_;
    kernel_.state.rules = {foreign_rule_};
  }

  WantedNetwork random_want() {
    WantedNetwork network;
    network.sysctls = {{"net/ipv4/ip_forward", "1"}};
    network.nft_ruleset = below(2) == 0 ? small_ruleset("a") : small_ruleset("b");
    for (const IpFamily family : {IpFamily::V4, IpFamily::V6}) {
      const std::string gateway = family == IpFamily::V4 ? "10.1.0." : "2001:db8::";
      for (std::uint32_t slot = 0; slot < 3; ++slot) {
        if (below(2) == 0) {
          continue;
        }
        const std::string way = gateway + std::to_string(1 + below(2));
        network.routes.push_back(dead_end(kFirstUplinkTable + slot, family));
        network.routes.push_back(default_route(kFirstUplinkTable + slot, 100, links_[slot], way));
        network.routes.push_back(default_route(kChoiceTable, 100 * (1 + below(3)), links_[slot], way));
        network.rules.push_back(marked_rule(slot, family));
      }
      network.rules.push_back(rule_to(10'100, kChoiceTable, family));
    }
    return below(12) == 0 ? WantedNetwork{} : network;
  }

  void happen() {
    const unsigned what = below(40);
    if (what == 0) {
      wanted_ = random_want();
      perform(reconciler_.want(wanted_, now_));
    } else if (what <= 2) {
      kernel_.set_up(links_[below(3)], below(2) == 0);
      ++silent_changes_;
    } else if (what <= 4) {
      kernel_.set_carrier(links_[below(3)], below(2) == 0);
    } else if (what <= 6) {
      kernel_.refuse_op(below(6), {below(2) == 0 ? ErrorCode::Unavailable : ErrorCode::Internal, "no"});
    } else if (what == 7) {
      lose_something();
    } else if (what == 8) {
      jobs_.push_back(RequestDump{{"net/ipv4/ip_forward"}});
    } else if (what <= 10) {
      now_ = now_ + Duration{std::chrono::milliseconds{below(3000)}};
      perform(reconciler_.tick(now_));
    } else if (what <= 25) {
      work();
    } else {
      deliver();
    }
  }

  // Somebody else, or the kernel itself, takes an object of ours away without a word. Never the ladder: that would be
  // the loss of the way out itself.
  void lose_something() {
    auto& routes = kernel_.state.routes;
    const auto ours = std::find_if(routes.begin(), routes.end(),
                                   [](const Route& route) { return is_ours(route) && route.table != kChoiceTable; });
    if (ours != routes.end()) {
      routes.erase(ours);
    }
    std::erase_if(kernel_.state.rules, [&](const Rule& rule) { return is_ours(rule) && below(3) == 0; });
  }

  void work() {
    if (jobs_.empty()) {
      return;
    }
    const Effect job = jobs_.front();
    jobs_.pop_front();
    if (const auto* run = std::get_if<RunBatch>(&job)) {
      issued_ = issued_for_.front();
      issued_for_.pop_front();
      mailbox_.push_back(kernel_.run(run->batch));
    } else if (const auto* dump = std::get_if<RequestDump>(&job)) {
      mailbox_.push_back(kernel_.dump(dump->sysctls));
      dumped_at_.push_back(silent_changes_);
    }
  }

  void deliver() {
    if (mailbox_.empty()) {
      return;
    }
    const Event event = mailbox_.front();
    mailbox_.pop_front();
    if (const auto* seen = std::get_if<KernelSeen>(&event)) {
      known_changes_ = dumped_at_.front();
      dumped_at_.pop_front();
      perform(reconciler_.on(*seen, now_));
    } else if (const auto* done = std::get_if<BatchDone>(&event)) {
      in_flight_ = false;
      perform(reconciler_.on(*done, now_));
    }
  }

  void perform(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (std::holds_alternative<RunBatch>(effect)) {
        EXPECT_FALSE(in_flight_) << "one batch at a time";
        in_flight_ = true;
        issued_for_.push_back({wanted_, known_changes_});
        jobs_.push_back(effect);
      } else if (std::holds_alternative<RequestDump>(effect)) {
        jobs_.push_back(effect);
      }
    }
  }

  void check_way_out(const NetworkOp& op) {
    if (issued_.known_changes != silent_changes_) {
      return;  // a link that goes down between the last look and the step can take the successor with it
    }
    for (const IpFamily family : {IpFamily::V4, IpFamily::V6}) {
      if (has_ladder_default(issued_.wanted.routes, family) && has_ladder_default(routes_before_, family)) {
        EXPECT_TRUE(has_ladder_default(kernel_.state.routes, family)) << describe(op);
      }
    }
  }

  std::mt19937 random_;
  FakeKernel kernel_;
  Reconciler reconciler_;
  Instant now_{1h};
  WantedNetwork wanted_;
  struct Issued {
    WantedNetwork wanted;
    int known_changes = 0;
  };
  Issued issued_;
  std::deque<Issued> issued_for_;
  int silent_changes_ = 0;     // links that went up or down
  std::deque<int> dumped_at_;  // how many of them each dump in the mailbox shows
  int known_changes_ = 0;      // how many the reconciler has seen
  std::vector<Route> routes_before_;
  std::vector<std::uint32_t> links_;
  std::vector<Route> foreign_routes_;
  Rule foreign_rule_;
  std::deque<Effect> jobs_;
  std::deque<Event> mailbox_;
  bool in_flight_ = false;
};

TEST(ReconcilerProperty, AnyOrderOfEventsAndRefusalsEndsAsWantedAndNeverCutsTheWayOut) {
  for (unsigned seed = 0; seed < 120 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Storm storm{seed};
    storm.rage(600);
    storm.calm_down();
    storm.check_end();
  }
}

TEST(ReconcilerProperty, APlanFromAnyKernelNeedsNoSecondOne) {
  std::mt19937 random{3};
  FakeKernel kernel;
  const std::uint32_t link = kernel.add_link("vsat0");
  for (int i = 0; i < 2000; ++i) {
    WantedNetwork wanted;
    kernel.state.routes.clear();
    for (int n = 0; n < 4; ++n) {
      const auto any_route = [&] {
        return default_route(kChoiceTable + static_cast<std::uint32_t>(random() % 3),
                             static_cast<std::uint32_t>(random() % 3) * 100 + 100, link,
                             random() % 2 == 0 ? "10.1.0.1" : "10.1.0.2");
      };
      wanted.routes.push_back(any_route());
      kernel.run({0, {PutRoute{any_route()}}});
    }
    for (const NetworkBatch& batch : plan(wanted, kernel.state)) {
      ASSERT_TRUE(kernel.run(batch).status.ok());
    }
    EXPECT_TRUE(plan(wanted, kernel.state).empty());
  }
}

}  // namespace
}  // namespace karkara
