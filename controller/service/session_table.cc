#include "controller/service/session_table.h"

#include <utility>

namespace karkara {

std::shared_ptr<SiteSessionPort> SessionTable::replace(const SiteId& site, std::shared_ptr<SiteSessionPort> session) {
  const std::lock_guard lock{mutex_};
  return std::exchange(sessions_[site], std::move(session));
}

bool SessionTable::remove(const SiteId& site, const SiteSessionPort* session) {
  const std::lock_guard lock{mutex_};
  const auto at = sessions_.find(site);
  if (at == sessions_.end() || at->second.get() != session) {
    return false;
  }
  sessions_.erase(at);
  return true;
}

std::shared_ptr<SiteSessionPort> SessionTable::find(const SiteId& site) const {
  const std::lock_guard lock{mutex_};
  const auto at = sessions_.find(site);
  return at == sessions_.end() ? nullptr : at->second;
}

std::size_t SessionTable::size() const {
  const std::lock_guard lock{mutex_};
  return sessions_.size();
}

std::vector<std::shared_ptr<SiteSessionPort>> SessionTable::all() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::shared_ptr<SiteSessionPort>> sessions;
  for (const auto& [site, session] : sessions_) {
    sessions.push_back(session);
  }
  return sessions;
}

void SessionTable::end_all(const Error& why) {
  for (const auto& session : all()) {
    session->end(why);
  }
}

}  // namespace karkara
