// A plan as text and pictures.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "controller/planner/outputs/layer_texts.h"
#include "controller/planner/outputs/plan_map.h"
#include "controller/planner/outputs/report.h"
#include "controller/planner/outputs/report_parts.h"
#include "controller/planner/outputs/report_words.h"
#include "tests/controller/planner_io/sample_plan.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const Borders& no_borders() {
  static const Borders none;
  return none;
}
std::vector<Layer> sample_layers() {
  return layers_of(sample_plan(), Regions{no_borders()});
}

TEST(Text, CannotBeAFormulaInACsv) {
  for (const char* text : {"=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "  =1", "\n=1"}) {
    const std::string field = csv_text(text);
    EXPECT_THAT(field.substr(field.starts_with('"') ? 1 : 0), StartsWith("'")) << text;
  }
  EXPECT_EQ(csv_text("Dan, \"Gona\""), "\"Dan, \"\"Gona\"\"\"");
  EXPECT_EQ(csv_text("Gona"), "Gona");
  EXPECT_EQ(csv_text("a\nb"), "\"a\nb\"");
}

TEST(Text, CannotEndWhatHoldsIt) {
  EXPECT_EQ(xml_text("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  EXPECT_EQ(json_text("a\"\\\n</script>"), R"("a\"\\\n\u003c/script>")");
  EXPECT_EQ(clean_utf8("Zamaé\x01\xFF\xC0\xAF"), "Zamaé\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(clean_utf8("\xED\xA0\x80\xF4\x90\x80\x80\xE2\x82"), clean_utf8("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
  EXPECT_EQ(clean_utf8("€ 𐍈"), "€ 𐍈");
}

TEST(Text, WritesNumbersAlikeEverywhere) {
  EXPECT_EQ(decimal(-0.001, 2), "0.00");
  EXPECT_EQ(decimal(1234.5678, 2), "1234.57");
  EXPECT_EQ(decimal(std::nan(""), 2), "");
  EXPECT_EQ(decimal(12.5, 1, Language::French), "12,5");
  EXPECT_EQ(grouped(-1234567, Language::English), "-1,234,567");
  EXPECT_EQ(grouped(1234, Language::French),
            "1\xE2\x80\xAF"
            "234");
  EXPECT_EQ(grouped(std::numeric_limits<std::int64_t>::min(), Language::English), "-9,223,372,036,854,775,808");
}

TEST(Geojson, HoldsAllThatThePlanSays) {
  const auto json = nlohmann::json::parse(to_geojson(sample_layers(), sample_plan()));
  EXPECT_EQ(json["plan"]["bound"], *sample_plan().bound);
  EXPECT_EQ(json["plan"]["input"], "abcdef0123456789");
  ASSERT_EQ(json["features"].size(), 5U + 6U + 3U);
  const auto& b = json["features"][1];
  EXPECT_EQ(b["properties"]["parent"], "A");
  EXPECT_EQ(b["properties"]["hop_km"], 12.345);
  EXPECT_EQ(b["geometry"]["coordinates"][0], 2.1);
  const auto& unserved = json["features"][5 + 4]["properties"];
  EXPECT_EQ(unserved["served"], false);
  EXPECT_EQ(unserved["height_needed_m"], 55);
  EXPECT_TRUE(unserved["margin_db"].is_null());
  EXPECT_EQ(json["features"][5 + 1]["properties"]["name"], kHostileName);
  EXPECT_TRUE(json["features"][5 + 5]["properties"]["people"].is_null());  // unknown, not 0
  EXPECT_EQ(json["features"][11]["geometry"]["type"], "LineString");
}

TEST(Csv, KeepsNamesFromBeingRun) {
  const std::string text = to_csv(sample_layers()[1]);
  EXPECT_THAT(text, StartsWith("id,name,region,"));
  EXPECT_THAT(text, HasSubstr("2,\"'=HYPERLINK(\"\"http://x\"\")<script>&'\",NE006,NE006003,NE006003001,"));
  EXPECT_THAT(text, HasSubstr(",14.500000,3.500000\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 7);
}

TEST(Kml, IsWellFormedWhateverTheNames) {
  const std::string text = to_kml(sample_layers(), sample_plan(), Language::French);
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
  EXPECT_THAT(text, HasSubstr("=HYPERLINK(&quot;http://x&quot;)&lt;script&gt;&amp;&#39;"));
  EXPECT_THAT(text, HasSubstr("<Folder><name>localités</name>"));
  EXPECT_THAT(text, HasSubstr("<coordinates>2.100000,13.600000 2.100000,13.500000</coordinates>"));
  std::size_t open = 0;
  std::size_t closed = 0;
  for (std::size_t at = 0; (at = text.find("<Placemark>", at)) != std::string::npos; ++at) {
    ++open;
  }
  for (std::size_t at = 0; (at = text.find("</Placemark>", at)) != std::string::npos; ++at) {
    ++closed;
  }
  EXPECT_EQ(open, 14U);
  EXPECT_EQ(closed, 14U);
}

TEST(Canvas, DrawsWhereItIsToldAndNowhereElse) {
  MapCanvas canvas{40, 30, {255, 255, 255}};
  canvas.disc({10, 10}, 4, {200, 0, 0});
  EXPECT_EQ(canvas.at(10, 10), (Colour{200, 0, 0}));
  EXPECT_EQ(canvas.at(20, 10), (Colour{255, 255, 255}));
  canvas.polygon({{{20, 0}, {40, 0}, {40, 30}, {20, 30}}, {{25, 5}, {35, 5}, {35, 25}, {25, 25}}}, {0, 0, 200});
  EXPECT_EQ(canvas.at(22, 15), (Colour{0, 0, 200}));
  EXPECT_EQ(canvas.at(30, 15), (Colour{255, 255, 255}));  // the hole
  canvas.line({-1e9, -5}, {1e9, 500}, {0, 0, 0}, 2);      // off the canvas, of no size
  canvas.line({std::nan(""), 0}, {1, 1}, {0, 0, 0}, 2);
  canvas.text({36, 26}, "Été", {0, 0, 0}, 3);  // runs over the edge
  EXPECT_EQ(MapCanvas::text_width("Été", 2), 36);
}

TEST(PlanMap, ShowsSitesBordersAndUnserved) {
  const Borders borders{
      {{}},
      {{"NE",
        "Niger",
        {{sample_place(12.5, 1.5), sample_place(12.5, 4.5), sample_place(15, 4.5), sample_place(15, 1.5)}}}}};
  EXPECT_EQ(MapCanvas::text_width("p", 1), 6);
  const auto map = draw_map(sample_plan(), borders, {900, Language::French});
  ASSERT_TRUE(map.ok()) << map.error().text;
  EXPECT_EQ(map->width(), 900);
  std::size_t red = 0;
  std::size_t land = 0;
  for (int y = 0; y < map->height(); ++y) {
    for (int x = 0; x < 520; ++x) {
      red += map->at(x, y) == Colour{197, 26, 28} ? 1 : 0;
      land += map->at(x, y) == Colour{250, 248, 242} ? 1 : 0;
    }
  }
  EXPECT_GT(red, 0U);  // the one behind the hill
  EXPECT_GT(land, 50'000U);
  EXPECT_EQ(draw_map(sample_plan(), borders, {900, Language::French})->pixels(), map->pixels());
  EXPECT_FALSE(draw_map(Plan{}, no_borders(), {}).ok());
  EXPECT_FALSE(draw_map(sample_plan(), borders, {100, Language::French}).ok());
}

TEST(Report, ShowsTheTailAndWhatIsAssumedInBothLanguages) {
  Plan plan = sample_plan();
  plan.target = "everybody";
  plan.marks.emplace_back("lte700: 18 of 23 values are assumed");
  const Regions regions{no_borders()};
  ReportOptions options;
  PhaseRules rules;
  rules.budgets = {60'000, 70'000};
  options.phases = *phase_plan(plan, rules, regions);
  options.first_year = 2027;
  options.map_png = "png";
  const std::string english = to_html(plan, regions, options);
  EXPECT_THAT(english, HasSubstr("What each franc buys"));
  EXPECT_THAT(english, HasSubstr("the price of VSAT is assumed"));
  EXPECT_THAT(english, HasSubstr("not reached by this plan"));  // 100 % of people
  EXPECT_THAT(english, HasSubstr("the ground is in the way"));
  EXPECT_THAT(english, HasSubstr("data:image/png;base64,cG5n"));
  EXPECT_THAT(english, HasSubstr(">2028<"));
  EXPECT_THAT(english, HasSubstr("abcdef0123456789"));
  options.language = Language::French;
  const std::string french = to_html(plan, regions, options);
  EXPECT_THAT(french, HasSubstr("<html lang=\"fr\">"));
  EXPECT_THAT(french, HasSubstr("le relief fait obstacle"));
  EXPECT_THAT(french, HasSubstr("95,24\u00a0%"));  // 6,000 of 6,300
  EXPECT_THAT(french, HasSubstr("Objectif\u00a0: toute la population"));
  EXPECT_THAT(french, HasSubstr("lte700: 18 sur 23 valeurs supposées"));
  for (const std::string& page : {english, french}) {
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("{people}")));
  }
  const std::string empty = to_html(Plan{}, regions, {});
  EXPECT_THAT(empty, Not(HasSubstr("nan")));
}

TEST(Report, ShowsWhatRegionsGetAndTheBusyHourWhereTheyAreAsked) {
  Plan plan = sample_plan();
  const Regions regions{no_borders()};
  ReportOptions options;
  EXPECT_THAT(to_html(plan, regions, options), Not(HasSubstr("The busy hour")));
  PhaseRules rules;
  rules.budgets = {51'000};
  rules.region_budgets = {{"NE005", {70'000}}};
  options.phases = *phase_plan(plan, rules, regions);
  plan.loads.assign(plan.sites.size(), {});
  plan.loads[4] = {BitsPerSecond{2.5e6}, 1.25, BitsPerSecond{2.5e6}, BitsPerSecond{2e6}, 3};
  const std::string english = to_html(plan, regions, options);
  EXPECT_THAT(english, HasSubstr("What each region’s money buys"));
  EXPECT_THAT(english, HasSubstr("any region"));
  EXPECT_THAT(english, HasSubstr(">600.00<"));  // D, a person
  EXPECT_THAT(english, HasSubstr("125\u00a0%"));
  options.language = Language::French;
  const std::string french = to_html(plan, regions, options);
  EXPECT_THAT(french, HasSubstr("L’heure de pointe"));
  EXPECT_THAT(french, HasSubstr(">600,00<"));
  EXPECT_EQ(words_of(Language::French).mark_text("2 ways out carry less than what passes them in the busy hour"),
            "2 raccordements portent moins que ce qui y passe à l’heure de pointe");
}

// What is wrong with a page: a tag that is not closed, an attribute without quotes, an address to fetch. Empty:
// nothing.
std::string faults_of(const std::string& page) {
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at)) {
    const std::size_t end = page.find('>', at);
    if (end == std::string::npos) {
      return "a tag without an end";
    }
    const std::string tag = page.substr(at + 1, end - at - 1);
    at = end;
    const std::string name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" /", 1) - (tag[0] == '/' ? 1 : 0));
    if (tag[0] == '/') {
      if (open.empty() || open.back() != name) {
        return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
      }
      open.pop_back();
      continue;
    }
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0 || tag.find("='") != std::string::npos) {
      return "<" + tag + ">";
    }
    for (const char* fetch : {"href", "src"}) {
      const std::size_t found = tag.find(std::string{" "} + fetch + "=\"");
      if (found != std::string::npos && tag.compare(found, 10, " src=\"data") != 0) {
        return "<" + tag + "> fetches";
      }
    }
    const bool alone = name == "!DOCTYPE" || name == "meta" || name == "img" || tag.back() == '/';
    if (!alone) {
      open.push_back(name);
    }
    if (name == "style") {
      at = page.find("</style>", at);
    }
  }
  if (page.find("url(") != std::string::npos || page.find("@import") != std::string::npos) {
    return "the style fetches";
  }
  return open.empty() ? "" : open.back() + " stays open";
}

TEST(Report, IsWellFormedWhateverNamesHold) {
  EXPECT_THAT(faults_of("<p>x"), HasSubstr("stays open"));
  EXPECT_THAT(faults_of("<p><b>x</p></b>"), HasSubstr("closes"));
  EXPECT_THAT(faults_of("<img src=\"https://a/b\">"), HasSubstr("fetches"));
  Plan plan = sample_plan();
  plan.currency = "<i>";
  plan.target = "\"</h1>";
  plan.marks = {"</ul><script src=\"https://a/b\">", "\xff\xfe"};
  for (PlanSite& site : plan.sites) {
    site.name = "<b onclick='x'>";
    site.code = "</td>";
  }
  const Regions regions{no_borders()};
  for (const Language language : {Language::English, Language::French}) {
    ReportOptions options;
    options.language = language;
    PhaseRules rules;
    rules.budgets = {60'000, 70'000};
    options.phases = *phase_plan(plan, rules, regions);
    options.map_png = "png";
    EXPECT_EQ(faults_of(to_html(plan, regions, options)), "");
    EXPECT_EQ(faults_of(to_html(Plan{}, regions, {})), "");
  }
}

TEST(Report, SaysTheTargetInItsLanguage) {
  const ReportWords& english = words_of(Language::English);
  const ReportWords& french = words_of(Language::French);
  EXPECT_EQ(english.target_text("share 95%"), "95\u00a0% of the people");
  EXPECT_EQ(french.target_text("share 99.5%"), "99,5\u00a0% de la population");
  EXPECT_EQ(english.target_text("budget 20000000"), "the most people for 20,000,000");
  EXPECT_EQ(french.target_text("eligible 250..2500"), "les localités de la taille du programme (250..2500)");
  for (const char* odd : {"", " ", "100%", "share ", "share x", "budget 9x", "budget 99999999999999999999"}) {
    EXPECT_EQ(french.target_text(odd), odd);
  }
}

TEST(Report, SpeaksBothLanguagesCompletely) {
  for (const Language language : {Language::English, Language::French}) {
    const ReportWords& words = words_of(language);
    for (const BackhaulKind kind : {BackhaulKind::Gateway, BackhaulKind::Hop, BackhaulKind::Sim, BackhaulKind::Vsat}) {
      EXPECT_FALSE(words.way_out(kind).empty());
    }
  }
  EXPECT_EQ(html::base64("Man"), "TWFu");
  EXPECT_EQ(html::base64("Ma"), "TWE=");
  EXPECT_EQ(html::base64("M"), "TQ==");
}

}  // namespace
}  // namespace karkara::planner
