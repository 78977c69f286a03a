// What the site does for somebody who turns the dish of a satellite terminal.
#include <gmock/gmock.h>

#include "common/telemetry_block.h"
#include "tests/agent/site/site_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class AlignedSite : public SiteBench {
 protected:
  AlignedSite() {
    ConfigActivated change{settings(), settings(), "none", 1};
    TerminalSettings terminal;
    terminal.uplink = *UplinkId::parse("vsat");
    terminal.by = SnmpTerminal{*DeviceId::parse("vsat"), SnmpTarget{*IpEndpoint::parse("192.168.100.1:161")}};
    change.settings.vsat.terminals = {terminal};
    (void)site_->on(change, at_);
  }
  double interval() {
    const AnswerRequest answer = ask(look(0, ""));
    for (const Sample& sample : std::get<std::vector<Sample>>(answer.answer)) {
      if (sample.series == SeriesId::UplinkSignalInterval) {
        return std::get<double>(sample.value);
      }
    }
    return -1;
  }
  static SiteRequest look(std::uint64_t channel = 1, std::string prefix = "uplink_") {
    SiteRequest looks = request(RequestKind::LiveValues);
    looks.channel = channel;
    looks.name_prefix = std::move(prefix);
    return looks;
  }
};

TEST_F(AlignedSite, WhileLocalQuestionsForTheSignalKeepComingTheTerminalIsAskedEachSecond) {
  EXPECT_EQ(interval(), 30);
  for (int second = 0; second < 60; ++second) {
    (void)ask(look());
    run_for(seconds{1});
    EXPECT_EQ(interval(), second == 0 ? 30 : 1);
  }
  run_for(seconds{11});
  EXPECT_EQ(interval(), 30) << "nobody looks any more";
}

TEST_F(AlignedSite, ASingleQuestionOrOneOverTheSessionChangesNothing) {
  EXPECT_EQ(interval(), 30);
  for (int i = 0; i < 5; ++i) {
    (void)ask(look(0));
    (void)ask(look(1, "battery_"));
    run_for(seconds{1});
  }
  EXPECT_EQ(interval(), 30);
  for (int minute = 0; minute < 3; ++minute) {
    (void)ask(look());
    EXPECT_EQ(interval(), 30) << "a script that asks once a minute";
    run_for(minutes{1});
  }
  (void)ask(look());
  run_for(seconds{1});
  (void)ask(look());
  EXPECT_EQ(interval(), 1);
  run_for(seconds{10});
  EXPECT_EQ(interval(), 30);
}

TEST_F(AlignedSite, WhatIsLiveOnlyIsNoTelemetry) {
  effects_.clear();
  (void)ask(request(RequestKind::Flush));
  run_for(hours{1});
  (void)ask(request(RequestKind::Flush));
  for (const StoreBlock& block : all<StoreBlock>()) {
    const auto content = decode_block(block.content);
    ASSERT_TRUE(content);
    for (const Column& column : content->columns) {
      EXPECT_FALSE(find_series(column.series)->help.ends_with("Live only.")) << find_series(column.series)->name;
    }
  }
}

TEST_F(AlignedSite, TheCheckOnSiteNamesTheTerminalThatDoesNotAnswer) {
  run_for(minutes{3});
  const AnswerRequest answer = ask(request(RequestKind::CheckSite));
  bool named = false;
  for (const CheckItem& item : std::get<std::vector<CheckItem>>(answer.answer)) {
    named = named || (item.name == "terminal of vsat" && item.verdict == CheckVerdict::Fail);
  }
  EXPECT_TRUE(named);
}

}  // namespace
}  // namespace karkara
