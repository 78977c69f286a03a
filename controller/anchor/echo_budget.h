// How many answers, or bytes, each site may still get: a token bucket per site that holds one second's worth.
// Refuses to grow without bound: the site that asked longest ago is forgotten first, which gives it a full bucket
// again. Called by EchoResponder with sites that proved who they are, so strangers can neither fill the table nor a
// bucket.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>

#include "common/time.h"

namespace karkara {

class EchoBudget {
 public:
  EchoBudget(unsigned per_second, std::size_t most_sites);

  // True, and so much less left, when the site may have that much.
  bool spend(std::uint64_t site, Instant now, unsigned amount = 1);
  [[nodiscard]] std::size_t sites() const { return buckets_.size(); }

 private:
  struct Bucket {
    std::uint64_t site = 0;
    double tokens = 0;
    Instant filled_at;
  };
  Bucket& bucket_of(std::uint64_t site, Instant now);

  double per_second_;
  std::size_t most_sites_;
  std::list<Bucket> by_use_;  // latest first
  std::unordered_map<std::uint64_t, std::list<Bucket>::iterator> buckets_;
};

}  // namespace karkara
