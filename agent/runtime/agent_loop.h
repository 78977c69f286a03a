// The one loop of the agent: wait for the mailbox or the next deadline, give the event to the site, run the effects.
// The only place that decides when. Called by main.cc.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>

#include "agent/io/event_sink.h"
#include "agent/runtime/effect_runner.h"
#include "agent/runtime/mailbox.h"
#include "agent/site/site.h"
#include "common/host/log.h"

namespace karkara {

class AgentLoop {
 public:
  AgentLoop(boost::asio::io_context& io, const Clock& clock, Log& log);

  // Thread-safe; valid as long as the loop.
  [[nodiscard]] EventSink sink();
  // Starts the site; returns when stop() was called.
  void run(Site& site, EffectRunner& runner);
  void activate(const ConfigActivated& change);
  void stop();

 private:
  void turn();
  void arm();
  void report_drops();
  [[nodiscard]] Times times() const { return {clock_.now(), clock_.wall()}; }

  boost::asio::io_context& io_;
  const Clock& clock_;
  Log& log_;
  boost::asio::steady_timer timer_;
  Mailbox mailbox_;
  Site* site_ = nullptr;
  EffectRunner* runner_ = nullptr;
  std::uint64_t told_drops_ = 0;
};

}  // namespace karkara
