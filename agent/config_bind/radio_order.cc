// Whose radio may be turned off: never the one by which the village goes out, as long as there is no other way, and the
// access point of the most urgent class in the last stage only.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/radio_config.h"
#include "agent/shaping/settings.h"

namespace karkara {
namespace {

using Found = std::vector<Contradiction>;

bool has(const auto& texts, const std::string& text) {
  return std::ranges::find(texts, text) != texts.end();
}

// Or on a VLAN of it: "wlan1.20".
bool carries(const v1::RadioConfig& radio, const std::string& interface) {
  return std::ranges::any_of(radio.interfaces(), [&](const std::string& name) {
    return interface == name || interface.starts_with(name + ".");
  });
}

bool is_access_point(const v1::RadioConfig& radio) {
  return radio.role() == v1::RADIO_ROLE_ACCESS_POINT;
}

// Those that are more urgent than something else; none where all are equal. What fits no class is as urgent as a class
// of which nothing is said.
std::set<std::string> most_urgent_classes(const v1::SiteConfig& config) {
  std::map<unsigned, std::set<std::string>> by_urgency{{ClassShaping::kOrdinary, {"other"}}};
  for (const v1::ServiceClassConfig& each : config.classes()) {
    by_urgency[each.has_priority() ? each.priority() : unsigned{ClassShaping::kOrdinary}].insert(each.id());
  }
  return by_urgency.size() > 1 ? by_urgency.begin()->second : std::set<std::string>{};
}

// The most urgent class that the access point serves. Where nothing says whom it serves, it may be any.
std::string urgent_class_of(const v1::SiteConfig& config, const v1::RadioConfig& radio) {
  const std::set<std::string> urgent = most_urgent_classes(config);
  bool says_whom = !radio.classes().empty();
  for (const v1::ServiceClassConfig& each : config.classes()) {
    const bool serves =
        has(radio.classes(), each.id()) ||
        std::ranges::any_of(each.interfaces(), [&](const auto& name) { return has(radio.interfaces(), name); });
    if (serves && urgent.contains(each.id())) {
      return each.id();
    }
    says_whom = says_whom || serves;
  }
  return says_whom || urgent.empty() ? std::string{} : *urgent.begin();
}

bool may_be_off(const v1::ShedRadioConfig& shed) {
  return shed.off() || !shed.hours().empty();
}

bool concerns(const v1::ShedRadioConfig& shed, const v1::RadioConfig& radio) {
  return shed.has_radio() ? shed.radio() == radio.id() : is_access_point(radio);
}

std::string refusal(const v1::RadioConfig& radio, const std::string& service_class) {
  return "turns access point '" + radio.id() + "' off, which serves the most urgent class '" + service_class +
         "': only the last stage may (say with 'classes' whom it serves)";
}

void check_urgent(const v1::SiteConfig& config, Found& found) {
  for (int i = 0; i < config.radios_size(); ++i) {
    const v1::RadioConfig& radio = config.radios(i);
    const std::string urgent = is_access_point(radio) ? urgent_class_of(config, radio) : std::string{};
    if (urgent.empty()) {
      continue;
    }
    if (!radio.hours().empty()) {
      const std::string path = element("radios", radio.id(), i);
      found.push_back({{join_path(path, "hours"), path}, refusal(radio, urgent)});
    }
    for (int s = 0; s + 1 < config.shedding().stages_size(); ++s) {
      const v1::ShedStageConfig& stage = config.shedding().stages(s);
      for (int r = 0; r < stage.radios_size(); ++r) {
        if (concerns(stage.radios(r), radio) && may_be_off(stage.radios(r))) {
          const std::string path = join_path("shedding", element("stages", stage.id(), s));
          found.push_back({{join_path(path, element("radios", "", r))}, refusal(radio, urgent)});
        }
      }
    }
  }
}

// Which ways out are left while some radios are off and some uplinks rest.
class WaysOut {
 public:
  explicit WaysOut(const v1::SiteConfig& config) : config_{config} {
    for (const v1::RadioConfig& radio : config.radios()) {
      take(radio, !radio.hours().empty());
    }
  }
  void take(const v1::RadioConfig& radio, bool off) {
    if (off) {
      off_.insert(radio.id());
    }
  }
  void rest(const std::string& uplink) { resting_.insert(uplink); }

  [[nodiscard]] bool is_left() const {
    return std::ranges::any_of(config_.uplinks(), [&](const v1::UplinkConfig& uplink) {
      return !resting_.contains(uplink.id()) && !hangs_on_what_is_off(uplink);
    });
  }

 private:
  [[nodiscard]] bool is_off(const v1::RadioConfig& radio) const { return off_.contains(radio.id()); }
  // On a radio's own interface; or over the mesh, by a bridge or batman-adv on top, while none of its radios is left.
  [[nodiscard]] bool hangs_on_what_is_off(const v1::UplinkConfig& uplink) const {
    bool has_mesh_radio = false;
    bool mesh_left = false;
    for (const v1::RadioConfig& radio : config_.radios()) {
      if (carries(radio, uplink.interface())) {
        return is_off(radio);
      }
      has_mesh_radio = has_mesh_radio || !is_access_point(radio);
      mesh_left = mesh_left || (!is_access_point(radio) && !is_off(radio));
    }
    return uplink.kind() == v1::UPLINK_KIND_MESH && has_mesh_radio && !mesh_left;
  }

  const v1::SiteConfig& config_;
  std::set<std::string> off_;
  std::set<std::string> resting_;
};

// Each stage with all that the ones before it turned off, at whatever hour.
void check_ways_out(const v1::SiteConfig& config, Found& found) {
  WaysOut ways{config};
  bool were_left = ways.is_left();
  if (!were_left) {
    found.push_back({{"radios"}, "their hours turn off the only way out: a radio that carries it has none"});
  }
  for (int s = 0; s < config.shedding().stages_size() && were_left; ++s) {
    const v1::ShedStageConfig& stage = config.shedding().stages(s);
    for (const v1::RestUplinkConfig& rest : stage.rest()) {
      if (rest.on() == 0) {
        ways.rest(rest.uplink());
      }
    }
    were_left = ways.is_left();  // resting uplinks are another matter
    for (int r = 0; r < stage.radios_size() && were_left; ++r) {
      for (const v1::RadioConfig& radio : config.radios()) {
        ways.take(radio, concerns(stage.radios(r), radio) && may_be_off(stage.radios(r)));
      }
      were_left = ways.is_left();
      if (!were_left) {
        const std::string path = join_path("shedding", element("stages", stage.id(), s));
        found.push_back({{join_path(path, element("radios", "", r))},
                         "turns off the radio that carries the only way out that is left"});
      }
    }
  }
}

}  // namespace

void check_shed_radios(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  check_urgent(config, found);
  if (!config.radios().empty() && !config.uplinks().empty()) {
    check_ways_out(config, found);
  }
}

}  // namespace karkara
