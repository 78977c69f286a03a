#include "agent/cellular/ussd_balance.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using namespace std::chrono_literals;

UssdPattern pattern(std::string_view text) {
  const auto parsed = UssdPattern::parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed.ok() ? *parsed : UssdPattern{};
}

UssdBalance read(std::string_view text, std::string_view with, std::string_view currency = "FCFA") {
  return parse_balance(text, {pattern(with)}, currency);
}

std::optional<std::int64_t> money(std::string_view text) {
  return read(text, "{money}").hundredths;
}

std::optional<std::uint64_t> bytes(std::string_view text) {
  return read(text, "{data}").bytes;
}

TEST(UssdBalance, ReadsMoneyInEveryShapeThatOperatorsUse) {
  EXPECT_EQ(money("1 250 FCFA"), 125'000);
  EXPECT_EQ(money("1.250F"), 125'000);
  EXPECT_EQ(money("1250,50 F CFA"), 125'050);
  EXPECT_EQ(money("1.250,50 FCFA"), 125'050);
  EXPECT_EQ(money("1,250 FCFA"), 125'000);
  EXPECT_EQ(money("1.250.000 XOF"), 125'000'000);
  EXPECT_EQ(money("0 F"), 0);
  EXPECT_EQ(money("0,5 F"), 50);
  EXPECT_EQ(money("-75 FCFA"), -7'500);
}

TEST(UssdBalance, EveryKindOfSpaceSeparatesThousands) {
  EXPECT_EQ(money("1\u00a0250\u00a0FCFA"), 125'000) << "no-break";
  EXPECT_EQ(money("1\u2009250\u2009FCFA"), 125'000) << "thin";
  EXPECT_EQ(money("1\u202f250\u202fF\u00a0CFA"), 125'000) << "narrow no-break";
  EXPECT_EQ(money("1250\r\nFCFA"), 125'000);
}

TEST(UssdBalance, ReadsDataWithDecimalCommaOrPoint) {
  EXPECT_EQ(bytes("2,5 Go"), 2'500'000'000U);
  EXPECT_EQ(bytes("2.5Go"), 2'500'000'000U);
  EXPECT_EQ(bytes("512 Mo"), 512'000'000U);
  EXPECT_EQ(bytes("1 024 Mo"), 1'024'000'000U);
  EXPECT_EQ(bytes("0,250 Go"), 250'000'000U);
  EXPECT_EQ(bytes("800KB"), 800'000U);
}

TEST(UssdBalance, WhatCanBeReadInTwoWaysIsUnknown) {
  EXPECT_EQ(bytes("1.250 Go"), std::nullopt) << "1.25 or 1250";
  EXPECT_EQ(bytes("1,250 Mo"), std::nullopt);
  EXPECT_EQ(money("1250,505 F"), std::nullopt);
  EXPECT_EQ(money("1234567890123 F"), std::nullopt) << "nor is a part of it taken";
}

TEST(UssdBalance, MoneyNeedsItsCurrencyAndDataItsUnit) {
  EXPECT_EQ(money("1250"), std::nullopt);
  EXPECT_EQ(money("1250 Francs-Or"), std::nullopt);
  EXPECT_EQ(money("20 Fevrier"), std::nullopt);
  EXPECT_EQ(bytes("5 gold"), std::nullopt);
  EXPECT_EQ(bytes("5 G"), std::nullopt);
  EXPECT_EQ(read("12 NGN", "{money}", "NGN").hundredths, 1'200);
}

TEST(UssdBalance, ReadsASentenceByItsPattern) {
  const UssdBalance balance = read("Votre crédit est de 1 250 FCFA, bonus 300 FCFA. Valable jusqu'au 05/12/2026 23:59",
                                   "credit est de {money}{any}jusqu'au {date}");
  EXPECT_EQ(balance.hundredths, 125'000);
  EXPECT_EQ(balance.currency, "FCFA");
  EXPECT_EQ(balance.valid_until, std::chrono::year_month_day(2026y / 12 / 5));
  EXPECT_EQ(balance.text, "Votre crédit est de 1 250 FCFA, bonus 300 FCFA. Valable jusqu'au 05/12/2026 23:59");
}

TEST(UssdBalance, ThePatternTellsWhichOfTwoAmountsIsMeant) {
  EXPECT_EQ(read("Bonus 300 F, principal: 1250 F", "principal: {money}").hundredths, 125'000);
  EXPECT_EQ(read("Bonus 300 F, principal: 1250 F", "PRINCIPAL :{any}{money}").hundredths, std::nullopt);
  EXPECT_EQ(read("Forfait A: 100 Mo, forfait B: 2 Go", "forfait b{any}{data}").bytes, 2'000'000'000U);
}

TEST(UssdBalance, SeveralPatternsFillWhatIsUnknown) {
  const UssdBalance balance =
      parse_balance("Solde 500F. Internet 1,5 Go. Expire 2026-12-31",
                    {pattern("solde {money}"), pattern("internet {data}"), pattern("expire {date}")}, "F");
  EXPECT_EQ(balance.hundredths, 50'000);
  EXPECT_EQ(balance.bytes, 1'500'000'000U);
  EXPECT_TRUE(balance.valid_until.has_value());
}

TEST(UssdBalance, NoMatchIsUnknownAndTheTextIsKept) {
  const UssdBalance balance = read("Service indisponible\x07", "{money}");
  EXPECT_FALSE(balance.known());
  EXPECT_EQ(balance.text, "Service indisponible ");
}

TEST(UssdBalance, KeepsAtMostTwoHundredBytesAndWholeCharacters) {
  std::string text(199, 'a');
  text += "é and a balance of 5 F";
  const UssdBalance balance = read(text, "{money}");
  EXPECT_EQ(balance.text, std::string(199, 'a'));
  EXPECT_FALSE(balance.known());
}

TEST(UssdBalance, ImpossibleDatesAreNotRead) {
  EXPECT_FALSE(read("31/02/2026", "{date}").valid_until);
  EXPECT_FALSE(read("1/2-2026", "{date}").valid_until);
  EXPECT_EQ(read("7.3.26", "{date}").valid_until, std::chrono::year_month_day(2026y / 3 / 7));
}

TEST(UssdBalance, RefusesPatternsThatReadNothingOrAreBroken) {
  for (const char* text : {"", "solde", "{any}", "{money", "{euros}", "{money} {money}"}) {
    EXPECT_FALSE(UssdPattern::parse(text).ok()) << text;
  }
  EXPECT_FALSE(UssdPattern::parse(std::string(201, 'x') + "{money}").ok());
}

TEST(UssdBalance, ManyWildcardsDoNotMakeItSlow) {
  std::string with;
  for (int i = 0; i < 30; ++i) {
    with += "a{any}";
  }
  EXPECT_FALSE(read(std::string(200, 'a'), with + "{money}").known());
}

}  // namespace
}  // namespace karkara
