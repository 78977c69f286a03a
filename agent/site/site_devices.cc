// How the site's devices hang together: modems, terminals and the battery advise the uplinks, relays cut the power of
// modems; what must not be lost is written before the router goes off.
#include <algorithm>
#include <utility>

#include "agent/facts/effect_list.h"
#include "agent/site/join_advice.h"
#include "agent/site/site.h"

namespace karkara {

// Who was told something hears also that it is over: the device that told it may be configured no longer, and a resting
// uplink may have none.
std::vector<UplinkAdvice> Site::advice(Instant now) {
  std::vector<UplinkAdvice> all = devices_.advice(now);
  const auto of = [&](const UplinkId& uplink) -> UplinkAdvice& {
    const auto found = std::ranges::find(all, uplink, &UplinkAdvice::uplink);
    return found != all.end() ? *found : all.emplace_back(UplinkAdvice{.uplink = uplink});
  };
  if (const auto& lender = told_lender_) {
    join(*lender, of(lender->uplink));
  }
  for (const UplinkId& before : std::exchange(advised_, {})) {
    of(before);
  }
  for (const RestingUplink& resting : power_.shedding().resting) {
    join(resting.why, of(resting.uplink).held);
  }
  for (const UplinkAdvice& each : all) {
    if (each != UplinkAdvice{.uplink = each.uplink}) {
      advised_.insert(each.uplink);
    }
  }
  return all;
}

// Modems and terminals advise the choice; what becomes of their uplinks tells them whether to act.
void Site::settle_devices(Effects& effects, Times at) {
  if (devices_.has_terminals()) {
    for (const Sample& sample : power_.source_samples(at.now)) {
      if (const auto* volts = std::get_if<double>(&sample.value); volts && sample.series == SeriesId::BatteryVoltage) {
        devices_.on_battery(Volts{*volts}, at.now);
      }
    }
  }
  for (const UplinkAdvice& each : advice(at.now)) {
    append(effects, uplink_.advise(each, at.now));
  }
  for (const SimBytesTold& told : devices_.take_told_bytes()) {
    // What no bundle has was misread: the message SIM_BALANCE_READ shows it.
    if (auto corrected = uplink_.correct({told.uplink, told.remaining}, told.iccid, at.now)) {
      append(effects, std::move(corrected).value());
    }
  }
  told_shedding_ = power_.shedding();
  append(effects, uplink_.shed(told_shedding_, at.now));
  devices_.set_saving(told_shedding_.stage > 0, at.now);
  if (power_.knows_shedding()) {
    append(effects, radios_.shed(told_shedding_, known_time(at)));
  }
  std::optional<int> local_hour;
  if (clock_.trusted(at.wall)) {
    const auto local = std::chrono::seconds{at.wall.seconds()} + settings_.uplink.utc_offset;
    local_hour = static_cast<int>(std::chrono::duration_cast<std::chrono::hours>(local).count() % 24);
  }
  append(effects, devices_.follow(uplink_, {local_hour, told_shedding_.stage > 0}, at.now));
}

// Before the agent stops, and before the router goes off to save the battery. It may stay on after all: whoever only
// keeps tells nobody that it ends.
Effects Site::keep_everything(Times at) {
  Effects effects = telemetry_.flush(at.now, at.wall, clock_.trusted(at.wall));
  append(effects, uplink_.last_words(at.now));
  append(effects, shaping_.last_words());
  append(effects, neighbours_.keep());
  append(effects, power_.stop(known_time(at)));
  persist_clock(at, effects);
  return effects;
}

Effects Site::keep_everything_now(Times at) {
  Effects effects = keep_everything(at);
  write_at_once(effects);
  return effects;
}

void Site::write_at_once(Effects& effects) {
  for (Effect& effect : effects) {
    if (auto* persist = std::get_if<Persist>(&effect)) {
      persist->at_once = true;
    }
  }
}

// A relay that feeds a modem is switched as any other; before a reboot all that must survive goes to disk. A relay that
// refuses at once makes the modem ask for its next cure at once, which comes by here as well.
void Site::settle_cures(Effects& effects, Times at) {
  Effects settled;
  settled.reserve(effects.size());
  Effects next = std::move(effects);
  while (!next.empty()) {
    for (Effect& effect : std::exchange(next, {})) {
      if (const auto* cut = std::get_if<PowerCycleModem>(&effect); cut && !cut->relay.empty()) {
        append(settled, feeds_.cut(*cut, at.now));
        continue;
      }
      if (std::holds_alternative<RebootRouter>(effect)) {
        append(settled, keep_everything_now(at));
      }
      settled.push_back(std::move(effect));
    }
    for (const ModemCommandDone& done : feeds_.take_done()) {
      append(next, devices_.on_modem(done, at.now));
    }
  }
  effects = std::move(settled);
}

}  // namespace karkara
