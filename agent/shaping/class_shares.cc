#include "agent/shaping/class_shares.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr double kTrickle = 1000;       // bytes a second
constexpr double kSmallestPart = 64;    // a trickle is never more than this part of the rate
constexpr double kLeastControl = 2000;  // bytes a second: a session with the controller
constexpr double kMostControl = 0.25;
constexpr double kMostWeight = 10;  // more would be a burst that others hear

double share(Percent part, double rate) {
  return rate * part.value() / 100;
}

double bytes(BitsPerSecond rate) {
  return rate.value() / 8;
}

void overlay(ClassTerms& terms, const ClassTerms& with) {
  if (with.guarantee || with.guarantee_rate) {
    terms.guarantee = with.guarantee;
    terms.guarantee_rate = with.guarantee_rate;
  }
  if (with.ceiling) {
    terms.ceiling = with.ceiling;
  }
  if (with.priority) {
    terms.priority = with.priority;
  }
}

// While it is worked out.
struct Claim {
  double fixed = 0;     // does not shrink with the link
  double percent = 0;   // does
  bool unsaid = false;  // an equal part of what the others leave
  double ceiling = 0;
  double rate = 0;
  std::uint8_t priority = ClassShaping::kOrdinary;
};

double quota_ceiling(const ClassState& state, UplinkKind kind, double rate) {
  double ceiling = state.ceiling ? share(*state.ceiling, rate) : rate;
  for (const auto& [on_kind, part] : state.on_kinds) {
    ceiling = on_kind == kind ? std::min(ceiling, share(part, rate)) : ceiling;
  }
  return ceiling;
}

double ceiling_of(const ClassTerms& terms, const ClassState& state, UplinkKind kind, double rate) {
  return std::min(quota_ceiling(state, kind, rate), terms.ceiling ? share(*terms.ceiling, rate) : rate);
}

Claim claim_of(const ClassShaping& of, UplinkKind kind, const ClassState& state, double rate, double least) {
  const ClassTerms terms = terms_of(of, kind, state);
  Claim claim;
  claim.ceiling = ceiling_of(terms, state, kind, rate);
  claim.ceiling = std::max(state.hours_on(kind).closed ? std::min(kTrickle, claim.ceiling) : claim.ceiling, least);
  claim.unsaid = !terms.guarantee && !terms.guarantee_rate;
  claim.priority = terms.priority.value_or(ClassShaping::kOrdinary);
  const double most = claim.ceiling - least;
  claim.fixed = std::clamp((terms.guarantee_rate ? bytes(*terms.guarantee_rate) : 0) - least, 0.0, most);
  const double wanted = (terms.guarantee ? share(*terms.guarantee, rate) : 0) - least;
  claim.percent = std::clamp(wanted, claim.fixed, std::max(most, claim.fixed)) - claim.fixed;
  return claim;
}

// Gives each the same part of its claim when all of them are more than there is. Returns what is left.
double give(std::vector<Claim>& claims, double Claim::*what, double left) {
  double sum = 0;
  for (const Claim& claim : claims) {
    sum += claim.*what;
  }
  const double part = sum > left ? left / sum : 1;
  for (Claim& claim : claims) {
    claim.rate += claim.*what * part;
  }
  return std::max(0.0, left - sum * part);
}

// Equal parts, but for those whose ceiling is lower.
void give_equally(std::vector<Claim>& claims, double left, double least) {
  std::vector<Claim*> takers;
  for (Claim& claim : claims) {
    if (claim.unsaid) {
      takers.push_back(&claim);
    }
  }
  std::sort(takers.begin(), takers.end(), [](const Claim* a, const Claim* b) { return a->ceiling < b->ceiling; });
  for (std::size_t i = 0; i < takers.size(); ++i) {
    const double part = std::min(left / static_cast<double>(takers.size() - i), takers[i]->ceiling - least);
    takers[i]->rate += part;
    left -= part;
  }
}

}  // namespace

ClassTerms terms_of(const ClassShaping& of, UplinkKind kind, const ClassState& state) {
  ClassTerms terms = of.terms;
  for (const ClassOnKind& on : of.on_kinds) {
    if (on.kind == kind) {
      overlay(terms, on.terms);
    }
  }
  overlay(terms, state.hours_on(kind).terms);
  return terms;
}

std::optional<std::uint64_t> guarantee_said(const ClassShaping& of, UplinkKind kind, const ClassState& state,
                                            std::uint64_t rate) {
  const ClassTerms terms = terms_of(of, kind, state);
  if (state.hours_on(kind).closed || (!terms.guarantee && !terms.guarantee_rate)) {
    return std::nullopt;
  }
  const double all = static_cast<double>(rate);
  const double said = std::max(terms.guarantee ? share(*terms.guarantee, all) : 0,
                               terms.guarantee_rate ? bytes(*terms.guarantee_rate) : 0);
  return static_cast<std::uint64_t>(std::min(said, ceiling_of(terms, state, kind, all)));
}

std::vector<ClassShare> class_shares(const std::vector<ClassShaping>& classes, UplinkKind kind, std::uint64_t rate,
                                     const std::vector<ClassState>& states) {
  const double all = static_cast<double>(rate);
  const double least = std::min(kTrickle, all / kSmallestPart);
  const double control = std::min(std::max(share(kControlPart, all), kLeastControl), all * kMostControl);
  std::vector<Claim> claims;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    claims.push_back(claim_of(classes[i], kind, i < states.size() ? states[i] : ClassState{}, all, least));
  }
  // What fits none; nothing of the village's is left for it behind a class that takes everything.
  Claim other;
  other.ceiling = all;
  other.unsaid = classes.empty() || !classes.back().takes_everything;
  claims.push_back(other);
  double left = std::max(0.0, all - control - least * static_cast<double>(claims.size()));
  left = give(claims, &Claim::fixed, left);
  left = give(claims, &Claim::percent, left);
  give_equally(claims, left, least);

  double smallest = all;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    smallest = std::min(smallest, claims[i].rate + least);
  }
  std::vector<ClassShare> shares{{static_cast<std::uint64_t>(control), rate, 0, 1}};
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const double guarantee = claims[i].rate + least;
    shares.push_back({static_cast<std::uint64_t>(guarantee),
                      std::max(static_cast<std::uint64_t>(claims[i].ceiling), static_cast<std::uint64_t>(guarantee)),
                      claims[i].priority, std::clamp(guarantee / smallest, 1.0, kMostWeight)});
  }
  return shares;
}

}  // namespace karkara
