#include "controller/service/site_watch.h"

#include "controller/service/noc_messages.h"

namespace karkara {
namespace {

class RefusedWatch final : public grpc::ServerWriteReactor<v1::SiteDetail> {
 public:
  explicit RefusedWatch(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

SiteWatch* SiteWatch::start(LiveFleet& fleet, std::set<SiteId> wanted) {
  const std::shared_ptr<SiteWatch> watch{new SiteWatch{fleet, std::move(wanted)}};
  watch->self_ = watch;
  // First the notices, then the picture: what changes in between is sent twice rather than not at all.
  watch->watch_ = fleet.watch([weak = std::weak_ptr{watch}](const SiteId& site) {
    if (const auto alive = weak.lock()) {
      alive->notice(site);
    }
  });
  std::set<SiteId> all;
  fleet.visit([&](const Fleet& picture, Moment) {
    for (const auto& [site, view] : picture.sites()) {
      if (watch->wanted_.empty() || watch->wanted_.contains(site)) {
        all.insert(site);
      }
    }
  });
  {
    const std::lock_guard lock{watch->mutex_};
    watch->changed_.merge(all);
  }
  watch->StartSendInitialMetadata();  // so that a client sees that the watch stands, also over an empty fleet
  watch->write_next();
  return watch.get();
}

grpc::ServerWriteReactor<v1::SiteDetail>* SiteWatch::refuse(const grpc::Status& status) {
  return new RefusedWatch{status};
}

void SiteWatch::OnWriteDone(bool ok) {
  {
    const std::lock_guard lock{mutex_};
    writing_ = false;
    if (!ok && !finished_) {
      finished_ = true;
      Finish({grpc::StatusCode::UNAVAILABLE, "the watcher is gone"});
    }
  }
  write_next();
}

void SiteWatch::OnCancel() {
  const std::lock_guard lock{mutex_};
  if (!finished_) {
    finished_ = true;
    Finish(grpc::Status::CANCELLED);
  }
}

void SiteWatch::OnDone() {
  fleet_.unwatch(watch_);
  self_.reset();  // the last line: it may destroy this
}

void SiteWatch::notice(const SiteId& site) {
  if (!wanted_.empty() && !wanted_.contains(site)) {
    return;
  }
  {
    const std::lock_guard lock{mutex_};
    changed_.insert(site);
  }
  write_next();
}

void SiteWatch::write_next() {
  // The fleet is not visited under our lock: its notices come while others hold theirs.
  SiteId site;
  {
    const std::lock_guard lock{mutex_};
    if (writing_ || finished_ || changed_.empty()) {
      return;
    }
    writing_ = true;
    site = *changed_.begin();
    changed_.erase(changed_.begin());
  }
  v1::SiteDetail detail;
  fleet_.visit([&](const Fleet& fleet, Moment now) {
    if (const SiteView* view = fleet.find(site)) {
      detail = detail_of(*view, now);
    }
  });
  const std::lock_guard lock{mutex_};
  if (finished_) {
    return;
  }
  sending_ = std::move(detail);
  StartWrite(&sending_);
}

}  // namespace karkara
