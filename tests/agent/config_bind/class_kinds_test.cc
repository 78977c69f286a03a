// What a class has on one kind of uplink, and at some hours: what it becomes, what is refused with its place, and what
// is accepted with a word.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "agent/config_bind/shaping_config.h"
#include "tests/agent/config_bind/site_text.h"

namespace karkara {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

constexpr std::string_view kLinks = R"(site: {id: sadore}
lan: {interfaces: [br-lan]}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1, rate_down: 2Mbit, rate_up: 1Mbit}
  - {id: lte, kind: cellular, interface: wwan0, metered: true, rate_down: 4Mbit, rate_up: 1Mbit}
classes:
)";

std::string links_and(std::string_view classes) {
  return std::string{kLinks}.append(classes);
}

std::string refused(std::string_view classes) {
  return errors_of(links_and(classes));
}

std::string doubted(std::string_view classes) {
  const auto read = read_site_config("site.yaml", links_and(classes));
  EXPECT_TRUE(read.ok()) << read.error().text;
  return read.ok() ? to_text(read->warnings) : "";
}

TEST(ClassKinds, TermsLadderAndHoursAreOfAKindOfUplink) {
  const auto read = read_site_config("site.yaml", links_and(R"(  - id: school
    guarantee_percent: 20
    on_uplinks:
      - {kind: cellular, guarantee_rate: 128kbit, priority: 2, monthly_quota: 3GB, quota_steps: [{percent_used: 50, ceiling_percent: 30}]}
    hours:
      - {from: "08:00", to: "12:00", uplinks: [cellular, mesh], guarantee_rate: 256kbit, priority: 1}
      - {from: "08:00", to: "17:00", guarantee_percent: 50}
)"));
  ASSERT_TRUE(read.ok()) << read.error().text;
  const ShapingSettings settings = bind_shaping(read->config).value();
  const ClassShaping& school = settings.classes.at(0);
  ASSERT_EQ(school.on_kinds.size(), 1U);
  EXPECT_EQ(school.on_kinds[0].terms, (ClassTerms{{}, BitsPerSecond{128'000}, {}, 2}));
  EXPECT_EQ(school.on_kinds[0].steps, (std::vector<QuotaStep>{{Percent{50}, Percent{30}}}));
  ASSERT_EQ(school.hours.size(), 2U);
  EXPECT_EQ(school.hours[0].terms, (ClassTerms{{}, BitsPerSecond{256'000}, {}, 1}));
  EXPECT_TRUE(school.hours[0].are_on(UplinkKind::Cellular) && school.hours[0].are_on(UplinkKind::Mesh));
  EXPECT_FALSE(school.hours[0].are_on(UplinkKind::Vsat) || school.hours[0].are_on(UplinkKind::Ethernet));
  EXPECT_EQ(school.hours[1].kinds, kAllKinds);
}

TEST(ClassKinds, RefusesWhatCannotBeWithItsPlace) {
  struct Refused {
    const char* classes;
    const char* error;
  };
  const Refused cases[] = {
      {"  - {id: a, dscp: [1], guarantee_percent: 40, on_uplinks: [{kind: cellular, guarantee_percent: 80}]}\n"
       "  - {id: b, guarantee_percent: 40}\n",
       "site.yaml:8:32: classes[b].guarantee_percent: the guarantees up to this class are 120 percent on cellular "
       "uplinks: must be at most 100 in all"},
      {"  - {id: a, dscp: [1], guarantee_percent: 60}\n"
       "  - {id: b, guarantee_percent: 20, hours: [{from: \"08:00\", to: \"09:00\", days: [friday], uplinks: [vsat], "
       "guarantee_percent: 60}]}\n",
       "classes[b].hours[#1].guarantee_percent: the guarantees up to this class are 120 percent on vsat uplinks, on "
       "friday 08:00: must be at most 100 in all"},
      {"  - {id: a, hours: [{from: \"20:00\", to: \"06:00\", guarantee_rate: 2Mbit}]}\n",
       "classes[a].hours[#1].guarantee_rate: the guaranteed rates are 2 Mbit/s in all on monday 00:00, and uplink "
       "'vsat' may go down to 2 Mbit/s (download)"},
      {"  - {id: a, guarantee_rate: 64kbit, on_uplinks: [{kind: cellular, guarantee_rate: 1Mbit}]}\n",
       "classes[a].on_uplinks[#1].guarantee_rate: the guaranteed rates are 1 Mbit/s in all on cellular uplinks, and "
       "uplink 'lte' may go down to 1 Mbit/s (upload)"},
      {"  - {id: a, on_uplinks: [{kind: cellular, quota_steps: [{percent_used: 50, ceiling_percent: 50}]}]}\n",
       "classes[a].on_uplinks[#1].quota_steps: needs a daily_quota or a monthly_quota to be steps of"},
      {"  - {id: a, on_uplinks: [{kind: cellular, daily_quota: 2GB, monthly_quota: 1GB}]}\n",
       "classes[a].on_uplinks[#1].daily_quota: is more than monthly_quota"},
      {"  - {id: a, on_uplinks: [{kind: cellular, daily_quota: 2GB, quota_steps: [{percent_used: 50, ceiling_percent: "
       "50}, {percent_used: 60, ceiling_percent: 50}]}]}\n",
       "classes[a].on_uplinks[#1].quota_steps[#2].ceiling_percent: is not less than in the step before"},
      {"  - {id: a, hours: [{from: \"00:00\", to: \"24:00\", closed: true, uplinks: [vsat, cellular]}]}\n",
       "classes[a].hours: leave the class closed at all hours of all days on every uplink"},
      {"  - {id: a, hours: [{from: \"08:00\", to: \"09:00\", uplinks: [fibre], closed: true}]}\n",
       "classes[a].hours[#1].uplinks"},
  };
  for (const Refused& one : cases) {
    EXPECT_THAT(refused(one.classes), HasSubstr(one.error)) << one.classes;
  }
}

TEST(ClassKinds, AcceptsWithANamedWarningWhatCanBeMeant) {
  EXPECT_THAT(doubted("  - {id: a, hours: [{from: \"00:00\", to: \"24:00\", closed: true, uplinks: [cellular]}]}\n"),
              HasSubstr("classes[a].hours: warning (class-closed-there): leave the class closed at all hours of all "
                        "days on cellular uplinks"));
  EXPECT_THAT(
      doubted("  - {id: a, hours: [{from: \"08:00\", to: \"09:00\", priority: 1, uplinks: [cellular, mesh]}]}\n"),
      HasSubstr("classes[a].hours[#1].uplinks: warning (no-such-uplink): no uplink is of this kind (mesh)"));
  EXPECT_THAT(
      doubted("  - {id: a, on_uplinks: [{kind: cellular, ceiling_percent: 30}], hours: [{from: \"08:00\", to: "
              "\"09:00\", guarantee_percent: 50}]}\n"),
      HasSubstr("classes[a].hours[#1].guarantee_percent: warning (guarantee-over-ceiling): on cellular uplinks 50 "
                "percent are guaranteed then under a ceiling of 30"));
  EXPECT_THAT(doubted("  - {id: a, on_uplinks: [{kind: cellular, ceiling_percent: 30, daily_quota: 1GB, quota_steps: "
                      "[{percent_used: 80, ceiling_percent: 40}]}]}\n"),
              HasSubstr("classes[a].on_uplinks[#1].quota_steps[#1]: warning (step-without-effect)"));
}

TEST(ClassKinds, ARateInsteadOfAPercentageIsUnderNoCeiling) {
  EXPECT_EQ(
      refused("  - {id: a, guarantee_percent: 50, hours: [{from: \"08:00\", to: \"09:00\", guarantee_rate: 64kbit, "
              "ceiling_percent: 10}]}\n"),
      "");
  EXPECT_EQ(
      refused("  - {id: a, guarantee_rate: 64kbit, hours: [{from: \"22:00\", to: \"06:00\", ceiling_percent: 2}]}\n"),
      "")
      << "it is to be slower at night";
}

// At lessons the school has all: who is promised nothing by name then gets nothing while it wants that.
TEST(ClassKinds, AScheduleThatLeavesAClassUnservedIsTold) {
  const std::string all_day =
      "  - {id: school, dscp: [1], guarantee_percent: 20, hours: [{from: \"08:00\", to: "
      "\"12:00\", days: [tuesday], guarantee_percent: 97}]}\n  - {id: public}\n";
  EXPECT_THAT(
      doubted(all_day),
      HasSubstr("classes[public]: warning (class-without-guarantee): the guarantees of the others leave nothing "
                "to it on tuesday 08:00 while they want all"));
  const std::string on_sim =
      "  - {id: school, dscp: [1], on_uplinks: [{kind: cellular, guarantee_percent: 96}]}\n"
      "  - {id: public, on_uplinks: [{kind: vsat, priority: 5}]}\n";
  EXPECT_THAT(doubted(on_sim), HasSubstr("leave nothing to it on cellular uplinks while they want all"));
}

TEST(ClassKinds, AClassThatTakesAFamilyBeforeOthersIsTold) {
  EXPECT_THAT(doubted("  - {id: all, subnets: [0.0.0.0/0], guarantee_percent: 20}\n  - {id: clinic, interfaces: "
                      "[br-lan]}\n"),
              HasSubstr("classes[all].subnets: warning (class-takes-all): '0.0.0.0/0' leaves nothing of that family"));
  EXPECT_THAT(doubted("  - {id: clinic, interfaces: [br-lan], guarantee_percent: 20}\n  - {id: all, subnets: "
                      "[0.0.0.0/0]}\n"),
              Not(HasSubstr("class-takes-all")));
}

TEST(ClassKinds, TheExampleOfTheDocumentationIsFine) {
  std::ifstream file{std::string{KARKARA_SOURCE_DIR} + "/docs/shaping.md"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  constexpr std::string_view kBegin = "```yaml\n";
  const std::size_t begin = text.find(kBegin);
  ASSERT_NE(begin, std::string::npos);
  const std::size_t from = begin + kBegin.size();
  const std::string example = text.substr(from, text.find("```", from) - from);
  const auto read = read_site_config("site.yaml", "site: {id: sadore}\n" + example);
  ASSERT_TRUE(read.ok()) << read.error().text;
  EXPECT_EQ(to_text(read->warnings), "");
}

// Hours of one kind do not hide those of all kinds behind them.
TEST(ClassKinds, HoursAreHiddenOnlyWhereThoseBeforeThemHold) {
  EXPECT_THAT(doubted("  - {id: a, hours: [{from: \"00:00\", to: \"24:00\", ceiling_percent: 50, uplinks: [cellular]}, "
                      "{from: \"08:00\", to: \"09:00\", closed: true}]}\n"),
              Not(HasSubstr("hours-never-hold")));
  EXPECT_THAT(
      doubted("  - {id: a, hours: [{from: \"00:00\", to: \"24:00\", ceiling_percent: 50}, {from: \"08:00\", to: "
              "\"09:00\", closed: true, uplinks: [vsat]}]}\n"),
      HasSubstr("classes[a].hours[#2]: warning (hours-never-hold)"));
  EXPECT_THAT(doubted("  - {id: a, guarantee_percent: 20, on_uplinks: [{kind: cellular, priority: 2}], hours: [{from: "
                      "\"08:00\", to: \"09:00\", guarantee_percent: 30, uplinks: [vsat]}]}\n"),
              IsEmpty());
}

}  // namespace
}  // namespace karkara
