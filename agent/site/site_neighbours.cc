// How neighbours hang together with the rest of the site: what they lend advises the mesh uplink, and what our own
// uplinks, battery and radios do decides what is lent to them.
#include <algorithm>

#include "agent/facts/effect_list.h"
#include "agent/site/site.h"

namespace karkara {
namespace {

constexpr Duration kChargePause = std::chrono::seconds{10};
constexpr double kFull = 100;

std::uint16_t whole_seconds(Duration time) {
  constexpr double kMost = 0xfffe;
  return static_cast<std::uint16_t>(std::clamp(std::chrono::duration<double>(time).count(), 0.0, kMost));
}

// What neighbours will hear of it. The power is the whole radio's: also that of the mesh beside an access point.
void foresee(const RadioNotice& notice, Instant now, Surroundings& around) {
  const auto& wiphys = around.air.wiphys;
  const bool of_mesh = notice.role == RadioRole::Mesh || std::ranges::find(wiphys, notice.wiphy) != wiphys.end();
  const Duration left = std::max(notice.at - now, Duration::zero());
  if (notice.off && notice.role == RadioRole::Mesh) {
    around.quiet_in = std::min(around.quiet_in.value_or(left), left);
  } else if (!notice.off && of_mesh) {
    constexpr double kMostDb = 255;
    const double by = notice.from && notice.most ? notice.from->value() - notice.most->value() : 0;
    around.weaker = WeakerSoon{whole_seconds(left), static_cast<std::uint8_t>(std::clamp(by, 0.0, kMostDb))};
  }
}

}  // namespace

// What saves the battery is not set up again, and a mesh that was just made is looked at.
void Site::settle_wifi(Times at) {
  if (settings_.wifi.radios.empty()) {
    return;
  }
  wifi_.rest(radios_.resting(), at.now);
  if (wifi_.take_news()) {
    mesh_.hurry(at.now);
  }
}

Effects Site::handle(const AirChanged& event, Instant now) {
  mesh_.on(event, now);
  wifi_.on(event, now);
  return {};
}

// Both what is configured and what is there: a mesh that others set up is as much the masts' alone.
void Site::settle_bridges(Effects& effects) {
  if (!uplink_.kernel_known()) {
    return;
  }
  MeshSides sides;
  sides.mesh = mesh_.interfaces();
  if (settings_.neighbours) {
    sides.mesh.insert(settings_.neighbours->interface);
  }
  sides.village.insert(settings_.uplink.lan_interfaces.begin(), settings_.uplink.lan_interfaces.end());
  for (const WifiRadioSettings& radio : settings_.wifi.radios) {
    if (radio.mesh) {
      sides.mesh.insert(radio.mesh->interface);
      sides.mesh.insert(radio.mesh->batman ? radio.mesh->batman->interface : radio.mesh->interface);
    }
    for (const AccessPointSettings& point : radio.access_points) {
      sides.village.insert(point.interface);
      if (!point.bridge.empty()) {
        sides.village.insert(point.bridge);
      }
    }
  }
  append(effects, bridges_.follow(uplink_.kernel().links, sides));
}

// Behind each look: what the kernel shows of links, and what hellos tell of them.
void Site::know_links(Instant now) {
  std::vector<MeshLinks> links = mesh_.links(now);
  blame(links, neighbours_.lost_hellos(now));
  wifi_.know(std::move(links), now);
}

Surroundings Site::surroundings(Times at) {
  Surroundings around;
  const auto way = uplink_.guests_uplink();
  around.own = uplink_.own_way(at.now, way ? shaping_.download_rate(*way) : std::nullopt);
  const auto& uplink = settings_.neighbours->uplink;
  if (uplink) {
    const auto state = uplink_.state_of(*uplink);
    // A single class that goes there borrows as much as all of them do.
    around.borrowed = {state == UplinkState::Down, uplink_.carries(*uplink), uplink_.is_answered(*uplink, at.now)};
  }
  around.stage = power_.shedding().stage;
  around.air = mesh_.air();
  for (const RadioNotice& notice : radios_.notices()) {
    foresee(notice, at.now, around);
  }
  if (charge_at_ <= at.now) {
    charge_at_ = at.now + kChargePause;
    const auto battery = power_.energy_report(known_time(at)).battery;
    charge_ = battery && battery->state_of_charge
                  ? std::optional{static_cast<std::uint8_t>(std::clamp(battery->state_of_charge->value(), 0.0, kFull))}
                  : std::nullopt;
  }
  around.charge = charge_;
  const Link* link = uplink_.kernel().link_named(settings_.neighbours->interface);
  around.link = link != nullptr ? link->index : 0;
  around.wall = known_time(at).wall;
  return around;
}

void Site::settle_neighbours(Effects& effects, Times at) {
  if (settings_.neighbours && uplink_.kernel_known()) {
    append(effects, neighbours_.follow(surroundings(at), at.now));
  }
  told_guests_ = neighbours_.guests();
  told_lender_ = neighbours_.advice();
  append(effects, uplink_.host(told_guests_, at.now));
}

// A hello comes five times a second and mostly changes nothing.
bool Site::neighbours_moved() const {
  return neighbours_.guests() != told_guests_ || neighbours_.advice() != told_lender_;
}

Effects Site::tick_neighbours(Times at) {
  if (!settings_.neighbours || neighbours_.next_deadline() > at.now) {
    return {};
  }
  Effects effects;
  if (uplink_.kernel_known()) {
    effects = neighbours_.follow(surroundings(at), at.now);
  }
  append(effects, neighbours_.tick(at.now));
  return effects;
}

MeshReport Site::mesh_report(Times at) const {
  MeshReport report = mesh_.report(at.now);
  for (const LostHellos& lost : neighbours_.lost_hellos(at.now)) {
    for (const MacAddress& radio : lost.radios) {
      const auto peer = std::ranges::find(report.peers, radio.text(), &MeshPeerReport::mac);
      if (peer != report.peers.end() && peer->trouble.empty()) {
        peer->trouble = lost.why;
      }
    }
  }
  report.bridged = bridges_.report();
  report.lending = neighbours_.report(at.now);
  report.wifi = wifi_.report();
  return report;
}

}  // namespace karkara
