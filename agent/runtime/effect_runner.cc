#include "agent/runtime/effect_runner.h"

#include "agent/io/air_events.h"
#include "agent/io/batman_gateway.h"
#include "agent/io/controller_link.h"
#include "agent/io/echo_prober.h"
#include "agent/io/hello_link.h"
#include "agent/io/local_api.h"
#include "agent/io/mesh_view.h"
#include "agent/io/netlink.h"
#include "agent/io/spool.h"
#include "agent/io/state_file.h"
#include "agent/io/system_clock_setter.h"
#include "agent/io/wifi_worker.h"
#include "agent/runtime/power_adapters.h"
#include "agent/runtime/self_measurement.h"
#include "agent/runtime/uplink_adapters.h"
#include "common/host/log.h"
#include "common/overloaded.h"

namespace karkara {

EffectRunner::EffectRunner(boost::asio::io_context& io, EventSink events, Adapters adapters,
                           std::function<void(std::string by)> reload, std::function<void()> stop)
    : io_{io},
      events_{std::move(events)},
      adapters_{adapters},
      reload_{std::move(reload)},
      stop_{std::move(stop)},
      power_{std::make_unique<PowerAdapters>(io_, events_)},
      mesh_{std::make_unique<MeshView>(events_)},
      wifi_{std::make_unique<WifiWorker>(events_)},
      air_{std::make_unique<AirEvents>(io_, events_)} {}

EffectRunner::~EffectRunner() = default;

void EffectRunner::perform(const Effects& effects) {
  for (const Effect& effect : effects) {
    perform_one(effect);
  }
}

void EffectRunner::perform_one(const Effect& effect) {
  Adapters& to = adapters_;
  std::visit(Overloaded{
                 [&](const RunBatch& e) { to.netlink.run_batch(e.batch); },
                 [&](const RequestDump& e) { to.netlink.request_dump(e.sysctls, e.traffic); },
                 [&](const SendEcho& e) { to.prober.send(e); },
                 [&](const ReadFlowCounters& e) { to.uplinks.run(e); },
                 [&](const ReadTraffic& e) {
                   auto counts = to.netlink.shaper_counts(e.links);
                   events_(TrafficCounted{counts ? std::move(counts).value() : std::vector<ShaperCount>{}});
                 },
                 [&](const CountHosts& e) { to.uplinks.run(e); },
                 [&](const WatchRoundTrips& e) { to.uplinks.run(e); },
                 [&](const FlushMarkedFlows& e) { to.uplinks.run(e); },
                 [&](const EndOwnConnections& e) { to.uplinks.run(e); },
                 [&](const WriteResolvers& e) { to.uplinks.run(e); },
                 [&](const ReadLease& e) { to.uplinks.run(e); },
                 [&](const CheckContent& e) { to.uplinks.run(e); },
                 [&](const CheckResolver& e) { to.uplinks.run(e); },
                 [&](const ModemCommand& e) { to.uplinks.run(e); },
                 [&](const PowerCycleModem& e) { to.uplinks.run(e); },
                 [&](const RebootRouter& e) {
                   to.state.flush();
                   to.uplinks.run(e);
                 },
                 [&](const SnmpGet& e) { to.uplinks.run(e); },
                 [&](const SnmpSet& e) { to.uplinks.run(e); },
                 [&](const SnmpForget& e) { to.uplinks.run(e); },
                 [&](const ReadDish& e) { to.uplinks.run(e); },
                 [&](const WantTunnel& e) { to.uplinks.run(e); },
                 [&](const NudgeTunnel& e) { to.uplinks.run(e); },
                 [&](const ReadTunnel& e) { to.uplinks.run(e); },
                 [&](const WithdrawTunnel& e) { to.uplinks.run(e); },
                 [&](const OpenSerial& e) { power_->run(e); },
                 [&](const CloseSerial& e) { power_->run(e); },
                 [&](const WriteSerial& e) { power_->run(e); },
                 [&](const ModbusAsk& e) { power_->run(e); },
                 [&](const ModbusForget& e) { power_->run(e); },
                 [&](const SwitchRelay& e) { power_->run(e); },
                 [&](const RunPowerCommand& e) { power_->run(e); },
                 [&](const LookAtRadios& e) { power_->run(e); },
                 [&](const LookAtMesh& e) { mesh_->run(e); },
                 [&](const LookAtWifi& e) { wifi_->run(e); },
                 [&](const WifiStep& e) { wifi_->run(e); },
                 [&](const WantHellos& e) { to.hellos.run(e); },
                 [&](const SayHello& e) { to.hellos.run(e); },
                 [&](const SetBatmanGateway& e) { events_(BatmanGatewaySet{set_batman_gateway(e)}); },
                 [&](const SetRadioPower& e) { power_->run(e); },
                 [&](const SwitchRadio& e) { power_->run(e); },
                 [&](const StoreBlock& e) { to.spool.run(e); },
                 [&](const LoadBlock& e) { to.spool.run(e); },
                 [&](const TrimSpool& e) { to.spool.run(e); },
                 [&](const SendBlock& e) { to.controller.send(e); },
                 [&](const SendAlarm& e) { to.controller.send(e); },
                 [&](const SetAlarm&) {},  // agent/site turned each into a SendAlarm and a Note
                 [&](const SendState& e) { to.controller.send(e); },
                 [&](const DescribeSelf& e) { to.controller.describe(e); },
                 [&](const AllowSession& e) { to.controller.allow(e.allowed); },
                 [&](const HurrySession& e) { to.controller.hurry(e.why); },
                 [&](const AnswerRequest& e) {
                   if (e.channel == 0) {
                     to.controller.answer(e);
                   } else {
                     to.local_api.answer(e);
                   }
                 },
                 [&](const StepClock& e) { to.clock_setter.run(e); },
                 [&](const SlewClock& e) { to.clock_setter.run(e); },
                 [&](const Persist& e) { to.state.run(e); },
                 [&](const MeasureSelf&) { events_(SelfMeasured{resident_bytes()}); },
                 [&](const Reload& e) { reload_(e.by); },
                 [&](const Stop&) { stop_(); },
                 [&](const Note& e) { to.log.write(e); },
             },
             effect);
}

}  // namespace karkara
