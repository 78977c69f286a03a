#include "agent/reconcile/plan.h"

#include <algorithm>

#include "agent/facts/nft_fingerprint.h"
#include "agent/reconcile/ownership.h"
#include "agent/reconcile/traffic_steps.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

using Ops = std::vector<NetworkOp>;

// There are eighteen stages, some of which repair what stands in the way of others; one more round shows that nothing
// is left.
constexpr int kMostRounds = 24;

template <class T>
bool holds(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool in_place(const KernelSnapshot& seen, const Route& route) {
  return std::any_of(seen.routes.begin(), seen.routes.end(),
                     [&](const Route& other) { return canonical(other) == route; });
}

// The kernel refuses a route over a link that is absent or down: it is wanted again when the link is back.
bool can_be_put(const KernelSnapshot& seen, const Route& route) {
  return route.link == 0 || std::any_of(seen.links.begin(), seen.links.end(),
                                        [&](const Link& link) { return link.index == route.link && link.admin_up; });
}

// A 0 there is a daemon's that listens to router advertisements itself (systemd-networkd, NetworkManager): were the
// kernel to listen as well, each would add routes of its own and refresh the addresses of the other.
bool is_left_to_a_daemon(const Sysctl& seen) {
  return seen.path.ends_with("/accept_ra") && seen.value == "0";
}

// --- stage 1 ----------------------------------------------------------------------------------------------------
Ops settings(const WantedNetwork& wanted, const KernelSnapshot& seen) {
  Ops ops;
  for (const Sysctl& sysctl : wanted.sysctls) {
    const auto known = std::find_if(seen.sysctls.begin(), seen.sysctls.end(),
                                    [&](const Sysctl& other) { return other.path == sysctl.path; });
    const bool no_such_file = known != seen.sysctls.end() && known->value.empty();
    const bool hands_off = known != seen.sysctls.end() && is_left_to_a_daemon(*known);
    if (known == seen.sysctls.end() || (known->value != sysctl.value && !no_such_file && !hands_off)) {
      ops.push_back(WriteSysctl{sysctl});
    }
  }
  // Before the first route of ours: a flow that leaves without NAT keeps doing so.
  if (!wanted.nft_ruleset.empty() && !seen.nft_fingerprint) {
    ops.push_back(LoadNft{nft_with_fingerprint(wanted.nft_ruleset)});
  }
  return ops;
}

Ops missing_addresses(const WantedNetwork& wanted, const KernelSnapshot& seen) {
  Ops ops;
  for (const StaticAddress& address : wanted.addresses) {
    const auto link = std::find_if(seen.links.begin(), seen.links.end(),
                                   [&](const Link& other) { return other.index == address.link; });
    if (link == seen.links.end()) {
      continue;
    }
    if (!link->admin_up) {
      ops.push_back(SetLinkUp{address.link});
    }
    const bool there = std::any_of(seen.addresses.begin(), seen.addresses.end(), [&](const LinkAddress& other) {
      return other.link == address.link && other.prefix == address.prefix;
    });
    if (!there) {
      ops.push_back(PutAddress{address});
    }
  }
  return ops;
}

// --- stage 2 ----------------------------------------------------------------------------------------------------
Ops missing_routes(const WantedNetwork& wanted, const KernelSnapshot& seen) {
  std::vector<Route> missing;
  for (const Route& route : wanted.routes) {
    if (!in_place(seen, route) && can_be_put(seen, route)) {
      missing.push_back(route);
    }
  }
  // The ladder last, and from its top: traffic moves only to uplinks whose own tables are ready.
  std::stable_sort(missing.begin(), missing.end(), [](const Route& a, const Route& b) {
    const bool a_is_ladder = a.table == kChoiceTable;
    const bool b_is_ladder = b.table == kChoiceTable;
    return a_is_ladder != b_is_ladder ? b_is_ladder : a.metric < b.metric;
  });
  Ops ops;
  for (const Route& route : missing) {
    ops.push_back(PutRoute{route});
  }
  return ops;
}

// --- stage 3 ----------------------------------------------------------------------------------------------------
// A rule into a table that is still empty would let marked traffic fall through to another uplink.
bool leads_somewhere(const WantedNetwork& wanted, const KernelSnapshot& seen, const Rule& rule) {
  const auto of_rule = [&](const Route& route) {
    return route.table == rule.table && route.destination.address.family() == rule.family;
  };
  return std::none_of(wanted.routes.begin(), wanted.routes.end(), of_rule) ||
         std::any_of(wanted.routes.begin(), wanted.routes.end(),
                     [&](const Route& route) { return of_rule(route) && in_place(seen, route); });
}

Ops missing_rules(const WantedNetwork& wanted, const KernelSnapshot& seen) {
  Ops ops;
  for (const Rule& rule : wanted.rules) {
    if (!holds(seen.rules, rule) && leads_somewhere(wanted, seen, rule)) {
      ops.push_back(AddRule{rule});
    }
  }
  return ops;
}

// --- stage 4 ----------------------------------------------------------------------------------------------------
// What marks the traffic changes when the tables that its marks lead to are ready, and before any of the old ones goes.
Ops changed_nft(const WantedNetwork& wanted, const KernelSnapshot& seen) {
  if (wanted.nft_ruleset.empty() || seen.nft_fingerprint == nft_fingerprint(wanted.nft_ruleset)) {
    return {};
  }
  return {LoadNft{nft_with_fingerprint(wanted.nft_ruleset)}};
}

// --- stage 5 ----------------------------------------------------------------------------------------------------
// The clients are told when there is a way for what they send next. What we deprecated and nobody speaks of any more is
// given back: preferred for as long as it is valid, until who leases it says otherwise.
Ops preferences(const WantedNetwork& wanted, const KernelSnapshot& seen) {
  Ops ops;
  for (const LinkAddress& address : seen.addresses) {
    const auto want = std::find_if(
        wanted.preferences.begin(), wanted.preferences.end(),
        [&](const AddressPreference& other) { return other.link == address.link && other.prefix == address.prefix; });
    const bool spoken_of = want != wanted.preferences.end();
    const bool preferred = spoken_of ? want->preferred : address.deprecated_by_us || !address.deprecated;
    if (preferred == address.deprecated) {
      ops.push_back(PreferAddress{{address.link, address.prefix, preferred}});
    }
  }
  return ops;
}

// --- stage 6 ----------------------------------------------------------------------------------------------------
// Make before break: while others are wanted for the same traffic, one of them has to be there first.
bool can_go(const WantedNetwork& wanted, const KernelSnapshot& seen, const Route& stale) {
  bool has_successor = false;
  for (const Route& route : wanted.routes) {
    if (same_destination(route, stale) && route.type == stale.type) {
      if (in_place(seen, route)) {
        return true;
      }
      has_successor = true;
    }
  }
  return !has_successor;
}

bool can_go(const WantedNetwork& wanted, const KernelSnapshot& seen, const Rule& stale) {
  return std::all_of(wanted.rules.begin(), wanted.rules.end(), [&](const Rule& rule) {
    return rule.family != stale.family || rule.priority != stale.priority || holds(seen.rules, rule);
  });
}

Ops removals(const WantedNetwork& wanted, const KernelSnapshot& seen) {
  Ops ops;
  std::vector<Rule> kept;  // the kernel accepts one rule twice; the second one goes
  for (const Rule& rule : seen.rules) {
    const bool stays = holds(wanted.rules, rule) && !holds(kept, rule);
    if (stays) {
      kept.push_back(rule);
    } else if (is_ours(rule) && can_go(wanted, seen, rule)) {
      ops.push_back(RemoveRule{rule});
    }
  }
  for (const Route& route : seen.routes) {
    if (is_ours(route) && !holds(wanted.routes, canonical(route)) && can_go(wanted, seen, canonical(route))) {
      ops.push_back(RemoveRoute{route});
    }
  }
  for (const LinkAddress& address : seen.addresses) {
    const bool stays = std::any_of(wanted.addresses.begin(), wanted.addresses.end(), [&](const StaticAddress& other) {
      return other.link == address.link && other.prefix == address.prefix;
    });
    if (address.ours && !stays) {
      ops.push_back(RemoveAddress{{address.link, address.prefix, {}, {}}});
    }
  }
  if (wanted.nft_ruleset.empty() && seen.nft_fingerprint) {
    ops.push_back(LoadNft{nft_removal()});
  }
  return ops;
}

// --- prediction -------------------------------------------------------------------------------------------------
void apply_put(const Route& route, KernelSnapshot& seen) {
  const auto place = std::find_if(seen.routes.begin(), seen.routes.end(),
                                  [&](const Route& other) { return same_place(canonical(other), canonical(route)); });
  if (place == seen.routes.end()) {
    seen.routes.push_back(route);
  } else {
    *place = route;
  }
}

template <class T>
void remove_one(std::vector<T>& list, const T& item) {
  const auto place = std::find(list.begin(), list.end(), item);
  if (place != list.end()) {
    list.erase(place);
  }
}

void apply_sysctl(const Sysctl& sysctl, KernelSnapshot& seen) {
  std::erase_if(seen.sysctls, [&](const Sysctl& other) { return other.path == sysctl.path; });
  seen.sysctls.push_back(sysctl);
}

void apply_up(std::uint32_t index, KernelSnapshot& seen) {
  for (Link& link : seen.links) {
    link.admin_up = link.admin_up || link.index == index;
  }
}

void apply_preference(const AddressPreference& wanted, KernelSnapshot& seen) {
  for (LinkAddress& address : seen.addresses) {
    if (address.link == wanted.link && address.prefix == wanted.prefix) {
      address.deprecated = !wanted.preferred;
      address.deprecated_by_us = !wanted.preferred;
    }
  }
}

void apply_nft(const std::string& ruleset, KernelSnapshot& seen) {
  if (ruleset == nft_removal()) {
    seen.nft_fingerprint.reset();
  } else {
    seen.nft_fingerprint = nft_fingerprint_in(ruleset);
  }
}

}  // namespace

void apply(const NetworkOp& op, KernelSnapshot& seen) {
  std::visit(Overloaded{
                 [&](const WriteSysctl& o) { apply_sysctl(o.sysctl, seen); },
                 [&](const LoadNft& o) { apply_nft(o.ruleset, seen); },
                 [&](const SetLinkUp& o) { apply_up(o.link, seen); },
                 [&](const PutAddress& o) {
                   seen.addresses.push_back({o.address.link, o.address.prefix, true, false, false, true});
                 },
                 [&](const RemoveAddress& o) {
                   std::erase_if(seen.addresses, [&](const LinkAddress& other) {
                     return other.link == o.address.link && other.prefix == o.address.prefix;
                   });
                 },
                 [&](const PreferAddress& o) { apply_preference(o.address, seen); },
                 [&](const PutRoute& o) { apply_put(o.route, seen); },
                 [&](const RemoveRoute& o) { remove_one(seen.routes, o.route); },
                 [&](const AddRule& o) { seen.rules.push_back(o.rule); },
                 [&](const RemoveRule& o) { remove_one(seen.rules, o.rule); },
                 [&](const auto& o) { apply_traffic(o, seen); },
             },
             op);
}

std::vector<NetworkOp> next_steps(const WantedNetwork& wanted, const KernelSnapshot& seen, const Avoid& avoid,
                                  const Avoid& late) {
  const auto due = [&](Ops ops) {
    std::erase_if(ops, avoid);
    return ops;
  };
  const auto first_due = [&](const std::vector<Ops>& lists) -> Ops {
    for (const Ops& list : lists) {
      if (Ops ops = due(list); !ops.empty()) {
        return ops;
      }
    }
    return {};
  };
  const auto first_of = [&](std::initializer_list<Ops (*)(const WantedNetwork&, const KernelSnapshot&)> stages) -> Ops {
    for (const auto& stage : stages) {
      if (Ops ops = due(stage(wanted, seen)); !ops.empty()) {
        return ops;
      }
    }
    return {};
  };
  const auto is_late = [&](const NetworkOp& op) { return late && late(op); };
  if (Ops ops = first_of({settings, missing_addresses}); !ops.empty()) {
    return ops;
  }
  const bool awaits = awaits_device(seen);
  if (awaits && !is_late(AddDownloadDevice{})) {
    return {};
  }
  const std::vector<Ops> build = awaits ? std::vector<Ops>{} : traffic_to_build(wanted.traffic, seen);
  std::vector<Ops> in_time = build;
  for (Ops& list : in_time) {
    std::erase_if(list, is_late);
  }
  if (Ops ops = first_due(in_time); !ops.empty()) {
    return ops;
  }
  if (Ops ops = first_of({missing_routes, missing_rules, changed_nft, preferences, removals}); !ops.empty()) {
    return ops;
  }
  if (awaits) {
    return {};
  }
  if (Ops ops = first_due(build); !ops.empty()) {
    return ops;
  }
  return first_due(traffic_to_remove(wanted.traffic, seen));
}

std::vector<NetworkBatch> plan(const WantedNetwork& wanted, const KernelSnapshot& seen) {
  const WantedNetwork target = canonical(wanted);
  KernelSnapshot predicted = seen;
  std::vector<NetworkBatch> batches;
  for (int round = 0; round < kMostRounds; ++round) {
    Ops ops = next_steps(target, predicted, [](const NetworkOp&) { return false; });
    if (ops.empty()) {
      break;
    }
    for (const NetworkOp& op : ops) {
      apply(op, predicted);
    }
    guess_device(predicted);
    batches.push_back({batches.size() + 1, std::move(ops)});
  }
  return batches;
}

}  // namespace karkara
