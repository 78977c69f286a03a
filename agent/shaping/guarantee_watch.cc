#include "agent/shaping/guarantee_watch.h"

#include <algorithm>

namespace karkara {

std::optional<bool> GuaranteeWatch::see(const std::string& instance, const Look& look) {
  Watched& watched = classes_[instance];
  const bool unmet = look.waits && look.carried < look.guarantee * kEnough;
  const Duration span = std::min<Duration>(look.span, kMostOfALook);
  watched.unmet = unmet ? watched.unmet + span : Duration{};
  watched.met = unmet ? Duration{} : watched.met + span;
  if (!watched.raised && watched.unmet >= kLong) {
    watched.raised = true;
    return true;
  }
  if (watched.raised && watched.met >= kLong) {
    watched.raised = false;
    return false;
  }
  return std::nullopt;
}

std::vector<std::string> GuaranteeWatch::forget_others(const std::vector<std::string>& instances) {
  std::vector<std::string> raised;
  std::erase_if(classes_, [&](const auto& watched) {
    if (std::find(instances.begin(), instances.end(), watched.first) != instances.end()) {
      return false;
    }
    if (watched.second.raised) {
      raised.push_back(watched.first);
    }
    return true;
  });
  return raised;
}

}  // namespace karkara
