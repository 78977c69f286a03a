// What clients are told of the village's addresses, through plan and reconciler.
#include <gmock/gmock.h>

#include "agent/reconcile/plan.h"
#include "agent/reconcile/reconciler.h"
#include "tests/fakes/fake_kernel.h"
#include "tests/support/wanted_network.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

LinkAddress village_address(const char* prefix = "2001:db8:a:1::1/64") {
  LinkAddress address;
  address.link = 9;
  address.prefix = *IpPrefix::parse(prefix);
  address.terms = {0, 3600};
  return address;
}

AddressPreference village_preference(bool preferred) {
  return {9, village_address().prefix, preferred};
}

WantedNetwork wants(bool preferred) {
  WantedNetwork network;
  network.preferences = {village_preference(preferred)};
  return network;
}

// A reconciler and a kernel that answers at once.
class PreferencesTest : public testing::Test {
 protected:
  PreferencesTest() { kernel_.state.addresses = {village_address()}; }
  void settle(Effects effects) {
    while (!effects.empty()) {
      const Effect effect = effects.front();
      effects.erase(effects.begin());
      Effects more;
      if (const auto* run = std::get_if<RunBatch>(&effect)) {
        batches_.push_back(run->batch);
        more = reconciler_.on(kernel_.run(run->batch), now_);
      } else if (const auto* dump = std::get_if<RequestDump>(&effect)) {
        more = reconciler_.on(kernel_.dump(dump->sysctls), now_);
      }
      effects.insert(effects.end(), more.begin(), more.end());
    }
  }
  LinkAddress& address() { return kernel_.state.addresses.front(); }

  FakeKernel kernel_;
  Reconciler reconciler_;
  Instant now_{1h};
  std::vector<NetworkBatch> batches_;
};

TEST_F(PreferencesTest, ClientsAreToldAfterTheRoutesMovedAndBeforeTheOldOnesGo) {
  const std::uint32_t link = kernel_.add_link("lte0");
  WantedNetwork network = wants(false);
  network.routes = {default_route(kChoiceTable, 100, link, "10.64.0.1")};
  KernelSnapshot seen = kernel_.state;
  seen.routes = {default_route(kChoiceTable, 200, link, "10.64.0.1")};
  const auto batches = plan(network, seen);
  ASSERT_THAT(batches, SizeIs(3));
  EXPECT_TRUE(std::holds_alternative<PutRoute>(batches[0].ops.front()));
  EXPECT_THAT(batches[1].ops, ElementsAre(NetworkOp{PreferAddress{village_preference(false)}}));
  EXPECT_TRUE(std::holds_alternative<RemoveRoute>(batches[2].ops.front()));
}

TEST_F(PreferencesTest, ALifetimeThatCountsDownIsNoReasonToAct) {
  settle(reconciler_.want(wants(false), now_));
  EXPECT_THAT(batches_, SizeIs(1));
  batches_.clear();
  for (std::uint32_t left = 3600; left > 3000; left -= 60) {
    address().terms.valid_seconds = left;
    settle(reconciler_.on(kernel_.dump({}), now_ = now_ + 60s));
  }
  EXPECT_THAT(batches_, IsEmpty());
  EXPECT_TRUE(reconciler_.settled());
}

TEST_F(PreferencesTest, ARestartAdoptsWhatIsDeprecated) {
  settle(reconciler_.want(wants(false), now_));
  batches_.clear();
  reconciler_ = Reconciler{};
  settle(reconciler_.want(wants(false), now_));
  EXPECT_THAT(batches_, IsEmpty());
  settle(reconciler_.want(wants(true), now_));
  EXPECT_FALSE(address().deprecated);
}

TEST_F(PreferencesTest, WhoeverPrefersAnAddressAgainAndAgainIsNotFoughtInATightLoop) {
  settle(reconciler_.want(wants(false), now_));
  batches_.clear();
  for (int i = 0; i < 50; ++i) {  // 5 s
    address().deprecated = address().deprecated_by_us = false;
    settle(reconciler_.on(kernel_.dump({}), now_ = now_ + 100ms));
  }
  EXPECT_LE(batches_.size(), 8U);
  EXPECT_GE(batches_.size(), 4U);
}

TEST_F(PreferencesTest, WhatWeDeprecatedIsGivenBackAndOnlyThat) {
  address().deprecated = address().deprecated_by_us = true;
  LinkAddress theirs = village_address("2001:db8:b:1::1/64");
  theirs.deprecated = true;
  kernel_.state.addresses.push_back(theirs);
  settle(reconciler_.want(WantedNetwork{}, now_));
  EXPECT_FALSE(kernel_.state.addresses[0].deprecated);
  EXPECT_TRUE(kernel_.state.addresses[1].deprecated);
}

}  // namespace
}  // namespace karkara
