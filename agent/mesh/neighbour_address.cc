// Whose address on the masts' network is whose: each follows from its site's id, so that nobody takes another one's,
// and of two that come to the same one moves, also when only a third mast hears both.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "agent/mesh/neighbour_feature.h"
#include "agent/mesh/transit_address.h"

namespace karkara {
namespace {

constexpr Duration kConflictTold = std::chrono::minutes{10};
constexpr Duration kBelievedAgain = std::chrono::minutes{1};  // who says that our address is taken

}  // namespace

// The salt outlives a restart: the address would otherwise be the other one's again until that is noticed.
void NeighbourFeature::take_address() {
  salt_ = 0;
  transit_.reset();
  if (!settings_) {
    return;
  }
  const std::string_view text = kept_address_;
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::string_view number = text.substr(std::min(space + 1, text.size()));
  unsigned salt = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), salt);
  const bool sound = error == std::errc{} && end == number.data() + number.size() && salt < kMostSalts;
  if (sound && text.substr(0, space) == network_text()) {
    salt_ = salt;
  }
  transit_ = transit_address(settings_->transit, settings_->site, salt_);
}

std::string NeighbourFeature::network_text() const {
  return fmt::format("{}/{}", settings_->transit.address.text(), settings_->transit.length);
}

// What a hello says is only believed when it follows from the id that its sender has proved.
void NeighbourFeature::learn_address(Neighbour& neighbour, const Hello& hello) const {
  if (neighbour.hello && neighbour.hello->transit == hello.transit && neighbour.transit) {
    return;
  }
  neighbour.own_address = is_of(settings_->transit, neighbour.site, hello.transit);
  if (neighbour.own_address) {
    neighbour.transit = hello.transit;
  }
}

// Of two sites with one address the later in the alphabet takes its next; while that is told, the other waits.
void NeighbourFeature::avoid_conflict(Neighbour& with, Effects& effects, Instant now) {
  const Hello& hello = *with.hello;
  const bool same = transit_ && with.own_address && hello.transit == *transit_;
  const bool again = with.believed_at && now - *with.believed_at < kBelievedAgain;
  const bool told = transit_ && hello.taken == *transit_ && !again;
  if (!same && !told) {
    return;
  }
  effects.push_back(
      SetAlarm{{MessageId::TransitConflict, ""}, true, {{"site", with.site.text()}, {"address", transit_->text()}}});
  conflict_until_ = now + kConflictTold;
  if (told) {
    with.believed_at = now;
  }
  if (told || settings_->site > with.site) {
    step_aside(effects);
  }
}

void NeighbourFeature::step_aside(Effects& effects) {
  const auto is_free = [&](const IpAddress& address) {
    return std::ranges::none_of(neighbours_, [&](const auto& known) { return known.second.transit == address; });
  };
  for (unsigned tries = 0; tries < kMostSalts; ++tries) {
    salt_ = (salt_ + 1) % kMostSalts;
    const auto next = transit_address(settings_->transit, settings_->site, salt_);
    if (next && next != transit_ && is_free(*next)) {
      transit_ = next;
      break;
    }
  }
  kept_address_ = fmt::format("{} {}", network_text(), salt_);
  effects.push_back(Persist{kAddressKey, kept_address_});
}

// Of two neighbours with one address that may not hear each other, the later in the alphabet is told.
std::optional<IpAddress> NeighbourFeature::taken_from(const Neighbour& to, Instant now) const {
  if (!to.hello || !to.own_address) {
    return std::nullopt;
  }
  for (const auto& [site, other] : neighbours_) {
    if (site < to.site && other.is_heard(now) && other.own_address && other.hello->transit == to.hello->transit) {
      return to.hello->transit;
    }
  }
  return std::nullopt;
}

}  // namespace karkara
