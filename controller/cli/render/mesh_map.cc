#include "controller/cli/render/mesh_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "controller/cli/render/display.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

constexpr double kBitsPerByte = 8;
constexpr int kMostLinks = 4'096;

std::map<std::string, std::string> owners_of(const std::vector<v1::SiteDetail>& sites) {
  std::map<std::string, std::string> owners;
  for (const v1::SiteDetail& site : sites) {
    for (const v1::MeshRadio& radio : site.report().mesh_radios()) {
      owners.emplace(radio.mac(), site.site().id());
    }
  }
  return owners;
}

// True for a series of a link.
bool take_value(const v1::SeriesValue& value, v1::MeshMapLink& link) {
  if (value.name() == "mesh_peer_signal_dbm") {
    link.set_signal_dbm(value.value());
  } else if (value.name() == "mesh_peer_sending_bytes_per_second") {
    link.set_sending_bps(value.value() * kBitsPerByte);
  } else if (value.name() == "mesh_peer_expected_bytes_per_second") {
    link.set_expected_bps(value.value() * kBitsPerByte);
  } else if (value.name() == "mesh_peer_airtime_seconds") {
    link.set_airtime_seconds(value.value());
  } else {
    return false;
  }
  return true;
}

std::map<std::string, v1::MeshMapLink> links_of(const v1::SiteDetail& site) {
  std::map<std::string, v1::MeshMapLink> links;  // by the neighbour's radio
  for (const v1::SeriesValue& value : site.values()) {
    v1::MeshMapLink told;
    if (!value.has_value() || !take_value(value, told)) {
      continue;
    }
    const auto [link, is_new] = links.try_emplace(value.instance());
    (void)take_value(value, link->second);
    link->second.set_age_ms(is_new ? value.age_ms() : std::min<std::int64_t>(link->second.age_ms(), value.age_ms()));
  }
  return links;
}

Cell map_rate_cell(bool known, double rate) {
  constexpr double kMostRate = 1e13;
  return known && rate >= 0 && rate < kMostRate ? Cell{format_rate(static_cast<std::uint64_t>(rate))}
                                                : Cell{"-", Tone::Dim};
}

// The same link as the other end tells it.
const v1::MeshMapLink* way_back(const v1::MeshMap& map, const v1::MeshMapLink& link) {
  const auto found = std::find_if(map.links().begin(), map.links().end(), [&](const v1::MeshMapLink& other) {
    return !link.neighbour().empty() && other.site() == link.neighbour() && other.neighbour() == link.site();
  });
  return found == map.links().end() ? nullptr : &*found;
}

Cell signal_cell(const v1::MeshMapLink* link) {
  return link != nullptr && link->has_signal_dbm() ? Cell{format_number(link->signal_dbm(), 0, "dBm")}
                                                   : Cell{"-", Tone::Dim};
}

std::string today_text(const v1::MeshRecovery& recovery) {
  return fmt::format("{}; today {} kicks, {} scans, {} rejoins, {} resets",
                     recovery.state().empty() ? "nothing to recover" : recovery.state(), recovery.kicks(),
                     recovery.scans(), recovery.rejoins(), recovery.resets());
}

}  // namespace

v1::MeshMap mesh_map_of(const std::vector<v1::SiteDetail>& sites) {
  const auto owners = owners_of(sites);
  v1::MeshMap map;
  for (const v1::SiteDetail& site : sites) {
    for (auto& [radio, link] : links_of(site)) {
      if (map.links_size() >= kMostLinks) {
        return map;
      }
      const auto owner = owners.find(radio);
      link.set_site(site.site().id());
      link.set_neighbour(owner == owners.end() ? "" : owner->second);
      link.set_radio(radio);
      link.set_state(site.state());
      *map.add_links() = std::move(link);
    }
  }
  std::sort(map.mutable_links()->begin(), map.mutable_links()->end(), [](const auto& a, const auto& b) {
    return std::tie(a.site(), a.neighbour(), a.radio()) < std::tie(b.site(), b.neighbour(), b.radio());
  });
  return map;
}

View mesh_map_view(const v1::MeshMap& map) {
  Table table;
  table.columns = {{"SITE"},
                   {"HEARS"},
                   {"SIGNAL", Align::Right},
                   {"BACK", Align::Right},
                   {"EXPECTED", Align::Right},
                   {.head = "SENDING", .align = Align::Right, .wide = true},
                   {"AIRTIME", Align::Right},
                   {"AGE", Align::Right},
                   {.head = "RADIO", .wide = true}};
  table.nothing = "No links.";
  for (const v1::MeshMapLink& link : map.links()) {
    table.rows.push_back({{link.site(), Tone::Strong},
                          link.neighbour().empty() ? Cell{"not of the fleet", Tone::Warn} : Cell{link.neighbour()},
                          signal_cell(&link),
                          signal_cell(way_back(map, link)),
                          map_rate_cell(link.has_expected_bps(), link.expected_bps()),
                          map_rate_cell(link.has_sending_bps(), link.sending_bps()),
                          link.has_airtime_seconds() ? Cell{format_number(link.airtime_seconds() * 1000, 2, "ms")}
                                                     : Cell{"-", Tone::Dim},
                          age_cell(link.age_ms()),
                          plain(link.radio())});
  }
  return {.kind = "MeshMap",
          .value = value_of(map),
          .list = "links",
          .item = "MeshMapLink",
          .sections = {{"", std::move(table)}}};
}

void add_radios(const v1::Mesh& mesh, View& view) {
  if (!mesh.country().empty()) {
    view.sections.push_back({"Radios", Facts{{"Rules", plain(mesh.country())}}});
  }
  for (const v1::WifiRadioState& radio : mesh.radios()) {
    Facts facts{
        {"Device", plain(radio.device())},
        {"Channel", plain(radio.channel())},
        {"State", plain(radio.state())},
        {"Why", radio.trouble().empty() ? Cell{"nothing is wrong", Tone::Dim} : Cell{radio.trouble(), Tone::Bad}}};
    for (const std::string& line : radio.interfaces()) {
      facts.push_back({"Interface", plain(line)});
    }
    view.sections.push_back({"Radio " + radio.id(), std::move(facts)});
  }
  for (const v1::MeshRecovery& recovery : mesh.recoveries()) {
    view.sections.push_back({"Recovery of " + recovery.interface(), Facts{{"State", plain(today_text(recovery))}}});
  }
}

}  // namespace karkara::cli
