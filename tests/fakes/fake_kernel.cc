#include "tests/fakes/fake_kernel.h"

#include <algorithm>

#include "agent/facts/nft_fingerprint.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

template <class T>
void erase_one(std::vector<T>& list, const T& item) {
  const auto place = std::find(list.begin(), list.end(), item);
  if (place != list.end()) {
    list.erase(place);
  }
}

}  // namespace

std::uint32_t FakeKernel::add_link(const std::string& name) {
  Link link;
  link.index = next_index_++;
  link.name = name;
  link.admin_up = link.carrier = true;
  state.links.push_back(link);
  return link.index;
}

void FakeKernel::set_up(std::uint32_t index, bool up) {
  Link* changed = link(index);
  if (changed == nullptr) {
    return;
  }
  changed->admin_up = changed->carrier = up;
  if (!up) {
    drop_routes_of(index);
  }
}

void FakeKernel::set_carrier(std::uint32_t index, bool carrier) {
  if (Link* changed = link(index)) {
    changed->carrier = carrier && changed->admin_up;
  }
}

void FakeKernel::remove_link(std::uint32_t index) {
  drop_routes_of(index);
  std::erase_if(state.links, [&](const Link& l) { return l.index == index; });
}

BatchDone FakeKernel::run(const NetworkBatch& batch) {
  for (std::size_t i = 0; i < batch.ops.size(); ++i) {
    const NetworkOp& op = batch.ops[i];
    const std::size_t number = ops_done++;
    const auto refusal =
        std::find_if(refusals_.begin(), refusals_.end(), [&](const Refusal& r) { return r.at == number; });
    if (refusal != refusals_.end()) {
      return {batch.id, refusal->error.in(describe(op)), i};
    }
    if (refuse_always && refuse_always(op)) {
      return {batch.id, Error{ErrorCode::InvalidArgument, describe(op) + ": Invalid argument"}, i};
    }
    if (before_op) {
      before_op(op);
    }
    if (auto status = carry_out(op); !status) {
      return {batch.id, status.error().in(describe(op)), i};
    }
    if (after_op) {
      after_op(op);
    }
  }
  return {batch.id, {}, batch.ops.size()};
}

KernelSeen FakeKernel::dump(const std::vector<std::string>& sysctls) const {
  KernelSeen seen{state};
  seen.snapshot.sysctls.clear();
  for (const std::string& path : sysctls) {
    const auto file = std::find_if(state.sysctls.begin(), state.sysctls.end(),
                                   [&](const Sysctl& sysctl) { return sysctl.path == path; });
    seen.snapshot.sysctls.push_back({path, file == state.sysctls.end() ? "" : file->value});
  }
  return seen;
}

Status FakeKernel::carry_out(const NetworkOp& op) {
  return std::visit(Overloaded{
                        [&](const WriteSysctl& o) -> Status {
                          for (Sysctl& sysctl : state.sysctls) {
                            if (sysctl.path == o.sysctl.path) {
                              sysctl.value = o.sysctl.value;
                              return {};
                            }
                          }
                          return Error{ErrorCode::NotFound, "No such file or directory"};
                        },
                        [&](const LoadNft& o) { return load(o.ruleset); },
                        [&](const SetLinkUp& o) -> Status {
                          for (Link& link : state.links) {
                            link.admin_up = link.admin_up || link.index == o.link;
                          }
                          return {};
                        },
                        [&](const PutAddress& o) -> Status {
                          state.addresses.push_back({o.address.link, o.address.prefix, true, false, false, true});
                          return {};
                        },
                        [&](const RemoveAddress& o) -> Status {
                          std::erase_if(state.addresses, [&](const LinkAddress& other) {
                            return other.link == o.address.link && other.prefix == o.address.prefix;
                          });
                          return {};
                        },
                        [&](const PreferAddress& o) -> Status {
                          for (LinkAddress& address : state.addresses) {
                            if (address.link == o.address.link && address.prefix == o.address.prefix) {
                              address.deprecated = address.deprecated_by_us = !o.address.preferred;
                            }
                          }
                          return {};
                        },
                        [&](const PutRoute& o) { return put(o.route); },
                        [&](const RemoveRoute& o) -> Status {
                          erase_one(state.routes, o.route);
                          return {};
                        },
                        [&](const AddRule& o) -> Status {
                          if (std::find(state.rules.begin(), state.rules.end(), o.rule) == state.rules.end()) {
                            state.rules.push_back(o.rule);
                          }
                          return {};
                        },
                        [&](const RemoveRule& o) -> Status {
                          erase_one(state.rules, o.rule);
                          return {};
                        },
                        [&](const auto& o) { return shape(o); },
                    },
                    op);
}

Status FakeKernel::put(const Route& route) {
  if (route.link != 0) {
    const Link* out = link(route.link);
    if (out == nullptr) {
      return Error{ErrorCode::Unavailable, "No such device"};
    }
    if (!out->admin_up) {
      return Error{ErrorCode::Unavailable, "Network is down"};
    }
  }
  const auto place = std::find_if(state.routes.begin(), state.routes.end(), [&](const Route& other) {
    return other.table == route.table && other.destination == route.destination && other.metric == route.metric;
  });
  if (place == state.routes.end()) {
    state.routes.push_back(route);
  } else {
    *place = route;
  }
  return {};
}

Status FakeKernel::load(const std::string& ruleset) {
  state.nft_fingerprint.reset();
  if (ruleset != nft_removal()) {
    state.nft_fingerprint = nft_fingerprint_in(ruleset);
  }
  return {};
}

void FakeKernel::drop_routes_of(std::uint32_t index) {
  std::erase_if(state.routes, [&](const Route& route) { return route.link == index; });
}

Link* FakeKernel::link(std::uint32_t index) {
  const auto place =
      std::find_if(state.links.begin(), state.links.end(), [&](const Link& l) { return l.index == index; });
  return place == state.links.end() ? nullptr : &*place;
}

bool has_ladder_default(const std::vector<Route>& routes, IpFamily family) {
  return std::any_of(routes.begin(), routes.end(), [&](const Route& route) {
    return route.table == kChoiceTable && route.type == RouteType::Unicast &&
           route.destination == IpPrefix::everything(family);
  });
}

}  // namespace karkara
