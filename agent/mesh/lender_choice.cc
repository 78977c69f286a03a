#include "agent/mesh/lender_choice.h"

#include <algorithm>
#include <iterator>

#include "agent/mesh/transit_address.h"

namespace karkara {
namespace {

constexpr std::uint16_t kQuietSoon = 30;  // seconds: time to go elsewhere

std::ptrdiff_t place_of(const SiteId& site, const NeighbourSettings& settings) {
  return std::distance(settings.borrow_from.begin(), std::ranges::find(settings.borrow_from, site));
}

bool is_leaving(const Neighbour& neighbour) {
  const Hello& hello = *neighbour.hello;
  return hello.way == WayOut::Leaving || (hello.quiet_in && *hello.quiet_in <= kQuietSoon) || neighbour.fades;
}

}  // namespace

std::string refusal_of(const Neighbour& neighbour, const NeighbourSettings& settings, bool answered, Instant now) {
  if (!neighbour.hello) {
    return "not heard yet";
  }
  if (neighbour.watch.sight(now) == HelloSight::Silent && !answered) {
    return "its hellos do not come";
  }
  const Hello& hello = *neighbour.hello;
  if (!is_offer(hello)) {
    return hello.way == WayOut::Unproven ? "its way out is not proven" : "offers nothing";
  }
  if (!settings.borrow_from.empty() && place_of(neighbour.site, settings) == std::ssize(settings.borrow_from)) {
    return "not among those of whom to borrow";
  }
  if (hello.hops + 1U > settings.max_hops) {
    return "what it offers is borrowed itself";
  }
  if (hello.via == settings.site || hello.origin == settings.site) {
    return "it borrows from this site";
  }
  if (hello.credit == 0U) {
    return "nothing is left of what it lends";
  }
  if (!is_in(settings.transit, hello.transit)) {
    return "its address is not on the masts' network";
  }
  return neighbour.own_address ? "" : "its address is not the one that follows from its id";
}

LenderRanking compare_lenders(const Neighbour& a, const Neighbour& b, const NeighbourSettings& settings, Instant now) {
  const auto less = [](auto of_a, auto of_b, LenderKey key) { return LenderRanking{of_a < of_b, key}; };
  const bool doubt_a = a.doubted_until > now;
  const bool doubt_b = b.doubted_until > now;
  if (doubt_a != doubt_b) {
    return less(doubt_a, doubt_b, LenderKey::Doubt);
  }
  if (is_leaving(a) != is_leaving(b)) {
    return less(is_leaving(a), is_leaving(b), LenderKey::Leaving);
  }
  if (doubt_a && a.doubted_until != b.doubted_until) {
    return less(a.doubted_until, b.doubted_until, LenderKey::Doubt);
  }
  if (const auto x = place_of(a.site, settings), y = place_of(b.site, settings); x != y) {
    return less(x, y, LenderKey::Order);
  }
  if (a.hello->hops != b.hello->hops) {
    return less(a.hello->hops, b.hello->hops, LenderKey::Hops);
  }
  if (a.hello->stage != b.hello->stage) {
    return less(a.hello->stage, b.hello->stage, LenderKey::Battery);
  }
  // Only what is twice as much is worth a word.
  const std::uint64_t spare_a = a.hello->spare_kbit;
  const std::uint64_t spare_b = b.hello->spare_kbit;
  if (spare_a > 2 * spare_b || spare_b > 2 * spare_a) {
    return less(spare_b, spare_a, LenderKey::Spare);
  }
  return {};
}

std::string_view to_string(LenderKey key) {
  switch (key) {
    case LenderKey::Same: return "as good";
    case LenderKey::Doubt: return "its way out led nowhere";
    case LenderKey::Leaving: return "it will soon offer nothing";
    case LenderKey::Order: return "another one stands before it";
    case LenderKey::Hops: return "another one's way out is its own";
    case LenderKey::Battery: return "another one has more in its battery";
    case LenderKey::Spare: return "another one offers more";
  }
  return "";
}

}  // namespace karkara
