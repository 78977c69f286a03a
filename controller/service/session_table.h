// Which sites have a session: at most one each, and the newest wins, since the site knows best that its old connection
// is dead. Refuses to own the sessions' lives: gRPC ends them. Called by sessions, calls to sites and the fleet's
// ticks.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara {

// A session as others see it. Both may be called from any thread, also after its end.
class SiteSessionPort {
 public:
  virtual ~SiteSessionPort() = default;
  // Unavailable: it has ended. ResourceExhausted: the site does not read.
  virtual Status send(const v1::SiteRequest& request) = 0;
  virtual void end(const Error& why) = 0;
  // The fleet's certificates that count no more, when they are not what the site was told last.
  virtual void tell_revoked(const v1::RevokedCertificates& /*revoked*/, std::uint64_t /*hash*/) {}
};

class SessionTable {
 public:
  // The session that was there before, to be ended by the caller.
  std::shared_ptr<SiteSessionPort> replace(const SiteId& site, std::shared_ptr<SiteSessionPort> session);
  // True when it was the site's current one.
  bool remove(const SiteId& site, const SiteSessionPort* session);
  [[nodiscard]] std::shared_ptr<SiteSessionPort> find(const SiteId& site) const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::vector<std::shared_ptr<SiteSessionPort>> all() const;
  void end_all(const Error& why);

 private:
  mutable std::mutex mutex_;
  std::map<SiteId, std::shared_ptr<SiteSessionPort>> sessions_;
};

}  // namespace karkara
