#include "tests/agent/cellular/modem_bench.h"

#include <algorithm>
#include <utility>

#include "common/overloaded.h"

namespace karkara {
namespace {

using std::chrono::seconds;

}  // namespace

UplinkId uplink_id(const std::string& name) {
  return *UplinkId::parse(name);
}

SimSettings sim_settings(std::uint32_t slot) {
  SimSettings sim;
  sim.slot = slot;
  sim.apn = "internet" + std::to_string(slot);
  sim.user = "web";
  sim.password = kPassword;
  return sim;
}

CellularSettings one_modem() {
  CellularSettings settings;
  settings.uplinks.emplace_back();
  settings.uplinks[0].id = uplink_id("lte");
  settings.uplinks[0].sims = {sim_settings(1)};
  settings.uplinks[0].reboot_command = {"/sbin/reboot"};
  return settings;
}

CellularSettings two_slots() {
  CellularSettings settings = one_modem();
  settings.uplinks[0].sims.push_back(sim_settings(2));
  return settings;
}

ModemBench::ModemBench(CellularSettings settings, ModemNature nature, std::string kept)
    : modem{std::move(nature)}, feature_{std::move(settings), kept, now_}, kept_{std::move(kept)} {
  facts.device = "/sys/devices/usb1/1-1";
  facts.path = "/Modem/0";
  facts.equipment = "001100110011002";
  if (!modem.occupied.empty()) {
    facts.active_slot = 1;
  }
  take(feature_.on(ModemBusState{true, ""}, now_));
  if (modem.present) {
    boot_modem();
  }
}

void ModemBench::run_for(Duration time) {
  const Instant end = now_ + time;
  for (int steps = 0; steps < 200'000; ++steps) {
    const Instant event = agenda_.empty() ? Instant::max() : agenda_.begin()->first;
    const Instant next = std::min(event, feature_.next_deadline());
    if (next > end) {
      break;
    }
    now_ = std::max(now_, next);
    if (event == next) {
      auto deed = agenda_.extract(agenda_.begin());
      deed.mapped()();
    } else {
      take(feature_.tick(now_));
      if (feature_.next_deadline() <= now_) {
        said_ += "DEADLINE NOT IN THE FUTURE\n";
        return;
      }
    }
  }
  now_ = end;
}

void ModemBench::restart(CellularSettings settings) {
  alarms_.clear();
  feature_ = CellularFeature{std::move(settings), kept_, now_};
  take(feature_.on(ModemBusState{true, ""}, now_));
  sight_.verdict = CellularVerdict::Unknown;
  follow();
  if (modem.present) {
    tell();
  }
}

void ModemBench::boot_modem(Duration after) {
  later(after, [this, life = ++life_] {
    if (life != life_ || !modem.present) {
      return;
    }
    const std::uint32_t slot = facts.active_slot.value_or(1);
    facts.slots.clear();
    for (std::size_t i = 0; i < modem.occupied.size(); ++i) {
      facts.slots.push_back({modem.occupied[i], {}});
    }
    const bool card = modem.occupied.empty() || modem.occupied.at(slot - 1);
    facts.failure = card ? ModemFailure::None : ModemFailure::SimMissing;
    const auto special = modem.pin_of_slot.find(slot);
    modem.pin = special != modem.pin_of_slot.end() ? special->second : modem.pin_of_slot.empty() ? modem.pin : "";
    facts.lock = modem.puk ? SimLock::Puk : modem.pin.empty() ? SimLock::None : SimLock::Pin;
    facts.pin_tries_left = modem.tries;
    facts.state = !card ? ModemState::Failed : facts.lock == SimLock::None ? ModemState::Disabled : ModemState::Locked;
    facts.iccid = "892270" + std::to_string(slot) + "00000000001";
    facts.registration = Registration::Idle;
    facts.ussd = UssdState::Idle;
    facts.signal_interval_seconds = 0;
    facts.bearer.reset();
    tell();
  });
}

void ModemBench::tell() {
  take(feature_.on(ModemSeen{facts}, now_));
}

void ModemBench::bus(bool available) {
  take(feature_.on(ModemBusState{available, available ? "" : "gone"}, now_));
}

void ModemBench::set_circumstances(Circumstances site) {
  site_ = std::move(site);
  follow();
}

void ModemBench::set_verdict(CellularVerdict verdict) {
  sight_.verdict = verdict;
  sight_.proven = modem.truth && verdict == CellularVerdict::Passing;
  follow();
}

void ModemBench::set_rooms(std::vector<SimRoom> rooms) {
  sight_.rooms = std::move(rooms);
  follow();
}

void ModemBench::set_use(bool carries, bool others_up, std::optional<Duration> idle) {
  sight_.carries = carries;
  sight_.others_up = others_up;
  sight_.idle = idle;
  follow();
}

void ModemBench::follow() {
  take(feature_.follow(site_, {{uplink_id("lte"), sight_}}, now_));
}

void ModemBench::drop_bearer() {
  facts.state = ModemState::Registered;
  facts.bearer.reset();
  tell();
}

void ModemBench::lose_modem() {
  modem.present = false;
  ++life_;
  take(feature_.on(ModemGone{facts.device, facts.path}, now_));
}

void ModemBench::recreate(Duration after) {
  take(feature_.on(ModemGone{facts.device, facts.path}, now_));
  sight_.verdict = CellularVerdict::Unknown;
  facts.path = "/Modem/" + std::to_string(life_ + 1);
  boot_modem(after);
}

void ModemBench::answer(std::uint64_t id, Status status, Duration after, std::string text) {
  later(after, [this, id, status, text] { take(feature_.on(ModemCommandDone{id, status, text}, now_)); });
}

long ModemBench::count(const std::string& deed) const {
  return std::count(deeds_.begin(), deeds_.end(), deed);
}

bool ModemBench::alarm(CellularAlarm alarm) const {
  const auto at = alarms_.find(alarm);
  return at != alarms_.end() && at->second;
}

std::vector<std::string> ModemBench::rungs() const {
  std::vector<std::string> rungs;
  for (const CellularNote& note : notes_) {
    if (note.kind == CellularNoteKind::RecoveryStep) {
      rungs.push_back(note.fields.front().second);
    }
  }
  return rungs;
}

void ModemBench::take(CellularEffects effects) {
  const auto say = [this](std::string_view what, const Fields& fields) {
    said_ += what;
    for (const auto& [key, value] : fields) {
      said_ += " " + key + "=" + value;
    }
    said_ += '\n';
  };
  for (CellularEffect& effect : effects) {
    std::visit(Overloaded{
                   [&](const ModemCommand& command) { obey(command); },
                   [&](const PowerCycleModem& cycle) {
                     deeds_.emplace_back("power-cycle");
                     power_cycles.push_back(cycle);
                     if (modem.power_fails) {
                       answer(cycle.id, *modem.power_fails, seconds{1});
                     } else if (!modem.hangs.contains("power-cycle")) {
                       modem.present = true;
                       cure("power-cycle");
                       recreate(seconds{40});
                       answer(cycle.id, {}, seconds{12}, "relay 'modem-feed'");
                     }
                   },
                   [&](const RebootRouter& reboot) {
                     deeds_.emplace_back("reboot");
                     say("reboot", {{"why", reboot.why}});
                     reboots.push_back(reboot);
                     answer(reboot.id, modem.reboot_fails ? Status{*modem.reboot_fails} : Status{}, seconds{2});
                   },
                   [&](const Persist& persist) {
                     kept_ = persist.bytes;
                     persists.push_back(persist);
                   },
                   [&](const SetCellularAlarm& set) {
                     alarms_[set.alarm] = set.raised;
                     say(to_string(set.alarm), set.fields);
                   },
                   [&](const CellularNote& note) {
                     notes_.push_back(note);
                     say(to_string(note.kind), note.fields);
                   },
                   [&](const SimBytesTold& told) { told_bytes.push_back(told); },
               },
               effect);
  }
  for (const CellularReport& report : feature_.reports(now_)) {
    said_ += report.sentence + "\n";
  }
}

void ModemBench::cure(const std::string& deed) {
  if (modem.cured_by == deed) {
    modem.passes = modem.connects = true;
    modem.hangs.clear();
  }
}

void ModemBench::obey(const ModemCommand& command) {
  const std::string name{describe(command.deed)};
  deeds_.push_back(name);
  if (modem.hangs.contains(name)) {
    return;
  }
  if (modem.refuses.contains(name)) {
    return answer(command.id, Error{ErrorCode::Internal, "refused"}, seconds{1});
  }
  cure(name);
  std::visit(Overloaded{
                 [&](const ModemEnable& enable) {
                   if (enable.enabled) {
                     radio_on();
                   } else {
                     facts.state = ModemState::Disabled;
                     facts.bearer.reset();
                   }
                   later(seconds{1}, [this] { tell(); });
                   answer(command.id, {}, seconds{1});
                 },
                 [&](const ModemConnect& connect) {
                   connects.push_back(connect);
                   obey_connect(command.id);
                 },
                 [&](const ModemDisconnect&) {
                   facts.state = ModemState::Registered;
                   facts.bearer.reset();
                   later(seconds{1}, [this] { tell(); });
                   answer(command.id, {}, seconds{1});
                 },
                 [&](const ModemReset&) {
                   answer(command.id, {}, seconds{1});
                   later(seconds{2}, [this] { recreate(seconds{25}); });
                 },
                 [&](const ModemSendPin& pin) { obey_pin(command.id, pin.pin); },
                 [&](const ModemSetPrimarySlot& slot) {
                   facts.active_slot = slot.slot;
                   answer(command.id, {}, seconds{1});
                   later(seconds{2}, [this] { recreate(seconds{30}); });
                 },
                 [&](const ModemUssdInitiate& ussd) {
                   answer(command.id, {}, seconds{4}, modem.ussd ? modem.ussd(ussd.code) : "");
                 },
                 [&](const ModemUssdRespond& ussd) {
                   answer(command.id, {}, seconds{4}, modem.ussd ? modem.ussd(ussd.text) : "");
                 },
                 [&](const ModemUssdCancel&) { answer(command.id, {}, seconds{1}); },
                 [&](const ModemSetupSignal& signal) {
                   facts.signal_interval_seconds = signal.seconds;
                   later(seconds{1}, [this] { tell(); });
                   answer(command.id, {}, seconds{1});
                 },
             },
             command.deed);
}

void ModemBench::radio_on() {
  const std::uint32_t slot = facts.active_slot.value_or(1);
  const auto special = modem.registration_of_slot.find(slot);
  facts.registration = special != modem.registration_of_slot.end() ? special->second : modem.registration;
  const bool registered = facts.registration == Registration::Home || facts.registration == Registration::Roaming;
  facts.state = registered ? ModemState::Registered : ModemState::Searching;
  facts.access_technologies = 1U << 14U;
  facts.operator_code = "61402";
  facts.home_operator = "61402";
  facts.signal.lte.rsrp = Dbm{modem.rsrp_of_slot[slot]};
}

void ModemBench::obey_connect(std::uint64_t id) {
  if (!modem.connects) {
    return answer(id, Error{ErrorCode::Unavailable, "no carrier"}, seconds{5});
  }
  later(seconds{3}, [this, id, life = life_] {
    if (life != life_) {
      return;
    }
    facts.state = ModemState::Connected;
    facts.bearer = BearerFacts{"/Bearer/0", true, "wwan0", BearerIp{}, {}, {}};
    facts.bearer->v4->method = modem.method;
    facts.bearer->v4->address = IpPrefix::parse("10.1.2.3/30");
    facts.bearer->v4->gateway = IpAddress::parse("10.1.2.4");
    tell();
    take(feature_.on(ModemCommandDone{id, {}, ""}, now_));
    probe();
  });
}

void ModemBench::probe() {
  later(seconds{5}, [this] {
    if (facts.state == ModemState::Connected) {
      const auto special = modem.passes_in_slot.find(facts.active_slot.value_or(0));
      const bool passes = special != modem.passes_in_slot.end() ? special->second : modem.passes;
      set_verdict(CellularVerdict::Unknown);
      set_verdict(passes ? CellularVerdict::Passing : modem.verdict_when_bad);
    }
  });
}

void ModemBench::obey_pin(std::uint64_t id, const std::string& pin) {
  if (pin == modem.pin) {
    modem.hidden_tries = 3;
    facts.lock = SimLock::None;
    facts.state = ModemState::Disabled;
    answer(id, {}, seconds{1});
  } else {
    --modem.hidden_tries;
    modem.puk = modem.hidden_tries == 0;
    facts.lock = modem.puk ? SimLock::Puk : SimLock::Pin;
    answer(id, Error{ErrorCode::PermissionDenied, "incorrect password"}, seconds{1});
  }
  if (modem.tries) {
    modem.tries = facts.pin_tries_left = modem.hidden_tries;
  }
  later(seconds{2}, [this] { tell(); });
}

}  // namespace karkara
