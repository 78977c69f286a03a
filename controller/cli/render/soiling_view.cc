#include "controller/cli/render/soiling_view.h"

#include "controller/cli/render/display.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

Cell verdict_cell(int verdict) {
  switch (verdict) {
    case v1::SOILING_VERDICT_NO_DATA: return {"no data", Tone::Dim};
    case v1::SOILING_VERDICT_FINE: return {"fine", Tone::Good};
    case v1::SOILING_VERDICT_CLEAN_PANELS: return {"clean panels", Tone::Bad};
    case v1::SOILING_VERDICT_HAZE: return {"haze"};
    case v1::SOILING_VERDICT_DUST_EVERYWHERE: return {"dust everywhere", Tone::Warn};
    case v1::SOILING_VERDICT_TOO_FEW_NEIGHBOURS: return {"too few neighbours", Tone::Dim};
    default: break;  // foreign: of a newer controller
  }
  return {"(unknown to this program)", Tone::Dim};
}

Cell percent_cell(std::optional<double> ratio) {
  return ratio ? Cell{format_number(*ratio * 100, 0, "%")} : plain("");
}

// The day by its noon: the same date in every zone.
std::string date(std::int64_t unix) {
  constexpr std::int64_t kNoon = 43'200;
  constexpr std::int64_t kEnd = 253'402'300'800;  // the year 10000
  return unix >= 0 && unix < kEnd ? format_time((unix + kNoon) * 1000).substr(0, 10) : "-";
}

Cell since_cell(const v1::SiteSoiling& site) {
  return site.has_since_unix() ? Cell{date(site.since_unix())} : plain("");
}

Cell agent_cell(const v1::SiteSoiling& site) {
  Cell cell = percent_cell(KARKARA_OPTIONAL(site, agent_ratio));
  return site.agent_alarm() ? Cell{cell.text + " asks for cleaning", Tone::Warn} : cell;
}

Row row(const v1::SiteSoiling& site) {
  return {{site.site_id(), Tone::Strong},
          plain(site.region()),
          percent_cell(KARKARA_OPTIONAL(site, loss_ratio)),
          percent_cell(KARKARA_OPTIONAL(site, error_ratio)),
          site.has_lost_wh_a_day() ? Cell{format_number(site.lost_wh_a_day(), 0, "Wh")} : plain(""),
          since_cell(site),
          percent_cell(KARKARA_OPTIONAL(site, haze_ratio)),
          {std::to_string(site.neighbours())},
          percent_cell(KARKARA_OPTIONAL(site, neighbours_loss_ratio)),
          agent_cell(site),
          verdict_cell(site.verdict()),
          plain(site.explanation())};
}

}  // namespace

View soiling_view(const v1::ListSoilingReply& reply) {
  Table table;
  table.columns = {{"SITE"},
                   {.head = "REGION", .wide = true},
                   {"LOSS", Align::Right},
                   {"±", Align::Right},
                   {.head = "LOST A DAY", .align = Align::Right, .wide = true},
                   {"SINCE"},
                   {"HAZE TODAY", Align::Right},
                   {"NEIGHBOURS", Align::Right},
                   {.head = "THEY LOST", .align = Align::Right, .wide = true},
                   {.head = "AGENT", .wide = true},
                   {.head = "VERDICT", .shrinks = true},
                   {.head = "WHY", .wide = true}};
  table.nothing = "No sites.";
  for (const v1::SiteSoiling& site : reply.sites()) {
    table.rows.push_back(row(site));
  }
  return {.kind = "SoilingList",
          .value = value_of(reply),
          .list = "sites",
          .item = "SiteSoiling",
          .sections = {{"", std::move(table)}}};
}

Section neighbours_section(const v1::SiteSoiling& site) {
  return {"Neighbours", Facts{{"Verdict", verdict_cell(site.verdict())}, {"Why", plain(site.explanation())}}};
}

}  // namespace karkara::cli
