#include "agent/io/flow_counters.h"

#include <linux/netlink.h>

#include <cerrno>
#include <utility>

#include "agent/codec/nft_counters.h"
#include "agent/io/errno_error.h"

namespace karkara {
namespace {

constexpr int kMostTries = 8;

Status status_of(int error) {
  switch (error) {
    case 0:
    case ENOENT: return {};  // no such table
    case EINVAL:
    case EOPNOTSUPP: return Error{ErrorCode::FailedPrecondition, "nft counters: this kernel lacks CONFIG_NF_TABLES"};
    default: return errno_error(error, "nft counters");  // foreign: errno has many more
  }
}

}  // namespace

FlowCounters::FlowCounters(NetlinkConversation kernel)
    : kernel_{std::move(kernel)}, request_{nft_counters::encode_dump()} {}

Result<FlowCounters> FlowCounters::open() {
  auto kernel = NetlinkConversation::open(NETLINK_NETFILTER);
  if (!kernel) {
    return kernel.error().in("nft counters");
  }
  return FlowCounters{std::move(*kernel)};
}

// While the table is being replaced a dump may lack its end without being told "interrupted": the kernel goes on by
// position, and the old objects in front vanish (seen on 6.18, where 21 of 300 were missing). So other names than
// before are believed when they come twice.
Result<std::span<const FlowCounter>> FlowCounters::read() {
  for (int attempt = 0; attempt < kMostTries; ++attempt) {
    const auto settled = read_once();
    if (!settled) {
      return settled.error();
    }
    if (*settled) {
      return std::span<const FlowCounter>{places_}.first(used_);
    }
  }
  return Error{ErrorCode::Aborted, "nft counters: the table changes faster than it can be read"};
}

Result<bool> FlowCounters::read_once() {
  std::size_t used = 0;
  bool same = true;
  const auto take = [&](const NetlinkMessage& message) -> Status {
    const auto counter = nft_counters::decode_counter(message, scratch_);
    if (!counter || !*counter) {
      return counter ? Status{} : counter.error();
    }
    if (used == places_.size()) {
      places_.emplace_back();
    }
    same = same && places_[used].name == scratch_.name;
    std::swap(places_[used++], scratch_);
    return {};
  };
  const auto ending = kernel_.ask(request_, std::cref(take));
  if (!ending) {
    return ending.error();
  }
  if (const auto status = status_of(ending->error); !status) {
    return status.error();
  }
  same = same && used == used_;
  used_ = used;
  return same && !ending->interrupted;
}

}  // namespace karkara
