#include "controller/service/site_calls.h"

#include <vector>

namespace karkara {
namespace {

constexpr std::size_t kMostPending = 10'000;

}  // namespace

void SiteCalls::call(const SiteId& site, v1::SiteRequest request, Duration timeout, Done done) {
  const auto session = sessions_.find(site);
  if (session == nullptr) {
    done(Error{ErrorCode::Unavailable, "site " + site.text() + " is offline"});
    return;
  }
  std::uint64_t id = 0;
  {
    const std::lock_guard lock{mutex_};
    if (!stopped_ && pending_.size() < kMostPending) {
      id = fresh_id();
      pending_.emplace(id, Pending{site, clock_.now() + timeout, done});
    }
  }
  if (id == 0) {
    done(Error{ErrorCode::ResourceExhausted, "too many calls wait for answers"});
    return;
  }
  request.set_id(id);
  request.set_epoch(epoch_);
  request.set_expires_in_ms(
      static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count()));
  const Status sent = session->send(request);
  if (sent) {
    return;
  }
  bool ours = false;
  {
    const std::lock_guard lock{mutex_};
    ours = pending_.erase(id) == 1;
  }
  if (ours) {
    done(sent.error());
  }
}

void SiteCalls::answer(const SiteId& site, const v1::SiteReply& reply) {
  Done done;
  {
    const std::lock_guard lock{mutex_};
    const auto at = pending_.find(reply.id());
    if (at == pending_.end() || at->second.site != site) {
      return;  // too late, twice, or not its question
    }
    done = std::move(at->second.done);
    pending_.erase(at);
  }
  done(reply);
}

void SiteCalls::expire() {
  std::vector<Pending> late;
  {
    const std::lock_guard lock{mutex_};
    const Instant now = clock_.now();
    for (auto at = pending_.begin(); at != pending_.end();) {
      if (at->second.deadline <= now) {
        late.push_back(std::move(at->second));
        at = pending_.erase(at);
      } else {
        ++at;
      }
    }
  }
  for (const Pending& one : late) {
    one.done(Error{ErrorCode::DeadlineExceeded, "site " + one.site.text() + " did not answer in time"});
  }
}

void SiteCalls::stop(const Error& why) {
  std::map<std::uint64_t, Pending> all;
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    all.swap(pending_);
  }
  for (const auto& [id, one] : all) {
    one.done(why);
  }
}

// The epoch in front keeps answers of an earlier run apart from this run's questions.
std::uint64_t SiteCalls::fresh_id() {
  return (epoch_ << 32U) | (++last_id_ & 0xffffffffU);
}

}  // namespace karkara
