#include "controller/anchor/echo_budget.h"

#include <algorithm>

namespace karkara {

EchoBudget::EchoBudget(unsigned per_second, std::size_t most_sites)
    : per_second_{static_cast<double>(std::max(per_second, 1U))}, most_sites_{std::max<std::size_t>(most_sites, 1)} {}

bool EchoBudget::spend(std::uint64_t site, Instant now, unsigned amount) {
  Bucket& bucket = bucket_of(site, now);
  const std::chrono::duration<double> waited = now - bucket.filled_at;
  bucket.tokens = std::min(bucket.tokens + waited.count() * per_second_, per_second_);
  bucket.filled_at = now;
  if (bucket.tokens < amount) {
    return false;
  }
  bucket.tokens -= amount;
  return true;
}

EchoBudget::Bucket& EchoBudget::bucket_of(std::uint64_t site, Instant now) {
  if (const auto found = buckets_.find(site); found != buckets_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return by_use_.front();
  }
  if (buckets_.size() >= most_sites_) {
    buckets_.erase(by_use_.back().site);
    by_use_.pop_back();
  }
  by_use_.push_front({site, per_second_, now});
  buckets_.emplace(site, by_use_.begin());
  return by_use_.front();
}

}  // namespace karkara
