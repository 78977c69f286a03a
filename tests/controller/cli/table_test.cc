#include "controller/cli/render/table.h"

#include <gtest/gtest.h>

#include "controller/cli/render/render.h"

#include <sstream>

namespace karkara::cli {
namespace {

Table villages() {
  Table table;
  table.columns = {
      {"SITE"}, {.head = "NAME", .shrinks = true}, {.head = "COMMUNE", .wide = true}, {"RTT", Align::Right}};
  table.nothing = "No sites.";
  table.rows = {{{"a"}, {"Péta Djounga"}, {"Youri"}, {"620 ms"}}, {{"bb"}, {"村"}, {"Tagazar"}, {"9 ms"}}};
  return table;
}

TEST(Table, AlignsByDisplayWidth) {
  EXPECT_EQ(print(villages(), {}),
            "SITE  NAME             RTT\n"
            "a     Péta Djounga  620 ms\n"
            "bb    村              9 ms\n");
}

TEST(Table, ShowsWideColumnsOnlyWhenAsked) {
  EXPECT_EQ(print(villages(), {.wide = true}),
            "SITE  NAME          COMMUNE     RTT\n"
            "a     Péta Djounga  Youri    620 ms\n"
            "bb    村            Tagazar    9 ms\n");
}

TEST(Table, CutsShrinkingColumnsToTheTerminal) {
  EXPECT_EQ(print(villages(), {.width = 23}),
            "SITE  NAME          RTT\n"
            "a     Péta Djo…  620 ms\n"
            "bb    村           9 ms\n");
}

TEST(Table, HasNoSpacesAtTheEndOfALine) {
  Table table;
  table.columns = {{"A"}, {"B"}};
  table.rows = {{{"x"}, {""}}, {{"y"}, {"long"}}, {{""}, {"z"}}};
  EXPECT_EQ(print(table, {}), "A  B\nx\ny  long\n   z\n");
}

TEST(Table, ColoursOnlyWhenTold) {
  Table table;
  table.columns = {{"STATE"}};
  table.rows = {{{"up", Tone::Good}}};
  EXPECT_EQ(print(table, {}), "STATE\nup\n");
  EXPECT_EQ(print(table, {.colour = true}), "\x1b[2mSTATE\x1b[0m\n\x1b[32mup\x1b[0m\n");
}

TEST(Table, PutsNoHostileByteOnTheTerminal) {
  Table table;
  table.columns = {{"NAME"}};
  table.rows = {{{"\x1b[2J\x1b]0;owned\x07village\r\nSITE up"}}};
  EXPECT_EQ(print(table, {}), "NAME\nvillage  SITE up\n");
}

TEST(Table, SaysThatThereIsNothing) {
  Table table = villages();
  table.rows.clear();
  EXPECT_EQ(print(table, {}), "No sites.\n");
}

TEST(Render, CleansTitlesAndFactsAsWell) {
  const View view{.kind = "Site",
                  .value = {},
                  .list = "",
                  .item = "",
                  .sections = {{"a\x1b[2Jb", Facts{{"Why", {"x\x1b[31my\nSITE up"}}}}}};
  std::ostringstream out;
  render(view, Format::Table, {}, out);
  EXPECT_EQ(out.str(), "ab\nWhy  xy SITE up\n");
}

TEST(Render, WritesOneEnvelopedLineForEachElementOfAList) {
  View view{.kind = "SiteList", .value = {}, .list = "sites", .item = "SiteSummary", .sections = {}};
  view.value = {Value::Object{
      {"sites",
       {Value::Array{{Value::Object{{"id", {std::string{"a"}}}}}, {Value::Object{{"id", {std::string{"b"}}}}}}}}}};
  std::ostringstream out;
  render(view, Format::JsonLines, {}, out);
  EXPECT_EQ(out.str(),
            "{\"apiVersion\":\"karkara/v1\",\"kind\":\"SiteSummary\",\"id\":\"a\"}\n"
            "{\"apiVersion\":\"karkara/v1\",\"kind\":\"SiteSummary\",\"id\":\"b\"}\n");
}

}  // namespace
}  // namespace karkara::cli
