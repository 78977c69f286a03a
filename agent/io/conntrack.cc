#include "agent/io/conntrack.h"

#include <linux/netlink.h>
#include <sys/utsname.h>

#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include "agent/facts/kernel.h"
#include "agent/io/errno_error.h"

namespace karkara {
namespace {

// nfnetlink says EINVAL for a subsystem that the kernel does not have, ctnetlink EOPNOTSUPP for marks.
Status status_of(int error) {
  switch (error) {
    case 0: return {};
    case EINVAL:
    case EOPNOTSUPP:
      return Error{ErrorCode::FailedPrecondition,
                   "conntrack: this kernel lacks CONFIG_NF_CT_NETLINK or CONFIG_NF_CONNTRACK_MARK"};
    default: return errno_error(error, "conntrack");  // foreign: errno has many more
  }
}

}  // namespace

Conntrack::Conntrack(FlushWay way, NetlinkConversation kernel) : way_{way}, kernel_{std::move(kernel)} {}

Conntrack::FlushWay Conntrack::way_of_this_kernel() {
  utsname name{};
  const bool honours = ::uname(&name) == 0 && conntrack::flush_honours_mark(name.release);
  return honours ? FlushWay::OneMessage : FlushWay::OneByOne;
}

Result<Conntrack> Conntrack::open(FlushWay way) {
  auto kernel = NetlinkConversation::open(NETLINK_NETFILTER);
  if (!kernel) {
    return kernel.error().in("conntrack");
  }
  return Conntrack{way, std::move(*kernel)};
}

Status Conntrack::flush_marked(const MarkMatch& match) {
  auto request = conntrack::encode_flush(match);
  if (!request) {
    return request.error();
  }
  switch (way_) {
    case FlushWay::OneByOne: return flush_one_by_one(match);
    case FlushWay::OneMessage: break;
  }
  const auto ending = kernel_.ask(*request);
  return ending ? status_of(ending->error) : ending.error();
}

Result<std::size_t> Conntrack::count_marked(const MarkMatch& match) {
  return each_marked(match, [](const conntrack::Entry&) {});
}

Result<std::vector<HostTraffic>> Conntrack::count_hosts(std::uint32_t mask) {
  std::map<std::pair<IpAddress, std::uint32_t>, HostTraffic> hosts;
  bool counted = false;
  bool any = false;
  const auto take = [&](const NetlinkMessage& message) -> Status {
    const auto entry = conntrack::decode_entry(message);
    if (!entry || !*entry) {
      return entry ? Status{} : Status{entry.error()};
    }
    if (((*entry)->mark & kMarkMask) == 0) {
      return {};  // it never went over an uplink
    }
    const auto flow = conntrack::decode_flow_bytes(message);
    if (!flow) {
      return flow.error();
    }
    any = true;
    counted = counted || flow->sent || flow->received;
    const std::uint32_t mark = (*entry)->mark & mask;
    const auto key = std::pair{flow->source, mark};
    if (hosts.size() < kMostHosts || hosts.contains(key)) {
      HostTraffic& host = hosts.try_emplace(key, HostTraffic{flow->source, mark, 0, 0}).first->second;
      host.up += flow->sent.value_or(0);
      host.down += flow->received.value_or(0);
    }
    return {};
  };
  auto request = conntrack::encode_dump({0, 0});
  const auto ending = kernel_.ask(request, std::cref(take));
  if (!ending) {
    return ending.error();
  }
  if (const auto status = status_of(ending->error); !status) {
    return status.error();
  }
  if (any && !counted) {
    return Error{ErrorCode::FailedPrecondition, "the kernel does not count flows (net.netfilter.nf_conntrack_acct)"};
  }
  std::vector<HostTraffic> all;
  for (const auto& [key, host] : hosts) {
    all.push_back(host);
  }
  return all;
}

Result<std::size_t> Conntrack::each_marked(const MarkMatch& match, const Visitor& visit) {
  std::size_t count = 0;
  const auto take = [&](const NetlinkMessage& message) -> Status {
    const auto entry = conntrack::decode_entry(message);
    if (!entry) {
      return entry.error();
    }
    if (*entry && conntrack::matches(**entry, match)) {
      ++count;
      visit(**entry);
    }
    return {};
  };
  auto request = conntrack::encode_dump(match);
  const auto ending = kernel_.ask(request, std::cref(take));
  if (!ending) {
    return ending.error();
  }
  const auto status = status_of(ending->error);
  return status ? Result<std::size_t>{count} : status.error();
}

// The socket is busy during a dump, so that the removals wait for its end.
Status Conntrack::flush_one_by_one(const MarkMatch& match) {
  std::vector<NetlinkBytes> removals;
  const auto found =
      each_marked(match, [&](const conntrack::Entry& entry) { removals.push_back(conntrack::encode_removal(entry)); });
  if (!found) {
    return found.error();
  }
  for (NetlinkBytes& removal : removals) {
    const auto ending = kernel_.ask(removal);
    if (!ending) {
      return ending.error();
    }
    if (ending->error != 0 && ending->error != ENOENT) {  // it may have ended by itself
      return status_of(ending->error);
    }
  }
  return {};
}

}  // namespace karkara
