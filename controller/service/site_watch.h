// One operator's watch over sites: each once at the start, then again whenever it changed. A watcher that reads slowly
// gets fewer updates, each the newest: what waits for it is a set of names, never a queue of messages.
// Called by gRPC and by the fleet's notices.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <set>

#include "controller/service/live_fleet.h"
#include "karkara/v1/noc.pb.h"

namespace karkara {

class SiteWatch final : public grpc::ServerWriteReactor<v1::SiteDetail>,
                        public std::enable_shared_from_this<SiteWatch> {
 public:
  // wanted: empty for all, also those registered later.
  static SiteWatch* start(LiveFleet& fleet, std::set<SiteId> wanted);
  static grpc::ServerWriteReactor<v1::SiteDetail>* refuse(const grpc::Status& status);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  SiteWatch(LiveFleet& fleet, std::set<SiteId> wanted) : fleet_{fleet}, wanted_{std::move(wanted)} {}
  void notice(const SiteId& site);
  void write_next();

  LiveFleet& fleet_;
  const std::set<SiteId> wanted_;
  std::shared_ptr<SiteWatch> self_;  // until OnDone
  std::uint64_t watch_ = 0;

  std::mutex mutex_;
  std::set<SiteId> changed_;
  v1::SiteDetail sending_;
  bool writing_ = false;
  bool finished_ = false;
};

}  // namespace karkara
