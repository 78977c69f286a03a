#include "controller/planning/fleet_lists.h"

#include <algorithm>
#include <optional>

#include "common/series.h"
#include "controller/planner/outputs/text.h"

namespace karkara {
namespace {

using planner::csv_text;
using planner::decimal;

constexpr Duration kFresh = std::chrono::hours{24};
constexpr const char* kNeighbours = "mesh";  // kind of an uplink that leads over a neighbour

std::string place_fields(const SiteRecord& record) {
  return decimal(record.latitude->value(), 6) + "," + decimal(record.longitude->value(), 6);
}

bool has_place(const SiteRecord& record) {
  return record.latitude && record.longitude;
}

bool leads_out(const SiteView& view) {
  return view.report && std::any_of(view.report->uplinks.begin(), view.report->uplinks.end(),
                                    [](const ReportedUplink& uplink) { return uplink.kind != kNeighbours; });
}

struct RadioOwner {
  SiteId site;
  std::optional<std::uint32_t> frequency_mhz;
};

std::map<std::string, RadioOwner> owners_of_radios(const Fleet& fleet) {
  std::map<std::string, RadioOwner> owners;
  for (const auto& [id, view] : fleet.sites()) {
    for (const ReportedMeshRadio& radio : view.report ? view.report->mesh_radios : std::vector<ReportedMeshRadio>{}) {
      owners.emplace(radio.mac, RadioOwner{id, radio.frequency_mhz});
    }
  }
  return owners;
}

}  // namespace

std::string masts_csv(const Fleet& fleet, const MastHeights& heights) {
  std::string text = "id,name,latitude,longitude,height_m,operator,technology\n";
  for (const auto& [id, view] : fleet.sites()) {
    if (!has_place(view.record) || view.state == SiteState::Unknown) {
      continue;
    }
    const auto planned = heights.find(id);
    const auto height = view.record.mast           ? view.record.mast
                        : planned != heights.end() ? std::optional{planned->second}
                                                   : std::nullopt;
    text += id.text() + "," + csv_text(view.record.name) + "," + place_fields(view.record) + "," +
            (height ? decimal(height->value(), 1) : "") + ",karkara," + (leads_out(view) ? "gateway" : kNeighbours) +
            "\n";
  }
  return text;
}

std::string links_csv(const Fleet& fleet, Moment now) {
  const auto owners = owners_of_radios(fleet);
  constexpr auto kSignal = static_cast<std::uint16_t>(SeriesId::MeshPeerSignal);
  std::string text = "latitude,longitude,dbm,site,frequency_mhz,heard_by,age_s\n";
  for (const auto& [id, view] : fleet.sites()) {
    const auto& values = view.values.all();
    for (auto at = values.lower_bound({kSignal, ""}); at != values.end() && at->first.series == kSignal; ++at) {
      const auto owner = owners.find(at->first.instance);
      const double* dbm = std::get_if<double>(&at->second.value);
      const Duration age = at->second.age(now.at);
      if (dbm == nullptr || owner == owners.end() || owner->second.site == id || age > kFresh ||
          !has_place(view.record)) {
        continue;
      }
      text += place_fields(view.record) + "," + decimal(*dbm, 1) + "," + owner->second.site.text() + "," +
              (owner->second.frequency_mhz ? std::to_string(*owner->second.frequency_mhz) : "") + "," + id.text() +
              "," + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(age).count()) + "\n";
    }
  }
  return text;
}

}  // namespace karkara
