// The largest packet that an uplink carries to an anchor and back in one piece, found by echoes of given sizes that
// must not be fragmented: ICMP is not needed, since networks that drop large packets often drop it as well. Refuses to
// call silence a size: unless some size was answered there is no result. Called by the uplink feature.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "agent/facts/events.h"
#include "agent/facts/ip.h"
#include "common/time.h"

namespace karkara {

// A new search begins when any of it changes.
struct MtuPath {
  IpAddress source;
  std::uint16_t link_mtu = 1500;  // larger than 1500 is searched as 1500: an internet path takes no more
  friend bool operator==(const MtuPath&, const MtuPath&) = default;
};

struct SizedEcho {
  std::uint64_t nonce = 0;
  std::uint16_t size = 0;  // of the whole IP packet: SendEcho::size
};

class PathMtu {
 public:
  explicit PathMtu(std::uint64_t nonce_seed, Duration repeat = std::chrono::hours{24});

  using Echoes = std::vector<SizedEcho>;  // to send now; at most one is under way
  // path: once the first small echo was answered; nothing when the uplink has gone. time_out: of a small echo.
  Echoes see(const std::optional<MtuPath>& path, Duration time_out, Instant now);
  Echoes on(const EchoAnswered& answer, Instant now);
  Echoes on(const EchoFailed& failure, Instant now);
  Echoes tick(Instant now);
  [[nodiscard]] Instant next_deadline() const { return deadline_; }

  [[nodiscard]] std::optional<std::uint16_t> mtu() const { return mtu_; }  // the last search's, while the path stays
  [[nodiscard]] bool searching() const { return under_way_.has_value(); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }  // sent and answered since start

 private:
  Echoes begin(Instant now);
  Echoes probe(std::size_t index, Instant now);
  Echoes proceed(Instant now);  // after a size is settled
  Echoes lost(Instant now);
  Echoes end(bool found, Instant now);
  [[nodiscard]] std::optional<std::size_t> next_index() const;
  [[nodiscard]] std::size_t index_of(std::uint16_t size) const;  // of the largest that is not above

  std::uint64_t nonce_state_;
  Duration repeat_;
  Duration time_out_{0};
  std::optional<MtuPath> path_;
  std::vector<std::uint16_t> sizes_;               // candidates, rising; the last is the link's
  std::map<std::uint64_t, std::uint16_t> probed_;  // of this search, by nonce: a late answer counts as well
  std::optional<SizedEcho> under_way_;
  unsigned tries_ = 0;       // of the size under way
  std::size_t good_ = 0;     // how many of sizes_ are known to pass
  std::size_t bad_ = 0;      // the first known not to pass; sizes_.size(): none
  bool lost_last_ = false;   // the search's latest size was not answered
  bool confirming_ = false;  // asking the result once more
  std::optional<std::uint16_t> mtu_;
  Duration retry_;  // after a search without a result
  Instant deadline_ = Instant::max();
  std::uint64_t bytes_ = 0;
};

}  // namespace karkara
