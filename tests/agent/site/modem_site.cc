#include "tests/agent/site/modem_site.h"

#include <algorithm>

#include "common/overloaded.h"

namespace karkara {

using std::chrono::minutes;
using std::chrono::seconds;

ModemSite::ModemSite(SiteSettings settings) : SiteBench{std::move(settings)} {}

SiteSettings ModemSite::settings() {
  SiteSettings settings = SiteBench::settings();
  settings.uplink.uplinks[0].preference = 10;
  UplinkSettings lte;
  lte.id = *UplinkId::parse("lte");
  lte.kind = UplinkKind::Cellular;
  lte.interface = "wwan0";
  lte.preference = 5;
  settings.uplink.uplinks.push_back(lte);
  CellularUplinkSettings modem;
  modem.id = lte.id;
  for (const std::uint32_t slot : {1U, 2U}) {
    SimSettings sim;
    sim.slot = slot;
    sim.apn = "internet";
    modem.sims.push_back(sim);
  }
  settings.cellular.uplinks.push_back(modem);
  return settings;
}

void ModemSite::begin() {
  know_anchors();
  KernelSnapshot both = kernel();
  add_link(both, 3, "wwan7", false);
  give(KernelSeen{both});
  give(ModemBusState{true, ""});
  facts_.active_slot = 1;
  power_up();
  run_for(minutes{2});
  ASSERT_EQ(active(), "lte");
  effects_.clear();
  deeds_.clear();
}

void ModemSite::power_up() {
  facts_.device = "/sys/devices/usb1/1-1";
  facts_.path = "/Modem/" + std::to_string(life_++);
  facts_.state = ModemState::Disabled;
  facts_.lock = SimLock::None;
  facts_.slots = {{true, {}}, {true, {}}};
  facts_.iccid = "892270" + std::to_string(facts_.active_slot.value_or(1)) + "00000000001";
  facts_.registration = Registration::Idle;
  facts_.ussd = UssdState::Idle;
  facts_.bearer.reset();
  tell();
}

void ModemSite::tell() {
  give(ModemSeen{facts_});
}

void ModemSite::drop() {
  facts_.bearer.reset();
  set_carrier("wwan7", false);
}

void ModemSite::recreate() {
  drop();
  give(ModemGone{facts_.device, facts_.path});
  power_up();
}

void ModemSite::lose_cell() {
  cell_ = false;
  facts_.state = ModemState::Searching;
  facts_.registration = Registration::Searching;
  drop();
  tell();
}

void ModemSite::find_cell() {
  cell_ = true;
  if (facts_.state == ModemState::Searching) {
    facts_.state = ModemState::Registered;
    facts_.registration = Registration::Home;
    tell();
  }
}

void ModemSite::use(std::uint64_t bytes) {
  run_for(seconds{60});  // a gigabit link carries as much
  for (Link& link : kernel_.links) {
    link.received_bytes += link.name == "wwan7" ? bytes : 0;
  }
  give(KernelSeen{kernel_});
  run_for(seconds{1});
}

void ModemSite::answer_device(const Effect& effect) {
  if (const auto* command = std::get_if<ModemCommand>(&effect)) {
    deeds_.emplace_back(describe(command->deed));
    obey(*command);
  } else if (const auto* note = std::get_if<Note>(&effect)) {
    notes_.push_back(*note);
  } else if (const auto* kept = std::get_if<Persist>(&effect)) {
    disk_[kept->key] = kept->bytes;
  }
}

void ModemSite::obey(const ModemCommand& command) {
  std::string text;
  bool gone = false;
  std::visit(Overloaded{
                 [&](const ModemEnable& enable) {
                   facts_.state = !enable.enabled ? ModemState::Disabled
                                  : cell_         ? ModemState::Registered
                                                  : ModemState::Searching;
                   facts_.registration = cell_ && enable.enabled ? Registration::Home : Registration::Idle;
                   if (!enable.enabled) {
                     drop();
                   }
                 },
                 [&](const ModemConnect&) {
                   facts_.state = ModemState::Connected;
                   facts_.bearer =
                       BearerFacts{"/Bearer/0", true, "wwan7", BearerIp{BearerIpMethod::Dhcp, {}, {}, {}, {}}, {}, {}};
                   set_carrier("wwan7", true);
                 },
                 [&](const ModemDisconnect&) {
                   facts_.state = ModemState::Registered;
                   drop();
                 },
                 [&](const ModemReset&) { gone = true; },
                 [&](const ModemSendPin&) {},
                 [&](const ModemSetPrimarySlot& to) {
                   facts_.active_slot = to.slot;
                   gone = true;
                 },
                 [&](const ModemUssdInitiate&) { text = ussd_; },
                 [&](const ModemUssdRespond&) { text = ussd_; },
                 [&](const ModemUssdCancel&) {},
                 [&](const ModemSetupSignal& set) { facts_.signal_interval_seconds = set.seconds; },
             },
             command.deed);
  give(ModemCommandDone{command.id, {}, text});
  if (gone) {
    recreate();
  } else {
    tell();
  }
}

UplinkReport ModemSite::explained(const std::string& uplink) {
  const auto report = std::get<StateReport>(ask(request(RequestKind::ExplainUplink)).answer);
  const auto at = std::ranges::find(report.uplinks, uplink, &UplinkReport::id);
  return at != report.uplinks.end() ? *at : UplinkReport{};
}

UsageReport ModemSite::used(const std::string& uplink) {
  const auto all = std::get<std::vector<UsageReport>>(ask(request(RequestKind::TellUsage)).answer);
  const auto at = std::ranges::find(all, uplink, &UsageReport::uplink);
  return at != all.end() ? *at : UsageReport{};
}

bool ModemSite::alarm(MessageId id, const std::string& uplink) const {
  return std::ranges::any_of(site_->status(at_).alarms, [&](const AlarmChange& alarm) {
    return alarm.key == AlarmKey{id, uplink};
  });
}

std::string ModemSite::carries(const std::string& service_class) const {
  const auto classes = site_->status(at_).state.classes;
  const auto at = std::ranges::find(classes, service_class, &ClassReport::id);
  return at != classes.end() ? at->uplink : "no such class";
}

double ModemSite::sample(SeriesId series, const std::string& uplink) {
  SiteRequest values = request(RequestKind::LiveValues);
  values.name_prefix = "uplink_";
  const auto samples = std::get<std::vector<Sample>>(ask(values).answer);
  for (const Sample& sample : samples) {
    if (sample.series == series && sample.instance == uplink) {
      const double* value = std::get_if<double>(&sample.value);
      return value ? *value : -1;
    }
  }
  return -2;
}

long ModemSite::count(const std::string& deed) const {
  return std::ranges::count(deeds_, deed);
}

std::vector<std::string> ModemSite::notes_of(MessageId id, const std::string& field) const {
  std::vector<std::string> found;
  for (const Note& note : notes_) {
    const auto at = std::ranges::find(note.fields, field, &Fields::value_type::first);
    if (note.id == id && at != note.fields.end()) {
      found.push_back(at->second);
    }
  }
  return found;
}

}  // namespace karkara
