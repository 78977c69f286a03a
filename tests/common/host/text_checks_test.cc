#include "common/host/text_checks.h"

#include <gtest/gtest.h>

#include "common/host/nearest_name.h"

namespace karkara {
namespace {

struct KindCase {
  v1::TextKind kind;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

TEST(TextChecks, KnowEachKindOfText) {
  const std::vector<KindCase> cases{
      {v1::TEXT_NAME, {"sadore", "borgo-darey", "7"}, {"", "Sadore", "-a", "a-", "a_b", "é", std::string(41, 'a')}},
      {v1::TEXT_INTERFACE,
       {"eth0", "br-lan", "wwan0.5"},
       {"", "..", "eth 0", "eth/0", "eth0:1", "wwan%d", std::string(16, 'a')}},
      {v1::TEXT_ADDRESS,
       {"10.0.0.1", "2001:db8::1"},
       {"", "10.0.0", "10.0.0.256", "host", "10.0.0.1/8", std::string{"10.0.0.1\0x", 10}}},
      {v1::TEXT_ENDPOINT,
       {"10.0.0.1:7443", "[2001:db8::1]:1", "controller.karkara.ne:65535", "localhost:80"},
       {"", ":80", "host", "host:0", "host:65536", "host:80x", "2001:db8::1:80", "[10.0.0.1]:80", "300.1.1.1:80",
        "-a:80", "a..b:80", "a b:80"}},
      {v1::TEXT_PATH, {"/", "/var/lib/karkara"}, {"", "var", "./x", "/" + std::string(1000, 'a')}},
      {v1::TEXT_HEX, {"", "00ff", "ABCDEF"}, {"0", "0g", "0x00"}},
      {v1::TEXT_PREFIX,
       {"10.0.0.0/24", "2001:db8::/32", "0.0.0.0/0"},
       {"", "10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0.0/", "x/8"}},
      {v1::TEXT_ANY, {"", "Péta Djounga"}, {}},
  };
  ASSERT_EQ(cases.size(), static_cast<std::size_t>(v1::TextKind_ARRAYSIZE));
  for (const KindCase& each : cases) {
    for (const std::string& text : each.good) {
      EXPECT_TRUE(check_text(text, each.kind).ok()) << v1::TextKind_Name(each.kind) << " " << text;
    }
    for (const std::string& text : each.bad) {
      EXPECT_FALSE(check_text(text, each.kind).ok()) << v1::TextKind_Name(each.kind) << " " << text;
    }
  }
}

TEST(TextChecks, SayWhatIsAllowedButNeverRepeatAKey) {
  EXPECT_EQ(check_text("Sadoré", v1::TEXT_NAME).error().text,
            "'Sadoré' is not a name: 1 to 40 of a-z, 0-9 and '-', with no '-' at either end");
  EXPECT_EQ(check_text("c0ffe", v1::TEXT_HEX).error().text, "is not hexadecimal: an even number of digits 0-9 and a-f");
}

TEST(TextChecks, FindWhatIsNotUtf8) {
  EXPECT_EQ(first_non_utf8("Tillabéri 😀"), std::nullopt);
  EXPECT_EQ(first_non_utf8("ab\xe9"), 2U);
  EXPECT_EQ(first_non_utf8("\xc0\xaf"), 0U) << "overlong";
  EXPECT_EQ(first_non_utf8("\xe0\x80\x80"), 0U) << "overlong";
  EXPECT_EQ(first_non_utf8("\xed\xa0\x80"), 0U) << "surrogate";
  EXPECT_EQ(first_non_utf8("\xf4\x90\x80\x80"), 0U) << "past U+10FFFF";
  EXPECT_EQ(first_non_utf8("a\xf0\x9f\x98"), 1U) << "cut";
}

TEST(TextChecks, FindControlCharactersOfBothSets) {
  EXPECT_EQ(first_control("é\n", "\n"), std::nullopt);
  EXPECT_EQ(first_control("a\x1b[2J", "\n"), 1U);
  EXPECT_EQ(first_control("a\xc2\x9b", ""), 1U) << "C1 control sequence introducer";
  EXPECT_EQ(first_control("\x7f", ""), 0U);
}

TEST(TextChecks, QuoteForATerminalAndCutWhatIsLong) {
  EXPECT_EQ(in_quotes("é"), "'é'");
  EXPECT_EQ(in_quotes("a\x1b\n\xff"), "'a\\x1b\\x0a\\xff'");
  EXPECT_EQ(in_quotes(std::string(100, 'x')), "'" + std::string(60, 'x') + "...'");
}

TEST(NearestName, FindsTypingMistakesAndNoMore) {
  const std::vector<std::string> known{"interface", "id", "preference", "hold_down", "hold_down_max"};
  EXPECT_EQ(nearest_name("intreface", known), "interface");
  EXPECT_EQ(nearest_name("hold-down", known), "hold_down");
  EXPECT_EQ(nearest_name("prefrence", known), "preference");
  EXPECT_EQ(nearest_name("ip", known), "");
  EXPECT_EQ(nearest_name("colour", known), "");
  EXPECT_EQ(nearest_name("", known), "");
  EXPECT_EQ(nearest_name(std::string(100'000, 'a'), known), "");
}

}  // namespace
}  // namespace karkara
