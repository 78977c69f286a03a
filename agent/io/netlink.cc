#include "agent/io/netlink.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <algorithm>

#include "agent/codec/rtnetlink.h"
#include "agent/io/traffic_events.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr std::size_t kNftBuffer = 64 * 1024;  // what is in these events does not matter, only that one came
constexpr int kMostAtOnce = 256;               // datagrams, before others get their turn
constexpr std::chrono::milliseconds kFirstRetry{200};
constexpr std::chrono::milliseconds kLastRetry{10'000};

bool is_watched_object(const rtnetlink::Object& object) {
  const auto* route = std::get_if<Route>(&object);
  return route == nullptr || is_watched(*route);
}

}  // namespace

Result<std::unique_ptr<NetlinkAdapter>> NetlinkAdapter::open(boost::asio::io_context& io, EventSink sink,
                                                             const NetlinkOptions& options) {
  auto requests = RtnetlinkRequests::open();
  if (!requests) {
    return requests.error();
  }
  if (options.will_change) {
    if (auto status = requests->may_change(); !status) {
      return status.error();
    }
  }
  auto events = NetlinkSocket::open(NETLINK_ROUTE,
                                    {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE,
                                     RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE},
                                    options.event_buffer);
  if (!events) {
    return events.error();
  }
  return std::unique_ptr<NetlinkAdapter>{
      new NetlinkAdapter{io, std::move(sink), options, std::move(*requests), std::move(*events)}};
}

NetlinkAdapter::NetlinkAdapter(boost::asio::io_context& io, EventSink sink, const NetlinkOptions& options,
                               RtnetlinkRequests requests, NetlinkSocket route_events)
    : io_{io},
      sink_{std::move(sink)},
      options_{options},
      requests_{std::move(requests)},
      route_events_{io, std::move(route_events)},
      traffic_{options.will_change},
      dump_timer_{io} {
  wait_for(route_events_);
  // Without them a foreign 'nft flush ruleset' or 'tc qdisc replace' is only noticed by the next requested dump.
  watch(nft_events_, NetlinkSocket::open(NETLINK_NETFILTER, {NFNLGRP_NFTABLES}, kNftBuffer));
  watch(traffic_events_, open_traffic_events());
  schedule_dump(Clock::now());
}

NetlinkAdapter::~NetlinkAdapter() = default;

void NetlinkAdapter::watch(std::optional<Events>& events, Result<NetlinkSocket> from) {
  if (from) {
    events.emplace(io_, std::move(*from));
    wait_for(*events);
  }
}

void NetlinkAdapter::request_dump(std::vector<std::string> sysctls, bool traffic) {
  sysctls_ = std::move(sysctls);
  traffic_.want(traffic);
  nft_stale_ = true;
  schedule_dump(std::max(Clock::now(), last_dump_ + options_.settle));
}

void NetlinkAdapter::run_batch(const NetworkBatch& batch) {
  for (std::size_t done = 0; done < batch.ops.size();) {
    const auto some = carry_out_some(std::span{batch.ops}.subspan(done));
    done += some.count;
    if (!some.status) {
      // The first line is enough: the rest of an nft ruleset names nothing.
      const std::string what = describe(batch.ops[done]);
      return sink_(BatchDone{batch.id, some.status.error().in(what.substr(0, what.find('\n'))), done});
    }
  }
  sink_(BatchDone{batch.id, {}, batch.ops.size()});
}

TrafficRequests::Done NetlinkAdapter::carry_out_some(std::span<const NetworkOp> ops) {
  std::vector<TrafficOp> traffic;
  for (const NetworkOp& op : ops) {
    auto step = traffic_step(op);
    if (!step) {
      break;
    }
    traffic.push_back(std::move(*step));
  }
  if (!traffic.empty()) {
    return traffic_.change(traffic);
  }
  Status status = carry_out(ops.front());
  return {status ? std::size_t{1} : std::size_t{0}, std::move(status)};
}

Status NetlinkAdapter::carry_out(const NetworkOp& op) {
  return std::visit(Overloaded{
                        [&](const WriteSysctl& o) { return files_.write(o.sysctl); },
                        [&](const LoadNft& o) {
                          nft_stale_ = true;
                          return nft_.load(o.ruleset);
                        },
                        [&]<class Step>(const Step& o) {
                          if constexpr (is_traffic_step<Step>) {
                            return traffic_.change(std::vector<TrafficOp>{o}).status;
                          } else {
                            return requests_.change(o);
                          }
                        },
                    },
                    op);
}

void NetlinkAdapter::wait_for(Events& events) {
  events.readable.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                             [this, &events, alive = std::weak_ptr{alive_}](const boost::system::error_code& error) {
                               if (error || alive.expired()) {
                                 return;
                               }
                               drain(events);
                               wait_for(events);
                             });
}

void NetlinkAdapter::drain(Events& events) {
  for (int i = 0; i < kMostAtOnce; ++i) {
    const auto datagram = events.socket.receive();
    if (datagram && datagram->empty()) {
      return;
    }
    if (nft_events_ && &events == &*nft_events_) {
      nft_stale_ = true;
      schedule_dump(std::max(Clock::now() + options_.settle, last_dump_ + options_.longest_peace));
    } else if (traffic_events_ && &events == &*traffic_events_) {
      if (traffic_.is_on() && (!datagram || changes_roots(*datagram))) {
        schedule_dump(std::max(Clock::now() + options_.settle, last_dump_ + options_.longest_peace));
      }
    } else if (datagram) {
      take(*datagram);
    } else {
      schedule_dump(std::max(Clock::now(), last_dump_ + options_.settle));  // events were lost: only a dump tells
    }
  }
}

void NetlinkAdapter::take(std::span<const std::byte> datagram) {
  const auto messages = rtnetlink::decode(datagram);
  bool changed = !messages;
  for (const rtnetlink::Message& message : messages ? *messages : std::vector<rtnetlink::Message>{}) {
    if (const auto* appeared = std::get_if<rtnetlink::Appeared>(&message.content)) {
      changed = changed || is_watched_object(appeared->object);
      if (const auto* link = std::get_if<Link>(&appeared->object)) {
        sink_(LinkChanged{*link});
      }
    } else if (const auto* gone = std::get_if<rtnetlink::Disappeared>(&message.content)) {
      changed = changed || is_watched_object(gone->object);
      if (const auto* link = std::get_if<Link>(&gone->object)) {
        sink_(LinkGone{link->index});
      }
    } else {
      changed = changed || !std::holds_alternative<rtnetlink::Skipped>(message.content);
    }
  }
  if (changed) {
    schedule_dump(std::max(Clock::now() + options_.settle, last_dump_ + options_.longest_peace));
  }
}

void NetlinkAdapter::schedule_dump(Clock::time_point at) {
  if (dump_at_ && *dump_at_ <= at) {
    return;
  }
  dump_at_ = at;
  dump_timer_.expires_at(at);
  dump_timer_.async_wait([this, alive = std::weak_ptr{alive_}](const boost::system::error_code& error) {
    if (!error && !alive.expired()) {
      dump();
    }
  });
}

void NetlinkAdapter::dump() {
  dump_at_.reset();
  auto snapshot = requests_.dump();
  last_dump_ = Clock::now();
  if (!snapshot) {
    const auto wait = kFirstRetry * (1 << std::min(failed_dumps_++, 6U));
    return schedule_dump(last_dump_ + std::min<std::chrono::milliseconds>(wait, kLastRetry));
  }
  failed_dumps_ = 0;
  if (nft_stale_) {
    const auto fingerprint = nft_.fingerprint();
    nft_fingerprint_ = fingerprint ? *fingerprint : std::nullopt;
    const auto offloaded = nft_.offloaded();
    offloaded_ = offloaded ? *offloaded : std::vector<std::string>{};
    nft_stale_ = false;
  }
  snapshot->nft_fingerprint = nft_fingerprint_;
  snapshot->offloaded = offloaded_;
  traffic_.look(*snapshot);
  for (const std::string& path : sysctls_) {
    const auto value = files_.read(path);
    snapshot->sysctls.push_back({path, value ? *value : ""});
  }
  sink_(KernelSeen{std::move(*snapshot)});
}

}  // namespace karkara
