#include "agent/runtime/uplink_adapters.h"

namespace karkara {

UplinkAdapters::UplinkAdapters(boost::asio::io_context& io, DiskWorker& disk, const EventSink& events,
                               const Clock& clock, const SiteSettings& settings)
    : flows_{events, settings.resolver_file},
      leases_{io, disk, events},
      tap_{io, events},
      content_{io, [events](ContentChecked checked) { events(std::move(checked)); }},
      resolver_{io, [events](ResolverChecked checked) { events(std::move(checked)); }},
      io_{io},
      events_{events},
      reboot_{io, disk, [events](ModemCommandDone done) { events(std::move(done)); }},
      power_{io, [events](ModemCommandDone done) { events(std::move(done)); }},
      snmp_{io, [events](SnmpAnswered answered) { events(std::move(answered)); },
            [events](SnmpSetDone done) { events(std::move(done)); }},
      dishes_{io, [events](DishSeen seen) { events(std::move(seen)); }},
      tunnel_{clock, [events](TunnelSeen seen) { events(std::move(seen)); }} {
  want_modems(!settings.cellular.uplinks.empty());
  for (const CellularUplinkSettings& modem : settings.cellular.uplinks) {
    power_.give_back(modem.usb_port);
  }
}

void UplinkAdapters::want_modems(bool wanted) {
  if (!wanted || modems_) {
    return;
  }
  ModemSinks sinks;
  sinks.seen = [events = events_](ModemSeen seen) { events(std::move(seen)); };
  sinks.gone = [events = events_](ModemGone gone) { events(std::move(gone)); };
  sinks.bus = [events = events_](ModemBusState state) { events(std::move(state)); };
  sinks.done = [events = events_](ModemCommandDone done) { events(std::move(done)); };
  modems_ = std::make_unique<ModemManagerAdapter>(io_, std::move(sinks));
}

void UplinkAdapters::run(const ModemCommand& effect) {
  want_modems(true);
  modems_->run(effect);
}

}  // namespace karkara
