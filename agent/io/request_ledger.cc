#include "agent/io/request_ledger.h"

#include <algorithm>

namespace karkara {

RequestLedger::Verdict RequestLedger::arrived(std::uint64_t id, std::uint64_t session) {
  const auto known = std::find_if(seen_.begin(), seen_.end(), [&](const Entry& entry) { return entry.id == id; });
  if (known == seen_.end()) {
    if (seen_.size() == kMostSeen) {
      seen_.pop_front();
    }
    seen_.push_back(Entry{id, session, std::nullopt});
    return {true, std::nullopt};
  }
  if (known->session == session) {
    return {};
  }
  known->session = session;
  return {false, known->reply};
}

void RequestLedger::answered(const v1::SiteReply& reply) {
  std::size_t bytes = reply.ByteSizeLong();
  for (auto entry = seen_.rbegin(); entry != seen_.rend(); ++entry) {
    if (entry->id == reply.id()) {
      entry->reply = reply;
    } else if (entry->reply) {
      bytes += entry->reply->ByteSizeLong();
      if (bytes > kMostReplyBytes) {
        entry->reply.reset();  // the oldest answers are the first to be forgotten
      }
    }
  }
}

}  // namespace karkara
