#include "controller/cli/align_screen.h"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "controller/cli/render/display.h"
#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

std::vector<std::string> lines_of(const std::string& drawn) {
  std::istringstream in{drawn};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(clean_text(line));
  }
  return lines;
}

TEST(AlignScreen, MarksTheBestSoFarWhenTheDishIsTurnedTooFar) {
  AlignScreen screen{"vsat"};
  ASSERT_TRUE(screen.on_values(sample_signal(4.0), 0));
  ASSERT_TRUE(screen.on_values(sample_signal(10.0), 1));
  ASSERT_TRUE(screen.on_values(sample_signal(5.0), 9));
  const auto lines = lines_of(screen.draw({.colour = false, .width = 90}));
  ASSERT_GE(lines.size(), 4U);
  EXPECT_EQ(lines[0], "karkara local align vsat: 9 s, Ctrl-C ends ");
  EXPECT_EQ(lines[3], "Es/N0          5 dB   [##########.........|....................] best 10 dB, 8 s ago ");
}

// A sweep over the satellite, as hands do it.
TEST(AlignScreen, TellsTheTrendInWordsMarksAndBeeps) {
  AlignScreen screen{"vsat"};
  std::uint64_t second = 0;
  const auto see = [&](double level) { ASSERT_TRUE(screen.on_values(sample_signal(level), second++)); };
  see(4.0);
  EXPECT_EQ(screen.beeps(), 0U) << "one value is no trend";
  for (const double level : {4.5, 5.0, 5.5, 6.0}) {
    see(level);
  }
  EXPECT_EQ(screen.beeps(), 2U) << "rising and the best so far";
  EXPECT_NE(screen.draw({.width = 90}).find("Es/N0 rising; asked each 1 s"), std::string::npos);
  EXPECT_NE(screen.draw({.width = 90}).find("6 dB ^ ["), std::string::npos) << screen.draw({.width = 90});
  EXPECT_NE(screen.draw({.width = 90}).find("BEST SO FAR"), std::string::npos);
  for (const double level : {5.4, 4.8, 4.2, 3.6}) {
    see(level);
    EXPECT_EQ(screen.beeps(), 0U);
  }
  EXPECT_NE(screen.draw({.width = 90}).find("3.6 dB v ["), std::string::npos);
  EXPECT_NE(screen.line().find("Es/N0 3.6 dB falling (best 6 dB), "), std::string::npos) << screen.line();
  for (const double level : {4.2, 4.8, 5.2, 5.4}) {
    see(level);
  }
  EXPECT_EQ(screen.beeps(), 1U) << "rising again, but below the best";
  for (int i = 0; i < 5; ++i) {
    see(5.4 + 0.1 * (i % 2));
  }
  EXPECT_EQ(screen.beeps(), 0U) << "what flickers by a tenth holds";
  EXPECT_NE(screen.draw({.width = 90}).find("Es/N0 steady"), std::string::npos);
}

TEST(AlignScreen, WhatIsToldWithoutLockIsShownAndIsNoBestValue) {
  AlignScreen screen{"vsat"};
  v1::LiveValues noise = sample_signal(17.0);
  noise.mutable_values(2)->set_value(0);
  noise.mutable_values(5)->set_value(0);
  ASSERT_TRUE(screen.on_values(noise, 0));
  EXPECT_NE(screen.draw({.width = 80}).find("not counted without lock"), std::string::npos);
  EXPECT_EQ(screen.line(), "Es/N0 17 dB, smoothed 8 dB, Margin (not supported), no lock, RTT 620 ms");
  ASSERT_TRUE(screen.on_values(sample_signal(6.0), 1));
  EXPECT_NE(screen.draw({.width = 80}).find("6 dB   [########|.....................] BEST SO FAR"), std::string::npos)
      << screen.draw({.width = 80});
  // The receiver hears a satellite, and its network does not know it yet: that is worth turning by.
  v1::LiveValues joining = sample_signal(7.0);
  joining.mutable_values(2)->set_value(0);
  ASSERT_TRUE(screen.on_values(joining, 2));
  EXPECT_EQ(screen.line(), "Es/N0 7 dB (best 7 dB), smoothed 8 dB, Margin (not supported), no network, RTT 620 ms");
}

TEST(AlignScreen, SaysThatAValueIsOldInsteadOfShowingItAsNow) {
  AlignScreen screen{"vsat"};
  v1::LiveValues values = sample_signal(9.0);
  values.mutable_values(6)->set_value(7);
  values.mutable_values(7)->set_value(10);
  ASSERT_TRUE(screen.on_values(values, 0));
  EXPECT_NE(screen.draw({.width = 80}).find("OLD: told 7 s ago; asked each 10 s"), std::string::npos);
  EXPECT_NE(screen.line().find(", told 7 s ago"), std::string::npos);
}

TEST(AlignScreen, SaysWhereToLookWhenNothingIsHeardAtAll) {
  AlignScreen screen{"vsat"};
  v1::LiveValues values = sample_signal(9.0);
  for (v1::LiveValue& value : *values.mutable_values()) {
    value.clear_value();
    value.set_absent("not yet");
  }
  constexpr auto kHint = "NOTHING HEARD YET, 'karkara local check' says why";
  ASSERT_TRUE(screen.on_values(values, 1));
  EXPECT_EQ(screen.draw({.width = 80}).find(kHint), std::string::npos) << "it was only just asked";
  ASSERT_TRUE(screen.on_values(values, 6));
  EXPECT_NE(screen.draw({.width = 80}).find(kHint), std::string::npos);
}

TEST(AlignScreen, TurnsByTheModemsSignalWhereThereIsNoDish) {
  AlignScreen screen{"lte"};
  for (int i = 0; i < 6; ++i) {
    v1::LiveValues values = sample_signal(9.0);
    values.mutable_values(8)->set_value(-110 + 2 * i);
    ASSERT_TRUE(screen.on_values(values, static_cast<std::uint64_t>(i)));
  }
  EXPECT_EQ(screen.line(), "RSRP -100 dBm rising (best -100 dBm)");
  EXPECT_EQ(screen.beeps(), 2U);
}

TEST(AlignScreen, HasItsBarAndItsBestValueInSixtyColumns) {
  AlignScreen screen{"vsat"};
  ASSERT_TRUE(screen.on_values(sample_signal(12.4), 0));
  ASSERT_TRUE(screen.on_values(sample_signal(10.1), 120));
  const auto lines = lines_of(screen.draw({.width = 60}));
  EXPECT_EQ(lines[3], "Es/N0       10.1 dB   [#####|....] best 12.4 dB, 120 s ago ");
}

TEST(AlignScreen, IsAsTheGoldenSays) {
  AlignScreen screen{"vsat"};
  ASSERT_TRUE(screen.on_values(sample_signal(9.1), 0));
  ASSERT_TRUE(screen.on_values(sample_signal(8.4), 12));
  std::string text;
  for (const std::string& line : lines_of(screen.draw({.colour = false, .width = 80}))) {
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  expect_golden("local_align", text);
}

TEST(AlignScreen, ALowerRoundTripIsTheBetterOne) {
  AlignScreen screen{"vsat"};
  v1::LiveValues values = sample_signal(5);
  ASSERT_TRUE(screen.on_values(values, 0));
  values.mutable_values(3)->set_value(0.9);
  ASSERT_TRUE(screen.on_values(values, 4));
  EXPECT_NE(screen.draw({.width = 80}).find("RTT          900 ms   best 620 ms, 4 s ago"), std::string::npos)
      << screen.draw({.width = 80});
}

TEST(AlignScreen, SaysWhyAValueIsAbsentAndNeverTakesItForZero) {
  AlignScreen screen{"vsat"};
  v1::LiveValues values = sample_signal(5);
  values.mutable_values(0)->clear_value();
  values.mutable_values(0)->set_absent("stale");
  ASSERT_TRUE(screen.on_values(values, 0));
  EXPECT_EQ(screen.line(), "Es/N0 (stale), smoothed 8 dB, Margin (not supported), locked, RTT 620 ms");
  EXPECT_NE(
      to_json_line(screen.view().value).find("\"name\":\"uplink_es_n0_raw_db\",\"value\":null,\"absent\":\"stale\""),
      std::string::npos);
}

TEST(AlignScreen, StaysInsideANarrowTerminal) {
  for (unsigned width = 1; width <= 200; ++width) {
    AlignScreen screen{"vsat"};
    ASSERT_TRUE(screen.on_values(sample_signal(19.9), 86'399));
    for (const std::string& line : lines_of(screen.draw({.width = width}))) {
      EXPECT_LE(display_width(line), width + 1) << line;  // the carriage return has become a space
    }
  }
}

TEST(AlignScreen, KeepsTheBestWhileTheAgentIsAway) {
  AlignScreen screen{"vsat"};
  ASSERT_TRUE(screen.on_values(sample_signal(9.1), 3));
  screen.on_trouble("the agent hung up", 5);
  const std::string drawn = screen.draw({.width = 80});
  EXPECT_NE(drawn.find("the agent hung up"), std::string::npos);
  EXPECT_NE(drawn.find("(no answer)"), std::string::npos);
  EXPECT_NE(drawn.find("best 9.1 dB, 2 s ago"), std::string::npos) << drawn;
}

TEST(AlignScreen, SurvivesExtremeNumbersAndHostileTexts) {
  AlignScreen screen{"vsat"};
  for (const double value :
       {1e308, -1e308, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    v1::LiveValues values = sample_signal(value);
    values.mutable_values(1)->set_absent("\x1b]0;owned\x07");
    ASSERT_TRUE(screen.on_values(values, 1));
    EXPECT_EQ(screen.draw({.width = 80}).find("owned\x07"), std::string::npos);
    EXPECT_EQ(screen.line().find('\x1b'), std::string::npos);
  }
}

}  // namespace
}  // namespace karkara::cli
