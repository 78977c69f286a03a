// What `shaping top` shows: each direction's rate, its classes with the busiest first, and quotas. Pure: answers go
// in, text comes out. Refuses to look alive when it is not: without an answer it says how old its numbers are. Called
// by shaping_commands.cc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/cli/render/view.h"
#include "controller/cli/surroundings.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

class ShapingScreen {
 public:
  // title: "karkara shaping top sadore"; hint: "each 2s, q ends".
  ShapingScreen(std::string title, std::string hint) : title_{std::move(title)}, hint_{std::move(hint)} {}

  void on_shaping(v1::Shaping shaping, Instant now);
  void on_trouble(std::string text) { trouble_ = std::move(text); }  // the last answer stays

  // One redraw from the top left corner, each line cleared to its end; no more lines than the terminal has.
  [[nodiscard]] std::string draw(const Style& style, TerminalSize size, Instant now) const;
  [[nodiscard]] View view() const;  // the same once, for a pipe; one line of jsonl

 private:
  [[nodiscard]] std::string heading(Instant now) const;
  [[nodiscard]] std::vector<Section> sections(bool with_idle) const;
  [[nodiscard]] std::vector<std::string> drawn_lines(const Style& style, bool with_idle) const;

  std::string title_;
  std::string hint_;
  std::string trouble_;
  v1::Shaping shaping_;
  Instant heard_;
};

// UPLINK WAY CLASS NOW DELAY DROPS WAITING TERMS, the busiest first; what was not counted yet comes last. Idle is what
// was seen to carry nothing while nothing waits.
[[nodiscard]] Table busiest_table(const v1::Shaping& shaping, bool with_idle = true);
// HOST CLASS DOWN UP IN ALL, as the site ordered them.
[[nodiscard]] Table host_table(const v1::Shaping& shaping);

}  // namespace karkara::cli
