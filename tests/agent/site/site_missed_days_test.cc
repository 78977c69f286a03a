// A month that nobody saw, from the charger's wire to the block that goes to the controller.
#include <gtest/gtest.h>

#include <algorithm>

#include "common/telemetry_block.h"
#include "tests/agent/site/site_bench.h"
#include "tests/fixtures/vedirect_charger.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class SiteMissedDays : public SiteBench {
 protected:
  void hear(const std::string& bytes) {
    const auto all = std::as_bytes(std::span{bytes});
    give(SerialBytes{*DeviceId::parse("charger"), {all.begin(), all.end()}});
  }
  void listen(int seconds_long) {
    for (int second = 0; second < seconds_long; ++second) {
      run_for(seconds{1});
      hear(charger_.block());
      const auto questions = all<WriteSerial>();
      for (; answered_ < questions.size(); ++answered_) {
        const auto& bytes = questions[answered_].bytes;
        hear(charger_.take({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
      }
    }
  }

  fixtures::VeDirectCharger charger_{200};
  std::size_t answered_ = 0;
};

TEST_F(SiteMissedDays, AreOneSmallBlockWithTheirOwnDates) {
  charger_.days = fixtures::month_of_days(31);
  const WallTime noon{std::chrono::floor<std::chrono::days>((kBuilt + hours{24}).since_epoch()) + hours{11}};
  boot(noon);
  give(SerialOpened{*DeviceId::parse("charger")});
  listen(200);
  const auto blocks = all<StoreBlock>();
  const auto past = std::ranges::find_if(blocks, [](const StoreBlock& block) {
    const auto content = decode_block(block.content);
    return content && content->columns[0].series == SeriesId::DayYield;
  });
  ASSERT_NE(past, blocks.end());
  EXPECT_LT(past->content.size(), 1'024U);
  const auto content = decode_block(past->content);
  EXPECT_TRUE(content->clock_trusted);
  EXPECT_EQ(content->offsets.size(), 30U);
  EXPECT_EQ(content->time_of(29), noon + -hours{24});
  EXPECT_EQ(content->columns.size(), 9U);
  EXPECT_EQ(content->columns[0].instance, "charger");
  EXPECT_EQ(content->columns[0].values[29], Value{1.19});
  const auto again = std::ranges::count_if(blocks, [](const StoreBlock& block) {
    return decode_block(block.content)->columns[0].series == SeriesId::DayYield;
  });
  EXPECT_EQ(again, 1);
  const auto report = std::get<PowerHistoryReport>(ask(request(RequestKind::TellPowerHistory)).answer);
  ASSERT_EQ(report.chargers.size(), 1U);
  EXPECT_EQ(report.chargers[0].days.size(), 31U);
}

}  // namespace
}  // namespace karkara
