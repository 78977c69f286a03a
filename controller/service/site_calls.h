// Questions and commands on their way to sites: each gets a number, a deadline and exactly one outcome. Refuses an
// answer from another site than the one asked, and keeps nothing beyond the deadline. Called by the Noc service, by
// sessions when an answer comes, and by the ticking loop.
#pragma once

#include <functional>

#include "common/time.h"
#include "controller/service/session_table.h"

namespace karkara {

class SiteCalls {
 public:
  using Done = std::function<void(const Result<v1::SiteReply>& reply)>;

  SiteCalls(SessionTable& sessions, const Clock& clock, std::uint64_t epoch)
      : sessions_{sessions}, clock_{clock}, epoch_{epoch} {}

  // Unavailable: the site has no session. ResourceExhausted: too many wait. DeadlineExceeded: no answer in time.
  void call(const SiteId& site, v1::SiteRequest request, Duration timeout, Done done);
  void answer(const SiteId& site, const v1::SiteReply& reply);
  void expire();                // a few times a second
  void stop(const Error& why);  // fails all, also later ones

 private:
  struct Pending {
    SiteId site;
    Instant deadline;
    Done done;
  };
  [[nodiscard]] std::uint64_t fresh_id();

  SessionTable& sessions_;
  const Clock& clock_;
  std::uint64_t epoch_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Pending> pending_;
};

}  // namespace karkara
