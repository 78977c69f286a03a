#include "controller/cli/watch_screen.h"

#include <fmt/format.h>

#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

constexpr const char* kHome = "\x1b[H";
constexpr const char* kClearLine = "\x1b[K\r\n";
constexpr const char* kClearBelow = "\x1b[J";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

void WatchScreen::on_site(v1::SiteDetail site, Instant now) {
  const std::string id = site.site().id();
  sites_.insert_or_assign(id, Seen{std::move(site), now});
}

std::string WatchScreen::draw(const std::string& title, const Style& style, TerminalSize size, Instant now) const {
  constexpr std::size_t kHeads = 3;  // title, empty line, the table's heads
  constexpr std::size_t kFoot = 1;   // the cursor rests below the last line
  const std::size_t room = size.rows > kHeads + kFoot + 1 ? size.rows - kHeads - kFoot : 1;
  std::vector<v1::SiteSummary> summaries;
  for (const auto& [id, seen] : sites_) {
    summaries.push_back(
        summary_of(seen.site, std::chrono::duration_cast<std::chrono::milliseconds>(now - seen.at).count()));
  }
  const std::size_t hidden = size.rows > 0 && summaries.size() > room ? summaries.size() - (room - 1) : 0;
  summaries.resize(summaries.size() - hidden);
  std::string out = kHome;
  const std::string state =
      trouble_.empty() ? fmt::format("{} sites, Ctrl-C ends", sites_.size()) : clean_text(trouble_);
  const std::string head = fmt::format("{}: {}", title, state);
  out +=
      toned(size.columns > 0 ? cut_to(head, size.columns) : head, trouble_.empty() ? Tone::Strong : Tone::Bad, style);
  out += std::string{kClearLine} + kClearLine;
  for (const std::string& line : lines_of(print(site_table(summaries), style))) {
    out += line + kClearLine;
  }
  if (hidden > 0) {
    out += fmt::format("... and {} more: use a taller terminal or name the sites", hidden) + kClearLine;
  }
  return out + kClearBelow;
}

}  // namespace karkara::cli
