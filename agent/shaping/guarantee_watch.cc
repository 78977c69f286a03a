#include "agent/shaping/guarantee_watch.h"

#include <algorithm>

namespace karkara {

std::optional<bool> GuaranteeWatch::see(const std::string& instance, const Look& look) {
  Watched& watched = classes_[instance];
  watched.looked += look.span;
  watched.bits += look.carried.value() * std::chrono::duration<double>(look.span).count();
  if (watched.looked < kLeastOfALook) {
    return std::nullopt;
  }
  const BitsPerSecond carried{watched.bits / std::chrono::duration<double>(watched.looked).count()};
  const bool unmet = look.lost || (look.waits && carried < look.guarantee * kEnough);
  const Duration span = std::min(watched.looked, kMostOfALook);
  watched.looked = {};
  watched.bits = 0;
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
