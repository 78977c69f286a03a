#include "tests/agent/site/site_bench.h"

#include <algorithm>

#include "agent/reconcile/plan.h"
#include "agent/reconcile/traffic_steps.h"

namespace karkara {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;

SiteBench::SiteBench(SiteSettings settings) : booted_with_{std::move(settings)} {
  boot(kBuilt + hours{1});
}

SiteSettings SiteBench::settings() {
  SiteSettings settings;
  settings.id = *SiteId::parse("sadore");
  UplinkSettings vsat;
  vsat.id = *UplinkId::parse("vsat");
  vsat.interface = "vsat0";
  settings.uplink.uplinks.push_back(vsat);
  settings.power.sources.push_back(
      {*DeviceId::parse("charger"), PowerSourceKind::VeDirect, "/dev/charger", seconds{5}});
  settings.hash = 7;
  return settings;
}

KernelSnapshot SiteBench::kernel(bool carrier) {
  KernelSnapshot kernel;
  add_link(kernel, 2, "vsat0", carrier);
  return kernel;
}

void SiteBench::add_link(KernelSnapshot& kernel, std::uint32_t index, const std::string& name, bool carrier) {
  Link link;
  link.index = index;
  link.name = name;
  link.admin_up = true;
  link.carrier = carrier;
  kernel.links.push_back(link);
  const std::string net = "10.0." + std::to_string(index) + ".";
  LinkAddress address;
  address.link = index;
  address.prefix = *IpPrefix::parse(net + "2/24");
  kernel.addresses.push_back(address);
  Route route;
  route.destination = IpPrefix::everything(IpFamily::V4);
  route.table = kMainTable;
  route.link = index;
  route.gateway = IpAddress::parse(net + "1");
  kernel.routes.push_back(route);
}

SiteRequest SiteBench::request(RequestKind kind) {
  SiteRequest request;
  request.id = 1;
  request.asked_by = "aicha";
  request.kind = kind;
  return request;
}

void SiteBench::boot(WallTime wall, std::map<std::string, std::string> persisted) {
  at_ = {Instant{seconds{30}}, wall};
  open_batches_.clear();
  dump_asked_ = false;
  site_.emplace(booted_with_, SiteStart{"0.1.0", 42, 1, kBuilt, std::move(persisted)}, at_);
  effects_.clear();
  take(site_->start(at_));
  give(SpoolOpened{});
}

void SiteBench::reload(const SiteSettings& settings) {
  take(site_->on(ConfigActivated{site_->settings(), settings, "none", 1}, at_));
}

void SiteBench::give(const Event& event) {
  if (const auto* seen = std::get_if<KernelSeen>(&event)) {
    std::vector<Sysctl> sysctls = std::move(kernel_.sysctls);
    kernel_ = seen->snapshot;
    kernel_.sysctls = std::move(sysctls);
    take(site_->on(KernelSeen{kernel_}, at_));
    return;
  }
  take(site_->on(event, at_));
}

void SiteBench::know_anchors() {
  IdentityKnown identity;
  identity.anchors = {{*AnchorId::parse("niamey"), *IpEndpoint::parse("203.0.113.21:7445")}};
  identity.enrolled = true;
  give(identity);
}

void SiteBench::run_for(Duration time) {
  const Instant end = at_.now + time;
  unsigned turns = 0;  // at one moment: what is answered at once may be gone on with at once
  while (site_->next_deadline() <= end) {
    const Instant next = std::max(at_.now, site_->next_deadline());
    turns = next == at_.now ? turns + 1 : 0;
    wait_until(next);
    take(site_->tick(at_));
    ASSERT_LT(turns, 10U) << "the loop would spin";
  }
  wait_until(end);
}

void SiteBench::wait_until(Instant to) {
  at_.wall = at_.wall + std::chrono::duration_cast<microseconds>(to - at_.now);
  at_.now = to;
}

AnswerRequest SiteBench::ask(SiteRequest request) {
  effects_.clear();
  give(request);
  return all<AnswerRequest>().at(0);
}

bool SiteBench::finish_next() {
  if (open_batches_.empty()) {
    if (!std::exchange(dump_asked_, false)) {
      return false;
    }
    give(KernelSeen{kernel_});
    return true;
  }
  const NetworkBatch batch = open_batches_.front();
  open_batches_.pop_front();
  for (const NetworkOp& op : batch.ops) {
    apply(op, kernel_);
  }
  guess_device(kernel_);
  dump_asked_ = true;  // the kernel tells of every change
  give(BatchDone{batch.id, {}, batch.ops.size()});
  return true;
}

void SiteBench::finish_batches() {
  while (!batches_wait_ && finish_next()) {
  }
}

void SiteBench::set_carrier(const std::string& interface, bool carrier) {
  for (Link& link : kernel_.links) {
    link.carrier = link.name == interface ? carrier : link.carrier;
  }
  give(KernelSeen{kernel_});
}

void SiteBench::take(const Effects& effects) {
  effects_.insert(effects_.end(), effects.begin(), effects.end());
  for (const Effect& effect : effects) {
    answer(effect);
    answer_tunnel(effect);
    answer_device(effect);
  }
}

void SiteBench::answer(const Effect& effect) {
  if (const auto* echo = std::get_if<SendEcho>(&effect)) {
    if (anchors_answer_ && !black_holes_.contains(echo->uplink)) {
      give(EchoAnswered{echo->uplink, echo->anchor.id, echo->nonce, anchor_time_});
    }
  } else if (const auto* check = std::get_if<CheckContent>(&effect)) {
    if (const auto seen = content_.find(check->uplink); seen != content_.end()) {
      give(ContentChecked{check->uplink, check->nonce, seen->second, "302 to http://portal.example/login", 900});
    }
  } else if (const auto* request = std::get_if<RequestDump>(&effect)) {
    dump(*request);
  } else if (const auto* batch = std::get_if<RunBatch>(&effect)) {
    open_batches_.push_back(batch->batch);
    finish_batches();
  } else if (const auto* block = std::get_if<StoreBlock>(&effect)) {
    give(BlockStored{block->sequence, block->content.size()});
  } else if (const auto* step = std::get_if<StepClock>(&effect)) {
    const WallTime before = at_.wall;
    at_.wall = step->to;
    give(ClockStepped{before, step->to, {}});
  }
}

void SiteBench::dump(const RequestDump& request) {
  for (const std::string& path : request.sysctls) {
    const bool known = std::any_of(kernel_.sysctls.begin(), kernel_.sysctls.end(),
                                   [&](const Sysctl& sysctl) { return sysctl.path == path; });
    if (!known) {
      kernel_.sysctls.push_back({path, "0"});
    }
  }
  dump_asked_ = dump_asked_ || !kernel_.links.empty();
  finish_batches();
}

void SiteBench::answer_tunnel(const Effect& effect) {
  if (const auto* want = std::get_if<WantTunnel>(&effect)) {
    if (!kernel_.link_named(want->ends.interface)) {
      Link link;
      link.index = last_index_++;
      link.name = want->ends.interface;
      link.admin_up = link.carrier = true;
      link.mtu = want->mtu;
      kernel_.links.push_back(link);
      dump_asked_ = true;
      finish_batches();
    }
    look_at_hub(want->ends.interface);
  } else if (const auto* read = std::get_if<ReadTunnel>(&effect)) {
    look_at_hub(read->interface);
  } else if (const auto* gone = std::get_if<WithdrawTunnel>(&effect)) {
    const Link* link = kernel_.link_named(gone->interface);
    if (link) {
      const std::uint32_t index = link->index;
      std::erase_if(kernel_.links, [&](const Link& each) { return each.index == index; });
      std::erase_if(kernel_.routes, [&](const Route& each) { return each.link == index; });
      dump_asked_ = true;
      finish_batches();
    }
  }
}

// The village always has something to send through it.
void SiteBench::look_at_hub(const std::string& interface) {
  if (!kernel_.link_named(interface)) {
    give(TunnelSeen{interface, Error{ErrorCode::NotFound, "no such interface"}, std::nullopt, std::nullopt});
    return;
  }
  hub_.sent_bytes += 1'000;
  hub_.received_bytes += hub_answers_ ? 1'000 : 0;
  give(TunnelSeen{interface, {}, std::nullopt, hub_});
}

}  // namespace karkara
