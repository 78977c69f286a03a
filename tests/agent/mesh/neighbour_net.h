// Masts that hear some others, with hellos that take time and may be lost, and where a packet of each would really go:
// by the lender that its own agent advises, and by whom that lender's agent lets in. What the kernel and the uplinks do
// of it is short: a site without a way out of its own uses what it may borrow.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "agent/mesh/neighbour_feature.h"
#include "agent/mesh/transit_address.h"

namespace karkara {

class NeighbourNet {
 public:
  struct Mast {
    SiteId site;
    NeighbourFeature feature;
    bool own_up = false;
    bool dead = false;
    unsigned stage = 0;
    std::set<std::size_t> hears{};
  };
  enum class Fate { Out, Nowhere, Round };
  struct Trip {
    Fate fate = Fate::Nowhere;
    std::size_t hops = 0;  // masts that it passed
  };

  explicit NeighbourNet(unsigned seed) : random_{seed} {}

  std::size_t add(const std::string& name, unsigned max_hops = 1, const std::vector<SiteId>& borrow_from = {}) {
    NeighbourSettings settings;
    settings.site = *SiteId::parse(name);
    settings.interface = "bat0";
    settings.transit = *IpPrefix::parse("100.124.0.0/14");
    settings.max_hops = max_hops;
    settings.uplink = *UplinkId::parse("neighbour");
    settings.lending = LendingSettings{};
    settings.borrow_from = borrow_from;
    masts_.push_back({settings.site, NeighbourFeature{settings, {}}});
    take(masts_.size() - 1, masts_.back().feature.on(HelloState{""}, now_));
    return masts_.size() - 1;
  }
  void link(std::size_t a, std::size_t b) {
    masts_[a].hears.insert(b);
    masts_[b].hears.insert(a);
    take(a, masts_[a].feature.on(NeighbourMet{masts_[b].site, "fe80::1"}, now_));
    take(b, masts_[b].feature.on(NeighbourMet{masts_[a].site, "fe80::1"}, now_));
  }
  void cut(std::size_t a, std::size_t b) {
    masts_[a].hears.erase(b);
    masts_[b].hears.erase(a);
  }
  void set_loss(double loss) { loss_ = loss; }
  Mast& mast(std::size_t index) { return masts_[index]; }
  [[nodiscard]] std::size_t size() const { return masts_.size(); }
  [[nodiscard]] Instant now() const { return now_; }

  void step() {
    now_ = now_ + std::chrono::milliseconds{10};
    while (!air_.empty() && air_.front().at <= now_) {
      const Flying hello = air_.front();
      air_.pop_front();
      if (!masts_[hello.to].dead && masts_[hello.to].hears.contains(hello.from)) {
        take(hello.to, masts_[hello.to].feature.on(HelloHeard{masts_[hello.from].site, hello.said}, now_));
      }
    }
    for (std::size_t i = 0; i < masts_.size(); ++i) {
      if (!masts_[i].dead) {
        take(i, masts_[i].feature.follow(around(i), now_));
        if (masts_[i].feature.next_deadline() <= now_) {
          take(i, masts_[i].feature.tick(now_));
        }
      }
    }
  }
  // Where a packet of the village of this mast goes now.
  [[nodiscard]] Trip send_from(std::size_t index) const {
    Trip trip;
    std::set<std::size_t> seen;
    std::size_t at = index;
    while (seen.insert(at).second) {
      const Mast& here = masts_[at];
      if (here.own_up) {
        trip.fate = Fate::Out;
        return trip;
      }
      if (at != index && !here.feature.guests().relay) {
        return trip;  // the rules drop it
      }
      const auto next = lender_of(at);
      if (!next || masts_[*next].dead || !masts_[at].hears.contains(*next) || !lets_in(*next, at)) {
        return trip;
      }
      at = *next;
      ++trip.hops;
    }
    trip.fate = Fate::Round;
    return trip;
  }
  [[nodiscard]] std::optional<std::size_t> lender_of(std::size_t index) const {
    const auto& lender = masts_[index].feature.lender();
    for (std::size_t i = 0; lender && i < masts_.size(); ++i) {
      if (masts_[i].site == *lender) {
        return i;
      }
    }
    return std::nullopt;
  }
  std::size_t notes(MessageId id) const { return static_cast<std::size_t>(std::ranges::count(notes_, id)); }

 private:
  struct Flying {
    Instant at;
    std::size_t from;
    std::size_t to;
    Hello said;
  };
  [[nodiscard]] bool lets_in(std::size_t lender, std::size_t guest) const {
    const auto address = masts_[guest].feature.guests().transit;
    const auto admitted = masts_[lender].feature.guests().admitted;
    return address && std::ranges::find(admitted, address->address) != admitted.end();
  }
  [[nodiscard]] Surroundings around(std::size_t index) const {
    const Mast& mast = masts_[index];
    Surroundings around;
    const bool borrows = !mast.own_up && mast.feature.lender().has_value();
    around.borrowed.active = borrows;
    around.own.kbit = 1000;
    if (mast.own_up) {
      around.own.way = WayOut::Up;
    } else if (borrows && mast.feature.guests().relay) {
      around.own.way = WayOut::Up;
      around.own.borrowed = true;
    }
    around.stage = mast.stage;
    return around;
  }
  void take(std::size_t from, const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* said = std::get_if<SayHello>(&effect)) {
        fly(from, *said);
      } else if (const auto* note = std::get_if<Note>(&effect)) {
        notes_.push_back(note->id);
      }
    }
  }
  void fly(std::size_t from, const SayHello& said) {
    for (std::size_t to = 0; to < masts_.size(); ++to) {
      if (masts_[to].site == said.to && std::uniform_real_distribution<>{}(random_) >= loss_) {
        const auto delay = std::chrono::milliseconds{std::uniform_int_distribution<>{1, 40}(random_)};
        const Flying hello{now_ + delay, from, to, said.hello};
        air_.insert(std::ranges::upper_bound(air_, hello.at, {}, &Flying::at), hello);
      }
    }
  }

  Instant now_{std::chrono::seconds{1000}};
  std::deque<Mast> masts_;
  std::deque<Flying> air_;
  std::mt19937 random_;
  double loss_ = 0;
  std::vector<MessageId> notes_;
};

}  // namespace karkara
