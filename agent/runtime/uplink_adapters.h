// The adapters that only uplinks need, made together: flows and what they tell, content and resolver checks, modems,
// terminals, the tunnel. Refuses to decide. Made by main, called by the effect runner, from the loop's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "agent/io/content_check.h"
#include "agent/io/event_sink.h"
#include "agent/io/flow_actions.h"
#include "agent/io/lease_look.h"
#include "agent/io/modem_manager.h"
#include "agent/io/modem_power.h"
#include "agent/io/resolver_check.h"
#include "agent/io/round_trip_tap.h"
#include "agent/io/router_reboot.h"
#include "agent/io/snmp_session.h"
#include "agent/io/starlink_dish.h"
#include "agent/io/tunnel_actions.h"
#include "agent/site/settings.h"

namespace karkara {

class UplinkAdapters {
 public:
  // disk: for leases that lie on the router's flash.
  UplinkAdapters(boost::asio::io_context& io, DiskWorker& disk, const EventSink& events, const Clock& clock,
                 const SiteSettings& settings);

  // The key shared with the anchors, from enrolment.
  void set_key(std::uint8_t generation, std::uint32_t key_id, const EchoKey& key) {
    content_.set_key(generation, key_id, key);
  }

  void run(const ReadFlowCounters& effect) { flows_.run(effect); }
  void run(const CountHosts& effect) { flows_.run(effect); }
  void run(const WatchRoundTrips& effect) { tap_.run(effect); }
  void run(const FlushMarkedFlows& effect) { flows_.run(effect); }
  void run(const EndOwnConnections& effect) { flows_.run(effect); }
  void run(const WriteResolvers& effect) { flows_.run(effect); }
  void run(const ReadLease& effect) { leases_.run(effect); }
  void run(const CheckContent& effect) { content_.check(effect); }
  void run(const CheckResolver& effect) { resolver_.check(effect); }
  void run(const ModemCommand& effect);
  void run(const PowerCycleModem& effect) { power_.run(effect); }
  void run(const RebootRouter& effect) { reboot_.run(effect); }
  void run(const SnmpGet& effect) { snmp_.get(effect); }
  void run(const SnmpSet& effect) { snmp_.set(effect); }
  void run(const SnmpForget& effect) { snmp_.forget(effect.device); }
  void run(const ReadDish& effect) { dishes_.read(effect); }
  void run(const WantTunnel& effect) { tunnel_.run(effect); }
  void run(const NudgeTunnel& effect) { tunnel_.run(effect); }
  void run(const ReadTunnel& effect) { tunnel_.run(effect); }
  void run(const WithdrawTunnel& effect) { tunnel_.run(effect); }
  // Called again with each configuration: a modem may be added later, and a site without one needs no D-Bus.
  void want_modems(bool wanted);

 private:
  FlowActions flows_;
  LeaseLook leases_;
  RoundTripTap tap_;
  ContentCheck content_;
  ResolverCheck resolver_;
  boost::asio::io_context& io_;
  EventSink events_;
  RouterReboot reboot_;
  std::unique_ptr<ModemManagerAdapter> modems_;
  ModemPowerAdapter power_;
  SnmpSessions snmp_;
  StarlinkDishes dishes_;
  TunnelActions tunnel_;
};

}  // namespace karkara
