// The kernel's network, as events and batches: tells what links do at once, dumps everything after each change, and
// carries batches out. Never trusts events to be complete (the kernel drops and omits some): they only cause dumps.
// Refuses to decide what the network should be. Made by main, called by the effect runner, from io's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/facts/network_plan.h"
#include "agent/io/event_sink.h"
#include "agent/io/netlink_socket.h"
#include "agent/io/nft_table.h"
#include "agent/io/rtnetlink_requests.h"
#include "agent/io/sysctl_files.h"
#include "agent/io/traffic_watch.h"

namespace karkara {

struct NetlinkOptions {
  bool will_change = true;               // false: only look, which needs no rights
  std::size_t event_buffer = 1U << 20U;  // bytes
  std::chrono::milliseconds settle{10};  // from an event to the dump, so that events that come together make one
  std::chrono::milliseconds longest_peace{100};  // between two dumps that events cause
};

class NetlinkAdapter {
 public:
  // PermissionDenied, in one clear line, without CAP_NET_ADMIN. A first dump follows by itself.
  static Result<std::unique_ptr<NetlinkAdapter>> open(boost::asio::io_context& io, EventSink sink,
                                                      const NetlinkOptions& options = {});
  ~NetlinkAdapter();
  NetlinkAdapter(const NetlinkAdapter&) = delete;
  NetlinkAdapter& operator=(const NetlinkAdapter&) = delete;

  // -> KernelSeen soon; several requests make one dump. The settings are read with this and every later dump, and so
  // is what stands of shaping when it is wanted; what is there of ours is told anyway.
  void request_dump(std::vector<std::string> sysctls, bool traffic = false);

  // In order, up to the first failure -> BatchDone, before this returns. Dumps made before it were told before it.
  void run_batch(const NetworkBatch& batch);

  // Of our classes on these links, as of now.
  [[nodiscard]] Result<std::vector<ShaperCount>> shaper_counts(std::span<const std::uint32_t> links) {
    return traffic_.counts(links);
  }

 private:
  using Clock = std::chrono::steady_clock;
  // One socket of multicast events in the loop.
  struct Events {
    Events(boost::asio::io_context& io, NetlinkSocket from) : socket{std::move(from)}, readable{io, socket.fd()} {}
    ~Events() { readable.release(); }  // the descriptor is libnl's to close
    NetlinkSocket socket;
    boost::asio::posix::stream_descriptor readable;
  };

  NetlinkAdapter(boost::asio::io_context& io, EventSink sink, const NetlinkOptions& options, RtnetlinkRequests requests,
                 NetlinkSocket route_events);
  void watch(std::optional<Events>& events, Result<NetlinkSocket> from);
  void wait_for(Events& events);
  void drain(Events& events);
  void take(std::span<const std::byte> datagram);
  void schedule_dump(Clock::time_point at);
  void dump();
  // How many of these steps went well; at least one is tried.
  TrafficRequests::Done carry_out_some(std::span<const NetworkOp> ops);
  Status carry_out(const NetworkOp& op);

  boost::asio::io_context& io_;
  EventSink sink_;
  NetlinkOptions options_;
  RtnetlinkRequests requests_;
  Events route_events_;
  std::optional<Events> nft_events_;
  std::optional<Events> traffic_events_;
  SysctlFiles files_;
  NftTable nft_;
  TrafficWatch traffic_;
  boost::asio::steady_timer dump_timer_;
  std::optional<Clock::time_point> dump_at_;
  Clock::time_point last_dump_{};
  unsigned failed_dumps_ = 0;
  bool nft_stale_ = true;
  std::optional<std::string> nft_fingerprint_;
  std::vector<std::string> offloaded_;
  std::vector<std::string> sysctls_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // handlers outlive their cancellation
};

}  // namespace karkara
