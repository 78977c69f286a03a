#include "agent/io/flow_actions.h"

#include <filesystem>
#include <fstream>

#include "agent/io/dead_sockets.h"

namespace karkara {

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
  auto counted = conntrack_->count_hosts(effect.mask);
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
