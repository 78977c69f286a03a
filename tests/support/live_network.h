// The netlink adapter and the reconciler on the real kernel of the current network namespace, joined as the agent's
// loop joins them; and a village's three networks to run them in.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/io/netlink.h"
#include "agent/reconcile/reconciler.h"
#include "tests/fakes/net_sandbox.h"

namespace karkara {

// client h0 -- l0 router w0 -- p0 outside; and w1 -- p1. 203.0.113.1 is far outside, behind both ways.
class VillageNetworks {
 public:
  VillageNetworks();
  NetSandbox client;
  NetSandbox router;
  NetSandbox outside;

  // Of the named device, in the namespace given. Far faster than a run of 'ip'.
  static void set_up(const NetSandbox& where, const std::string& device, bool up);
  static int udp_socket(const NetSandbox& where);
};

class LiveNetwork {
 public:
  explicit LiveNetwork(const NetlinkOptions& options = {});

  void want(const WantedNetwork& wanted);
  // Runs the loop until 'done'; false when that takes longer than 'patience'.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds patience = std::chrono::seconds{5});
  bool settle() {
    return run_until([this] { return reconciler.settled(); });
  }
  void run_for(std::chrono::milliseconds time) {
    run_until([] { return false; }, time);
  }

  // What the first note tells; empty when there is none.
  [[nodiscard]] std::string first_note() const { return notes.empty() ? "" : notes[0].fields[0].second; }

  Reconciler reconciler;
  std::vector<Event> events;  // all so far, without the snapshots
  std::vector<NetworkBatch> batches;
  std::vector<Note> notes;
  KernelSnapshot seen;  // the last dump
  int dumps = 0;
  bool fresh = false;  // set by each dump

 private:
  void handle(Event event);
  void perform(const Effects& effects);

  boost::asio::io_context io_;
  std::deque<Event> mailbox_;
  std::unique_ptr<NetlinkAdapter> adapter_;
};

// The interface's index in the current namespace.
std::uint32_t index_of(const std::string& device);
// What would be left to do, looked at with sockets of its own.
std::vector<NetworkBatch> left_to_do(const WantedNetwork& wanted);

}  // namespace karkara
