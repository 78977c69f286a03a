// One neighbour's agent as the neighbour feature knows it. Plain; refuses to judge.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/facts/hello.h"
#include "agent/mesh/hello_watch.h"

namespace karkara {

inline bool is_offer(const Hello& hello) {
  return hello.way == WayOut::Up || hello.way == WayOut::Leaving;
}

struct Neighbour {
  SiteId site;
  std::string address{};                 // link-local
  bool met = false;                      // hellos can be sent to it
  std::optional<Hello> hello{};          // its last
  bool own_address = false;              // what it says is its address follows from its id
  std::optional<IpAddress> transit{};    // the last that did
  Instant lost_at{};                     // when not met
  std::optional<Instant> believed_at{};  // it said that our address is another's
  std::vector<MacAddress> radios{};      // the last that it named
  std::optional<Instant> hello_at{};     // the last hello, also of a session that ended; none: silence means nothing
  bool lossy = false;                    // more than half of its hellos do not come
  bool fades = false;                    // its radio will be turned down so far that it would hardly be heard here
  HelloWatch watch{};
  bool told_silent = true;
  // What is said to it.
  Hello said{};
  Instant say_at = Instant::max();
  unsigned repeats = 0;  // of a change, soon after it: one may be lost
  // As a lender: its way out was tried and led nowhere.
  Instant doubted_until{};
  Duration doubt{};
  bool exhausted = false;  // has used up what is lent to it

  [[nodiscard]] bool is_heard(Instant now) const { return hello && watch.sight(now) != HelloSight::Silent; }
};

}  // namespace karkara
