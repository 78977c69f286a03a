// What waits to be sent to one site, in strict priority and within a fixed bound: acknowledgements and heartbeats of
// one kind merge into the newest, requests are few. So a site that does not read costs the same few hundred bytes for
// ever. Refuses to send by itself. Called by SiteSession under its lock.
#pragma once

#include <array>
#include <deque>
#include <optional>

#include "karkara/v1/site_link.pb.h"

namespace karkara {

class OutgoingQueue {
 public:
  static constexpr std::size_t kMostRequests = 16;

  void welcome(v1::Welcome welcome) { welcome_ = std::move(welcome); }
  void revoked(v1::RevokedCertificates revoked) { revoked_ = std::move(revoked); }  // whole: the newest is enough
  void heartbeat(std::uint64_t count) { heartbeat_ = count; }
  void acknowledge(v1::FrameClass frame_class, std::uint64_t sequence);
  [[nodiscard]] bool request(const v1::SiteRequest& request);  // false: full

  // The next frame to send; nothing when there is none.
  std::optional<v1::ControllerFrame> next();

 private:
  std::optional<v1::Welcome> welcome_;
  std::deque<v1::SiteRequest> requests_;
  std::optional<v1::RevokedCertificates> revoked_;
  std::optional<std::uint64_t> heartbeat_;
  std::array<std::optional<std::uint64_t>, v1::FrameClass_ARRAYSIZE> acks_{};
  std::uint64_t last_request_ = 0;
  std::uint64_t last_config_ = 0;
};

}  // namespace karkara
