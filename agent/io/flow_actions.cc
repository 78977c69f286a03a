#include "agent/io/flow_actions.h"

#include <filesystem>
#include <fstream>

#include "agent/io/dead_sockets.h"

namespace karkara {
namespace {

constexpr int kShareOfCounting = 20;  // times what a count took passes before the next

}  // namespace

FlowActions::FlowActions(EventSink events, std::string resolver_file)
    : events_{std::move(events)}, resolver_file_{std::move(resolver_file)} {
  static_cast<void>(open_conntrack());  // before a failover needs it; a kernel that refuses is asked again then
}

Status FlowActions::open_conntrack() {
  if (!conntrack_) {
    auto opened = Conntrack::open();
    if (!opened) {
      return opened.error();
    }
    conntrack_.emplace(std::move(opened).value());
  }
  return {};
}

void FlowActions::run(const ReadFlowCounters&) {
  if (!counters_) {
    auto opened = FlowCounters::open();
    if (!opened) {
      return;  // the core asks again, and judges by echoes meanwhile
    }
    counters_.emplace(std::move(opened).value());
  }
  const auto read = counters_->read();
  if (!read) {
    counters_.reset();
    return;
  }
  events_(FlowCountersRead{{read->begin(), read->end()}});
}

void FlowActions::run(const CountHosts& effect) {
  if (Status opened = open_conntrack(); !opened) {
    events_(HostsCounted{{}, opened});
    return;
  }
  const auto began = std::chrono::steady_clock::now();
  if (began < hosts_not_before_) {
    return;
  }
  auto counted = conntrack_->count_hosts(effect.mask);
  // All else waits for it, echoes too: a small router with many flows is looked at more rarely.
  const auto ended = std::chrono::steady_clock::now();
  hosts_not_before_ = ended + kShareOfCounting * (ended - began);
  if (counted) {
    events_(HostsCounted{std::move(counted).value(), {}});
    return;
  }
  conntrack_.reset();
  events_(HostsCounted{{}, counted.error()});
}

void FlowActions::run(const FlushMarkedFlows& effect) {
  if (Status opened = open_conntrack(); !opened) {
    events_(MarkedFlowsFlushed{effect.flows, opened});
    return;
  }
  const Status status = conntrack_->flush_marked(effect.flows);
  if (!status.ok()) {
    conntrack_.reset();
  }
  events_(MarkedFlowsFlushed{effect.flows, status});
}

void FlowActions::run(const EndOwnConnections& effect) {
  const auto ended = end_own_connections(effect.source);
  if (ended) {
    events_(OwnConnectionsEnded{effect.source, *ended, {}});
  } else {
    events_(OwnConnectionsEnded{effect.source, 0, ended.error()});
  }
}

void FlowActions::run(const WriteResolvers& effect) {
  if (resolver_file_.empty()) {
    return;
  }
  // Volatile and readable by all, as dnsmasq runs as somebody else: a failure costs names until the next switch, and
  // nobody reads half a file.
  const std::string fresh = resolver_file_ + ".new";
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path{resolver_file_}.parent_path(), ignored);
  {
    std::ofstream file{fresh, std::ios::trunc};
    file << "# Written by karkara-agent: the resolvers of the uplink that carries the traffic.\n";
    for (const IpAddress& server : effect.servers) {
      file << "nameserver " << server.text() << '\n';
    }
    if (!file.flush()) {
      return;
    }
  }
  std::filesystem::rename(fresh, resolver_file_, ignored);
}

}  // namespace karkara
