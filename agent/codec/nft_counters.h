// Named counter objects of nf_tables over nfnetlink (linux/netfilter/nf_tables.h): one request to bytes, counters of a
// dump to values. Refuses to reset what it reads, and tables other than ours. Called by agent/io's FlowCounters five
// times a second, so it writes into what the caller keeps.
#pragma once

#include "agent/codec/netlink_message.h"
#include "agent/codec/netlink_request.h"
#include "agent/facts/flows.h"

namespace karkara::nft_counters {

// All counter objects of kNftTable; none, and no error, when there is no such table.
[[nodiscard]] NetlinkBytes encode_dump();

// True when the message is a counter of kNftTable, which is in 'into' then; else 'into' may hold anything.
[[nodiscard]] Result<bool> decode_counter(const NetlinkMessage& message, FlowCounter& into);

}  // namespace karkara::nft_counters
