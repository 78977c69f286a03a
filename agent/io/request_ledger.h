// Which of the controller's requests were seen, so that each is carried out once although a bad link may deliver it
// twice. Pure, bounded; refuses to judge requests. Used by agent/io/controller_session only.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "karkara/v1/site_link.pb.h"

namespace karkara {

class RequestLedger {
 public:
  static constexpr std::size_t kMostSeen = 64;
  static constexpr std::size_t kMostReplyBytes = 256U << 10U;

  // What to do with a request that arrived in this session.
  struct Verdict {
    bool carry_out = false;              // new
    std::optional<v1::SiteReply> reply;  // answered in an earlier session whose end may have lost the answer
  };
  Verdict arrived(std::uint64_t id, std::uint64_t session);
  void answered(const v1::SiteReply& reply);

 private:
  struct Entry {
    std::uint64_t id = 0;
    std::uint64_t session = 0;
    std::optional<v1::SiteReply> reply;
  };
  std::deque<Entry> seen_;
};

}  // namespace karkara
