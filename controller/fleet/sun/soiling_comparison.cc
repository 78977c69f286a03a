#include "controller/fleet/sun/soiling_comparison.h"

#include <array>
#include <cmath>
#include <limits>

#include "controller/fleet/sun/clean_reference.h"
#include "controller/fleet/sun/median.h"
#include "controller/fleet/sun/soiling_judgement.h"

namespace karkara {
namespace {

constexpr std::size_t kFewestVoices = 3;
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr float kSigmaOfMedian = 1.4826F;

using Voices = std::array<Weighted, Neighbours::kMost>;

std::span<Weighted> hear(std::span<const Neighbour> neighbours, std::span<const CleanReference> references,
                         std::size_t age, Voices& voices) {
  std::size_t count = 0;
  for (const Neighbour& one : neighbours) {
    const CleanReference& reference = references[one.site];
    const float loss = reference.below(age);
    if (reference.known_days() >= kFewestKnownDays && !std::isnan(loss)) {
      voices[count++] = {loss, one.weight};
    }
  }
  return std::span{voices}.first(count);
}

void add_day(std::span<Weighted> voices, std::size_t age, SunTrack& track) {
  track.voices[age] = static_cast<std::uint8_t>(voices.size());
  if (voices.size() < kFewestVoices) {
    track.common[age] = track.spread[age] = kNone;
    return;
  }
  const float middle = weighted_median(voices);
  track.common[age] = middle;
  if (age >= SunTrack::kLately) {
    return;
  }
  for (Weighted& voice : voices) {
    voice.value = std::abs(voice.value - middle);
  }
  track.spread[age] = kSigmaOfMedian * weighted_median(voices);
}

SunTrack track_of(std::size_t site, const Neighbours& neighbours, std::span<const CleanReference> references) {
  SunTrack track;
  Voices voices{};
  for (std::size_t age = 0; age < SunTrack::kDays; ++age) {
    track.own[age] = references[site].below(age);
    add_day(hear(neighbours.of(site), references, age, voices), age, track);
  }
  return track;
}

}  // namespace

std::vector<SoilingFinding> compare_sites(std::span<const ComparedSite> sites, std::int64_t today) {
  std::vector<std::optional<Position>> places;
  std::vector<CleanReference> references;
  places.reserve(sites.size());
  references.reserve(sites.size());
  for (const ComparedSite& site : sites) {
    // Whoever has nothing to tell takes no neighbour's seat.
    const bool silent = today - site.days.newest() > static_cast<std::int64_t>(SunTrack::kDays);
    places.push_back(silent ? std::nullopt : site.place);
    references.emplace_back(site.days, today);
  }
  const Neighbours neighbours{places};
  std::vector<SoilingFinding> findings;
  findings.reserve(sites.size());
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const CleanReference& own = references[i];
    findings.push_back(judge_site(track_of(i, neighbours, references),
                                  {own.known_days(), own.age(), own.clean(), sites[i].was_dirty, today - 1}));
  }
  return findings;
}

}  // namespace karkara
