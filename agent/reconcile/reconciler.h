// Keeps the kernel's network as it is wanted: compares each fresh dump with the want and asks for one batch at a time.
// Refuses to act before it was told a want and saw a dump, and to touch what is not ours; what fits is adopted, so a
// restart of the agent changes nothing. Called by agent/site; a want of nothing withdraws all of ours.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/network_plan.h"
#include "agent/reconcile/attempts.h"
#include "agent/reconcile/traffic_steps.h"
#include "common/time.h"

namespace karkara {

class Reconciler {
 public:
  Effects want(WantedNetwork wanted, Instant now);
  Effects on(const KernelSeen& event, Instant now);
  Effects on(const BatchDone& event, Instant now);
  Effects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  // The last dump shows that nothing is left to do.
  [[nodiscard]] bool settled() const;

  // What of these trees is not in place.
  [[nodiscard]] std::vector<UnshapedLink> unshaped(const WantedTraffic& wanted) const;
  // Links on which a step of shaping does not work, for longer than a link takes to come or go. As traffic_link().
  struct RefusedShaping {
    std::uint32_t link = 0;
    bool leaf = false;  // the queue inside a class: without it the kernel's own holds the packets
    std::string why;
    friend bool operator==(const RefusedShaping&, const RefusedShaping&) = default;
  };
  [[nodiscard]] std::vector<RefusedShaping> refused_shaping() const;

 private:
  struct Refusal {
    RefusedShaping last;
    unsigned times = 0;
    bool stays = false;  // not what a link does that comes or goes
  };
  struct InFlight {
    NetworkBatch batch;
    Instant deadline;
  };
  void advance(Instant now, Effects& effects);
  void run(std::vector<NetworkOp> ops, Instant now, Effects& effects);
  void request_dump(Instant now, Effects& effects);
  void fail(const NetworkOp& op, const Error& error, Instant now, Effects& effects);
  void forget_refusals();
  [[nodiscard]] bool lacks_sysctls() const;

  std::optional<WantedNetwork> wanted_;
  std::optional<KernelSnapshot> seen_;  // the last dump, and what succeeded since
  std::optional<InFlight> in_flight_;
  std::uint64_t last_batch_ = 0;
  Attempts attempts_;
  std::set<std::string> told_;  // reasons already noted
  bool dump_needed_ = false;    // no step before the next dump
  bool dump_asked_ = false;     // and not answered yet
  bool unverified_ = false;     // steps succeeded that no dump has confirmed
  bool sysctls_asked_ = false;
  Instant next_dump_ = Instant::max();
  Instant retry_at_ = Instant::max();          // when a step that is set aside may be tried again
  Instant traffic_retry_at_ = Instant::max();  // the same for one of shaping, which nobody waits for
  std::map<std::uint32_t, Refusal> refusals_;  // of shaping, by link: these links' steps come last
};

}  // namespace karkara
