#include "controller/store/memory_codec.h"

#include <gtest/gtest.h>

#include <limits>

namespace karkara {
namespace {

using namespace std::chrono_literals;

TEST(MemoryCodec, AReportIsReadBackAsItWasWritten) {
  const SiteReport report{WallTime{1'790'000'000s},
                          "vsat",
                          {{"vsat", "vsat", "eth1", "up", WallTime{1'789'000'000s}, 0.62, 0.0, "", false, 100},
                           {"lte", "cellular", "wwan0", "absent", WallTime{}, {}, {}, "no carrier", true, 200}},
                          "preference 100 < 200",
                          {{"control", "vsat", "first"}, {"public", "", "shed"}}};
  EXPECT_EQ(to_report(to_message(report)), report);
}

TEST(MemoryCodec, ADevicesTimeIsHeldWithinWhatArithmeticBears) {
  EXPECT_EQ(device_time(std::numeric_limits<std::int64_t>::min()), WallTime{});
  const WallTime late = device_time(std::numeric_limits<std::int64_t>::max());
  EXPECT_GT(late, WallTime{1'790'000'000s});
  EXPECT_GT(Duration{late - WallTime{}}, Duration{0}) << "fits into nanoseconds";
}

TEST(MemoryCodec, ClearDaysComeBackAsTheyWere) {
  SiteMemory memory;
  memory.site = SiteId::parse("sadore").value();
  for (std::int64_t day = 20'400; day < 20'528; day += 3) {
    memory.array_days.take(day, Watts{100.5 + static_cast<double>(day - 20'400)}, 20'528);
  }
  const auto back = decode_memory(encode_memory(memory), memory.site);
  EXPECT_EQ(back->array_days, memory.array_days);
  EXPECT_GT(back->array_days.tenth_watts().size(), 60U);
}

TEST(MemoryCodec, ChargersDaysSurvive) {
  SiteMemory memory;
  memory.site = SiteId::parse("sadore").value();
  const WallTime now{std::chrono::hours{24 * 20'500 + 20}};
  const auto tell = [&](SeriesId series, int days_ago, double value) {
    memory.told_days.take(
        {{static_cast<std::uint16_t>(series), "charger"}, now + -std::chrono::hours{24 * days_ago + 2}, value}, now,
        std::nullopt);
  };
  tell(SeriesId::DayYield, 3, 1.19);
  tell(SeriesId::DayError, 3, 33);
  tell(SeriesId::DayFloat, 3, 7'200);
  tell(SeriesId::YieldTotal, 2, 135.27);
  const auto back = decode_memory(encode_memory(memory), memory.site);
  ASSERT_EQ(back->told_days.chargers().at("charger").size(), 2U);
  EXPECT_EQ(back->told_days, memory.told_days);
}

TEST(MemoryCodec, DamagedBytesAreAnError) {
  EXPECT_FALSE(decode_memory("\xff\xff\xff", SiteId::parse("sadore").value()));
}

TEST(MemoryCodec, NumbersOfALaterVersionAreTakenForUnknown) {
  SiteMemory memory;
  memory.site = SiteId::parse("sadore").value();
  memory.state = static_cast<SiteState>(200);
  memory.values = {{{1, ""}, WallTime{1s}, static_cast<Absent>(77)}};
  const auto back = decode_memory(encode_memory(memory), memory.site);
  EXPECT_EQ(back->state, SiteState::Unknown);
  EXPECT_EQ(back->values[0].value, Value{Absent::NotAvailable});
}

}  // namespace
}  // namespace karkara
