#include "controller/cli/shaping_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "controller/cli/render/display.h"
#include "controller/cli/render/render.h"
#include "controller/cli/render/shaping_view.h"

namespace karkara::cli {
namespace {

constexpr const char* kHome = "\x1b[H";
constexpr const char* kNoWrap = "\x1b[?7l";  // a narrow terminal cuts a line instead of scrolling
constexpr const char* kWrap = "\x1b[?7h";
constexpr const char* kClearLine = "\x1b[K\r\n";
constexpr const char* kClearBelow = "\x1b[J";

struct Busy {
  const v1::ShapedDirection* direction;
  const v1::ShapedClass* of;
};

bool is_busier(const Busy& a, const Busy& b) {
  if (a.of->has_carried() != b.of->has_carried()) {
    return a.of->has_carried();
  }
  return a.of->carried() > b.of->carried();
}

bool is_idle(const v1::ShapedClass& of) {
  return of.has_carried() && of.carried() == 0 && of.backlog() == 0 && of.drops() == 0;
}

std::size_t count_idle(const v1::Shaping& shaping) {
  std::size_t idle = 0;
  for (const v1::ShapedDirection& direction : shaping.directions()) {
    idle += static_cast<std::size_t>(std::count_if(direction.classes().begin(), direction.classes().end(), is_idle));
  }
  return idle;
}

std::vector<std::string> lines_of(const View& view, const Style& style) {
  std::ostringstream out;
  render(view, style.wide ? Format::Wide : Format::Table, style, out);
  std::vector<std::string> lines;
  std::istringstream in{out.str()};
  for (std::string line; std::getline(in, line);) {
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

Table busiest_table(const v1::Shaping& shaping, bool with_idle) {
  std::vector<Busy> all;
  for (const v1::ShapedDirection& direction : shaping.directions()) {
    for (const v1::ShapedClass& one : direction.classes()) {
      if (with_idle || !is_idle(one)) {
        all.push_back({&direction, &one});
      }
    }
  }
  std::stable_sort(all.begin(), all.end(), is_busier);
  Table table;
  table.columns = {{.head = "UPLINK", .shrinks = true},
                   {"WAY"},
                   {.head = "CLASS", .shrinks = true},
                   {"NOW", Align::Right},
                   {"DELAY", Align::Right},
                   {"DROPS", Align::Right},
                   {"WAITING", Align::Right},
                   {.head = "TERMS", .shrinks = true}};
  table.nothing = with_idle ? "No class was reported." : "No class carries anything.";
  for (const Busy& one : all) {
    table.rows.push_back({{one.direction->uplink()},
                          {way_of(*one.direction)},
                          {one.of->id(), Tone::Strong},
                          carried_cell(KARKARA_OPTIONAL(*one.of, carried)),
                          rtt_cell(KARKARA_OPTIONAL(*one.of, delay_seconds)),
                          drops_cell(KARKARA_OPTIONAL(*one.of, drops)),
                          {format_bytes(one.of->backlog()), one.of->backlog() == 0 ? Tone::Dim : Tone::Plain},
                          terms_cell(one.of->terms())});
  }
  return table;
}

Table host_table(const v1::Shaping& shaping) {
  Table table;
  table.columns = {{.head = "HOST", .shrinks = true},
                   {.head = "CLASS", .shrinks = true},
                   {"DOWN", Align::Right},
                   {"UP", Align::Right},
                   {"IN ALL", Align::Right}};
  table.nothing = shaping.hosts_unknown().empty() ? "Nobody was counted yet (an older agent never does)."
                                                  : "Who is busy is not known: " + shaping.hosts_unknown() + ".";
  for (const v1::ShapedHost& host : shaping.hosts()) {
    table.rows.push_back({{host.address(), Tone::Strong},
                          {host.of_class()},
                          carried_cell(KARKARA_OPTIONAL(host, down)),
                          carried_cell(KARKARA_OPTIONAL(host, up)),
                          {format_bytes(host.bytes())}});
  }
  return table;
}

void ShapingScreen::on_shaping(v1::Shaping shaping, Instant now) {
  shaping_ = std::move(shaping);
  heard_ = now;
  trouble_.clear();
}

std::string ShapingScreen::heading(Instant now) const {
  if (trouble_.empty()) {
    return fmt::format("{}: {}", title_, hint_);
  }
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - heard_).count();
  return fmt::format("{}: {} old: {}", title_, format_age(age), trouble_);
}

std::vector<Section> ShapingScreen::sections(bool with_idle) const {
  std::vector<Section> sections;
  if (!shaping_.enabled() || shaping_.obstacles_size() > 0) {
    sections.push_back({"", shaping_facts(shaping_)});
  }
  sections.push_back({"", direction_table(shaping_)});
  const std::size_t idle = with_idle ? 0 : count_idle(shaping_);
  sections.push_back({idle == 0 ? "" : fmt::format("{} more: idle", idle), busiest_table(shaping_, with_idle)});
  if (shaping_.quotas_size() > 0) {
    sections.push_back({"", quota_table(shaping_)});
  }
  sections.push_back({"", host_table(shaping_)});
  return sections;
}

View ShapingScreen::view() const {
  return {.kind = "Shaping", .value = value_of(shaping_), .list = "", .item = "", .sections = sections(true)};
}

std::vector<std::string> ShapingScreen::drawn_lines(const Style& style, bool with_idle) const {
  View whole = view();
  whole.sections = sections(with_idle);
  return lines_of(whole, style);
}

// Where there is no room for all, classes that carry nothing make it for the devices below them.
std::string ShapingScreen::draw(const Style& style, TerminalSize size, Instant now) const {
  constexpr std::size_t kFoot = 1;   // the cursor rests below the last line
  constexpr std::size_t kLeast = 3;  // heading, a line, what is hidden
  const std::string head = clean_text(heading(now));
  std::vector<std::string> lines{
      toned(size.columns > 0 ? cut_to(head, size.columns) : head, trouble_.empty() ? Tone::Strong : Tone::Bad, style),
      ""};
  const std::size_t room = std::max<std::size_t>(size.rows, kLeast + kFoot) - kFoot;
  std::vector<std::string> body = drawn_lines(style, true);
  if (size.rows > 0 && lines.size() + body.size() > room) {
    body = drawn_lines(style, false);
  }
  std::move(body.begin(), body.end(), std::back_inserter(lines));
  if (size.rows > 0 && lines.size() > room) {
    const std::size_t hidden = lines.size() - (room - 1);
    lines.resize(room - 1);
    lines.push_back(fmt::format("... and {} lines more: use a taller terminal", hidden));
  }
  std::string out = std::string{kNoWrap} + kHome;
  for (const std::string& line : lines) {
    out += line + kClearLine;
  }
  return out + kClearBelow + kWrap;
}

}  // namespace karkara::cli
