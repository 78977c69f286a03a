#include "controller/planner_io/plan/list_texts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "controller/planner/outputs/text.h"

namespace karkara::planner {
namespace {

using Ring = std::vector<Place>;

std::string place_csv(const Place& place) {
  return decimal(place.latitude.value(), 6) + "," + decimal(place.longitude.value(), 6);
}

// "adm1_name":"Tahoua", or nothing.
void add_property(const std::string& name, const std::string& value, std::string& properties) {
  if (!value.empty()) {
    properties += (properties.empty() ? "" : ",") + json_text(name) + ":" + json_text(value);
  }
}

std::string feature(const std::string& properties, const std::string& type, const std::string& coordinates) {
  return "{\"type\":\"Feature\",\"properties\":{" + properties + "},\"geometry\":{\"type\":\"" + type +
         "\",\"coordinates\":" + coordinates + "}}";
}

std::string collection(const std::vector<std::string>& features) {
  std::string text = "{\"type\":\"FeatureCollection\",\"features\":[\n";
  for (std::size_t i = 0; i < features.size(); ++i) {
    text += features[i] + (i + 1 < features.size() ? ",\n" : "\n");
  }
  return text + "]}\n";
}

std::string point_json(const Place& place) {
  return "[" + decimal(place.longitude.value(), 7) + "," + decimal(place.latitude.value(), 7) + "]";
}

// In square degrees; positive where the ring runs against the clock.
double signed_area(const Ring& ring) {
  double twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Place& a = ring[i];
    const Place& b = ring[(i + 1) % ring.size()];
    twice += a.longitude.value() * b.latitude.value() - b.longitude.value() * a.latitude.value();
  }
  return twice / 2;
}

// Closed, outer rings against the clock and holes with it, as RFC 7946 (3.1.6) has it.
std::string ring_json(Ring ring, bool hole) {
  if ((signed_area(ring) > 0) == hole) {
    std::reverse(ring.begin(), ring.end());
  }
  if (ring.front() != ring.back()) {
    ring.push_back(ring.front());
  }
  std::string text = "[";
  for (std::size_t i = 0; i < ring.size(); ++i) {
    text += (i == 0 ? "" : ",") + point_json(ring[i]);
  }
  return text + "]";
}

// Of each ring the larger ones around it.
std::vector<std::vector<std::size_t>> rings_around(const std::vector<Ring>& rings) {
  std::vector<double> size(rings.size());
  std::vector<Areas> alone;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    size[i] = std::abs(signed_area(rings[i]));
    alone.emplace_back(std::vector<Area>{{"", "", {rings[i]}}});
  }
  std::vector<std::vector<std::size_t>> around(rings.size());
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const auto inside = inner_place({rings[i]});
    for (std::size_t j = 0; inside && j < rings.size(); ++j) {
      if (size[j] > size[i] && alone[j].around(*inside) != nullptr) {
        around[i].push_back(j);
      }
    }
  }
  return around;
}

}  // namespace

std::string settlements_csv(const std::vector<Settlement>& settlements, const Regions* regions) {
  std::string text = "id,name,latitude,longitude,population,pcode,schools,health_centres";
  text += regions != nullptr ? ",region,department,commune\n" : "\n";
  for (const Settlement& one : settlements) {
    text += csv_text(one.id) + "," + csv_text(one.name) + "," + place_csv(one.place) + "," +
            (one.people ? std::to_string(*one.people) : "") + "," + csv_text(one.code) + "," +
            std::to_string(one.schools) + "," + std::to_string(one.health_centres);
    if (regions != nullptr) {
      const Division division = regions->of(one.place, one.code);
      text += "," + csv_text(division.region) + "," + csv_text(division.department) + "," + csv_text(division.commune);
    }
    text += "\n";
  }
  return text;
}

std::string masts_csv(const std::vector<Mast>& masts) {
  std::string text = "id,name,latitude,longitude,height_m,operator,technology,eirp_dbm,frequency_mhz\n";
  for (const Mast& mast : masts) {
    text += csv_text(mast.id) + "," + csv_text(mast.name) + "," + place_csv(mast.place) + "," +
            (mast.height ? decimal(mast.height->value(), 1) : "") + "," + csv_text(mast.owner) + "," +
            csv_text(mast.technology) + "," + (mast.eirp ? decimal(mast.eirp->value(), 1) : "") + "," +
            (mast.frequency ? decimal(mast.frequency->value(), 1) : "") + "\n";
  }
  return text;
}

std::string measurements_csv(const std::vector<Measurement>& samples) {
  std::string text = "site,latitude,longitude,dbm,frequency_mhz,profile,time,heard_by\n";
  for (const Measurement& sample : samples) {
    text += csv_text(sample.site) + "," + place_csv(sample.place) + "," + decimal(sample.level.value(), 2) + "," +
            (sample.frequency ? decimal(sample.frequency->value(), 3) : "") + "," + csv_text(sample.profile) + "," +
            csv_text(sample.time) + "," + csv_text(sample.heard_by) + "\n";
  }
  return text;
}

std::string multipolygon_json(const std::vector<Ring>& rings) {
  const std::vector<std::vector<std::size_t>> around = rings_around(rings);
  std::string text = "[";
  for (std::size_t outer = 0; outer < rings.size(); ++outer) {
    if (around[outer].size() % 2 != 0 || rings[outer].empty()) {
      continue;  // a hole of another
    }
    text += (text.size() > 1 ? ",[" : "[") + ring_json(rings[outer], false);
    for (std::size_t hole = 0; hole < rings.size(); ++hole) {
      const auto& holders = around[hole];
      const bool here = holders.size() == around[outer].size() + 1 &&
                        std::find(holders.begin(), holders.end(), outer) != holders.end();
      text += here ? "," + ring_json(rings[hole], true) : "";
    }
    text += "]";
  }
  return text + "]";
}

std::string borders_geojson(const Borders& borders) {
  std::vector<std::string> features;
  for (std::size_t i = 0; i < borders.units().size(); ++i) {
    const AdminUnit& unit = borders.units()[i];
    std::string properties;
    for (std::size_t level = 0; level < unit.code.size(); ++level) {
      const std::string column = "adm" + std::to_string(level + 1);
      add_property(column + "_pcode", unit.code[level], properties);
      add_property(column + "_name", unit.name[level], properties);
    }
    features.push_back(feature(properties, "MultiPolygon", multipolygon_json(borders.areas().all()[i].rings)));
  }
  return collection(features);
}

std::string operators_geojson(const OperatorCoverage& coverage) {
  std::vector<std::string> features;
  for (const Area& area : coverage.areas().all()) {
    std::string properties;
    add_property("operator", area.name, properties);
    add_property("technology", area.code, properties);
    features.push_back(feature(properties, "MultiPolygon", multipolygon_json(area.rings)));
  }
  for (const OperatorTower& tower : coverage.towers()) {
    std::string properties;
    add_property("id", tower.id, properties);
    add_property("operator", tower.owner, properties);
    add_property("technology", tower.technology, properties);
    properties += (properties.empty() ? "" : ",") + std::string{"\"range_m\":"} + decimal(tower.reach.value(), 1);
    features.push_back(feature(properties, "Point", point_json(tower.place)));
  }
  return collection(features);
}

}  // namespace karkara::planner
