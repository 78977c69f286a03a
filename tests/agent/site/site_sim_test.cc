// What a modem's cures and its spare SIM rest on beside the modem itself: what gets out, who uses the link, the hour;
// and what two devices tell of one uplink.
#include <gmock/gmock.h>

#include "agent/site/join_advice.h"
#include "agent/site/use_watch.h"
#include "tests/agent/site/modem_site.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;

// --- what gets out although no anchor answers -------------------------------------------------------------------
class RebootingSite : public ModemSite {
 protected:
  RebootingSite() : ModemSite{rebooting()} {}
  static SiteSettings rebooting() {
    SiteSettings settings = ModemSite::settings();
    settings.cellular.uplinks[0].reboot_command = {"/sbin/reboot"};
    settings.cellular.uplinks[0].sims.resize(1);
    return settings;
  }
  void answer_device(const Effect& effect) override {
    if (std::holds_alternative<ReadFlowCounters>(effect)) {
      packets_ += answered_ ? 10 : 0;
      FlowCountersRead counted;
      for (const char* name : {"sent0", "answered0"}) {
        counted.counters.push_back({name, packets_, packets_ * 100});
      }
      give(counted);
      return;
    }
    reboots_ += std::holds_alternative<RebootRouter>(effect) ? 1 : 0;
    ModemSite::answer_device(effect);
  }
  bool answered_ = false;  // the village's traffic over the satellite
  std::uint64_t packets_ = 0;
  int reboots_ = 0;
};

TEST_F(RebootingSite, TheRouterIsRebootedForItsModemOnlyWhileNothingGetsOut) {
  begin();
  black_holes_ = {lte_, vsat_};  // or the anchors are away, in a night without traffic
  lose_cell();
  run_for(minutes{2});
  ASSERT_EQ(explained("vsat").state, "down");
  answered_ = true;
  run_for(hours{1});
  EXPECT_EQ(active(), "vsat");
  EXPECT_EQ(explained("vsat").state, "down");
  EXPECT_EQ(reboots_, 0) << "the village works";
  answered_ = false;
  run_for(hours{1});
  EXPECT_EQ(reboots_, 1);
}

// --- the spare SIM ----------------------------------------------------------------------------------------------
class CheckingSite : public ModemSite {
 protected:
  CheckingSite() : ModemSite{checking()} {}
  static SiteSettings checking() {
    SiteSettings settings = ModemSite::settings();
    settings.uplink.uplinks[0].preference = 1;  // the village is on the satellite
    settings.uplink.uplinks[0].active_echo_interval = settings.uplink.uplinks[1].standby_echo_interval = minutes{1};
    settings.uplink.utc_offset = hours{12};  // it boots at half past two in the morning
    settings.cellular.uplinks[0].spare_check_nights = 7;
    settings.cellular.uplinks[0].sims[1].name = "zamani";
    return settings;
  }
};

TEST_F(CheckingSite, ASpareSimIsProvenAtNightAndToldBesideTheUplinksEvidence) {
  know_anchors();
  KernelSnapshot both = kernel();
  add_link(both, 3, "wwan7", false);
  give(KernelSeen{both});
  give(ModemBusState{true, ""});
  facts_.active_slot = 1;
  power_up();
  run_for(minutes{2});
  EXPECT_THAT(site_->status(at_).state.uplinks[1].evidence, HasSubstr("; spare SIM zamani was never checked"));
  EXPECT_EQ(count("switch-slot"), 0) << "whether nobody uses it shows only after a while";
  run_for(minutes{30});
  EXPECT_THAT(notes_of(MessageId::SimSlotSwitched, "why"), ElementsAre("spare-check", "spare-check"));
  EXPECT_THAT(notes_of(MessageId::SpareSimChecked, "found"), ElementsAre("proven"));
  EXPECT_THAT(site_->status(at_).state.uplinks[1].evidence, HasSubstr("; spare SIM zamani works (seen today)"));
  EXPECT_EQ(used("lte").key, "892270100000000001") << "home again";
}

// --- small parts --------------------------------------------------------------------------------------------------
TEST(UseWatch, SaysThatNobodyUsesALinkOnlyAfterItWatchedForLongAndNotOfAnotherInterface) {
  UseWatch watch;
  Instant now{hours{1}};
  std::uint64_t bytes = 5'000'000;
  const auto after = [&](std::uint64_t more) {
    now = now + minutes{1};
    return watch.idle(bytes += more, now);
  };
  EXPECT_FALSE(after(0));
  EXPECT_FALSE(after(20'000));
  EXPECT_FALSE(after(20'000));
  EXPECT_EQ(after(20'000), minutes{3});
  EXPECT_EQ(after(20'000), minutes{4});
  EXPECT_FALSE(after(250'000)) << "somebody looks at something";
  EXPECT_FALSE(after(0));
  EXPECT_FALSE(after(0));
  EXPECT_EQ(after(0), minutes{3});
  bytes = 0;
  EXPECT_FALSE(after(0)) << "made anew";
}

TEST(JoinedAdvice, WhatEitherDeviceAsksForHoldsAndTheModemSaysWhereTheUplinkIs) {
  const UplinkId id = *UplinkId::parse("lte");
  UplinkAdvice modem{.uplink = id, .interface = "wwan7", .recovering = "reset", .ledger_key = "8922701", .slot = 1};
  const UplinkAdvice terminal{.uplink = id, .draining = "margin 0.5 dB", .held = "moved"};
  UplinkAdvice one = modem;
  join(terminal, one);
  UplinkAdvice other = terminal;
  join(modem, other);
  EXPECT_EQ(one, other) << "whichever tells first";
  EXPECT_EQ(one.interface, "wwan7");
  EXPECT_EQ(one.draining, "margin 0.5 dB");
  EXPECT_EQ(one.held, "moved");
  EXPECT_EQ(one.recovering, "reset");
  modem.draining = "its spare SIM is checked";
  join(modem, one);
  EXPECT_EQ(one.draining, "margin 0.5 dB; its spare SIM is checked");
  join(modem, one);
  EXPECT_EQ(one.draining, "margin 0.5 dB; its spare SIM is checked") << "told once";
}

}  // namespace
}  // namespace karkara
