// The clinic is always last: a stage of the shedding ladder takes nothing from a class while one that is less urgent
// still has it.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "agent/config_bind/power_config.h"
#include "agent/config_bind/proto_values.h"
#include "agent/shaping/settings.h"

namespace karkara {
namespace {

// Lower is more urgent. What fits no class is as urgent as a class of which nothing is said.
std::map<std::string, unsigned> urgency_of(const v1::SiteConfig& config) {
  std::map<std::string, unsigned> urgency{{"other", ClassShaping::kOrdinary}};
  for (const v1::ServiceClassConfig& service_class : config.classes()) {
    urgency[service_class.id()] =
        service_class.has_priority() ? service_class.priority() : unsigned{ClassShaping::kOrdinary};
  }
  return urgency;
}

}  // namespace

void check_shed_order(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  const std::map<std::string, unsigned> urgency = urgency_of(config);
  std::set<std::string> off_before;  // at any hour
  for (int i = 0; i < config.shedding().stages_size(); ++i) {
    const v1::ShedStageConfig& stage = config.shedding().stages(i);
    std::set<std::string> off = off_before;
    off.insert(stage.classes_off().begin(), stage.classes_off().end());
    for (const std::string& taken : stage.classes_off()) {
      const auto its = urgency.find(taken);
      const auto spared = std::ranges::find_if(urgency, [&](const auto& other) {
        return its != urgency.end() && other.second > its->second && !off.contains(other.first);
      });
      if (its != urgency.end() && spared != urgency.end()) {
        const std::string path = join_path("shedding", element("stages", stage.id(), i));
        found.push_back({{join_path(path, "classes_off"), path},
                         "takes all from '" + taken + "' and nothing from '" + spared->first +
                             "', which is less urgent (priority): the most urgent class is the last to go"});
        break;
      }
    }
    if (!stage.has_from()) {
      off_before = std::move(off);
    }
  }
}

}  // namespace karkara
