// What becomes of a satellite terminal's readings on their way through the site: traffic that moves before the loss.
#include <gmock/gmock.h>

#include "tests/agent/site/site_shaping_bench.h"
#include "tests/agent/vsat/vsat_village.h"

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

class SiteTerminal : public SiteBench {
 protected:
  SiteTerminal() : SiteBench{settings()} {
    know_anchors();
    KernelSnapshot both = kernel();
    add_link(both, 3, "lte0");
    give(KernelSeen{both});
    run_for(minutes{5});
  }
  static SiteSettings settings() {
    SiteSettings settings = SiteBench::settings();
    settings.uplink.uplinks[0].preference = 10;
    UplinkSettings lte;
    lte.id = *UplinkId::parse("lte");
    lte.interface = "lte0";
    settings.uplink.uplinks.push_back(lte);
    TerminalSettings terminal;
    terminal.uplink = kVsat;
    terminal.by = SnmpTerminal{*DeviceId::parse("modem"), SnmpTarget{*IpEndpoint::parse("192.168.222.1:161")}};
    terminal.lock_threshold = Db{5};
    settings.vsat = {{terminal}, {box_table()}};
    return settings;
  }
  void answer_device(const Effect& effect) override {
    if (const auto* get = std::get_if<SnmpGet>(&effect)) {
      terminal_.now = at_.now;
      give(terminal_.answer(*get));
    }
  }
  void set_es_n0(double db) { terminal_.es_n0 = static_cast<std::int32_t>(db * 10); }
  std::string active() { return site_->status(at_).state.active_uplink; }
  UplinkReport explained() {
    return std::get<StateReport>(ask(request(RequestKind::ExplainUplink)).answer).uplinks.at(0);
  }
  bool alarm(MessageId id) {
    return std::ranges::any_of(site_->status(at_).alarms, [&](const AlarmChange& alarm) {
      return alarm.key == AlarmKey{id, "vsat"};
    });
  }

  VsatVillage terminal_;
};

TEST_F(SiteTerminal, AFadeMovesTheTrafficBeforeTheLossAndBringsItBackAfterTheRain) {
  ASSERT_EQ(active(), "vsat");
  double level = 12;
  while (active() == "vsat" && level > 5) {
    level -= 0.15;
    set_es_n0(level);
    run_for(seconds{1});
  }
  EXPECT_EQ(active(), "lte");
  EXPECT_GT(level, 6) << "the terminal still has its lock";
  EXPECT_EQ(explained().state, "drain");
  EXPECT_THAT(explained().evidence, HasSubstr("Es/N0"));
  EXPECT_TRUE(alarm(MessageId::UplinkDraining));
  EXPECT_TRUE(alarm(MessageId::VsatFadePredicted));
  EXPECT_FALSE(alarm(MessageId::UplinkDown));
  terminal_.locked = 0;
  set_es_n0(2);
  black_holes_ = {kVsat};
  run_for(minutes{2});
  EXPECT_EQ(explained().state, "down");
  EXPECT_TRUE(alarm(MessageId::VsatNotLocked));
  terminal_.locked = 1;
  set_es_n0(12);
  black_holes_.clear();
  run_for(minutes{2});
  EXPECT_EQ(active(), "lte") << "the margin has to last";
  run_for(minutes{8});
  EXPECT_EQ(explained().state, "up");
  EXPECT_EQ(active(), "vsat");
  EXPECT_FALSE(alarm(MessageId::UplinkDraining));
  EXPECT_FALSE(alarm(MessageId::VsatNotLocked));
}

TEST_F(SiteTerminal, ADrainEndsWhenTheTerminalIsTakenOutOfTheConfiguration) {
  double level = 12;
  while (active() == "vsat" && level > 5) {
    level -= 0.15;
    set_es_n0(level);
    run_for(seconds{1});
  }
  ASSERT_EQ(explained().state, "drain");
  SiteSettings without = site_->settings();
  without.vsat = {};
  reload(without);
  run_for(minutes{2});
  EXPECT_EQ(explained().state, "up");
  EXPECT_FALSE(alarm(MessageId::UplinkDraining));
}

TEST_F(SiteTerminal, ATerminalThatIsSilentIsAnAlarmAndNoReasonToLeave) {
  terminal_.is_dead = true;
  run_for(minutes{5});
  EXPECT_TRUE(alarm(MessageId::VsatTerminalSilent));
  EXPECT_EQ(explained().state, "up");
  EXPECT_EQ(active(), "vsat");
}

// A satellite terminal that names its modulation and coding.
class SiteModcod : public SiteShaping {
 protected:
  SiteModcod() : SiteShaping{with_terminal()} {}
  static SiteSettings with_terminal() {
    SiteSettings settings = shaped();
    TerminalSettings terminal;
    terminal.uplink = settings.shaping.uplinks[0].id;
    terminal.by = SnmpTerminal{*DeviceId::parse("modem"), SnmpTarget{*IpEndpoint::parse("192.168.222.1:161")}};
    terminal.lock_threshold = Db{5};
    settings.vsat = {{terminal}, {box_table()}};
    return settings;
  }
  void answer_device(const Effect& effect) override {
    if (const auto* get = std::get_if<SnmpGet>(&effect)) {
      terminal_.now = at_.now;
      give(terminal_.answer(*get));
    }
  }
  VsatVillage terminal_;
};

TEST_F(SiteModcod, ADownloadsRateFollowsTheTerminalsCoding) {
  see_village();
  run_for(minutes{1});
  for (int second = 0; second < 5; ++second) {
    run_for(seconds{1});
    count(250'000, 0);
  }
  const double clear = report().directions[0].rate;
  const double upward = report().directions[1].rate;
  terminal_.modcod = 4;  // QPSK 9/10 becomes QPSK 1/2
  run_for(seconds{40});
  const ShapingReport rain = report();
  EXPECT_EQ(rain.directions[0].reason, "modcod");
  EXPECT_NEAR(rain.directions[0].rate, clear / 1.8, clear * 0.03);
  EXPECT_THAT(rain.directions[0].evidence, testing::Contains(HasSubstr("a symbol carries 1.00 bits")));
  EXPECT_DOUBLE_EQ(rain.directions[1].rate, upward) << "nobody tells how the way up is coded";
  terminal_.modcod = 11;
  run_for(minutes{2});
  EXPECT_NEAR(report().directions[0].rate, clear, clear * 0.03) << "an idle link begins where it was";
}

}  // namespace
}  // namespace karkara
