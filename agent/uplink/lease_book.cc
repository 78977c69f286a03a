#include "agent/uplink/lease_book.h"

#include <algorithm>
#include <array>

namespace karkara {
namespace {

using std::chrono::seconds;
constexpr std::array<Duration, 3> kSoon = {seconds{1}, seconds{3}, seconds{10}};
constexpr Duration kPause = seconds{60};

}  // namespace

std::vector<ReadLease> LeaseBook::see(const std::vector<ReadLease>& wanted, Instant now) {
  std::erase_if(pages_, [&](const auto& page) {
    return std::ranges::find(wanted, page.first, &ReadLease::uplink) == wanted.end();
  });
  std::vector<ReadLease> looks;
  for (const ReadLease& want : wanted) {
    Page& page = pages_[want.uplink];
    if (page.as != want) {
      if (page.as.link != want.link) {
        page.told.reset();
      }
      page.as = want;
      page.looks = 0;
      page.due = now;
    }
    if (page.due <= now) {
      page.due = now + (page.looks < kSoon.size() ? kSoon.at(page.looks) : kPause);
      ++page.looks;
      looks.push_back(want);
    }
  }
  return looks;
}

bool LeaseBook::on(const LeaseRead& lease) {
  const auto page = pages_.find(lease.uplink);
  if (page == pages_.end() || page->second.as.link != lease.link) {
    return false;
  }
  std::optional<LeaseRead>& told = page->second.told;
  if (told && lease.resolvers.empty() && page->second.told_with == page->second.as.addresses) {
    return false;
  }
  const auto before = told ? told->resolvers : std::vector<IpAddress>{};
  told = lease;
  page->second.told_with = page->second.as.addresses;
  return lease.resolvers != before;
}

const LeaseRead* LeaseBook::find(const UplinkId& uplink) const {
  const auto page = pages_.find(uplink);
  return page != pages_.end() && page->second.told && !page->second.told->resolvers.empty() ? &*page->second.told
                                                                                            : nullptr;
}

Instant LeaseBook::next_deadline() const {
  Instant next = Instant::max();
  for (const auto& [id, page] : pages_) {
    next = std::min(next, page.due);
  }
  return next;
}

}  // namespace karkara
