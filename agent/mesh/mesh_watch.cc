#include "agent/mesh/mesh_watch.h"

#include <fmt/format.h>

#include <algorithm>

namespace karkara {
namespace {

constexpr unsigned kUnreadLooks = 2;                          // one may have met a module that was being loaded
constexpr Duration kShortestPause = std::chrono::seconds{1};  // between looks that wait for a silence
constexpr Duration kJustBehind = std::chrono::milliseconds{100};

bool has_joined(const MeshInterfaceSeen& seen) {
  // Kernels tell no name of a mesh, and a channel only of one that has joined.
  return !seen.mesh_id.empty() || seen.frequency.has_value();
}

std::string seconds_text(Duration time) {
  return fmt::format("{} s", std::chrono::duration_cast<std::chrono::seconds>(time).count());
}

}  // namespace

Effects MeshWatch::tick(Instant now) {
  if (now < look_at_) {
    return {};
  }
  look_at_ = now + kPaceWithout;  // should no answer come
  asked_at_ = now;
  asked_ = true;
  hurried_ = false;
  return {LookAtMesh{}};
}

// Of peers alone: telephones come and go at access points.
void MeshWatch::on(const AirChanged& event, Instant now) {
  const bool ours = std::any_of(interfaces_.begin(), interfaces_.end(), [&](const auto& interface) {
    return std::find(event.peers_of.begin(), event.peers_of.end(), interface.second.seen.index) != event.peers_of.end();
  });
  if (ours || event.radios) {
    hurry(now);
  }
}

// Who comes and goes in turns must not make looks without end.
void MeshWatch::hurry(Instant now) {
  if (asked_) {
    hurried_ = true;  // what is being looked at may be from before
  } else {
    look_at_ = std::min(look_at_, std::max(now, asked_at_ + kShortestPause));
  }
}

Effects MeshWatch::on(const MeshSeen& event, Instant now) {
  status_ = event.status;
  const bool no_wifi = !status_ && status_.error().code == ErrorCode::NotFound;
  failed_in_a_row_ = status_ || no_wifi ? 0 : failed_in_a_row_ + 1;
  if (status_ || !event.interfaces.empty() || !event.batman.empty()) {
    looked_at_ = now;
  }
  for (const MeshInterfaceSeen& seen : event.interfaces) {
    take(seen, now);
  }
  take_batman(event);
  if (status_ || no_wifi) {
    drop_missing(event, now);
  }
  std::erase_if(peers_, [&](const auto& peer) { return peer.second.is_forgotten(now); });
  asked_ = false;
  look_at_ = hurried_ ? std::max(now, asked_at_ + kShortestPause) : next_look(now);
  return settle_alarms(wanted_alarms(now));
}

void MeshWatch::on(const KernelSeen& event) {
  down_.clear();
  for (const Link& link : event.snapshot.links) {
    if (!link.admin_up) {
      down_.insert(link.index);
    }
  }
}

void MeshWatch::on(const LinkChanged& event) {
  if (event.link.admin_up) {
    down_.erase(event.link.index);
  } else {
    down_.insert(event.link.index);
  }
}

void MeshWatch::take(const MeshInterfaceSeen& seen, Instant now) {
  const auto known = interfaces_.find(seen.name);
  if (known == interfaces_.end() && interfaces_.size() >= kMostInterfaces) {
    return;
  }
  Interface& interface = known == interfaces_.end() ? interfaces_[seen.name] : known->second;
  if (interface.seen.index != seen.index) {
    interface = {};  // another one of the same name
  }
  interface.seen = seen;
  interface.seen.peers.clear();
  interface.use.take(seen);
  judge_joined(interface, now);
  take_peers(seen, now);
}

void MeshWatch::judge_joined(Interface& interface, Instant now) const {
  if (has_joined(interface.seen) || down_.contains(interface.seen.index)) {
    interface.not_joined_since.reset();
  } else if (!interface.not_joined_since) {
    interface.not_joined_since = now;
  }
}

void MeshWatch::take_peers(const MeshInterfaceSeen& seen, Instant now) {
  std::set<MacAddress> there;
  for (const MeshPeerSeen& peer : seen.peers) {
    const PeerKey key{seen.name, peer.mac};
    const auto known = peers_.find(key);
    if (known == peers_.end() && !has_room(seen.name)) {
      continue;
    }
    PeerWatch& watch =
        known == peers_.end() ? peers_.try_emplace(key, seen.name, peer.mac).first->second : known->second;
    there.insert(peer.mac);
    watch.see(peer, now);
  }
  for (auto& [key, watch] : peers_) {
    if (key.first == seen.name && !there.contains(key.second)) {
      watch.miss(now);
    }
  }
}

// One that is gone makes room for one that is there.
bool MeshWatch::has_room(const std::string& interface) {
  const auto ours = [&](const auto& peer) { return peer.first.first == interface; };
  if (std::count_if(peers_.begin(), peers_.end(), ours) < static_cast<std::ptrdiff_t>(kMostPeers)) {
    return true;
  }
  const auto gone = std::find_if(peers_.begin(), peers_.end(), [&](const auto& peer) {
    return ours(peer) && peer.second.state() == PeerState::Gone;
  });
  if (gone == peers_.end()) {
    return false;
  }
  peers_.erase(gone);
  return true;
}

void MeshWatch::take_batman(const MeshSeen& event) {
  if (event.status) {
    batman_ = event.batman;
    return;
  }
  for (const BatmanSeen& seen : event.batman) {
    const auto known = std::find_if(batman_.begin(), batman_.end(), [&](const auto& b) { return b.name == seen.name; });
    if (known != batman_.end()) {
      *known = seen;
    } else if (batman_.size() < kMostInterfaces) {
      batman_.push_back(seen);
    }
  }
}

void MeshWatch::drop_missing(const MeshSeen& event, Instant now) {
  const auto is_there = [&](const std::string& name) {
    return std::any_of(event.interfaces.begin(), event.interfaces.end(), [&](const auto& i) { return i.name == name; });
  };
  std::erase_if(interfaces_, [&](const auto& interface) { return !is_there(interface.first); });
  for (auto& [key, watch] : peers_) {
    if (!is_there(key.first)) {
      watch.miss(now);
    }
  }
  if (!event.status) {
    batman_.clear();
  }
}

// As the pace has it, or when the first peer would count as silent: that is judged within a second.
Instant MeshWatch::next_look(Instant now) const {
  if (!has_mesh()) {
    return now + kPaceWithout;
  }
  Instant next = now + kPace;
  for (const auto& [key, watch] : peers_) {
    next = std::min(next, watch.silent_from() + kJustBehind);
  }
  return std::max(next, now + kShortestPause);
}

MeshWatch::Alarms MeshWatch::wanted_alarms(Instant now) const {
  Alarms wanted;
  if (failed_in_a_row_ >= kUnreadLooks) {
    wanted[{MessageId::MeshUnread, ""}] = {{"why", status_.error().text}};
  }
  for (const auto& [name, interface] : interfaces_) {
    if (interface.not_joined_since && now - *interface.not_joined_since >= kNotJoined) {
      wanted[{MessageId::MeshNotJoined, name}] = {{"interface", name}};
    }
  }
  for (const auto& [key, watch] : peers_) {
    const std::string mac = key.second.text();
    if (watch.is_silent()) {
      wanted[{MessageId::MeshPeerSilent, mac}] = {{"peer", mac},
                                                  {"interface", key.first},
                                                  {"inactive", seconds_text(watch.inactive(now).value_or(Duration{}))}};
    } else if (watch.is_failing()) {
      const FailedPart part = watch.failed().value_or(FailedPart{});
      wanted[{MessageId::MeshPeerFailing, mac}] = {
          {"peer", mac}, {"interface", key.first}, {"failed", fmt::format("{:.0f} %", part.ratio() * 100)}};
    }
  }
  return wanted;
}

Effects MeshWatch::settle_alarms(Alarms wanted) {
  Effects effects;
  for (const auto& [key, fields] : raised_) {
    if (!wanted.contains(key)) {
      effects.push_back(SetAlarm{key, false, {}});
    }
  }
  for (const auto& [key, fields] : wanted) {
    if (!raised_.contains(key)) {
      effects.push_back(SetAlarm{key, true, fields});
    }
  }
  raised_ = std::move(wanted);
  return effects;
}

}  // namespace karkara
