// Turns each effect into the adapter call that carries it out. Decides nothing; every answer comes back as an event.
// Called by AgentLoop on the loop's thread.
#pragma once

#include <functional>
#include <memory>

#include "agent/facts/effects.h"
#include "agent/io/event_sink.h"
#include "agent/site/site.h"

namespace boost::asio {
class io_context;
}

namespace karkara {

class AirEvents;
class ControllerLink;
class EchoProber;
class HelloLink;
class LocalApi;
class Log;
class MeshView;
class NetlinkAdapter;
class PowerAdapters;
class Spool;
class StateFile;
class SystemClockSetter;
class UplinkAdapters;
class WifiWorker;

// Every adapter, made in main.cc; all outlive the runner.
struct Adapters {
  NetlinkAdapter& netlink;
  EchoProber& prober;
  UplinkAdapters& uplinks;
  HelloLink& hellos;
  ControllerLink& controller;
  LocalApi& local_api;
  Spool& spool;
  StateFile& state;
  SystemClockSetter& clock_setter;
  Log& log;
};

class EffectRunner {
 public:
  // reload: reads the configuration file again and gives it to the loop. stop: ends the loop.
  EffectRunner(boost::asio::io_context& io, EventSink events, Adapters adapters,
               std::function<void(std::string by)> reload, std::function<void()> stop);
  ~EffectRunner();

  void perform(const Effects& effects);

 private:
  void perform_one(const Effect& effect);

  boost::asio::io_context& io_;
  EventSink events_;
  Adapters adapters_;
  std::function<void(std::string by)> reload_;
  std::function<void()> stop_;
  std::unique_ptr<PowerAdapters> power_;
  std::unique_ptr<MeshView> mesh_;
  std::unique_ptr<WifiWorker> wifi_;
  std::unique_ptr<AirEvents> air_;
};

}  // namespace karkara
