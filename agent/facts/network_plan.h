// What the agent wants the kernel to look like, and the steps to get there. Each kind of object has one owner:
// uplink wants routes, rules, sysctls and the nft table. agent/reconcile turns wants into ordered batches.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/address_preference.h"
#include "agent/facts/kernel.h"
#include "agent/facts/static_address.h"
#include "agent/facts/traffic_control.h"

namespace karkara {

struct WantedNetwork {
  std::vector<Sysctl> sysctls;
  std::vector<Route> routes;  // all with kOurProtocol and a table of ours
  std::vector<Rule> rules;    // all with kOurProtocol
  std::string nft_ruleset;    // text for libnftables that replaces our own table atomically; empty: none wanted
  std::vector<StaticAddress> addresses{};        // on links that nobody else gives one; the link is set up as well
  std::vector<AddressPreference> preferences{};  // of addresses of others, within prefixes that uplinks gave
  WantedTraffic traffic{};
  friend bool operator==(const WantedNetwork&, const WantedNetwork&) = default;
};

// One step. PutRoute creates or replaces atomically what has the same table, destination and metric.
struct PutRoute {
  Route route;
  friend bool operator==(const PutRoute&, const PutRoute&) = default;
};
struct RemoveRoute {
  Route route;
  friend bool operator==(const RemoveRoute&, const RemoveRoute&) = default;
};
struct AddRule {
  Rule rule;
  friend bool operator==(const AddRule&, const AddRule&) = default;
};
struct RemoveRule {
  Rule rule;
  friend bool operator==(const RemoveRule&, const RemoveRule&) = default;
};
struct WriteSysctl {
  Sysctl sysctl;
  friend bool operator==(const WriteSysctl&, const WriteSysctl&) = default;
};
struct LoadNft {
  std::string ruleset;
  friend bool operator==(const LoadNft&, const LoadNft&) = default;
};
struct SetLinkUp {
  std::uint32_t link = 0;
  friend bool operator==(const SetLinkUp&, const SetLinkUp&) = default;
};
// The alternatives of TrafficOp are among them.
using NetworkOpKinds =
    std::variant<WriteSysctl, LoadNft, SetLinkUp, PutAddress, PutRoute, AddRule, RemoveRule, RemoveRoute, RemoveAddress,
                 PreferAddress, AddDownloadDevice, PutShaperRoot, PutShaperClass, PutLeaf, PutRedirect, RemoveRedirect,
                 RemoveShaperClass, RemoveShaperRoot, RemoveDownloadDevice>;

// One step; see Effect for why it is no mere variant.
struct NetworkOp : NetworkOpKinds {
  using NetworkOpKinds::variant;
  NetworkOp(const NetworkOp&);
  NetworkOp(NetworkOp&&) noexcept;
  NetworkOp& operator=(const NetworkOp&);
  NetworkOp& operator=(NetworkOp&&) noexcept;
  ~NetworkOp();
  friend bool operator==(const NetworkOp& a, const NetworkOp& b);
};

// Steps that may run in one go; the next batch starts when all of this one are acknowledged.
struct NetworkBatch {
  std::uint64_t id = 0;
  std::vector<NetworkOp> ops;
  friend bool operator==(const NetworkBatch&, const NetworkBatch&) = default;
};

[[nodiscard]] std::string describe(const NetworkOp& op);  // one line, as 'ip' would say it

}  // namespace karkara
