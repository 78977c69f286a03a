// The alarms of one site: which are active, and which closed ones may still arrive a second time. Every signal may come
// twice or after its own clear, since a site repeats what was not acknowledged: a repetition changes nothing.
// Refuses to page or to log: Fleet hands its answers on.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "common/ids.h"
#include "controller/fleet/site_report.h"

namespace karkara {

struct AlarmRecord {
  std::uint64_t id = 0;
  SiteId site;
  AlarmSubject key;
  Level level = Level::Error;
  bool active = true;
  WallTime raised;                  // by the site's clock
  std::optional<WallTime> cleared;  // by the site's clock
  WallTime received;                // by the controller's clock
  Fields fields;
  friend bool operator==(const AlarmRecord&, const AlarmRecord&) = default;
};

// An alarm of a message that this program does not know counts as an error: better seen than hidden.
[[nodiscard]] Level alarm_level(const std::string& message);

// Of the comparison of sites: raised and cleared by the controller alone, in no site's list.
[[nodiscard]] AlarmSubject panels_dirty();
[[nodiscard]] bool is_controllers_alarm(const std::string& message);

class AlarmBook {
 public:
  static constexpr std::size_t kMostActive = 256;
  static constexpr std::size_t kRememberedClosed = 64;

  // The record that changed (opened, closed, or amended with what only the signal knew); nothing for a repetition.
  // A new alarm takes next_id and moves it on.
  std::optional<AlarmRecord> take(const AlarmSignal& signal, const SiteId& site, WallTime received,
                                  std::uint64_t& next_id);
  // The site's whole list: what is not in it is closed, what is new in it is opened with the list's time.
  std::vector<AlarmRecord> take_list(const std::vector<AlarmSubject>& active, WallTime device_time, const SiteId& site,
                                     WallTime received, std::uint64_t& next_id);
  void restore(const AlarmRecord& record);

  [[nodiscard]] const std::map<AlarmSubject, AlarmRecord>& active() const { return active_; }
  [[nodiscard]] bool any_at_least(Level level) const;

 private:
  struct Closed {
    AlarmSubject key;
    WallTime raised;
    WallTime cleared;
  };
  std::optional<AlarmRecord> open(const AlarmSignal& signal, const SiteId& site, WallTime received,
                                  std::uint64_t& next_id);
  AlarmRecord close(std::map<AlarmSubject, AlarmRecord>::iterator at, WallTime device_time);
  void remember_closed(const AlarmRecord& record);

  std::map<AlarmSubject, AlarmRecord> active_;
  std::map<AlarmSubject, bool> from_list_;  // opened by a list: the signal itself may still bring time and fields
  std::deque<Closed> closed_;
};

}  // namespace karkara
