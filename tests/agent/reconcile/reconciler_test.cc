#include "agent/reconcile/reconciler.h"

#include <gmock/gmock.h>

#include "agent/facts/nft_fingerprint.h"
#include "agent/reconcile/plan.h"
#include "tests/fakes/fake_kernel.h"
#include "tests/support/wanted_network.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint32_t kVsatTable = kFirstUplinkTable;
constexpr std::uint32_t kLteTable = kFirstUplinkTable + 1;

// A reconciler and a kernel that answers at once.
class ReconcilerTest : public testing::Test {
 protected:
  ReconcilerTest() {
    vsat_ = kernel_.add_link("vsat0");
    lte_ = kernel_.add_link("wwan0");
    kernel_.state.sysctls = {{"net/ipv4/ip_forward", "0"}};
  }

  WantedNetwork wanted(bool vsat_first) const {
    WantedNetwork network;
    network.sysctls = {{"net/ipv4/ip_forward", "1"}};
    network.nft_ruleset = small_ruleset("postrouting");
    network.routes = {default_route(kVsatTable, 100, vsat_, "10.1.0.1"),
                      dead_end(kVsatTable),
                      default_route(kLteTable, 100, lte_, "10.64.0.1"),
                      dead_end(kLteTable),
                      default_route(kChoiceTable, vsat_first ? 100 : 200, vsat_, "10.1.0.1"),
                      default_route(kChoiceTable, vsat_first ? 200 : 100, lte_, "10.64.0.1")};
    network.rules = {marked_rule(0), marked_rule(1), rule_to(10'100, kChoiceTable)};
    return network;
  }

  // Carries out what is asked for until nothing is; notes and batches are kept.
  void settle(Effects effects) {
    while (!effects.empty()) {
      const Effect effect = effects.front();
      effects.erase(effects.begin());
      Effects more;
      if (const auto* run = std::get_if<RunBatch>(&effect)) {
        batches_.push_back(run->batch);
        more = reconciler_.on(kernel_.run(run->batch), now_);
      } else if (const auto* dump = std::get_if<RequestDump>(&effect)) {
        ++dumps_;
        more = reconciler_.on(kernel_.dump(dump->sysctls), now_);
      } else if (const auto* note = std::get_if<Note>(&effect)) {
        notes_.push_back(*note);
      }
      effects.insert(effects.end(), more.begin(), more.end());
    }
  }
  void settle_until(Instant end) {
    while (reconciler_.next_deadline() <= end) {
      now_ = std::max(now_, reconciler_.next_deadline());
      settle(reconciler_.tick(now_));
      ASSERT_GT(reconciler_.next_deadline(), now_);
    }
    now_ = end;
  }
  bool kernel_fits(const WantedNetwork& network) {
    std::vector<std::string> paths;
    for (const Sysctl& sysctl : network.sysctls) {
      paths.push_back(sysctl.path);
    }
    return plan(network, kernel_.dump(paths).snapshot).empty();
  }

  FakeKernel kernel_;
  Reconciler reconciler_;
  Instant now_{1h};
  std::uint32_t vsat_ = 0;
  std::uint32_t lte_ = 0;
  std::vector<NetworkBatch> batches_;
  std::vector<Note> notes_;
  int dumps_ = 0;
};

TEST_F(ReconcilerTest, DoesNothingBeforeItIsToldWhatIsWanted) {
  kernel_.state.rules = {rule_to(10'100, kChoiceTable)};
  EXPECT_THAT(reconciler_.on(kernel_.dump({}), now_), IsEmpty());
  EXPECT_EQ(kernel_.ops_done, 0U);
}

TEST_F(ReconcilerTest, BringsAnEmptyKernelUpInOrder) {
  settle(reconciler_.want(wanted(true), now_));
  ASSERT_THAT(batches_, SizeIs(3));
  EXPECT_THAT(batches_[0].ops,
              ElementsAre(testing::VariantWith<WriteSysctl>(testing::_), testing::VariantWith<LoadNft>(testing::_)));
  ASSERT_THAT(batches_[1].ops, SizeIs(6));
  EXPECT_EQ(std::get<PutRoute>(batches_[1].ops[4]).route, default_route(kChoiceTable, 100, vsat_, "10.1.0.1"));
  EXPECT_EQ(std::get<PutRoute>(batches_[1].ops[5]).route, default_route(kChoiceTable, 200, lte_, "10.64.0.1"));
  EXPECT_THAT(batches_[2].ops, SizeIs(3));
  EXPECT_TRUE(reconciler_.settled());
  EXPECT_TRUE(kernel_fits(wanted(true)));
}

TEST_F(ReconcilerTest, ARestartAdoptsWhatFitsWithoutASingleStep) {
  settle(reconciler_.want(wanted(true), now_));
  batches_.clear();
  reconciler_ = Reconciler{};
  settle(reconciler_.on(kernel_.dump({}), now_));  // the adapter's own first dump comes without settings
  settle(reconciler_.want(wanted(true), now_));
  EXPECT_THAT(batches_, IsEmpty());
  EXPECT_TRUE(reconciler_.settled());
}

TEST_F(ReconcilerTest, TheKernelsOwnWayToShowARouteToNowhereFits) {
  WantedNetwork network;
  network.routes = {dead_end(kVsatTable, IpFamily::V6)};
  KernelSnapshot seen;
  seen.routes = network.routes;
  seen.routes[0].link = 1;  // "dev lo"
  EXPECT_THAT(plan(network, seen), IsEmpty());
}

TEST_F(ReconcilerTest, SwapsTheLadderWithTwoReplacementsAndNothingElse) {
  settle(reconciler_.want(wanted(true), now_));
  batches_.clear();
  kernel_.after_op = [&](const NetworkOp&) { EXPECT_TRUE(has_ladder_default(kernel_.state.routes, IpFamily::V4)); };
  settle(reconciler_.want(wanted(false), now_));
  ASSERT_THAT(batches_, SizeIs(1));
  EXPECT_THAT(batches_[0].ops, ElementsAre(NetworkOp{PutRoute{default_route(kChoiceTable, 100, lte_, "10.64.0.1")}},
                                           NetworkOp{PutRoute{default_route(kChoiceTable, 200, vsat_, "10.1.0.1")}}));
}

TEST_F(ReconcilerTest, RemovesRulesBeforeTheRoutesBehindThem) {
  settle(reconciler_.want(wanted(true), now_));
  batches_.clear();
  WantedNetwork one = wanted(true);
  std::erase_if(one.routes, [&](const Route& route) { return route.table == kLteTable || route.link == lte_; });
  std::erase(one.rules, marked_rule(1));
  settle(reconciler_.want(one, now_));
  ASSERT_THAT(batches_, SizeIs(1));
  EXPECT_EQ(batches_[0].ops.front(), NetworkOp{RemoveRule{marked_rule(1)}});
  EXPECT_THAT(batches_[0].ops, SizeIs(4));
}

TEST_F(ReconcilerTest, NothingWantedTakesAwayAllOfOursAndNothingElse) {
  Route foreign = default_route(kMainTable, 0, vsat_, "10.1.0.1");
  foreign.protocol = 3;
  Route guest = default_route(kChoiceTable, 7, vsat_, "10.1.0.1");  // in our table, but not of our protocol
  guest.protocol = 4;
  Route strange = default_route(kChoiceTable, 8, vsat_, "10.1.0.1");  // of our protocol, but with more than we know
  strange.other_attributes = true;
  Rule elsewhere = rule_to(32'766, kMainTable);  // our protocol, but no priority of ours
  Rule narrowed = rule_to(10'050, kMainTable);
  narrowed.other_selectors = true;
  kernel_.state.routes = {foreign, guest, strange};
  kernel_.state.rules = {elsewhere, narrowed};
  settle(reconciler_.want(wanted(true), now_));
  settle(reconciler_.want({}, now_));
  EXPECT_THAT(kernel_.state.routes, ElementsAre(foreign, guest, strange));
  EXPECT_THAT(kernel_.state.rules, ElementsAre(elsewhere, narrowed));
  EXPECT_EQ(kernel_.state.nft_fingerprint, std::nullopt);
  EXPECT_TRUE(reconciler_.settled());
}

TEST_F(ReconcilerTest, NeverWritesWhatIsNotOurs) {
  WantedNetwork network;
  network.routes = {default_route(kMainTable, 1, vsat_, "10.1.0.1")};
  network.rules = {rule_to(500, kChoiceTable)};
  settle(reconciler_.want(network, now_));
  EXPECT_EQ(kernel_.ops_done, 0U);
}

TEST_F(ReconcilerTest, KeepsTheOldWayOutUntilItsSuccessorIsInPlace) {
  WantedNetwork vsat_only;
  vsat_only.routes = {default_route(kChoiceTable, 100, vsat_, "10.1.0.1")};
  settle(reconciler_.want(vsat_only, now_));
  kernel_.set_up(lte_, false);
  settle(reconciler_.on(kernel_.dump({}), now_));
  WantedNetwork lte_only;
  lte_only.routes = {default_route(kChoiceTable, 300, lte_, "10.64.0.1")};
  settle(reconciler_.want(lte_only, now_));
  EXPECT_EQ(kernel_.state.routes, vsat_only.routes) << "the LTE route cannot be put while its link is down";
  kernel_.set_up(lte_, true);
  settle(reconciler_.on(kernel_.dump({}), now_));
  EXPECT_EQ(kernel_.state.routes, lte_only.routes);
}

TEST_F(ReconcilerTest, LooksOnceMoreBeforeItLetsGoOfTheOldWayOut) {
  WantedNetwork vsat_only;
  vsat_only.routes = {default_route(kChoiceTable, 100, vsat_, "10.1.0.1")};
  settle(reconciler_.want(vsat_only, now_));
  WantedNetwork lte_only;
  lte_only.routes = {default_route(kChoiceTable, 300, lte_, "10.64.0.1")};
  const auto put = std::get<RunBatch>(reconciler_.want(lte_only, now_).front());
  const BatchDone done = kernel_.run(put.batch);
  kernel_.set_up(lte_, false);  // and its route is gone, without a word
  settle(reconciler_.on(done, now_));
  EXPECT_EQ(kernel_.state.routes, vsat_only.routes);
}

TEST_F(ReconcilerTest, ARuleWaitsForARouteInItsTable) {
  kernel_.refuse_always = [](const NetworkOp& op) {
    const auto* put = std::get_if<PutRoute>(&op);
    return put != nullptr && put->route.table == kLteTable;
  };
  settle(reconciler_.want(wanted(true), now_));
  EXPECT_THAT(kernel_.state.rules, ElementsAre(marked_rule(0), rule_to(10'100, kChoiceTable)));
}

TEST_F(ReconcilerTest, OneRefusedStepDoesNotHoldUpTheOthers) {
  kernel_.refuse_always = [](const NetworkOp& op) { return std::holds_alternative<LoadNft>(op); };
  settle(reconciler_.want(wanted(true), now_));
  EXPECT_TRUE(has_ladder_default(kernel_.state.routes, IpFamily::V4));
  EXPECT_THAT(kernel_.state.rules, SizeIs(3));
  EXPECT_FALSE(reconciler_.settled());
  kernel_.refuse_always = nullptr;
  settle_until(now_ + 11s);
  EXPECT_TRUE(kernel_fits(wanted(true)));
}

TEST_F(ReconcilerTest, TriesARefusedStepMoreAndMoreSeldomAndTellsOnce) {
  kernel_.refuse_always = [](const NetworkOp& op) { return std::holds_alternative<LoadNft>(op); };
  settle(reconciler_.want(wanted(true), now_));
  std::vector<Duration> waits;
  for (int i = 0; i < 9; ++i) {
    const Instant before = now_;
    const std::size_t tried = batches_.size();
    while (batches_.size() == tried) {
      settle_until(reconciler_.next_deadline());
    }
    waits.push_back(now_ - before);
  }
  EXPECT_THAT(waits, ElementsAre(200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 10s, 10s, 10s));
  EXPECT_THAT(notes_, SizeIs(1));
  EXPECT_EQ(notes_[0].id, MessageId::NetworkApplyFailed);
}

TEST_F(ReconcilerTest, ARouteOverALinkThatIsAbsentOrDownIsNotEvenTried) {
  kernel_.set_up(vsat_, false);
  kernel_.remove_link(lte_);
  settle(reconciler_.want(wanted(true), now_));
  for (const NetworkBatch& batch : batches_) {
    for (const NetworkOp& op : batch.ops) {
      const auto* put = std::get_if<PutRoute>(&op);
      EXPECT_TRUE(put == nullptr || put->route.link == 0) << describe(op);
    }
  }
  EXPECT_TRUE(reconciler_.settled());
}

TEST_F(ReconcilerTest, LooksAgainRightAfterARefusal) {
  settle(reconciler_.on(kernel_.dump({"net/ipv4/ip_forward"}), now_));
  const auto run = std::get<RunBatch>(reconciler_.want(wanted(true), now_).front());
  const Effects effects = reconciler_.on(BatchDone{run.batch.id, Error{ErrorCode::Internal, "no"}, 0}, now_);
  EXPECT_THAT(effects,
              ElementsAre(testing::VariantWith<Note>(testing::_), testing::VariantWith<RequestDump>(testing::_)));
}

TEST_F(ReconcilerTest, ALinkThatJustWentDownIsNoAlarm) {
  settle(reconciler_.on(kernel_.dump({"net/ipv4/ip_forward"}), now_));
  kernel_.set_up(vsat_, false);  // nobody has seen it yet
  settle(reconciler_.want(wanted(true), now_));
  EXPECT_THAT(notes_, IsEmpty());
  EXPECT_TRUE(has_ladder_default(kernel_.state.routes, IpFamily::V4)) << "LTE is there all the same";
  kernel_.set_up(vsat_, true);
  settle(reconciler_.on(kernel_.dump({"net/ipv4/ip_forward"}), now_));
  EXPECT_TRUE(kernel_fits(wanted(true))) << "the changed link lifts the back-off";
}

TEST_F(ReconcilerTest, AGatewayThatStaysUnreachableIsToldInTheEnd) {
  kernel_.refuse_always = nullptr;
  for (std::size_t later = 0; later < 200; ++later) {
    kernel_.refuse_op(later, Error{ErrorCode::Unavailable, "Network is unreachable"});
  }
  WantedNetwork network;
  network.routes = {default_route(kVsatTable, 100, vsat_, "172.16.0.1")};
  settle(reconciler_.want(network, now_));
  settle_until(now_ + 5s);
  EXPECT_THAT(notes_, IsEmpty());
  settle_until(now_ + 60s);
  EXPECT_THAT(notes_, SizeIs(1));
}

TEST_F(ReconcilerTest, RepairsWhatSomebodyTookAwayAtOnceButDoesNotFightForEver) {
  settle(reconciler_.want(wanted(true), now_));
  batches_.clear();
  for (int i = 0; i < 100; ++i) {
    kernel_.state.rules.clear();
    settle(reconciler_.on(kernel_.dump({"net/ipv4/ip_forward"}), now_));
    now_ = now_ + 10ms;
    if (i == 0) {
      EXPECT_TRUE(kernel_fits(wanted(true)));
    }
  }
  EXPECT_LE(batches_.size(), 4U);
  settle_until(now_ + 2s);
  EXPECT_TRUE(kernel_fits(wanted(true)));
}

TEST_F(ReconcilerTest, LooksAgainEveryMinute) {
  settle(reconciler_.want(wanted(true), now_));
  const int before = dumps_;
  settle_until(now_ + 10min);
  EXPECT_EQ(dumps_, before + 10);
}

TEST_F(ReconcilerTest, AWantThatChangesDuringABatchIsPlannedAfterIt) {
  settle(reconciler_.on(kernel_.dump({"net/ipv4/ip_forward"}), now_));
  const Effects first = reconciler_.want(wanted(true), now_);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_THAT(reconciler_.want(wanted(false), now_), IsEmpty()) << "one batch in flight";
  settle(first);
  EXPECT_TRUE(kernel_fits(wanted(false)));
}

TEST_F(ReconcilerTest, GivesUpABatchThatIsNeverAnswered) {
  settle(reconciler_.on(kernel_.dump({"net/ipv4/ip_forward"}), now_));
  const Effects lost = reconciler_.want(wanted(true), now_);
  const BatchDone late = kernel_.run(std::get<RunBatch>(lost.front()).batch);
  settle_until(now_ + 31s);
  EXPECT_TRUE(kernel_fits(wanted(true)));
  EXPECT_THAT(notes_, SizeIs(1));
  EXPECT_THAT(reconciler_.on(late, now_), IsEmpty());
}

TEST_F(ReconcilerTest, AsksAgainForADumpThatDoesNotCome) {
  EXPECT_THAT(reconciler_.want(wanted(true), now_), SizeIs(1));
  EXPECT_EQ(reconciler_.next_deadline(), now_ + 2s);
  settle_until(now_ + 2s);
  EXPECT_TRUE(kernel_fits(wanted(true)));
}

TEST_F(ReconcilerTest, ASettingWithoutAFileWaitsForIt) {
  WantedNetwork network;
  network.sysctls = {{"net/ipv4/conf/usb7/rp_filter", "2"}};
  settle(reconciler_.want(network, now_));
  EXPECT_EQ(kernel_.ops_done, 0U);
  kernel_.state.sysctls.push_back({"net/ipv4/conf/usb7/rp_filter", "0"});
  settle(reconciler_.on(kernel_.dump({"net/ipv4/conf/usb7/rp_filter"}), now_));
  EXPECT_EQ(kernel_.state.sysctls.back().value, "2");
}

TEST_F(ReconcilerTest, LeavesRouterAdvertisementsToTheDaemonThatTookThemFromTheKernel) {
  const std::string path = "net/ipv6/conf/vsat0/accept_ra";
  WantedNetwork network;
  network.sysctls = {{path, "2"}};
  kernel_.state.sysctls.push_back({path, "0"});
  settle(reconciler_.want(network, now_));
  EXPECT_EQ(kernel_.state.sysctls.back().value, "0");
  EXPECT_EQ(kernel_.ops_done, 0U);
  // The daemon is gone: the kernel's own 1 becomes a 2, as forwarding makes it deaf otherwise.
  kernel_.state.sysctls.back().value = "1";
  settle(reconciler_.on(kernel_.dump({path}), now_));
  EXPECT_EQ(kernel_.state.sysctls.back().value, "2");
}

TEST_F(ReconcilerTest, TakesTheSecondOfTwoEqualRulesAway) {
  settle(reconciler_.want(wanted(true), now_));
  kernel_.state.rules.push_back(marked_rule(0));
  settle(reconciler_.on(kernel_.dump({"net/ipv4/ip_forward"}), now_));
  EXPECT_THAT(kernel_.state.rules, SizeIs(3));
}

TEST_F(ReconcilerTest, TheDryRunListsAllStagesOfAMove) {
  WantedNetwork vsat_only;
  vsat_only.routes = {default_route(kChoiceTable, 100, vsat_, "10.1.0.1")};
  WantedNetwork lte_only;
  lte_only.routes = {default_route(kChoiceTable, 300, lte_, "10.64.0.1")};
  KernelSnapshot seen = kernel_.state;
  seen.routes = vsat_only.routes;
  const auto batches = plan(lte_only, seen);
  ASSERT_THAT(batches, SizeIs(2));
  EXPECT_THAT(batches[0].ops, ElementsAre(NetworkOp{PutRoute{lte_only.routes[0]}}));
  EXPECT_THAT(batches[1].ops, ElementsAre(NetworkOp{RemoveRoute{vsat_only.routes[0]}}));
}

TEST(NftFingerprint, IsFoundInWhatNftPrints) {
  const std::string ruleset = small_ruleset("postrouting");
  EXPECT_EQ(nft_fingerprint_in(nft_with_fingerprint(ruleset)), nft_fingerprint(ruleset));
  EXPECT_NE(nft_fingerprint(ruleset), nft_fingerprint(ruleset + " "));
  EXPECT_EQ(nft_fingerprint_in("table inet karkara {\n}\n"), "");
}

}  // namespace
}  // namespace karkara
