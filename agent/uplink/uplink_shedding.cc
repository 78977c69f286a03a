// Classes of traffic that get nothing while the battery has to be saved.
#include "agent/uplink/uplink_feature.h"

namespace karkara {

ClassRule UplinkFeature::rule_of(const ClassSettings& settings) const {
  const auto off = off_.find(settings.id.text());
  return {settings.id,
          settings.metered,
          false,
          off != off_.end() ? off->second : std::string{},
          settings.may_overspend,
          settings.guests,
          settings.guests && guests_.relay};
}

Effects UplinkFeature::shed(const Shedding& shedding, Instant now) {
  std::map<std::string, std::string> off;
  for (const ShedClass& of : shedding.classes) {
    if (of.off) {
      off.emplace(of.service_class, "saves the battery: " + shedding.reason);
    }
  }
  if (off == off_) {
    return {};
  }
  off_ = std::move(off);
  static_cast<void>(set_classes());
  return see_kernel(now);
}

}  // namespace karkara
