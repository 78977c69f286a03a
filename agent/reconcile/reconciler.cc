#include "agent/reconcile/reconciler.h"

#include <algorithm>
#include <utility>

#include "agent/reconcile/ownership.h"
#include "agent/reconcile/plan.h"
#include "agent/reconcile/traffic_steps.h"

namespace karkara {
namespace {

constexpr Duration kResync = std::chrono::seconds{60};  // the kernel removes routes without a word (libnl#418)
constexpr Duration kDumpPatience = std::chrono::seconds{2};
constexpr Duration kBatchPatience = std::chrono::seconds{30};
constexpr Duration kMemory = std::chrono::minutes{1};  // repetition after this long is no repetition
constexpr unsigned kQuietFailures = 6;                 // 0.2 + 0.4 + ... + 6.4 s
constexpr unsigned kSureFailures = 2;                  // of a refusal that is no race
constexpr std::size_t kMostReasons = 64;

// What decides whether the kernel accepts a route: neither counters nor what clients are told of an address. If the
// latter did, a fight with who keeps saying otherwise would be forgiven with every dump.
bool same_situation(const KernelSnapshot& a, const KernelSnapshot& b) {
  const auto same_link = [](const Link& x, const Link& y) {
    return x.index == y.index && x.name == y.name && x.admin_up == y.admin_up && x.carrier == y.carrier;
  };
  const auto same_address = [](const LinkAddress& x, const LinkAddress& y) {
    return x.link == y.link && x.prefix == y.prefix && x.tentative == y.tentative;
  };
  return std::equal(a.links.begin(), a.links.end(), b.links.begin(), b.links.end(), same_link) &&
         std::equal(a.addresses.begin(), a.addresses.end(), b.addresses.begin(), b.addresses.end(), same_address);
}

bool shapes(const WantedNetwork& wanted) {
  return wanted.traffic != WantedTraffic{};
}

bool has_removals(const std::vector<NetworkOp>& ops) {
  return std::any_of(ops.begin(), ops.end(), [](const NetworkOp& op) {
    return std::holds_alternative<RemoveRoute>(op) || std::holds_alternative<RemoveRule>(op);
  });
}

}  // namespace

Effects Reconciler::want(WantedNetwork wanted, Instant now) {
  WantedNetwork target = canonical(wanted);
  if (wanted_ == target) {
    return {};
  }
  if (!wanted_ || wanted_->sysctls != target.sysctls) {
    sysctls_asked_ = false;
  }
  const bool begins_to_shape = shapes(target) && !(wanted_ && shapes(*wanted_));
  wanted_ = std::move(target);
  attempts_.forget_successes();
  Effects effects;
  if (begins_to_shape) {  // no dump told of it until now
    dump_needed_ = dump_needed_ || !wanted_->traffic.undecided;
    request_dump(now, effects);
  }
  advance(now, effects);
  return effects;
}

Effects Reconciler::on(const KernelSeen& event, Instant now) {
  if (seen_ && !same_situation(*seen_, event.snapshot)) {
    attempts_.forgive();
  }
  seen_ = event.snapshot;
  next_dump_ = now + kResync;
  Effects effects;
  dump_asked_ = false;
  if (!in_flight_) {
    dump_needed_ = false;
    unverified_ = false;
  }
  advance(now, effects);
  return effects;
}

Effects Reconciler::on(const BatchDone& event, Instant now) {
  if (!in_flight_ || in_flight_->batch.id != event.id) {
    return {};  // the answer to a batch that was given up
  }
  const NetworkBatch batch = std::exchange(in_flight_, std::nullopt)->batch;
  const std::size_t done = event.status ? batch.ops.size() : std::min(event.ops_done, batch.ops.size() - 1);
  for (std::size_t i = 0; i < done; ++i) {
    attempts_.succeeded(batch.ops[i]);
    if (seen_) {
      apply(batch.ops[i], *seen_);
    }
  }
  Effects effects;
  // The kernel tells of a root that goes, and the next resync of the rest: a rate that follows its link must not cost a
  // dump of everything each second.
  unverified_ =
      unverified_ || !std::all_of(batch.ops.begin(), batch.ops.end(), is_traffic) || (seen_ && awaits_device(*seen_));
  if (!event.status) {
    fail(batch.ops[done], event.status.error(), now, effects);
  }
  advance(now, effects);
  return effects;
}

Effects Reconciler::tick(Instant now) {
  Effects effects;
  if (in_flight_ && now >= in_flight_->deadline) {
    const NetworkOp first = std::exchange(in_flight_, std::nullopt)->batch.ops.front();
    fail(first, {ErrorCode::DeadlineExceeded, describe(first) + ": no answer"}, now, effects);
  }
  if (now >= next_dump_) {
    request_dump(now, effects);
  }
  if (now >= std::min(retry_at_, traffic_retry_at_)) {
    advance(now, effects);
  }
  return effects;
}

Instant Reconciler::next_deadline() const {
  return std::min({in_flight_ ? in_flight_->deadline : Instant::max(), next_dump_, retry_at_, traffic_retry_at_});
}

bool Reconciler::settled() const {
  return wanted_ && seen_ && !in_flight_ && !dump_needed_ && !unverified_ && retry_at_ == Instant::max();
}

void Reconciler::advance(Instant now, Effects& effects) {
  retry_at_ = traffic_retry_at_ = Instant::max();
  if (!wanted_ || in_flight_ || dump_needed_) {
    return;
  }
  if (!seen_ || (lacks_sysctls() && !sysctls_asked_)) {
    sysctls_asked_ = true;
    dump_needed_ = true;
    return request_dump(now, effects);
  }
  attempts_.forget_before(now + -kMemory);
  const auto avoid = [&](const NetworkOp& op) {
    const Instant ready = attempts_.ready_at(op);
    if (ready > now) {
      Instant& retry = is_traffic(op) ? traffic_retry_at_ : retry_at_;
      retry = std::min(retry, ready);
    }
    return ready > now;
  };
  forget_refusals();
  const auto late = [&](const NetworkOp& op) {
    return is_traffic(op) && refusals_.find(traffic_link(op, *seen_)) != refusals_.end();
  };
  auto ops = next_steps(*wanted_, *seen_, avoid, late);
  if (unverified_ && has_removals(ops)) {
    dump_needed_ = true;  // what is to take over may have vanished with its link meanwhile: look before letting go
    return request_dump(now, effects);
  }
  if (!ops.empty()) {
    return run(std::move(ops), now, effects);
  }
  if (unverified_ && !dump_asked_) {
    request_dump(now, effects);
  } else if (settled()) {
    told_.clear();
  }
}

void Reconciler::run(std::vector<NetworkOp> ops, Instant now, Effects& effects) {
  for (const NetworkOp& op : ops) {
    attempts_.issued(op, now);
  }
  in_flight_ = InFlight{{++last_batch_, std::move(ops)}, now + kBatchPatience};
  retry_at_ = traffic_retry_at_ = Instant::max();
  effects.push_back(RunBatch{in_flight_->batch});
}

void Reconciler::request_dump(Instant now, Effects& effects) {
  RequestDump request;
  if (wanted_) {
    for (const Sysctl& sysctl : wanted_->sysctls) {
      request.sysctls.push_back(sysctl.path);
    }
    request.traffic = shapes(*wanted_);
  }
  dump_asked_ = true;
  next_dump_ = now + (dump_needed_ || unverified_ ? kDumpPatience : kResync);
  effects.push_back(std::move(request));
}

void Reconciler::fail(const NetworkOp& op, const Error& error, Instant now, Effects& effects) {
  attempts_.failed(op, now);
  // A link that just went away makes the kernel refuse: the dump will tell, and nobody needs to hear of it.
  const bool may_pass = error.code == ErrorCode::Unavailable && attempts_.failures(op) < kQuietFailures;
  if (!may_pass && told_.size() < kMostReasons && told_.insert(error.text).second) {
    effects.push_back(Note{MessageId::NetworkApplyFailed, {{"why", error.text}}});
  }
  if (is_traffic(op)) {  // the village's way out does not wait for a queue
    if (seen_) {
      const std::uint32_t link = traffic_link(op, *seen_);
      Refusal& refusal = refusals_[link];
      refusal.last = {link, std::holds_alternative<PutLeaf>(op), error.text};
      // By link: a rate that changes each second makes each of its steps another one.
      const bool may_end = error.code == ErrorCode::Unavailable || error.code == ErrorCode::DeadlineExceeded;
      refusal.stays = ++refusal.times >= (may_end ? kQuietFailures : kSureFailures);
    }
    unverified_ = true;
  } else {
    dump_needed_ = true;
  }
  request_dump(now, effects);
}

// Those of links with nothing left to do: it worked, or is wanted no more, or what was in the way is seen by now.
void Reconciler::forget_refusals() {
  if (refusals_.empty()) {
    return;
  }
  std::set<std::uint32_t> busy;
  for (const auto& lists : {traffic_to_build(wanted_->traffic, *seen_), traffic_to_remove(wanted_->traffic, *seen_)}) {
    for (const std::vector<NetworkOp>& list : lists) {
      for (const NetworkOp& op : list) {
        busy.insert(traffic_link(op, *seen_));
      }
    }
  }
  std::erase_if(refusals_, [&](const auto& entry) { return busy.find(entry.first) == busy.end(); });
}

std::vector<UnshapedLink> Reconciler::unshaped(const WantedTraffic& wanted) const {
  return seen_ ? unshaped_links(canonical(wanted), *seen_) : std::vector<UnshapedLink>{};
}

std::vector<Reconciler::RefusedShaping> Reconciler::refused_shaping() const {
  std::vector<RefusedShaping> all;
  for (const auto& [link, refusal] : refusals_) {
    if (refusal.stays) {
      all.push_back(refusal.last);
    }
  }
  return all;
}

bool Reconciler::lacks_sysctls() const {
  return std::any_of(wanted_->sysctls.begin(), wanted_->sysctls.end(), [&](const Sysctl& wanted) {
    return std::none_of(seen_->sysctls.begin(), seen_->sysctls.end(),
                        [&](const Sysctl& seen) { return seen.path == wanted.path; });
  });
}

}  // namespace karkara
