// Shaping in a site's configuration: what it becomes, what is refused with its place, and what is accepted with a word.
#include "agent/config_bind/shaping_config.h"

#include <gmock/gmock.h>

namespace karkara {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr std::string_view kUplinks = R"(site: {id: sadore}
lan: {interfaces: [br-lan]}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1, rate_down: 2Mbit, rate_up: 512kbit, shaping: {adaptive: true}}
  - {id: lte, kind: cellular, interface: wwan0, metered: true, shaping: {adaptive: true}}
)";

std::string site(const std::string& classes) {
  return std::string{kUplinks} + "classes:\n" + classes;
}

std::string error_of(const std::string& text) {
  const auto read = read_site_config("site.yaml", text);
  return read ? "" : read.error().text;
}

std::string warnings_of(const std::string& text) {
  const auto read = read_site_config("site.yaml", text);
  EXPECT_TRUE(read) << read.error().text;
  return read ? to_text(read->warnings) : "";
}

ShapingSettings settings_of(const std::string& text) {
  const auto read = read_site_config("site.yaml", text);
  EXPECT_TRUE(read) << read.error().text;
  auto bound = bind_shaping(read->config);
  EXPECT_TRUE(bound);
  return std::move(bound).value();
}

BitsPerSecond kbit(double rate) {
  return BitsPerSecond{rate * 1000};
}

TEST(ShapingConfig, AnUplinkAdaptsBetweenItsFloorAndItsRate) {
  const ShapingSettings settings = settings_of(site("  - {id: public}\n"));
  const UplinkShaping& vsat = settings.uplinks[0];
  EXPECT_TRUE(settings.enabled);
  EXPECT_TRUE(vsat.adaptive);
  EXPECT_EQ(vsat.down, (RateLimits{kbit(100), kbit(2000), kbit(2000)}));
  EXPECT_EQ(vsat.up, (RateLimits{kbit(64), kbit(512), kbit(512)}));
  EXPECT_EQ(vsat.framing, (Framing{18, 64}));
  const UplinkShaping& lte = settings.uplinks[1];
  EXPECT_EQ(lte.down, (RateLimits{kbit(250), kbit(5000), kbit(100'000)})) << "what is usual for the kind";
  EXPECT_EQ(lte.framing, (Framing{0, 0}));
  EXPECT_TRUE(lte.metered);
  EXPECT_EQ(settings.lan_interfaces, std::vector<std::string>{"br-lan"});
}

TEST(ShapingConfig, AnUplinkIsShapedOnlyWhereARateIsToldAndAdaptsOnlyWhereThatIsWanted) {
  const std::string fibre = R"(site: {id: sadore}
uplinks:
  - {id: fibre, kind: ethernet, interface: eth1, rate_up: 10Mbit}
  - {id: open, kind: vsat, interface: eth2}
  - {id: fixed, kind: vsat, interface: eth3, rate_down: 1Mbit, shaping: {overhead: 26}}
  - {id: based, kind: vsat, interface: eth4, shaping: {base_down: 1Mbit}}
)";
  const ShapingSettings settings = settings_of(fibre);
  EXPECT_FALSE(settings.uplinks[0].down);
  EXPECT_TRUE(settings.uplinks[0].up);
  EXPECT_FALSE(settings.uplinks[1].down || settings.uplinks[1].up);
  EXPECT_FALSE(settings.uplinks[2].adaptive);
  EXPECT_TRUE(settings.uplinks[3].adaptive);
  EXPECT_EQ(settings.uplinks[2].down, (RateLimits{kbit(1000), kbit(1000), kbit(1000)}));
  EXPECT_FALSE(settings.uplinks[2].up) << "nothing is usual where the rate does not adapt";
  EXPECT_EQ(settings.uplinks[2].framing.overhead, 26);
}

TEST(ShapingConfig, AClassSaysSharesHoursAndQuota) {
  const ShapingSettings settings = settings_of(site(R"(  - id: school
    subnets: [10.20.2.0/24]
    guarantee_percent: 20
    guarantee_rate: 64kbit
    ceiling_percent: 80
    priority: 2
    on_uplinks: [{kind: cellular, ceiling_percent: 30, daily_quota: 200MB}]
    hours:
      - {from: "08:00", to: "18:00", days: [monday, friday], guarantee_percent: 50}
      - {from: "22:00", to: "06:00", closed: true}
    monthly_quota: 30GB
    quota_steps: [{percent_used: 80, ceiling_percent: 40}, {percent_used: 100, ceiling_percent: 10}]
  - id: public
    daily_quota: 5GB
)"));
  const ClassShaping& school = settings.classes[0];
  EXPECT_EQ(school.terms, (ClassTerms{Percent{20}, kbit(64), Percent{80}, 2}));
  ASSERT_EQ(school.on_kinds.size(), 1U);
  EXPECT_EQ(school.on_kinds[0].kind, UplinkKind::Cellular);
  EXPECT_EQ(school.on_kinds[0].terms.ceiling, Percent{30});
  EXPECT_EQ(school.on_kinds[0].quota.daily, 200'000'000U);
  ASSERT_EQ(school.hours.size(), 2U);
  EXPECT_EQ(school.hours[0], (ClassHours{8h, 18h, 0b10001, {Percent{50}, {}, {}}, false}));
  EXPECT_EQ(school.hours[1], (ClassHours{22h, 6h, 0x7f, {}, true}));
  EXPECT_EQ(school.quota.monthly, 30'000'000'000U);
  EXPECT_EQ(school.steps.size(), 2U);
  EXPECT_FALSE(school.takes_everything);
  EXPECT_EQ(settings.classes[1].steps, (std::vector<QuotaStep>{{Percent{100}, Percent{10}}})) << "by default";
  EXPECT_TRUE(settings.classes[1].takes_everything);
}

TEST(ShapingConfig, MembersMayBeEthernetAddressesAndDestinations) {
  const auto read = read_site_config("site.yaml", site(R"(  - id: health
    macs: ["02:00:5e:10:00:01"]
    destinations: [203.0.113.0/24, "2001:db8::/32"]
)"));
  ASSERT_TRUE(read) << read.error().text;
  const ClassSettings& health = read->settings.uplink.classes[0];
  EXPECT_EQ(health.macs, std::vector<std::string>{"02:00:5e:10:00:01"});
  EXPECT_EQ(health.destinations.size(), 2U);
  EXPECT_FALSE(health.takes_everything());
}

TEST(ShapingConfig, SwitchesOff) {
  EXPECT_FALSE(settings_of(std::string{kUplinks} + "shaping: {enabled: false}\n").enabled);
  EXPECT_EQ(settings_of(std::string{kUplinks} + "shaping: {memory: 8MiB}\n").memory, 8ULL << 20U);
}

struct Refused {
  const char* classes;
  const char* error;
};

TEST(ShapingConfig, RefusesWhatCannotBeWithItsPlace) {
  const Refused cases[] = {
      {"  - {id: a, subnets: [10.0.1.0/24], guarantee_percent: 60}\n  - {id: b, guarantee_percent: 50}\n",
       "site.yaml:8:32: classes[b].guarantee_percent: the guarantees up to this class are 110 percent: must be at most "
       "100 "
       "in all"},
      {"  - {id: a, guarantee_percent: 60, ceiling_percent: 50}\n",
       "site.yaml:7:32: classes[a].guarantee_percent: guarantees 60 percent of the rate under a ceiling of 50"},
      {"  - {id: a, subnets: [10.0.0.0/16]}\n  - {id: b, subnets: [10.0.1.0/24]}\n",
       "site.yaml:8:13: classes[b].subnets: '10.0.1.0/24' lies in 10.0.0.0/16, which class 'a' before it takes: put "
       "this "
       "class first"},
      {"  - {id: a, macs: [\"02:00:5e:10:00:01\"]}\n  - {id: b, macs: [\"02:00:5E:10:00:01\"]}\n",
       "classes[b].macs: '02:00:5e:10:00:01' already belongs to class 'a'"},
      {"  - {id: a, macs: [\"02-00-5e-10-00-01\"]}\n", "is not an Ethernet address"},
      {"  - {id: a, macs: [\"01:00:5e:10:00:01\"]}\n", "is a group's address"},
      {"  - {id: a, destinations: [203.0.113.0/24]}\n  - {id: b, destinations: [203.0.113.0/24]}\n",
       "classes[b].destinations: '203.0.113.0/24' already belongs to class 'a'"},
      {"  - {id: a, dscp: [46]}\n  - {id: b, dscp: [46]}\n", "'DSCP 46' already belongs to class 'a'"},
      {"  - {id: other, dscp: [46]}\n", "'other' is what fits none of the classes"},
      {"  - {id: a, on_uplinks: [{kind: vsat, ceiling_percent: 5}, {kind: vsat, ceiling_percent: 6}]}\n",
       "classes[a].on_uplinks[#2].kind: has its terms already"},
      {"  - {id: a, hours: [{from: \"8:000\", to: \"18:00\", closed: true}]}\n",
       "classes[a].hours[#1].from: '8:000' is no time of the day: must be 00:00 to 24:00"},
      {"  - {id: a, hours: [{from: \"08:00\", to: \"08:00\", closed: true}]}\n", "all of a day is 00:00 to 24:00"},
      {"  - {id: a, hours: [{from: \"08:00\", to: \"09:00\"}]}\n", "classes[a].hours[#1]: change nothing"},
      {"  - {id: a, hours: [{from: \"08:00\", to: \"20:00\", closed: true}, {from: \"20:00\", to: \"08:00\", closed: "
       "true}]}\n",
       "classes[a].hours: leave the class closed at all hours of all days"},
      {"  - {id: a, dscp: [1], guarantee_percent: 40, hours: [{from: \"08:00\", to: \"09:00\", days: [sunday], "
       "guarantee_percent: 70}]}\n  - {id: b, guarantee_percent: 40}\n",
       "the guarantees up to this class are 110 percent on sunday 08:00: must be at most 100 in all"},
      {"  - {id: a, quota_steps: [{percent_used: 50, ceiling_percent: 50}]}\n",
       "classes[a].quota_steps: needs a daily_quota or a monthly_quota"},
      {"  - {id: a, daily_quota: 1GB, quota_steps: [{percent_used: 50, ceiling_percent: 50}, {percent_used: 80, "
       "ceiling_percent: 60}]}\n",
       "classes[a].quota_steps[#2].ceiling_percent: is not less than in the step before"},
      {"  - {id: a, daily_quota: 1GB, quota_steps: [{percent_used: 50, ceiling_percent: 50}, {percent_used: 50, "
       "ceiling_percent: 40}]}\n",
       "classes[a].quota_steps[#2].percent_used: is not more than in the step before"},
      {"  - {id: a, daily_quota: 2GB, monthly_quota: 1GB}\n", "classes[a].daily_quota: is more than monthly_quota"},
  };
  for (const Refused& one : cases) {
    EXPECT_THAT(error_of(site(one.classes)), HasSubstr(one.error)) << one.classes;
  }
}

TEST(ShapingConfig, RefusesGuaranteesOverALinksFloor) {
  const std::string fixed = R"(site: {id: sadore}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1, rate_down: 2Mbit, rate_up: 512kbit, shaping: {floor_up: 100kbit}}
classes:
  - {id: a, dscp: [46], guarantee_rate: 64kbit}
  - {id: b, guarantee_rate: 64kbit}
)";
  EXPECT_THAT(error_of(fixed),
              HasSubstr("site.yaml:6:29: classes[b].guarantee_rate: the guaranteed rates are 128 kbit/s "
                        "in all, and uplink 'vsat' may go down to 100 kbit/s (upload): they must fit"));
}

// Of 64 kbit/s the router's own traffic takes 16, and each class has a trickle.
TEST(ShapingConfig, RefusesACallThatNeedsAllOfALinksFloor) {
  const auto with = [](const std::string& floor, const std::string& more) {
    return error_of(
        "site: {id: sadore}\nuplinks:\n  - {id: vsat, kind: vsat, interface: eth1, rate_down: 2Mbit, "
        "rate_up: 512kbit, shaping: {floor_down: " +
        floor + ", floor_up: " + floor + "}}\nclasses:\n  - {id: a, guarantee_rate: 64kbit" + more + "}\n");
  };
  EXPECT_THAT(with("64kbit", ""), HasSubstr("classes[a].guarantee_rate: the guaranteed rates are 64 kbit/s in all, and "
                                            "uplink 'vsat' may go down to 64 kbit/s (download)"));
  EXPECT_THAT(with("64kbit", ""), HasSubstr("and this one would get 47 kbit/s"));
  EXPECT_EQ(with("96kbit", ""), "");
  EXPECT_EQ(with("64kbit", ", on_uplinks: [{kind: vsat, guarantee_percent: 30}]"), "") << "another guarantee there";
}

TEST(ShapingConfig, WarnsOfAPercentageThatRatesTakeAwayAtTheFloor) {
  const std::string text = R"(site: {id: sadore}
lan: {interfaces: [br-lan]}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1, rate_down: 2Mbit, rate_up: 512kbit, shaping: {floor_down: 128kbit, floor_up: 128kbit}}
classes:
  - {id: clinic, dscp: [46], guarantee_rate: 64kbit}
  - {id: school, dscp: [10], guarantee_percent: 50}
  - {id: public}
)";
  EXPECT_THAT(warnings_of(text), HasSubstr("classes[school].guarantee_percent: warning (guarantee-shrinks): uplink "
                                           "'vsat'"));
}

TEST(ShapingConfig, WarnsOfDownloadsThatNothingShapes) {
  EXPECT_THAT(warnings_of(site("  - {id: clinic, interfaces: [br-clinic, br-lan], guarantee_percent: 20}\n")),
              HasSubstr("classes[clinic].interfaces: warning (class-outside-lan): 'br-clinic' is not among "
                        "lan.interfaces"));
  const std::string without = R"(site: {id: sadore}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1, rate_down: 2Mbit, rate_up: 512kbit}
classes:
  - {id: clinic, interfaces: [br-clinic], guarantee_percent: 20}
)";
  EXPECT_THAT(warnings_of(without), HasSubstr("warning (downloads-not-shaped): names no interface of the village"));
}

TEST(ShapingConfig, WarnsOfAClassThatHasOnlyOneOfTheFamilies) {
  const auto with = [](const std::string& prefixes, const std::string& members) {
    return warnings_of(
        "site: {id: sadore}\nlan: {interfaces: [br-lan]}\nuplinks:\n  - {id: vsat, kind: vsat, "
        "interface: eth1, rate_down: 2Mbit, rate_up: 512kbit" +
        prefixes + "}\nclasses:\n  - {id: clinic, " + members + ", guarantee_percent: 20}\n");
  };
  const std::string both = ", delegated_prefixes: [\"2001:db8:a::/48\"]";
  EXPECT_THAT(with(both, "subnets: [10.20.1.0/24]"), HasSubstr("classes[clinic].subnets: warning (class-ipv4-only)"));
  EXPECT_THAT(with(both, "subnets: [10.20.1.0/24, \"2001:db8:a:1::/64\"]"), IsEmpty());
  EXPECT_THAT(with(both, "subnets: [10.20.1.0/24], interfaces: [br-lan]"), IsEmpty());
  EXPECT_THAT(with("", "subnets: [10.20.1.0/24]"), IsEmpty()) << "nobody speaks of IPv6 here";
}

TEST(ShapingConfig, RefusesRatesInTheWrongOrder) {
  const auto with = [](const std::string& uplink) {
    return error_of("site: {id: sadore}\nuplinks:\n  - {id: u, interface: eth1, " + uplink + "}\n");
  };
  EXPECT_THAT(with("kind: vsat, rate_down: 1Mbit, shaping: {base_down: 2Mbit}"),
              HasSubstr("uplinks[u].shaping.base_down: is more than rate_down"));
  EXPECT_THAT(with("kind: vsat, rate_down: 1Mbit, shaping: {floor_down: 2Mbit}"),
              HasSubstr("uplinks[u].shaping.floor_down: is more than 1 Mbit/s, where the rate begins"));
  EXPECT_THAT(with("kind: ethernet, shaping: {floor_up: 2Mbit}"), HasSubstr("uplinks[u].shaping.floor_up"));
  EXPECT_THAT(with("kind: ethernet, shaping: {adaptive: true}"),
              HasSubstr("uplinks[u].shaping.adaptive: needs a rate"));
}

TEST(ShapingConfig, AcceptsWithANamedWarningWhatCanBeMeant) {
  EXPECT_THAT(warnings_of(site("  - {id: public}\n")), IsEmpty());
  EXPECT_THAT(
      warnings_of(site("  - {id: a, guarantee_rate: 300kbit}\n")),
      HasSubstr("site.yaml:7:29: classes[a].guarantee_rate: warning (guarantee-over-floor): the guaranteed rates do "
                "not fit in the least that uplink 'vsat' may go down to"));
  EXPECT_THAT(warnings_of(site("  - {id: a, dscp: [46], guarantee_percent: 98}\n  - {id: b}\n")),
              HasSubstr("classes[b]: warning (class-without-guarantee)"));
  EXPECT_THAT(warnings_of(site("  - {id: a, on_uplinks: [{kind: mesh, ceiling_percent: 5}]}\n")),
              HasSubstr("warning (no-such-uplink)"));
  EXPECT_THAT(warnings_of(site("  - {id: a, ceiling_percent: 20, daily_quota: 1GB, quota_steps: [{percent_used: 50, "
                               "ceiling_percent: 50}]}\n")),
              HasSubstr("warning (step-without-effect)"));
  EXPECT_THAT(warnings_of(site("  - {id: a, hours: [{from: \"00:00\", to: \"24:00\", ceiling_percent: 50}, {from: "
                               "\"08:00\", to: \"09:00\", closed: true}]}\n")),
              HasSubstr("classes[a].hours[#2]: warning (hours-never-hold)"));
  EXPECT_THAT(
      warnings_of("site: {id: s}\nuplinks:\n  - {id: fibre, kind: ethernet, interface: eth1}\nclasses:\n  - {id: "
                  "a, guarantee_percent: 5}\n"),
      HasSubstr("uplinks[fibre]: warning (uplink-not-shaped): it has no rate"));
}

// Connections in a tunnel tell nothing of the link below.
TEST(ShapingConfig, WarnsOfARateThatHasNoEchoesToFollow) {
  const auto site_with = [](std::string_view uplink) {
    return "site: {id: s}\nlan: {interfaces: [br-lan]}\nuplinks:\n  - {id: u, interface: eth1, rate_down: 3Mbit, "
           "rate_up: 1Mbit, " +
           std::string{uplink} + "}\nclasses:\n  - {id: a, guarantee_percent: 5}\n";
  };
  const auto with = [&](std::string_view uplink) {
    return warnings_of(site_with(uplink) +
                       "tunnel: {hub: \"198.51.100.7:51820\", hub_key: "
                       "mMfhTZ0s8xrGgSlDfhI8C5cGFbWdLJRfsGuqZ9uoPXQ=, addresses: [10.99.0.2/24]}\n");
  };
  constexpr auto kName = "uplinks[u].shaping.adaptive: warning (adaptive-without-probes)";
  EXPECT_THAT(with("kind: vsat, shaping: {adaptive: true}"), HasSubstr(kName));
  EXPECT_THAT(with("kind: cellular, metered: true, probe_budget: 1MB, shaping: {adaptive: true}"), HasSubstr(kName));
  EXPECT_THAT(with("kind: vsat, probe_budget: 10MB, shaping: {adaptive: true}"), IsEmpty());
  EXPECT_THAT(with("kind: vsat"), IsEmpty());
  EXPECT_THAT(with("kind: ethernet, shaping: {adaptive: true}"), IsEmpty());
  EXPECT_THAT(warnings_of(site_with("kind: vsat, shaping: {adaptive: true}")), IsEmpty());
}

TEST(ShapingConfig, WarnsOfWhatHasNoEffect) {
  EXPECT_THAT(
      warnings_of("site: {id: s}\nuplinks:\n  - {id: u, kind: vsat, interface: eth1, rate_down: 3Mbit, rate_up: "
                  "1Mbit, shaping: {adaptive: false, floor_down: 1Mbit}}\nclasses:\n  - {id: a, "
                  "guarantee_percent: 5}\n"),
      HasSubstr("uplinks[u].shaping.adaptive: warning (floor-without-effect)"));
  EXPECT_THAT(
      warnings_of(site("  - {id: a, hours: [{from: \"08:00\", to: \"09:00\", closed: true, ceiling_percent: 5}]}\n")),
      HasSubstr("classes[a].hours[#1]: warning (closed-with-terms)"));
}

TEST(ShapingConfig, ShippedSitesGiveNoDoubt) {
  for (const char* name : {"sadore", "borgo-darey"}) {
    const auto read = read_site_config_file(std::string{KARKARA_SOURCE_DIR} + "/configs/site." + name + ".yaml");
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_THAT(to_text(read->warnings), IsEmpty());
    EXPECT_TRUE(bind_shaping(read->config)->uplinks[0].down);
  }
}

TEST(ShapingConfig, TimesOfDayAreStrict) {
  EXPECT_EQ(parse_time_of_day("00:00"), 0min);
  EXPECT_EQ(parse_time_of_day("24:00"), 24h);
  for (const char* text : {"24:01", "8:00", "08.00", "08:60", "ab:cd", "-1:00", "25:00", "08:0x", ""}) {
    EXPECT_FALSE(parse_time_of_day(text)) << text;
  }
}

}  // namespace
}  // namespace karkara
