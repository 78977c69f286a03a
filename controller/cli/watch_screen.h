// What `site watch` shows on a terminal: the sites with ages that grow, cut to the screen. Pure: time is an argument.
// Refuses to print; site_watch.cc does.
#pragma once

#include <map>
#include <string>

#include "common/time.h"
#include "controller/cli/render/site_view.h"
#include "controller/cli/surroundings.h"

namespace karkara::cli {

class WatchScreen {
 public:
  void on_site(v1::SiteDetail site, Instant now);
  void on_trouble(std::string text) { trouble_ = std::move(text); }  // "": all is well again

  // One redraw from the top left corner, each line cleared to its end; no more lines than the terminal has.
  [[nodiscard]] std::string draw(const std::string& title, const Style& style, TerminalSize size, Instant now) const;

 private:
  struct Seen {
    v1::SiteDetail site;
    Instant at;
  };
  std::map<std::string, Seen> sites_;
  std::string trouble_;
};

}  // namespace karkara::cli
