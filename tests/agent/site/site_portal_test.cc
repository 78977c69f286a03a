// What the site tells of an uplink that leads to a portal, and that the way there and back is not a restart away.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/agent/site/site_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;

class PortalSite : public SiteBench {
 protected:
  PortalSite() : SiteBench{with_truth()} {
    content_ = {{vsat_, ContentVerdict::Signed}, {lte_, ContentVerdict::Signed}};
    know_anchors();
    KernelSnapshot both = kernel();
    add_link(both, 3, "lte0");
    give(KernelSeen{both});
    run_for(minutes{2});
    give(SessionOpened{});
    effects_.clear();
  }
  static SiteSettings with_truth() {
    SiteSettings settings = SiteBench::settings();
    settings.uplink.uplinks[0].preference = 10;
    UplinkSettings lte;
    lte.id = *UplinkId::parse("lte");
    lte.interface = "lte0";
    lte.metered = true;
    settings.uplink.uplinks.push_back(lte);
    settings.uplink.truth.content_port = 80;
    return settings;
  }
  bool alarm_is_raised() {
    const auto active = site_->status(at_).alarms;
    return std::ranges::any_of(active, [](const AlarmChange& alarm) {
      return alarm.key == AlarmKey{MessageId::UplinkPortal, "vsat"};
    });
  }
  UplinkReport explained() {
    return std::get<StateReport>(ask(request(RequestKind::ExplainUplink)).answer).uplinks.at(0);
  }
  double sample(SeriesId series) {
    SiteRequest values = request(RequestKind::LiveValues);
    values.name_prefix = "uplink_";
    const auto samples = std::get<std::vector<Sample>>(ask(values).answer);
    const auto at = std::ranges::find_if(
        samples, [&](const Sample& sample) { return sample.series == series && sample.instance == "vsat"; });
    return at == samples.end() ? -1 : std::get<double>(at->value);
  }

  const UplinkId vsat_ = *UplinkId::parse("vsat");
  const UplinkId lte_ = *UplinkId::parse("lte");
};

TEST_F(PortalSite, TellsOfAPortalThatAnswersInPlaceOfTheAnchorsAndOfItsEnd) {
  ASSERT_EQ(site_->status(at_).state.active_uplink, "vsat");
  ASSERT_EQ(sample(SeriesId::UplinkTruth), 1);
  content_[vsat_] = ContentVerdict::Redirected;
  black_holes_ = {vsat_};
  run_for(seconds{30});
  EXPECT_EQ(site_->status(at_).state.active_uplink, "lte");
  EXPECT_TRUE(alarm_is_raised());
  EXPECT_TRUE(std::ranges::any_of(all<SendAlarm>(), [](const SendAlarm& sent) {
    return sent.change.raised && sent.change.key == AlarmKey{MessageId::UplinkPortal, "vsat"};
  }));
  EXPECT_EQ(explained().state, "portal");
  EXPECT_THAT(explained().evidence, HasSubstr("302 to http://portal.example/login"));
  EXPECT_THAT(explained().details, Contains(HasSubstr("what it leads to: portal: content redirected")));
  EXPECT_EQ(sample(SeriesId::UplinkState), 8);
  EXPECT_EQ(sample(SeriesId::UplinkTruth), 2);
  content_[vsat_] = ContentVerdict::Signed;
  black_holes_.clear();
  run_for(minutes{2});
  EXPECT_EQ(explained().state, "up");
  EXPECT_FALSE(alarm_is_raised());
  EXPECT_EQ(site_->status(at_).state.active_uplink, "vsat");
}

// Only the web goes elsewhere, and nobody in the village notices: the look of every six hours does.
TEST_F(PortalSite, FindsAPortalBehindAnchorsThatAnswerAtTheNextLook) {
  content_[vsat_] = ContentVerdict::Redirected;
  run_for(hours{6} + seconds{6});
  EXPECT_EQ(explained().state, "portal");
  EXPECT_TRUE(alarm_is_raised());
  EXPECT_EQ(site_->status(at_).state.active_uplink, "lte");
  content_[vsat_] = ContentVerdict::Signed;
  run_for(minutes{2});
  EXPECT_EQ(site_->status(at_).state.active_uplink, "vsat");
  EXPECT_FALSE(alarm_is_raised());
}

TEST_F(PortalSite, ALookCountsInWhatProbingSpent) {
  const double before = sample(SeriesId::UplinkProbeSpent);
  give(ContentChecked{vsat_, 1, ContentVerdict::Signed, "late", 1'000});
  EXPECT_EQ(sample(SeriesId::UplinkProbeSpent), before + 1'000);
  EXPECT_GT(sample(SeriesId::UplinkProbeBudget), before);
}

}  // namespace
}  // namespace karkara
