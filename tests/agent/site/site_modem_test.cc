// What becomes of a modem's facts on their way through the site: the uplink's state, the traffic, alarms and reports,
// and what the uplink's state makes of the modem.
#include <gmock/gmock.h>

#include "agent/power/shed/shed_memory.h"
#include "agent/power/shed_control.h"
#include "tests/agent/site/modem_site.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class SiteModem : public ModemSite {
 protected:
  using ModemSite::ModemSite;
  void order(UplinkAct act) {
    SiteRequest asked = request(RequestKind::OrderUplink);
    asked.order = {act, lte_, std::nullopt, "the antenna is being moved"};
    (void)ask(asked);
  }
  std::vector<std::string> rungs() { return notes_of(MessageId::ModemRecoveryStep, "rung"); }
};

TEST_F(SiteModem, ItsBearerIsTheUplinksInterfaceAlsoWhereAnotherIsConfigured) {
  begin();
  EXPECT_EQ(explained("lte").interface, "wwan7");
  EXPECT_EQ(explained("lte").state, "up");
  EXPECT_THAT(explained("lte").details, Contains(HasSubstr("connected, SIM 1")));
  use(50'000'000);
  EXPECT_EQ(sample(SeriesId::UplinkReceived, "lte"), 50'000'000);
  EXPECT_EQ(used("lte").key, "892270100000000001");
  EXPECT_EQ(used("lte").cycle.received, 50'000'000U);
}

TEST_F(SiteModem, ASilentModemClimbsTheLadderWhileTheVillageIsElsewhere) {
  begin();
  black_holes_ = {lte_};
  run_for(seconds{20});
  EXPECT_EQ(active(), "vsat");
  EXPECT_EQ(explained("lte").state, "down");
  run_for(seconds{90});
  EXPECT_THAT(rungs(), ElementsAre("reconnect"));
  EXPECT_EQ(explained("lte").state, "recover");
  EXPECT_THAT(explained("lte").evidence, HasSubstr("reconnect"));
  EXPECT_EQ(sample(SeriesId::UplinkState, "lte"), static_cast<double>(UplinkState::Recover));
  EXPECT_TRUE(alarm(MessageId::UplinkDown, "lte"));
  run_for(minutes{4});
  EXPECT_THAT(rungs(), ElementsAre("reconnect", "radio-cycle", "reset"));
  EXPECT_THAT(notes_of(MessageId::ModemMoved, "to"), ElementsAre("/Modem/1"));
  black_holes_.clear();
  run_for(minutes{3});
  EXPECT_EQ(explained("lte").state, "up");
  EXPECT_EQ(active(), "lte") << "the better way is returned to";
  EXPECT_FALSE(alarm(MessageId::UplinkDown, "lte"));
  EXPECT_THAT(notes_of(MessageId::ModemRecovered, "rungs"), ElementsAre("3"));
}

TEST_F(SiteModem, WithoutItsCellTheVillageMovesAtOnceAndComesBackWithIt) {
  begin();
  lose_cell();
  EXPECT_EQ(active(), "vsat");
  EXPECT_THAT(explained("lte").details, Contains(HasSubstr("searching a network")));
  run_for(minutes{6});
  EXPECT_EQ(explained("lte").state, "recover");
  EXPECT_THAT(rungs(), ElementsAre("radio-cycle"));
  find_cell();
  run_for(minutes{2});
  EXPECT_EQ(explained("lte").state, "up");
  EXPECT_EQ(active(), "lte");
}

TEST_F(SiteModem, AModemThatLeavesTheBusIsAnAlarmAndKeepsItsSimsAccount) {
  begin();
  use(50'000'000);
  set_carrier("wwan7", false);
  give(ModemGone{facts_.device, facts_.path});
  run_for(minutes{3});
  EXPECT_EQ(active(), "vsat");
  EXPECT_TRUE(alarm(MessageId::ModemAbsent, "lte"));
  EXPECT_THAT(site_->status(at_).waiting, Contains("modem of lte"));
  EXPECT_EQ(used("lte").cycle.received, 50'000'000U);
  power_up();
  run_for(minutes{2});
  EXPECT_FALSE(alarm(MessageId::ModemAbsent, "lte"));
  EXPECT_EQ(active(), "lte");
}

// --- held ---------------------------------------------------------------------------------------------------------
TEST_F(SiteModem, WhileAPersonHoldsItTheModemIsNeitherCuredNorGivenUpForAnotherSim) {
  begin();
  order(UplinkAct::Hold);
  EXPECT_EQ(explained("lte").state, "held");
  EXPECT_EQ(active(), "vsat");
  black_holes_ = {lte_};
  run_for(minutes{20});
  EXPECT_EQ(explained("lte").state, "held");
  EXPECT_EQ(count("switch-slot"), 0);
  EXPECT_TRUE(rungs().empty());
  order(UplinkAct::Release);
  run_for(minutes{2});
  EXPECT_THAT(rungs(), ElementsAre("reconnect")) << "from now on it has to work again";
}

class SavingSite : public SiteModem {
 protected:
  SavingSite() : SiteModem{saving()} {}
  static SiteSettings saving() {
    SiteSettings settings = ModemSite::settings();
    settings.power.battery =
        BatterySettings{Chemistry::LeadAcid, AmpHours{100}, Volts{12}, Volts{11.4}, std::nullopt, Amps{}};
    settings.power.shedding.stages = {
        {"night", Percent{45}, std::nullopt, std::nullopt, {RestUplink{.uplink = *UplinkId::parse("lte")}}}};
    return settings;
  }
};

TEST_F(SavingSite, AModemThatRestsForTheBatteryKeepsItsSim) {
  begin();
  boot(at_.wall, {{std::string{ShedControl::kStageKey}, to_text(StageMemory{1, "night"})}});
  know_anchors();
  give(KernelSeen{kernel_});
  give(ModemBusState{true, ""});
  tell();
  run_for(minutes{10});
  EXPECT_EQ(explained("lte").state, "held");
  EXPECT_THAT(explained("lte").evidence, HasSubstr("saves the battery: stage 'night'"));
  EXPECT_EQ(active(), "vsat");
  EXPECT_EQ(count("switch-slot"), 0);
}

// --- portal -------------------------------------------------------------------------------------------------------
class WalledSite : public SiteModem {
 protected:
  WalledSite() : SiteModem{with_truth()} {}
  static SiteSettings with_truth() {
    SiteSettings settings = ModemSite::settings();
    settings.uplink.truth.content_port = 80;
    return settings;
  }
};

TEST_F(WalledSite, APortalIsToldAndLeftForTheOtherSim) {
  content_ = {{vsat_, ContentVerdict::Signed}, {lte_, ContentVerdict::Signed}};
  begin();
  content_[lte_] = ContentVerdict::Redirected;
  black_holes_ = {lte_};
  run_for(seconds{30});
  EXPECT_EQ(explained("lte").state, "portal");
  EXPECT_TRUE(alarm(MessageId::UplinkPortal, "lte"));
  EXPECT_EQ(active(), "vsat");
  EXPECT_EQ(count("switch-slot"), 0);
  run_for(seconds{40});
  EXPECT_THAT(notes_of(MessageId::SimSlotSwitched, "why"), ElementsAre("portal"));
  EXPECT_TRUE(rungs().empty()) << "no cure helps against a bundle that is used up";
  content_[lte_] = ContentVerdict::Signed;
  black_holes_.clear();
  run_for(minutes{3});
  EXPECT_EQ(explained("lte").state, "up");
  EXPECT_FALSE(alarm(MessageId::UplinkPortal, "lte"));
  EXPECT_EQ(active(), "lte");
}

// --- bundles, money, balances -------------------------------------------------------------------------------------
class MeteredSite : public SiteModem {
 protected:
  explicit MeteredSite(SiteSettings settings = metered()) : SiteModem{std::move(settings)} {}
  static SiteSettings metered() {
    SiteSettings settings = ModemSite::settings();
    UplinkSettings& vsat = settings.uplink.uplinks[0];
    vsat.active_echo_interval = vsat.standby_echo_interval = minutes{5};  // hours pass
    UplinkSettings& lte = settings.uplink.uplinks[1];
    lte.metered = true;
    lte.active_echo_interval = seconds{60};
    lte.standby_echo_interval = minutes{15};
    lte.sim_allowances[1].bytes_per_cycle = 1'000'000'000;
    lte.sim_allowances[1].cycle = MonthlyCycle{22};  // eight hours after the boot
    lte.sim_allowances[2].bytes_per_cycle = 2'000'000'000;
    return settings;
  }
  int local_hour() { return static_cast<int>((at_.wall.seconds() / 3600 + 1) % 24); }
  void run_until_hour(int hour) {
    while (local_hour() != hour) {
      run_for(minutes{10});
    }
  }
};

TEST_F(MeteredSite, EachSimHasItsAllowanceAndTheFirstIsReturnedToWithItsNewCycle) {
  begin();
  EXPECT_EQ(used("lte").remaining, 1'000'000'000U);
  use(960'000'000);
  EXPECT_EQ(explained("lte").state, "held");
  EXPECT_TRUE(alarm(MessageId::BundleUsedUp, "lte"));
  EXPECT_EQ(active(), "vsat");
  run_for(minutes{3});
  EXPECT_THAT(notes_of(MessageId::SimSlotSwitched, "why"), ElementsAre("held"));
  EXPECT_EQ(used("lte").key, "892270200000000001");
  EXPECT_EQ(used("lte").remaining, 2'000'000'000U);
  EXPECT_FALSE(alarm(MessageId::BundleUsedUp, "lte"));
  EXPECT_EQ(active(), "lte");
  run_until_hour(1);
  EXPECT_EQ(count("switch-slot"), 1) << "the site lives from it, and somebody may still be awake";
  run_until_hour(3);
  EXPECT_THAT(notes_of(MessageId::SimSlotSwitched, "why"), ElementsAre("held", "new-cycle"));
  EXPECT_EQ(used("lte").key, "892270100000000001");
  EXPECT_EQ(used("lte").remaining, 1'000'000'000U);
  run_for(hours{3});
  EXPECT_EQ(count("switch-slot"), 2);
}

TEST_F(MeteredSite, ASimThatIsToppedUpWhileItIsOutIsReturnedToWhenTheSiteCanSpareTheModem) {
  begin();
  use(960'000'000);
  run_for(minutes{5});
  ASSERT_EQ(count("switch-slot"), 1);
  use(1'950'000'000);
  EXPECT_EQ(active(), "vsat");
  run_for(minutes{10});
  EXPECT_EQ(count("switch-slot"), 1) << "the other one is used up, too";
  // Sooner than its cycle somebody buys a bundle and says so of the SIM that is in.
  SiteRequest told = request(RequestKind::SetBalance);
  told.balance = {lte_, 500'000'000};
  (void)ask(told);
  EXPECT_EQ(explained("lte").state, "up");
  run_for(hours{9});
  EXPECT_THAT(notes_of(MessageId::SimSlotSwitched, "why"), ElementsAre("held", "new-cycle"));
}

class PricedSite : public MeteredSite {
 protected:
  PricedSite() : MeteredSite{priced()} {}
  static SiteSettings priced() {
    SiteSettings settings = metered();
    UplinkSettings& lte = settings.uplink.uplinks[1];
    lte.sim_allowances.clear();
    lte.allowance.price_per_megabyte = FcfaPerMegabyte{10};
    lte.allowance.spend_per_cycle = Fcfa{1'000};
    lte.allowance.cycle = MonthlyCycle{22};
    ClassSettings health;
    health.id = *ClassId::parse("health");
    health.subnets = {*IpPrefix::parse("10.20.1.0/24")};
    health.may_overspend = true;
    ClassSettings school;
    school.id = *ClassId::parse("school");
    settings.uplink.classes = {health, school};
    return settings;
  }
};

TEST_F(PricedSite, MoneyThatIsSpentHoldsTheUplinkForAllButThoseThatMayOverspend) {
  begin();
  use(60'000'000);
  EXPECT_THAT(used("lte").sentence, HasSubstr("600 of 1000 FCFA spent"));
  EXPECT_EQ(explained("lte").state, "up");
  use(60'000'000);
  EXPECT_EQ(explained("lte").state, "held");
  EXPECT_THAT(explained("lte").evidence, HasSubstr("1200 of 1000 FCFA spent in this cycle"));
  EXPECT_THAT(explained("lte").details, Contains(HasSubstr("class school: 1200 of 1000 FCFA spent")));
  EXPECT_TRUE(alarm(MessageId::SpendReached, "lte"));
  EXPECT_FALSE(alarm(MessageId::BundleUsedUp, "lte"));
  EXPECT_EQ(used("lte").spent, Fcfa{1'200});
  EXPECT_EQ(used("lte").spend_limit, Fcfa{1'000});
  EXPECT_EQ(carries("school"), "vsat");
  set_carrier("vsat0", false);
  EXPECT_EQ(active(), "lte") << "the router's own traffic goes on";
  EXPECT_EQ(carries("health"), "lte");
  EXPECT_EQ(carries("school"), "");
  EXPECT_TRUE(alarm(MessageId::ClassShed, "school"));
  set_carrier("vsat0", true);
  run_for(minutes{10});
  EXPECT_EQ(count("switch-slot"), 0) << "the same money pays for the other SIM";
  run_for(hours{8});
  EXPECT_FALSE(alarm(MessageId::SpendReached, "lte")) << "a new cycle began";
  EXPECT_EQ(explained("lte").state, "up");
  EXPECT_EQ(carries("school"), "lte");
}

class AskingSite : public MeteredSite {
 protected:
  AskingSite() : MeteredSite{asking()} {}
  static SiteSettings asking() {
    SiteSettings settings = metered();
    BalanceSettings balance;
    balance.code = "*121#";
    balance.patterns = {*UssdPattern::parse("solde{any}{money}"), *UssdPattern::parse("internet{any}{data}")};
    balance.from_hour = 0;
    balance.to_hour = 24;
    settings.cellular.uplinks[0].sims[0].balance = balance;
    return settings;
  }
};

TEST_F(AskingSite, WhatTheOperatorSaysCorrectsTheLedgerAndIsShown) {
  begin();
  run_for(minutes{2});
  ASSERT_THAT(notes_of(MessageId::SimBalanceRead, "bytes"), ElementsAre("2500000000"));
  EXPECT_EQ(used("lte").remaining, 2'500'000'000U) << "more than was configured: somebody topped it up";
  EXPECT_EQ(used("lte").balance, "1250.00 FCFA, 2.50 GB, read 0 h ago");
  use(500'000'000);
  EXPECT_EQ(used("lte").remaining, 2'000'000'000U);
  run_for(hours{5});
  EXPECT_EQ(used("lte").balance, "1250.00 FCFA, 2.50 GB, read 5 h ago");
  boot(at_.wall, disk_);
  know_anchors();
  give(KernelSeen{kernel_});
  give(ModemBusState{true, ""});
  tell();
  run_for(minutes{5});
  EXPECT_EQ(used("lte").balance, "1250.00 FCFA, 2.50 GB, read 5 h ago") << "a restart asks no second time";
  EXPECT_EQ(used("lte").remaining, 2'000'000'000U);
  EXPECT_EQ(used("vsat").balance, "");
}

TEST_F(AskingSite, AnAnswerThatIsNotUnderstoodOrImpossibleLeavesTheLedgerAlone) {
  ussd_ = "Internet: 99999999 To";
  begin();
  run_for(minutes{2});
  EXPECT_EQ(notes_of(MessageId::SimBalanceRead, "text").size(), 1U);
  EXPECT_EQ(used("lte").remaining, 1'000'000'000U);
}

}  // namespace
}  // namespace karkara
