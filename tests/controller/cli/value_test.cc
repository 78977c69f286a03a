#include "controller/cli/render/value.h"

#include <gtest/gtest.h>

#include <cmath>

#include "karkara/v1/noc.pb.h"

namespace karkara::cli {
namespace {

std::string text_value(const char* text) {
  return to_json_line({std::string{text}});
}

TEST(Json, EscapesWhatWouldDisturbATerminal) {
  EXPECT_EQ(text_value("a\"b\\c\n\x1b[31m"), R"("a\"b\\c\n\u001b[31m")");
  EXPECT_EQ(text_value("\x7f\xc2\x9b"), R"("\u007f\u009b")");
  EXPECT_EQ(text_value("\xe2\x80\xae"), R"("\u202e")");
  EXPECT_EQ(text_value("\xff"), R"("\ufffd")");
  EXPECT_EQ(text_value("\xf3\xa0\x80\x81"), R"("\udb40\udc01")");
  EXPECT_EQ(text_value("Péta"), "\"Péta\"");
}

TEST(Json, SaysNullForNumbersThatItCannotSay) {
  EXPECT_EQ(to_json_line({std::nan("")}), "null");
  EXPECT_EQ(to_json_line({1e30}), "1e+30");
  EXPECT_EQ(to_json_line({26.43}), "26.43");
  EXPECT_EQ(to_json_line({UINT64_MAX}), "18446744073709551615");
}

TEST(Json, LaysOutNestedThings) {
  const Value value{Value::Object{{"a", {Value::Array{{std::int64_t{1}}, {Value::Object{}}}}}, {"b", {}}}};
  EXPECT_EQ(to_json_line(value), R"({"a":[1,{}],"b":null})");
  EXPECT_EQ(to_json(value), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": null\n}\n");
}

TEST(Yaml, QuotesWhatAReaderWouldTakeForSomethingElse) {
  const Value value{Value::Object{{"a", {std::string{"yes"}}},
                                  {"b", {std::string{"vsat-2"}}},
                                  {"c", {std::string{"12"}}},
                                  {"d", {std::string{"a: b"}}},
                                  {"e", {std::string{""}}},
                                  {"f", {Value::Array{}}}}};
  EXPECT_EQ(to_yaml(value), "a: \"yes\"\nb: vsat-2\nc: \"12\"\nd: \"a: b\"\ne: \"\"\nf: []\n");
}

TEST(Yaml, IndentsListsOfObjects) {
  const Value value{Value::Object{
      {"list", {Value::Array{{Value::Object{{"x", {true}}, {"z", {Value::Array{{std::int64_t{1}}}}}}}, {2.5}}}}}};
  EXPECT_EQ(to_yaml(value), "list:\n  - x: true\n    z:\n      - 1\n  - 2.5\n");
}

TEST(ValueOf, HasEveryFieldAndTellsAbsentFromZero) {
  v1::SiteSummary site;
  site.set_state(v1::SITE_STATE_UNREACHABLE);
  site.set_age_ms(0);
  const Value value = value_of(site);
  EXPECT_EQ(to_json_line(value),
            R"({"site":null,"state":"unreachable","state_since_ms":null,"age_ms":0,"active_uplink":"",)"
            R"("rtt_seconds":null,"battery_volts":null,"alarms":0,"agent_version":"","enrolled":false})");
}

TEST(ValueOf, KeepsTheNumberOfAnEnumThatIsNewerThanUs) {
  v1::SiteSummary site;
  site.set_state(static_cast<v1::SiteState>(77));
  EXPECT_EQ(to_json_line(*value_of(site).find("state")), "77");
}

}  // namespace
}  // namespace karkara::cli
