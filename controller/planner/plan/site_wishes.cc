#include "controller/planner/plan/site_wishes.h"

#include <unordered_map>

namespace karkara::planner {
namespace {

// Of each id, the first that has it.
template <class List>
std::unordered_map<std::string, std::size_t> first_of(const List& list) {
  std::unordered_map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < list.size(); ++i) {
    first.emplace(list[i].id, i);
  }
  return first;
}

bool is_relay(const PlanInput& input, const std::string& id) {
  for (std::size_t i = 0; i < input.relays.size(); ++i) {
    if (relay_id(i) == id) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string relay_id(std::size_t number) {
  return "relay " + std::to_string(number + 1);
}

bool can_carry(const PlanInput& input, const ExistingMast& mast) {
  return mast.usable && !input.costs.masts.empty() && mast.height >= input.costs.masts.front().height;
}

SiteWishes::SiteWishes(const PlanInput& input) : forbidden_{input.forbidden.begin(), input.forbidden.end()} {
  if (input.fixed.empty() && input.forbidden.empty()) {
    return;
  }
  const auto settlements = first_of(input.settlements);
  const auto masts = first_of(input.masts);
  const auto refuse = [&](const std::string& id, const char* why) {
    conflict_ = conflict_.empty() ? "'" + id + "' " + why : conflict_;
  };
  for (const std::string& id : input.forbidden) {
    if (!settlements.contains(id) && !masts.contains(id) && !is_relay(input, id)) {
      refuse(id, "is the id of no settlement, mast or relay");
    }
  }
  for (const std::string& id : input.fixed) {
    const auto settlement = settlements.find(id);
    const auto mast = masts.find(id);
    const bool carries = mast != masts.end() && can_carry(input, input.masts[mast->second]);
    if (is_forbidden(id)) {
      refuse(id, "must get a mast and must not get one");
    } else if (carries) {
      masts_.insert(mast->second);
    } else if (settlement != settlements.end()) {
      settlements_.insert(settlement->second);
    } else if (mast != masts.end()) {
      refuse(id, "must carry a radio, but none may hang on its mast, or it is lower than any antenna's height");
    } else if (is_relay(input, id)) {
      refuse(id, "is high ground that only passes on: it can be forbidden, not fixed");
    } else {
      refuse(id, "is the id of no settlement, mast or relay");
    }
  }
}

}  // namespace karkara::planner
