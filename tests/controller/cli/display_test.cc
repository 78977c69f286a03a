#include "controller/cli/render/display.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

namespace karkara::cli {
namespace {

TEST(CleanText, LeavesAccentsAndOtherScriptsAlone) {
  for (const char* text : {"Péta Djounga (Sadoré)", "Say\xca\x9e", "تيلابيري", "ⵏⵉⵊⵔ", "村", "BlueSolar MPPT 150|35"}) {
    EXPECT_EQ(clean_text(text), text);
  }
}

TEST(CleanText, TakesWholeEscapeSequencesAway) {
  EXPECT_EQ(clean_text("a\x1b[31;1mred\x1b[0mb"), "aredb");
  EXPECT_EQ(clean_text("a\x1b]0;owned\x07z"), "az");  // sets a window's title
  EXPECT_EQ(clean_text("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\z"), "alinkz");
  EXPECT_EQ(clean_text("a\x1bP1$r0m\x1b\\z"), "az");
  EXPECT_EQ(clean_text("a\x1b"
                       "cz"),
            "az");                          // resets the terminal
  EXPECT_EQ(clean_text("a\x1b(0z"), "az");  // another character set
  EXPECT_EQ(clean_text("a\xc2\x9b"
                       "2Jz"),
            "az");  // CSI as one C1 control
  EXPECT_EQ(clean_text("a\xc2\x9d"
                       "0;t\xc2\x9cz"),
            "az");
}

TEST(CleanText, TakesAControlStringWithoutAnEndWithAllThatFollows) {
  EXPECT_EQ(clean_text("a\x1b]0;never ends"), "a");
  EXPECT_EQ(clean_text("a\x1b["), "a");
  EXPECT_EQ(clean_text("a\x1b"), "a");
}

TEST(CleanText, StaysOnOneLine) {
  EXPECT_EQ(clean_text("a\r\nb\tc\xe2\x80\xa8"
                       "d"),
            "a  b c d");
}

TEST(CleanText, DropsWhatReordersOrHidesText) {
  EXPECT_EQ(clean_text("a\xe2\x80\xae"
                       "b\xe2\x80\x8b"
                       "c\xef\xbb\xbf"
                       "d"),
            "abcd");  // RLO, zero width space, BOM
  EXPECT_EQ(clean_text(std::string("a\0b\x7f"
                                   "c\x08",
                                   6)),
            "abc");
}

TEST(CleanText, MarksWhatIsNotUtf8) {
  EXPECT_EQ(clean_text("a\xff"
                       "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(clean_text("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd");                  // an overlong '/'
  EXPECT_EQ(clean_text("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // a surrogate
  EXPECT_EQ(clean_text("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd");                  // cut in the middle
  EXPECT_EQ(clean_text("\xc2\x1b[31mz"), "\xef\xbf\xbdz");  // an escape does not hide in a broken letter
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("Péta"), 4U);
  EXPECT_EQ(display_width("Pe\xcc\x81ta"), 4U);  // the same in decomposed form
  EXPECT_EQ(display_width("村落"), 4U);
  EXPECT_EQ(display_width("⚡"), 1U);
  EXPECT_EQ(display_width("\xf0\x9f\x93\xa1"), 2U);  // satellite antenna
  EXPECT_EQ(display_width("عَرَبِيّ"), 4U);              // vowel signs take no column
}

TEST(CutTo, NeverCutsALetterInTwo) {
  EXPECT_EQ(cut_to("Péta", 4), "Péta");
  EXPECT_EQ(cut_to("Péta Djounga", 3), "Pé…");
  EXPECT_EQ(cut_to("村落村", 4), "村…");
  EXPECT_EQ(cut_to("abc", 0), "");
}

TEST(FormatAge, SaysHowOldInOneUnit) {
  EXPECT_EQ(format_age(std::nullopt), "never");
  EXPECT_EQ(format_age(-5), "0s");
  EXPECT_EQ(format_age(12'999), "12s");
  EXPECT_EQ(format_age(59'999), "59s");
  EXPECT_EQ(format_age(60'000), "1m");
  EXPECT_EQ(format_age(4 * 60'000 + 59'000), "4m");
  EXPECT_EQ(format_age(3 * 3'600'000), "3h");
  EXPECT_EQ(format_age(23 * 3'600'000), "23h");
  EXPECT_EQ(format_age(24 * 3'600'000), "1d");
  EXPECT_EQ(format_age(std::numeric_limits<std::int64_t>::max()), "106751991167d");
}

TEST(FormatBytes, CountsAsOperatorsSell) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1'000), "1 kB");
  EXPECT_EQ(format_bytes(999'949), "999.9 kB");
  EXPECT_EQ(format_bytes(999'960), "1 MB") << "not 1000 kB";
  EXPECT_EQ(format_bytes(1'234'000'000), "1.2 GB");
  EXPECT_EQ(format_bytes(std::numeric_limits<std::uint64_t>::max()), "18.4 EB");
}

TEST(FormatRate, HasThreeFigures) {
  EXPECT_EQ(format_rate(0), "0 bit/s");
  EXPECT_EQ(format_rate(999), "999 bit/s");
  EXPECT_EQ(format_rate(64'000), "64 kbit/s");
  EXPECT_EQ(format_rate(1'500'000), "1.5 Mbit/s");
  EXPECT_EQ(format_rate(1'854'000), "1.85 Mbit/s");
  EXPECT_EQ(format_rate(18'540'000), "18.5 Mbit/s");
  EXPECT_EQ(format_rate(185'400), "185 kbit/s");
  EXPECT_EQ(format_rate(999'499), "999 kbit/s");
  EXPECT_EQ(format_rate(999'500), "1 Mbit/s") << "not 1000 kbit/s";
  EXPECT_EQ(format_rate(std::numeric_limits<std::uint64_t>::max()), "18.4 Ebit/s");
}

TEST(FormatNumber, DropsZerosAndKeepsUnits) {
  EXPECT_EQ(format_number(26.43, 3, "V"), "26.43 V");
  EXPECT_EQ(format_number(312, 0, "W"), "312 W");
  EXPECT_EQ(format_number(100, 0, ""), "100");
  EXPECT_EQ(format_number(-0.0001, 2, "A"), "0 A");
  EXPECT_EQ(format_number(1e300, 3, "V"), "1e+300 V");
  EXPECT_EQ(format_number(std::nan(""), 1, "V"), "-");
  EXPECT_EQ(format_number(-std::numeric_limits<double>::infinity(), 1, "V"), "-");
}

TEST(FormatTime, IsTheLocalZone) {
  ::setenv("TZ", "WAT-1", 1);  // Niamey
  ::tzset();
  EXPECT_EQ(format_time(1'795'000'000'000), "2026-11-18 12:06:40");
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  EXPECT_EQ(format_time(1'795'000'000'000), "2026-11-18 11:06:40");
  EXPECT_EQ(format_time(std::numeric_limits<std::int64_t>::max()), "-");
  EXPECT_EQ(format_time(std::numeric_limits<std::int64_t>::min()), "-");
}

}  // namespace
}  // namespace karkara::cli
