// The past days of one VE.Direct charger: keeps the book of what was seen, asks the charger by HEX for what was missed,
// and tells it once. Refuses to ask more than one round a day, and to write anything else: the charger's RX pin may be
// wired as its on/off switch. Owned by VeDirectSource.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/power/vedirect/day_book.h"
#include "agent/power/vedirect/history_ask.h"
#include "agent/power/vedirect/text_block.h"

namespace karkara {

class ChargerDays {
 public:
  ChargerDays(DeviceId id, bool may_ask) : id_{std::move(id)}, may_ask_{may_ask} {}

  void line_changed();    // opened or closed: who is there now has said nothing yet
  void another_device();  // what was begun with the one before is dropped
  Effects on_block(const vedirect::TextBlock& block, Instant now);
  void on_frame(const vedirect::HexFrame& frame, Instant now);
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const { return ask_.next_deadline(); }

  [[nodiscard]] bool is_asking() const { return ask_.is_asking(); }
  // Nothing answered the last round: its TX line is not connected.
  [[nodiscard]] bool is_deaf() const { return ask_.state() == vedirect::HistoryAsk::State::NoAnswer; }

  // The last question: firmware up to 1.52 then holds its text back for a while.
  [[nodiscard]] std::optional<Instant> asked_at() const { return ask_.asked_at(); }

  // Days that the charger told and that have a date or never will, each once, the oldest first.
  [[nodiscard]] std::vector<ChargerDay> take_missed(const KnownTime& at, Duration utc_offset);
  [[nodiscard]] std::vector<ChargerDay> days() const { return book_.days(); }
  [[nodiscard]] const std::optional<ChargerTotals>& totals() const { return book_.totals(); }
  [[nodiscard]] bool is_known() const { return book_.is_known(); }
  [[nodiscard]] std::string state_text() const;

  [[nodiscard]] static std::string key(const DeviceId& id);  // of the state on disk
  [[nodiscard]] Effects keep(Instant now, bool all);
  [[nodiscard]] std::string memory() const;
  Effects recall(std::string_view memory);

 private:
  void ask_ended();

  DeviceId id_;
  bool may_ask_;
  vedirect::DayBook book_;
  vedirect::HistoryAsk ask_;
  std::optional<Instant> listening_since_;
  Instant save_at_;
  bool changed_ = false;  // worth a write of its own
};

}  // namespace karkara
