// What the configuration says of radios: how it is bound, and whose radio may be turned off.
#include "agent/config_bind/radio_config.h"

#include <gmock/gmock.h>

#include "tests/agent/config_bind/site_text.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kVillage = R"(battery: {chemistry: lead_acid, capacity: 200Ah}
classes: [{id: health, interfaces: [wlan0], priority: 1}, {id: public, interfaces: [wlan1]}]
)";

std::string village(std::string_view more) {
  return with(std::string{kVillage}.append(more));
}

TEST(RadioConfig, RadiosAreBoundWithTheirHoursAndTheLaddersPart) {
  const SiteSettings settings = settings_of(village(R"(radios:
  - {id: clinic, role: access_point, interfaces: [wlan0], power_dbm: 20}
  - {id: square, role: access_point, phy: platform/soc/18000000.wifi, interfaces: [wlan1], hours: ["05:30-09:00", "17:00-24:00"]}
  - {id: north, role: mesh, interfaces: [mesh0]}
shedding:
  radio_notice: 20s
  stages:
    - {id: evening, below: 60, radios: [{power_dbm: 12}]}
    - {id: night, below: 40, radios: [{radio: square, hours: ["06:00-21:00"]}, {radio: north, power_dbm: 10}]}
    - {id: last, below: 25, radios: [{off: true}]}
)"));
  ASSERT_EQ(settings.radios.radios.size(), 3U);
  EXPECT_EQ(settings.radios.notice, seconds{20});
  EXPECT_EQ(settings.radios.utc_offset, hours{1});
  EXPECT_EQ(settings.radios.radios[0].power, Dbm{20});
  const RadioSettings& square = settings.radios.radios[1];
  EXPECT_EQ(square.phy, "platform/soc/18000000.wifi");
  EXPECT_EQ(square.power, std::nullopt);
  EXPECT_EQ(square.hours, (std::vector<DayHours>{{minutes{330}, hours{9}}, {hours{17}, hours{24}}}));
  EXPECT_EQ(settings.radios.radios[2].role, RadioRole::Mesh);

  const auto& stages = settings.power.shedding.stages;
  EXPECT_EQ(std::get<ShedRadio>(stages[0].actions.at(0)), (ShedRadio{.most = Dbm{12}}));
  EXPECT_EQ(std::get<ShedRadio>(stages[1].actions.at(0)),
            (ShedRadio{.radio = *RadioId::parse("square"), .hours = {{hours{6}, hours{21}}}}));
  EXPECT_TRUE(std::get<ShedRadio>(stages[2].actions.at(0)).off);
}

TEST(RadioConfig, ARadioThatLeadsNowhereIsToldWithItsPlace) {
  EXPECT_EQ(errors_of(village(R"(radios:
  - {id: a, role: access_point, classes: [school]}
  - {id: b, role: mesh, phy: phy1}
  - {id: c, role: access_point, interfaces: [wlan1], hours: ["6-9", "07:00-07:00"]}
  - {id: d, role: backhaul, interfaces: [wlan1], phy: phy1}
shedding:
  stages:
    - {id: one, below: 40, radios: [{radio: none, off: true}, {radio: d}]}
    - {id: two, below: 30, radios: [{radio: d, hours: ["25:00-03:00"]}, {radio: d, power_dbm: 3}]}
)")),
            "site.yaml:9:5: radios[a]: needs 'interfaces' or a 'phy'\n"
            "site.yaml:9:33: radios[a].classes: there is no class 'school'\n"
            "site.yaml:10:5: radios[b]: needs 'interfaces': what hangs on it could not be told\n"
            "site.yaml:11:54: radios[c].hours: '6-9' must be like 06:00-21:00\n"
            "site.yaml:11:54: radios[c].hours: '07:00-07:00' must be like 06:00-21:00\n"
            "site.yaml:12:29: radios[d].interfaces: 'wlan1' already belongs to radio 'c'\n"
            "site.yaml:12:55: radios[d].phy: already belongs to radio 'b': a radio has one power\n"
            "site.yaml:15:45: shedding.stages[one].radios[#1].radio: there is no radio 'none'\n"
            "site.yaml:15:63: shedding.stages[one].radios[#2]: does nothing: needs power_dbm, off or hours\n"
            "site.yaml:16:48: shedding.stages[two].radios[#1].hours: '25:00-03:00' must be like 06:00-21:00\n"
            "site.yaml:16:73: shedding.stages[two].radios[#2]: says again what becomes of radio 'd'");
}

TEST(RadioConfig, AllAccessPointsNeedAnAccessPoint) {
  EXPECT_THAT(errors_of(village(R"(radios: [{id: north, role: mesh, interfaces: [mesh0]}]
shedding: {stages: [{id: one, below: 40, radios: [{off: true}]}]}
)")),
              testing::HasSubstr("radios[#1]: is for all access points, and there is none among 'radios'"));
}

TEST(RadioConfig, TheMostUrgentClassKeepsItsAccessPointUntilTheLastStage) {
  const std::string radios = R"(radios:
  - {id: clinic, role: access_point, interfaces: [wlan0]}
  - {id: square, role: access_point, interfaces: [wlan1]}
)";
  EXPECT_EQ(errors_of(village(radios + R"(shedding:
  stages:
    - {id: one, below: 40, radios: [{radio: square, off: true}, {radio: clinic, power_dbm: 5}]}
    - {id: two, below: 30, radios: [{radio: clinic, off: true}]}
)")),
            "");
  EXPECT_EQ(errors_of(village(radios + R"(shedding:
  stages:
    - {id: one, below: 40, radios: [{radio: clinic, hours: ["06:00-21:00"]}]}
    - {id: two, below: 30, radios: [{off: true}]}
    - {id: three, below: 20, radios: [{off: true}]}
)")),
            "site.yaml:13:37: shedding.stages[one].radios[#1]: turns access point 'clinic' off, which serves the most "
            "urgent class 'health': only the last stage may (say with 'classes' whom it serves)\n"
            "site.yaml:14:37: shedding.stages[two].radios[#1]: turns access point 'clinic' off, which serves the most "
            "urgent class 'health': only the last stage may (say with 'classes' whom it serves)");
}

TEST(RadioConfig, AnAccessPointThatDoesNotSayWhomItServesMayServeTheMostUrgent) {
  const auto errors = [](std::string_view more) {
    return errors_of(
        village(std::string{"radios: [{id: hall, role: access_point, interfaces: [wlan7]"}.append(more).append(
            "}]\nshedding: {stages: [{id: one, below: 40, radios: [{off: true}]}, "
            "{id: two, below: 30}]}\n")));
  };
  EXPECT_THAT(errors(""), testing::HasSubstr("the most urgent class 'health'"));
  EXPECT_THAT(errors(", classes: [health, public]"), testing::HasSubstr("the most urgent class 'health'"));
  EXPECT_EQ(errors(", classes: [public]"), "");
}

TEST(RadioConfig, HoursOfItsOwnAreNotForTheMostUrgentEither) {
  EXPECT_EQ(errors_of(village("radios: [{id: clinic, role: access_point, interfaces: [wlan0], hours: "
                              "[\"06:00-21:00\"]}]\n")),
            "site.yaml:8:64: radios[clinic].hours: turns access point 'clinic' off, which serves the most urgent class "
            "'health': only the last stage may (say with 'classes' whom it serves)");
}

TEST(RadioConfig, WhereAllClassesAreEquallyUrgentAnyAccessPointMayBeOff) {
  EXPECT_EQ(errors_of(with(R"(battery: {chemistry: lead_acid, capacity: 200Ah}
radios: [{id: hall, role: access_point, interfaces: [wlan0], hours: ["06:00-21:00"]}]
shedding: {stages: [{id: one, below: 40, radios: [{off: true}]}, {id: two, below: 30}]}
)")),
            "");
}

std::string mesh_site(std::string_view uplinks, std::string_view stages) {
  return std::string{"site: {id: a}\nbattery: {chemistry: lfp, capacity: 100Ah}\nuplinks:\n"}
      .append(uplinks)
      .append(
          "radios: [{id: north, role: mesh, interfaces: [mesh0]}, {id: mast, role: backhaul, interfaces: [wlan1]}]\n")
      .append(uplinks.find("kind: mesh") == std::string_view::npos ? "" : "neighbours: {interface: bat0}\n")
      .append("shedding:\n  stages:\n")
      .append(stages);
}

TEST(RadioConfig, TheRadioThatCarriesTheOnlyWayOutStaysOn) {
  const std::string mesh = "  - {id: west, kind: mesh, interface: bat0}\n";
  const std::string link = "  - {id: link, kind: ethernet, interface: wlan1.20}\n";
  const std::string vsat = "  - {id: vsat, kind: vsat, interface: eth1}\n";
  const std::string refusal = "turns off the radio that carries the only way out that is left";
  const std::string off = "    - {id: one, below: 40, radios: [{radio: mast, off: true}]}\n";
  EXPECT_EQ(errors_of(mesh_site(link, off)), "site.yaml:8:37: shedding.stages[one].radios[#1]: " + refusal);
  EXPECT_EQ(errors_of(mesh_site(link + vsat, off)), "");
  EXPECT_EQ(errors_of(mesh_site(link + mesh, off)), "") << "the other mesh radio is left";
  EXPECT_EQ(errors_of(mesh_site(link, "    - {id: one, below: 40, radios: [{radio: mast, power_dbm: 3}]}\n")), "");
  EXPECT_THAT(errors_of(mesh_site(link + mesh, off + "    - {id: two, below: 30, radios: [{radio: north, hours: "
                                                     "[\"06:00-18:00\"]}]}\n")),
              testing::HasSubstr("stages[two].radios[#1]: " + refusal))
      << "a stage does what the ones before it do as well";
  EXPECT_THAT(errors_of(mesh_site(link + vsat,
                                  "    - {id: one, below: 40, rest: [{uplink: vsat}], radios: [{radio: "
                                  "mast, off: true}]}\n")),
              testing::HasSubstr(refusal))
      << "the satellite rests";
}

}  // namespace
}  // namespace karkara
