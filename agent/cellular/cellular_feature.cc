#include "agent/cellular/cellular_feature.h"

#include <algorithm>
#include <map>
#include <utility>

namespace karkara {
namespace {

constexpr Duration kSaveEvery = std::chrono::hours{1};

// "uplink NAME", followed by the lines of that uplink.
std::map<std::string, std::string> sections_of(std::string_view text) {
  std::map<std::string, std::string> sections;
  std::string* section = nullptr;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.starts_with("uplink ")) {
      section = &sections[std::string{line.substr(7)}];
    } else if (section) {
      section->append(line).append("\n");
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return sections;
}

bool fits(const ModemMatch& match, const ModemFacts& facts) {
  const bool device = match.device.empty() || match.device == facts.device;
  const bool equipment = match.equipment.empty() || match.equipment == facts.equipment;
  return !match.any() && device && equipment;
}

}  // namespace

CellularFeature::CellularFeature(CellularSettings settings, std::string_view kept, Instant now)
    : settings_{std::move(settings)} {
  auto sections = sections_of(kept);
  for (const CellularUplinkSettings& uplink : settings_.uplinks) {
    uplinks_.emplace_back(uplink, CellularMemory::decode(sections[uplink.id.text()], now), now);
  }
  save_at_ = now + kSaveEvery;
}

CellularUplink* CellularFeature::find(const UplinkId& id) {
  const auto at = std::find_if(uplinks_.begin(), uplinks_.end(),
                               [&](const CellularUplink& uplink) { return uplink.settings().id == id; });
  return at != uplinks_.end() ? &*at : nullptr;
}

// Who names it; else who has it; else the first that has none and takes any.
CellularUplink* CellularFeature::claim(const ModemFacts& facts) {
  CellularUplink* any = nullptr;
  for (CellularUplink& uplink : uplinks_) {
    if (fits(uplink.settings().match, facts)) {
      return &uplink;
    }
    if (!uplink.settings().match.any()) {
      continue;
    }
    if (uplink.device() == facts.device) {
      any = &uplink;
      break;
    }
    any = !any && !uplink.facts() ? &uplink : any;
  }
  return any;
}

CellularEffects CellularFeature::on(const ModemSeen& event, Instant now) {
  CellularEffects effects;
  std::erase_if(modems_, [&](const ModemFacts& modem) { return modem.device == event.facts.device; });
  modems_.push_back(event.facts);
  if (CellularUplink* uplink = claim(event.facts)) {
    for (CellularUplink& other : uplinks_) {
      if (&other != uplink && other.facts() && other.facts()->device == event.facts.device) {
        other.lose(now);  // its true owner could only now be told, by its equipment number
      }
    }
    uplink->see(event.facts, now, effects);
  }
  return settle(std::move(effects), now);
}

CellularEffects CellularFeature::on(const ModemGone& event, Instant now) {
  std::erase_if(modems_, [&](const ModemFacts& m) { return m.device == event.device && m.path == event.path; });
  for (CellularUplink& uplink : uplinks_) {
    if (uplink.facts() && uplink.facts()->device == event.device && uplink.facts()->path == event.path) {
      uplink.lose(now);
    }
  }
  return settle({}, now);
}

CellularEffects CellularFeature::on(const ModemBusState& event, Instant now) {
  bus_available_ = event.available;
  modems_.clear();
  for (CellularUplink& uplink : uplinks_) {
    uplink.set_bus(event.available, now);
  }
  return settle({}, now);
}

CellularEffects CellularFeature::on(const ModemCommandDone& event, Instant now) {
  CellularEffects effects;
  for (CellularUplink& uplink : uplinks_) {
    if (uplink.finish(event, now, effects)) {
      break;
    }
  }
  return settle(std::move(effects), now);
}

CellularEffects CellularFeature::follow(const Circumstances& circumstances,
                                        const std::map<UplinkId, UplinkSight>& sights, Instant now) {
  circumstances_ = circumstances;
  for (const auto& [id, sight] : sights) {
    if (CellularUplink* uplink = find(id)) {
      uplink->look(sight, now);
    }
  }
  return settle({}, now);
}

CellularEffects CellularFeature::set_attended(bool attended, Instant now) {
  attended_ = attended;
  return settle({}, now);
}

CellularEffects CellularFeature::reconfigure(CellularSettings settings, Instant now) {
  CellularEffects effects;
  std::vector<CellularUplink> kept;
  for (const CellularUplinkSettings& wanted : settings.uplinks) {
    CellularUplink* known = find(wanted.id);
    if (known && known->settings().match == wanted.match) {
      known->reconfigure(wanted, now);
      kept.push_back(std::move(*known));
    } else {
      kept.emplace_back(wanted, known ? known->memory() : CellularMemory{}, now);
      if (bus_available_) {
        kept.back().set_bus(*bus_available_, now);
      }
      if (known) {
        known->retire(effects);
      }
    }
  }
  for (CellularUplink& old : uplinks_) {
    const bool stays =
        std::any_of(settings.uplinks.begin(), settings.uplinks.end(),
                    [&](const CellularUplinkSettings& wanted) { return wanted.id == old.settings().id; });
    if (!stays) {
      old.retire(effects);
    }
  }
  uplinks_ = std::move(kept);
  settings_ = std::move(settings);
  for (const ModemFacts& modem : modems_) {
    CellularUplink* uplink = claim(modem);
    if (uplink && !uplink->facts()) {
      uplink->see(modem, now, effects);
    }
  }
  return settle(std::move(effects), now);
}

CellularEffects CellularFeature::tick(Instant now) {
  return settle({}, now);
}

CellularEffects CellularFeature::settle(CellularEffects effects, Instant now) {
  const std::size_t before = effects.size();
  bool changed = false;
  for (CellularUplink& uplink : uplinks_) {
    unsigned reboots = 0;
    for (const CellularUplink& other : uplinks_) {
      reboots += other.memory().caps.spent(CappedDeed::Reboot, now);
    }
    uplink.step({circumstances_, reboots, next_id_, attended_}, now, effects);
    changed = uplink.take_changed() || changed;
  }
  if (changed || now >= save_at_) {
    // In front, and without the pause that spares the flash: a count that a power cut loses is a count given back. What
    // may not be done before it is written, such as to send a PIN, waits besides.
    Persist kept = memory(now);
    kept.at_once = changed;
    effects.insert(effects.begin() + static_cast<std::ptrdiff_t>(before), std::move(kept));
    save_at_ = now + kSaveEvery;
  }
  return effects;
}

Persist CellularFeature::memory(Instant now) const {
  std::string text;
  for (const CellularUplink& uplink : uplinks_) {
    text += "uplink " + uplink.settings().id.text() + "\n" + uplink.memory().encode(now);
  }
  return {std::string{kKey}, std::move(text)};
}

Instant CellularFeature::next_deadline() const {
  Instant next = uplinks_.empty() ? Instant::max() : save_at_;
  for (const CellularUplink& uplink : uplinks_) {
    next = std::min(next, uplink.next_deadline());
  }
  return next;
}

std::vector<CellularReport> CellularFeature::reports(Instant now) const {
  std::vector<CellularReport> reports;
  for (const CellularUplink& uplink : uplinks_) {
    reports.push_back(uplink.report(now));
  }
  return reports;
}

std::vector<std::string> CellularFeature::waiting() const {
  std::vector<std::string> waiting;
  for (const CellularUplink& uplink : uplinks_) {
    if (!uplink.facts()) {
      waiting.push_back("modem of " + uplink.settings().id.text());
    }
  }
  return waiting;
}

}  // namespace karkara
