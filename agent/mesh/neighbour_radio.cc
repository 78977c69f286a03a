// What neighbours say of their radios, and what their hellos tell of the links to them: which radio is whose, which
// link loses hellos though the air seems well, and whose radio will hardly be heard any more.
#include <algorithm>
#include <set>

#include "agent/mesh/neighbour_feature.h"

namespace karkara {

void NeighbourFeature::learn_radio(Neighbour& neighbour, const Hello& hello, Instant now) const {
  neighbour.radios = hello.radios;
  neighbour.hello_at = hello.ends ? std::nullopt : std::optional{now};
  const double loss = neighbour.watch.loss();
  neighbour.lossy = neighbour.lossy ? loss >= kLossyNoMore : loss > kLossy;
}

// By how it is heard now. What is not known is left to its hellos.
bool NeighbourFeature::fades(const Neighbour& neighbour) const {
  if (!neighbour.hello || !neighbour.hello->weaker) {
    return false;
  }
  return std::ranges::any_of(neighbour.radios, [&](const MacAddress& radio) {
    const auto heard = around_.air.signals.find(radio);
    return heard != around_.air.signals.end() &&
           heard->second.value() - neighbour.hello->weaker->by < kHardlyHeard.value();
  });
}

void NeighbourFeature::tell_radio(Hello& hello) const {
  constexpr double kMostQuiet = 0xfffe;
  if (around_.quiet_in) {
    const double seconds = std::chrono::duration<double>(*around_.quiet_in).count();
    hello.quiet_in = static_cast<std::uint16_t>(std::clamp(seconds, 0.0, kMostQuiet));
  }
  hello.weaker = around_.weaker;
  const auto& radios = around_.air.radios;
  const auto told = static_cast<std::ptrdiff_t>(std::min(radios.size(), kMostHelloRadios));
  hello.radios.assign(radios.begin(), radios.begin() + told);
}

// Whose radio another one names as well, with hellos that come, is nobody's fault: it is heard.
std::vector<LostHellos> NeighbourFeature::lost_hellos(Instant now) const {
  std::vector<LostHellos> lost;
  std::set<MacAddress> well;
  if (!settings_ || !trouble_.empty()) {
    return lost;
  }
  for (const auto& [site, neighbour] : neighbours_) {
    if (!neighbour.hello_at) {
      continue;
    }
    if (now - *neighbour.hello_at >= kHellosLost) {
      lost.push_back({neighbour.radios, true, "heard, but no hello of " + site.text() + " comes any more"});
    } else if (neighbour.lossy) {
      lost.push_back({neighbour.radios, false, "heard, but of the hellos of " + site.text() + " too few come"});
    } else {
      well.insert(neighbour.radios.begin(), neighbour.radios.end());
    }
  }
  for (LostHellos& each : lost) {
    std::erase_if(each.radios, [&](const MacAddress& radio) { return well.contains(radio); });
  }
  std::erase_if(lost, [](const LostHellos& each) { return each.radios.empty(); });
  return lost;
}

}  // namespace karkara
