#include "controller/planner/plan/hop_choice.h"

#include <algorithm>

namespace karkara::planner {

HopChoice::HopChoice(const PlanInput& input, std::vector<Place> places) : input_{input}, places_{std::move(places)} {
  HopRule rule;
  for (const MastPrice& mast : input.costs.masts) {
    rule.heights.push_back(mast.height);
  }
  for (std::size_t i = 0; i < input.backhaul.size(); ++i) {
    const RadioProfile& radio = input.backhaul[i];
    const auto price = std::find_if(input.costs.hops.begin(), input.costs.hops.end(),
                                    [&](const HopPrice& one) { return one.profile == radio.id; });
    prices_.push_back(price == input.costs.hops.end() ? nullptr : &*price);
    HopYear year{radio};
    rule.reach = year.reach();
    rule.frequency = radio.frequency;
    rule.clearance = radio.clearance;
    if (rule.reach.value() <= 0 || prices_.back() == nullptr) {
      useless_.push_back(radio.id);
      continue;
    }
    kinds_.push_back({static_cast<std::uint8_t>(i), rule, std::move(year)});
  }
}

Metres HopChoice::reach() const {
  Metres reach{0};
  for (const Kind& kind : kinds_) {
    reach = std::max(reach, kind.rule.reach);
  }
  return reach;
}

void HopChoice::judge(const Profile& profile, const HopPair& pair, std::vector<HopPair>& hops) const {
  std::vector<std::pair<Money, HopPair>> found;
  for (const Kind& kind : kinds_) {
    HopPair hop = pair;
    hop.radio = kind.radio;
    hop.far = heights(kind, profile, pair);
    if (hop.far[input_.costs.masts.size() - 1] != kTooLow) {
      found.emplace_back(price(hop), hop);
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const std::size_t before = hops.size();
  for (const auto& [price, hop] : found) {
    if (std::none_of(hops.begin() + static_cast<std::ptrdiff_t>(before), hops.end(),
                     [&, &one = hop](const HopPair& cheaper) { return is_needless(one, cheaper); })) {
      hops.push_back(hop);
    }
  }
}

// Of each height at one end the least at the other that is clear and keeps the year. Higher masts fade less, and ends
// of equal height more than slanting ones; but an antenna may hang lower than its mast's top.
FarHeights HopChoice::heights(const Kind& kind, const Profile& profile, const HopPair& pair) const {
  FarHeights far;
  far.fill(kTooLow);
  if (Metres{pair.metres} > kind.rule.reach) {
    return far;
  }
  const FarHeights clear = far_heights(profile, kind.rule);
  const std::vector<MastPrice>& masts = input_.costs.masts;
  for (std::size_t near = 0; near < masts.size(); ++near) {
    std::size_t other = clear[near];
    const auto altitudes = [&] {
      return HopAltitudes{Metres{pair.metres}, Metres{pair.ground_a} + masts[near].height,
                          Metres{pair.ground_b} + masts[other].height, Metres{pair.mean_ground}, middle(pair)};
    };
    while (other < masts.size() && !kind.year.keeps(altitudes())) {
      ++other;
    }
    const std::uint8_t lower = near > 0 ? far[near - 1] : kTooLow;
    far[near] = other < masts.size() ? std::min(lower, static_cast<std::uint8_t>(other)) : lower;
  }
  return far;
}

bool HopChoice::is_needless(const HopPair& hop, const HopPair& cheaper) const {
  if (input_.busy_kbit_per_person > 0 && rate(hop) > rate(cheaper)) {
    return false;
  }
  return std::equal(hop.far.begin(), hop.far.end(), cheaper.far.begin(),
                    [](std::uint8_t own, std::uint8_t others) { return others <= own; });
}

Money HopChoice::price(const HopPair& pair) const {
  return hop_cost(input_.costs, *prices_[pair.radio], middle(pair)).npv;
}

BitsPerSecond HopChoice::rate(const HopPair& pair) const {
  const auto rate = rate_over(input_.backhaul[pair.radio], Metres{pair.metres});
  return rate ? *rate : BitsPerSecond{0};
}

Degrees HopChoice::middle(const HopPair& pair) const {
  return (places_[pair.a].latitude + places_[pair.b].latitude) * 0.5;
}

}  // namespace karkara::planner
