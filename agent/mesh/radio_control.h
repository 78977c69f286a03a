// Brings one radio to what is wanted of it, step by step and never twice at once: says so before it turns it down or
// off, looks whether it happened, tries again ever more rarely, and sets it again when another program changed it.
// Refuses to decide what is wanted, and forgets nothing that it has to take back. Owned by RadioFeature.
#pragma once

#include <optional>
#include <string>

#include "agent/facts/effects.h"
#include "agent/facts/radio.h"
#include "agent/mesh/radio_deed.h"
#include "agent/mesh/radio_memory.h"
#include "agent/mesh/radio_settings.h"
#include "agent/mesh/radio_wish.h"
#include "common/time.h"

namespace karkara {

class RadioControl {
 public:
  RadioControl(RadioSettings settings, RadioMemory memory);

  void reconfigure(const RadioSettings& settings);
  void leave();  // no longer configured: as it was found, and then is_gone()
  [[nodiscard]] bool is_leaving() const { return leaving_; }
  [[nodiscard]] bool is_gone() const { return leaving_ && memory_.empty() && !asked_ && !successor_; }

  void want(RadioWish wish);
  // fresh: the look began behind the last answer, so that it shows what came of it.
  Effects see(const RadiosSeen& all, bool fresh, Instant now);
  Effects on(const RadioSet& answer, Instant now);
  Effects step(Instant now, Duration notice, std::uint64_t& requests);
  // As it was found, at once and without waiting: the agent ends. What there is to take back is still remembered.
  [[nodiscard]] Effects restore() const;
  [[nodiscard]] Instant next_deadline() const { return wake_; }

  [[nodiscard]] const RadioSettings& settings() const { return settings_; }
  [[nodiscard]] const RadioMemory& memory() const { return memory_; }
  [[nodiscard]] const RadioWish& wish() const { return wish_; }
  [[nodiscard]] const std::optional<RadioSeen>& seen() const { return seen_; }
  [[nodiscard]] std::optional<RadioNotice> notice() const;
  [[nodiscard]] std::string trouble() const;  // empty: none
  [[nodiscard]] std::string alarm() const;    // the trouble when it is worth one
  [[nodiscard]] RadioReport report(Instant now) const;

 private:
  struct Asked {
    std::uint64_t request;
    RadioDeed deed;
    Instant give_up;
    bool restores = false;  // the power, for good
  };
  struct Announced {
    RadioDeed deed;
    Instant at;
  };
  [[nodiscard]] std::optional<RadioDeed> deed() const;
  [[nodiscard]] bool is_announced(const RadioDeed& deed, Instant now, Duration notice, Effects& effects);
  void act(const RadioDeed& deed, Instant now, std::uint64_t& request, Effects& effects);
  void remember(const RadioDeed& deed);
  void forget_what_is_on();
  void check(Instant now, Effects& effects);
  void notice_fight(Instant now, Effects& effects);
  void settle();
  void make_room();
  void done(const RadioDeed& deed, Effects& effects);
  void fail(const Error& error, Instant now);
  [[nodiscard]] Note note(MessageId message, const RadioDeed& deed) const;
  [[nodiscard]] std::string missing() const;

  RadioSettings settings_;
  RadioMemory memory_;
  RadioWish wish_;
  bool leaving_ = false;
  std::optional<RadioSettings> successor_{};  // once this one is as it was found
  Status look_;                               // of the last look; ok before the first
  std::optional<RadioSeen> seen_{};           // nothing: not there, or not looked yet
  unsigned misses_ = 0;                       // looks in a row that did not find all of it
  std::optional<Asked> asked_{};
  std::optional<RadioDeed> checking_{};  // carried out; the next fresh look shows whether
  std::optional<Announced> announced_{};
  std::optional<LevelSet> set_{};
  unsigned failures_ = 0;  // in a row
  bool definite_ = false;  // the driver cannot
  std::string why_{};      // of the last failure
  Instant due_{};          // not before
  bool settled_ = false;   // it was as wanted, by our doing
  std::optional<Dbm> settled_level_{};
  unsigned fights_ = 0;
  std::optional<Instant> fought_at_{};
  Instant wake_ = Instant::max();
};

[[nodiscard]] std::string_view to_string(RadioRole role);

}  // namespace karkara
