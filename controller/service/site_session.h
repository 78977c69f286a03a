// One site's session: its frames into the fleet and the store, and back what waits for it. A frame is acknowledged when
// it is durable; when the store refuses one, nothing later of its class is acknowledged, and once the store writes
// again the session ends so that the site sends anew. Refuses a site to have more than a few frames on the way to the
// disk.
#pragma once

#include <grpcpp/support/server_callback.h>

#include "controller/service/live_fleet.h"
#include "controller/service/outgoing_queue.h"
#include "controller/service/revocations.h"
#include "controller/service/service_counters.h"
#include "controller/service/site_calls.h"

namespace karkara {

struct SessionTerms {
  std::uint32_t heartbeat_interval_ms = 240'000;
  std::uint32_t flush_interval_ms = 0;  // 0: the site's own
};

// What every session works with; outlives them all.
struct SessionParts {
  SessionTerms terms;
  LiveFleet& fleet;
  Store& store;
  SessionTable& sessions;
  SiteCalls& calls;
  ServiceCounters& counters;
  Log& log;
};

class SiteSession final : public grpc::ServerBidiReactor<v1::AgentFrame, v1::ControllerFrame>,
                          public SiteSessionPort,
                          public std::enable_shared_from_this<SiteSession> {
 public:
  static grpc::ServerBidiReactor<v1::AgentFrame, v1::ControllerFrame>* start(grpc::CallbackServerContext* context,
                                                                             const SiteId& site,
                                                                             const SessionParts& parts);

  Status send(const v1::SiteRequest& request) override;
  void end(const Error& why) override;
  void tell_revoked(const v1::RevokedCertificates& revoked, std::uint64_t hash) override;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  static constexpr int kMostInFlight = 32;

  SiteSession(grpc::CallbackServerContext* context, SiteId site, const SessionParts& parts);
  // An error ends the session.
  Status take(v1::AgentFrame& frame);
  Status take_hello(const v1::Hello& hello);
  Status take_data(v1::Data& data);
  void take_heartbeat(const v1::Heartbeat& heartbeat);
  void take_block(std::uint64_t sequence, std::string content);
  [[nodiscard]] WriteDone acknowledge_when_durable(v1::FrameClass frame_class, std::uint64_t sequence);
  void stored(v1::FrameClass frame_class, std::uint64_t sequence, const Status& status);
  void finish(const grpc::Status& status);  // with the lock held
  void pump();                              // with the lock held
  void read_next();

  grpc::CallbackServerContext* context_;
  const SiteId site_;
  const SessionParts& parts_;
  std::shared_ptr<SiteSession> self_;  // until OnDone
  v1::AgentFrame incoming_;
  bool greeted_ = false;
  std::uint64_t session_ = 0;  // the hello's nonce  // on the reading side only

  std::mutex mutex_;
  OutgoingQueue outgoing_;
  bool welcomed_ = false;
  std::optional<std::uint64_t> revoked_hash_;  // of what the site was told, or told us that it knows
  std::optional<Revoked> revoked_meanwhile_;   // before it was welcomed
  v1::ControllerFrame sending_;
  std::optional<Instant> writing_since_;  // while a write is on its way
  bool finished_ = false;
  grpc::Status last_word_;
  bool reading_paused_ = false;
  int in_flight_ = 0;
  std::array<bool, v1::FrameClass_ARRAYSIZE> gap_{};
};

}  // namespace karkara
