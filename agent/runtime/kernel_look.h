// What the commands that look once and end have in common: one dump of the kernel, and how they fail.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agent/facts/effects.h"
#include "agent/io/netlink.h"
#include "agent/reconcile/plan.h"
#include "agent/site/site.h"
#include "common/host/system_clock.h"

namespace karkara {

inline constexpr auto kLookPatience = std::chrono::seconds{10};

class KernelLook {
 public:
  static Result<std::unique_ptr<KernelLook>> open(bool will_change) {
    auto look = std::make_unique<KernelLook>();
    NetlinkOptions options;
    options.will_change = will_change;
    auto netlink = NetlinkAdapter::open(
        look->io_, [raw = look.get()](Event event) { raw->take(std::move(event)); }, options);
    if (!netlink) {
      return netlink.error();
    }
    look->netlink_ = std::move(netlink).value();
    return look;
  }

  // Runs the loop until `done` says so or patience ends.
  template <class Done>
  bool wait(Done done) {
    const Instant end = clock_.now() + kLookPatience;
    while (!done() && clock_.now() < end) {
      io_.run_one_for(std::chrono::milliseconds{50});
    }
    return done();
  }
  void perform(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* dump = std::get_if<RequestDump>(&effect)) {
        netlink_->request_dump(dump->sysctls, dump->traffic);
      } else if (const auto* batch = std::get_if<RunBatch>(&effect)) {
        for (const NetworkOp& op : batch->batch.ops) {
          std::printf("%s\n", describe(op).c_str());
        }
        netlink_->run_batch(batch->batch);
      } else if (const auto* note = std::get_if<Note>(&effect); note && !note->fields.empty()) {
        std::fprintf(stderr, "%s: %s\n", note->fields.front().first.c_str(), note->fields.front().second.c_str());
      }
    }
  }
  std::optional<Event> next() {
    if (events_.empty()) {
      return std::nullopt;
    }
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  [[nodiscard]] Times times() const { return {clock_.now(), clock_.wall()}; }

 private:
  void take(Event event) { events_.push_back(std::move(event)); }

  boost::asio::io_context io_{1};
  SystemClock clock_;
  std::deque<Event> events_;
  std::unique_ptr<NetlinkAdapter> netlink_;
};

// Says what is wrong and returns the exit code.
inline int fail(const Error& error, int exit_code) {
  std::fprintf(stderr, "%s%s", error.text.c_str(), error.text.ends_with('\n') ? "" : "\n");
  return exit_code;
}

inline std::string summary(const SiteSettings& settings) {
  return "site " + settings.id.text() + ", " + std::to_string(settings.uplink.uplinks.size()) + " uplinks, " +
         std::to_string(settings.power.sources.size()) + " power sources";
}

}  // namespace karkara
