#include "controller/planner/outputs/layer_texts.h"

#include <array>
#include <cstdio>

#include "common/overloaded.h"

namespace karkara::planner {
namespace {

std::string hash_text(std::uint64_t hash) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

// The bare value, as CSV and KML show it; empty where unknown.
std::string cell_text(const Cell& cell, const Column& column) {
  return std::visit(
      Overloaded{[](std::monostate) { return std::string{}; }, [](const std::string& text) { return text; },
                 [](std::int64_t number) { return std::to_string(number); },
                 [&](double number) { return decimal(number, column.digits); },
                 [](bool yes) { return std::string{yes ? "yes" : "no"}; }},
      cell);
}

std::string cell_json(const Cell& cell, const Column& column) {
  return std::visit(Overloaded{[](std::monostate) { return std::string{"null"}; },
                               [](const std::string& text) { return json_text(text); },
                               [](std::int64_t number) { return std::to_string(number); },
                               [&](double number) { return decimal(number, column.digits); },
                               [](bool yes) { return std::string{yes ? "true" : "false"}; }},
                    cell);
}

std::string pair_of(const Place& place) {
  return decimal(place.longitude.value(), 6) + "," + decimal(place.latitude.value(), 6);
}

std::string geometry_json(const Feature& feature) {
  if (feature.where.size() == 1) {
    return R"({"type":"Point","coordinates":[)" + pair_of(feature.where[0]) + "]}";
  }
  std::string line = R"({"type":"LineString","coordinates":[)";
  for (std::size_t i = 0; i < feature.where.size(); ++i) {
    line += std::string{i == 0 ? "[" : ",["} + pair_of(feature.where[i]) + "]";
  }
  return line + "]}";
}

bool has_role(const Layer& layer, const Feature& feature, const std::string& role) {
  for (std::size_t i = 0; i < layer.columns.size(); ++i) {
    if (layer.columns[i].name == "role") {
      return cell_text(feature.cells[i], layer.columns[i]) == role;
    }
  }
  return false;
}

const char* kml_style(const Layer& layer, const Feature& feature) {
  if (layer.name == "hops") {
    return has_role(layer, feature, "protection") ? "#second" : "#hop";
  }
  if (layer.name == "sites") {
    return "#site";
  }
  for (std::size_t i = 0; i < layer.columns.size(); ++i) {
    if (layer.columns[i].name == "served") {
      return std::get<bool>(feature.cells[i]) ? "#served" : "#unserved";
    }
  }
  return "#served";
}

// The column called so, else the first.
std::string title_of(const Layer& layer, const Feature& feature) {
  for (std::size_t i = 0; i < layer.columns.size(); ++i) {
    if (layer.columns[i].name == "name") {
      const std::string name = cell_text(feature.cells[i], layer.columns[i]);
      return name.empty() ? cell_text(feature.cells[0], layer.columns[0]) : name;
    }
  }
  return cell_text(feature.cells[0], layer.columns[0]) + " - " + cell_text(feature.cells[1], layer.columns[1]);
}

std::string placemark(const Layer& layer, const Feature& feature) {
  std::string text = "<Placemark><name>" + xml_text(title_of(layer, feature)) + "</name><styleUrl>" +
                     kml_style(layer, feature) + "</styleUrl><ExtendedData>";
  for (std::size_t i = 0; i < layer.columns.size(); ++i) {
    const std::string value = cell_text(feature.cells[i], layer.columns[i]);
    if (!value.empty()) {
      text += "<Data name=\"" + layer.columns[i].name + "\"><value>" + xml_text(value) + "</value></Data>";
    }
  }
  text += "</ExtendedData>";
  if (feature.where.size() == 1) {
    return text + "<Point><coordinates>" + pair_of(feature.where[0]) + "</coordinates></Point></Placemark>\n";
  }
  text += "<LineString><tessellate>1</tessellate><coordinates>";
  for (std::size_t i = 0; i < feature.where.size(); ++i) {
    text += (i == 0 ? "" : " ") + pair_of(feature.where[i]);
  }
  return text + "</coordinates></LineString></Placemark>\n";
}

std::string folder_name(const std::string& layer, Language language) {
  if (language == Language::English) {
    return layer;
  }
  return layer == "settlements" ? "localit\xC3\xA9s" : layer == "hops" ? "liaisons" : layer;
}

constexpr const char* kStyles =
    "<Style id=\"site\"><IconStyle><color>ff1a73e8</color><scale>0.9</scale></IconStyle></Style>\n"
    "<Style id=\"served\"><IconStyle><color>ff3a9b35</color><scale>0.4</scale></IconStyle>"
    "<LabelStyle><scale>0</scale></LabelStyle></Style>\n"
    "<Style id=\"unserved\"><IconStyle><color>ff1c1ac5</color><scale>0.5</scale></IconStyle></Style>\n"
    "<Style id=\"hop\"><LineStyle><color>ffb0561f</color><width>2</width></LineStyle></Style>\n"
    "<Style id=\"second\"><LineStyle><color>ff9678aa</color><width>1</width></LineStyle></Style>\n";

}  // namespace

std::string to_geojson(const std::vector<Layer>& layers, const Plan& about) {
  std::string text =
      "{\"type\":\"FeatureCollection\",\"name\":\"karkara plan\",\"plan\":{\"target\":" + json_text(about.target) +
      ",\"currency\":" + json_text(about.currency) + ",\"seed\":" + std::to_string(about.seed) + ",\"input\":\"" +
      hash_text(about.input_hash) + "\",\"bound\":" + (about.bound ? std::to_string(*about.bound) : "null") +
      ",\"gap\":" + decimal(about.gap, 6) + ",\"marks\":[";
  for (std::size_t i = 0; i < about.marks.size(); ++i) {
    text += (i == 0 ? "" : ",") + json_text(about.marks[i]);
  }
  text += "]},\"features\":[";
  bool first = true;
  for (const Layer& layer : layers) {
    for (const Feature& feature : layer.features) {
      text += std::string{first ? "\n" : ",\n"} + R"({"type":"Feature","properties":{"layer":)" + json_text(layer.name);
      for (std::size_t i = 0; i < layer.columns.size(); ++i) {
        text += "," + json_text(layer.columns[i].name) + ":" + cell_json(feature.cells[i], layer.columns[i]);
      }
      text += "},\"geometry\":" + geometry_json(feature) + "}";
      first = false;
    }
  }
  return text + "\n]}\n";
}

std::string to_kml(const std::vector<Layer>& layers, const Plan& about, Language language) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>"
      "<name>Karkara</name><description>";
  text += xml_text(about.target + ", " + hash_text(about.input_hash)) + "</description>\n" + kStyles;
  for (const Layer& layer : layers) {
    text += "<Folder><name>" + folder_name(layer.name, language) + "</name>\n";
    for (const Feature& feature : layer.features) {
      text += placemark(layer, feature);
    }
    text += "</Folder>\n";
  }
  return text + "</Document></kml>\n";
}

std::string to_csv(const Layer& layer) {
  std::string text;
  for (const Column& column : layer.columns) {
    text += column.name + ",";
  }
  text += "latitude,longitude\n";
  for (const Feature& feature : layer.features) {
    for (std::size_t i = 0; i < layer.columns.size(); ++i) {
      const std::string value = cell_text(feature.cells[i], layer.columns[i]);
      // Our own numbers may begin with a minus; texts are anybody's.
      text += (layer.columns[i].kind == CellKind::Text ? csv_text(value) : value) + ",";
    }
    text += decimal(feature.where[0].latitude.value(), 6) + "," + decimal(feature.where[0].longitude.value(), 6) + "\n";
  }
  return text;
}

}  // namespace karkara::planner
