// What people read of shaping, as whole texts: tests/golden/cli.
#include "controller/cli/render/shaping_view.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/rendered.h"
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

TEST(ShapingView, ShowsRatesClassesAndQuotas) {
  const View view = shaping_view(sample_shaping());
  expect_golden("shaping_show", rendered(view));
  expect_golden("shaping_show_wide", rendered(view, Format::Wide));
  expect_golden("shaping_show_json", rendered(view, Format::Json));
  expect_golden("shaping_show_jsonl", rendered(view, Format::JsonLines));
  expect_golden("shaping_show_yaml", rendered(view, Format::Yaml));
}

TEST(ShapingView, ExplainsWhyEachRateIsWhatItIs) {
  expect_golden("shaping_explain", rendered(shaping_explanation(sample_shaping())));
}

TEST(ShapingView, FitsATerminalOf80Columns) {
  EXPECT_LE(widest_line(rendered(shaping_view(sample_shaping()), Format::Table, {.width = 80})), 80U);
  EXPECT_LE(widest_line(rendered(shaping_explanation(sample_shaping()), Format::Table, {.width = 80})), 80U);
}

TEST(ShapingView, SaysThatItIsOffOrHasNothingToDo) {
  EXPECT_EQ(rendered(shaping_view({})), "Shaping  off\n\nNo uplink is shaped.\n");
  v1::Shaping early;
  early.set_enabled(true);
  EXPECT_EQ(rendered(shaping_view(early)),
            "Shaping  on\nQueues   the kernel was not asked yet\n\nNo uplink is shaped.\n");
  EXPECT_EQ(rendered(shaping_explanation({})), "Shaping  off\n");
}

TEST(ShapingView, WarnsOfQueuesThatStandIn) {
  v1::Shaping shaping = sample_shaping();
  shaping.set_leaf("pfifo");
  EXPECT_NE(rendered(shaping_view(shaping), Format::Table, {.colour = true}).find("\x1b[33mpfifo: "),
            std::string::npos);
}

TEST(ShapingView, NeverShows0ForWhatWasNotCounted) {
  const std::string text = rendered(shaping_view(sample_shaping()));
  const std::string upload = text.substr(text.find("vsat up"));
  EXPECT_NE(upload.find("health    102 kbit/s  512 kbit/s    -      -      -  -"), std::string::npos) << upload;
}

TEST(ShapingView, TellsAReasonThatItDoesNotKnowAsItCame) {
  v1::Shaping shaping = sample_shaping();
  shaping.mutable_directions(0)->set_reason("rain-fade");
  EXPECT_NE(rendered(shaping_explanation(shaping)).find("Why        rain-fade\n"), std::string::npos);
}

// As the agent's to_string(RateReason) has them.
TEST(ShapingView, TellsWhatEachReasonIs) {
  v1::Shaping shaping = sample_shaping();
  for (const std::string word : {"start", "limits", "attached", "tried", "try-failed", "collapsed", "link-queue",
                                 "smaller-yet", "drained", "modcod"}) {
    shaping.mutable_directions(0)->set_reason(word);
    EXPECT_NE(rendered(shaping_explanation(shaping)).find("Why        " + word + " ("), std::string::npos) << word;
  }
}

TEST(ShapingView, IsMadeOfAnAnswerThatASatelliteCanBear) {
  const std::size_t bytes = sample_shaping().ByteSizeLong();
  RecordProperty("bytes", static_cast<int>(bytes));
  EXPECT_LT(bytes, 1'500U) << "the help says one to three kilobytes, and this village is small";
}

TEST(ShapingView, KeepsWhatAHostileSiteSaysInItsPlace) {
  v1::Shaping shaping;
  shaping.set_enabled(true);
  shaping.set_leaf("cake\x1b[2J");
  shaping.add_obstacles("\x1b]0;title\x07 one\ntwo");
  v1::ShapedDirection& way = *shaping.add_directions();
  way.set_uplink("vsat\n\x1b[31m" + std::string(300, 'x'));
  way.set_shaped(true);
  way.set_rate(std::numeric_limits<std::uint64_t>::max());
  way.set_since_seconds(std::numeric_limits<std::int64_t>::min());
  way.set_added_delay_seconds(std::numeric_limits<double>::infinity());
  v1::ShapedClass& one = *way.add_classes();
  one.set_id("sch\x9bool" + std::string(300, 'y'));
  one.set_drops(std::numeric_limits<double>::quiet_NaN());
  one.set_delay_seconds(-1e300);
  v1::ClassQuota& quota = *shaping.add_quotas();
  quota.set_id("\x1b[2Jq");
  quota.set_used(1);
  quota.set_ceiling_percent(std::numeric_limits<double>::quiet_NaN());
  for (const View& view : {shaping_view(shaping), shaping_explanation(shaping)}) {
    const std::string text = rendered(view, Format::Table, {.width = 80});
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\x07'), std::string::npos);
    EXPECT_EQ(rendered(view, Format::Json).find('\x1b'), std::string::npos);
  }
  way.set_since_seconds(std::numeric_limits<std::int64_t>::max());
  EXPECT_NE(rendered(shaping_explanation(shaping)), "");
}

}  // namespace
}  // namespace karkara::cli
