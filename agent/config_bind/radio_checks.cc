// What the configuration of radios contradicts: what each needs, names that lead nowhere, and hours that are none.
#include <algorithm>
#include <map>
#include <set>

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/radio_config.h"

namespace karkara {
namespace {

using Found = std::vector<Contradiction>;

template <class Texts>
void check_hours(const std::string& path, const Texts& texts, Found& found) {
  for (const std::string& text : texts) {
    if (!parse_day_hours(text)) {
      found.push_back({{join_path(path, "hours"), path}, "'" + text + "' must be like 06:00-21:00"});
    }
  }
}

void check_device(const std::string& path, const v1::RadioConfig& radio, Found& found) {
  const bool carries = radio.role() == v1::RADIO_ROLE_MESH || radio.role() == v1::RADIO_ROLE_BACKHAUL;
  if (radio.interfaces().empty() && carries) {
    found.push_back({{path}, "needs 'interfaces': what hangs on it could not be told"});
  } else if (radio.interfaces().empty() && !radio.has_phy()) {
    found.push_back({{path}, "needs 'interfaces' or a 'phy'"});
  }
}

// Two radios with one device would each undo what the other did.
void check_shared(const v1::SiteConfig& config, Found& found) {
  std::map<std::string, std::string> interfaces;
  std::map<std::string, std::string> phys;
  for (int i = 0; i < config.radios_size(); ++i) {
    const v1::RadioConfig& radio = config.radios(i);
    const std::string path = element("radios", radio.id(), i);
    for (const std::string& name : radio.interfaces()) {
      const auto [owner, is_new] = interfaces.emplace(name, radio.id());
      if (!is_new) {
        found.push_back(
            {{join_path(path, "interfaces"), path}, "'" + name + "' already belongs to radio '" + owner->second + "'"});
      }
    }
    const auto [owner, is_new] = phys.emplace(radio.phy(), radio.id());
    if (!is_new && radio.has_phy()) {
      found.push_back(
          {{join_path(path, "phy"), path}, "already belongs to radio '" + owner->second + "': a radio has one power"});
    }
  }
}

std::set<std::string> classes_of(const v1::SiteConfig& config) {
  std::set<std::string> names{config.classes().empty() ? "village" : "other"};
  for (const v1::ServiceClassConfig& service_class : config.classes()) {
    names.insert(service_class.id());
  }
  return names;
}

void check_classes(const std::string& path, const v1::RadioConfig& radio, const std::set<std::string>& known,
                   Found& found) {
  for (const std::string& name : radio.classes()) {
    if (!known.contains(name)) {
      found.push_back({{join_path(path, "classes"), path}, "there is no class '" + name + "'"});
    }
  }
}

void check_target(const v1::SiteConfig& config, const std::string& path, const v1::ShedRadioConfig& shed,
                  Found& found) {
  if (!shed.has_radio()) {
    if (std::ranges::none_of(config.radios(),
                             [](const auto& radio) { return radio.role() == v1::RADIO_ROLE_ACCESS_POINT; })) {
      found.push_back({{path}, "is for all access points, and there is none among 'radios'"});
    }
  } else if (std::ranges::none_of(config.radios(), [&](const auto& radio) { return radio.id() == shed.radio(); })) {
    found.push_back({{join_path(path, "radio")}, "there is no radio '" + shed.radio() + "'"});
  }
}

void check_deed(const std::string& path, const v1::ShedRadioConfig& shed, Found& found) {
  if (!shed.has_power_dbm() && !shed.off() && shed.hours().empty()) {
    found.push_back({{path}, "does nothing: needs power_dbm, off or hours"});
  }
}

void check_stage(const v1::SiteConfig& config, const std::string& stage_path, const v1::ShedStageConfig& stage,
                 Found& found) {
  std::set<std::string> taken;
  for (int i = 0; i < stage.radios_size(); ++i) {
    const v1::ShedRadioConfig& shed = stage.radios(i);
    const std::string path = join_path(stage_path, element("radios", "", i));
    check_target(config, path, shed, found);
    check_deed(path, shed, found);
    check_hours(path, shed.hours(), found);
    if (!taken.insert(shed.radio()).second) {
      found.push_back({{path},
                       "says again what becomes of " +
                           (shed.has_radio() ? "radio '" + shed.radio() + "'" : std::string{"all access points"})});
    }
  }
}

}  // namespace

void check_radios(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  const std::set<std::string> known = classes_of(config);
  for (int i = 0; i < config.radios_size(); ++i) {
    const v1::RadioConfig& radio = config.radios(i);
    const std::string path = element("radios", radio.id(), i);
    check_device(path, radio, found);
    check_hours(path, radio.hours(), found);
    check_classes(path, radio, known, found);
  }
  check_shared(config, found);
  for (int i = 0; i < config.shedding().stages_size(); ++i) {
    const v1::ShedStageConfig& stage = config.shedding().stages(i);
    check_stage(config, join_path("shedding", element("stages", stage.id(), i)), stage, found);
  }
  check_shed_radios(config, found);
}

}  // namespace karkara
