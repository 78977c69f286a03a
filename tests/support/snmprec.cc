#include "tests/support/snmprec.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "agent/devices/object_id.h"

namespace karkara {
namespace {

std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::strtoul(std::string{text.substr(i, 2)}.c_str(), nullptr, 16));
  }
  return bytes;
}

std::optional<SnmpValue> value_of(std::string_view tag, const std::string& text) {
  char* end = nullptr;
  const bool is_negative = text.starts_with('-');
  const std::uint64_t number = is_negative ? 0 : std::strtoull(text.c_str(), &end, 10);
  const long long with_sign = std::strtoll(text.c_str(), nullptr, 10);
  const bool whole = is_negative || (end != text.c_str() && *end == '\0');
  if (tag == "4") {
    return SnmpOctets{text};
  }
  if (tag == "4x") {
    return SnmpOctets{from_hex(text)};
  }
  if (tag == "6") {
    return parse_object_id(text).ok() ? std::optional<SnmpValue>{parse_object_id(text).value()} : std::nullopt;
  }
  if (tag == "5") {
    return SnmpNull{};
  }
  if (!whole) {
    return {};
  }
  if (tag == "2") {
    return static_cast<std::int32_t>(with_sign);
  }
  if (tag == "65") {
    return SnmpCounter32{static_cast<std::uint32_t>(number)};
  }
  if (tag == "66") {
    return SnmpGauge32{static_cast<std::uint32_t>(number)};
  }
  if (tag == "67") {
    return SnmpTimeTicks{static_cast<std::uint32_t>(number)};
  }
  if (tag == "70") {
    return SnmpCounter64{number};
  }
  return SnmpNull{};
}

// Measured sensors first: LibreNMS lists some objects once more as a state, unscaled.
void collect(const nlohmann::json& sensors, bool states, std::map<std::string, double>& all) {
  for (const auto& sensor : sensors) {
    const auto current = sensor.find("sensor_current");
    if (current == sensor.end() || !current->is_number() || (sensor.value("sensor_class", "") == "state") != states) {
      continue;
    }
    std::string oid = sensor.value("sensor_oid", "");
    if (oid.empty()) {
      oid = nlohmann::json::parse(sensor.value("sensor_oids", "[\"\"]")).at(0).get<std::string>();
    }
    all.emplace(oid.starts_with('.') ? oid.substr(1) : oid, current->get<double>());
  }
}

}  // namespace

SnmpRecording SnmpRecording::parse(std::string_view text) {
  SnmpRecording recording;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto first = line.find('|');
    const auto second = line.find('|', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) {
      continue;
    }
    const auto oid = parse_object_id(line.substr(0, first));
    const auto value = value_of(line.substr(first + 1, second - first - 1), std::string{line.substr(second + 1)});
    if (oid && value) {
      recording.objects_.emplace(*oid, *value);
    }
  }
  return recording;
}

std::optional<SnmpRecording> SnmpRecording::read(const std::string& path) {
  std::ifstream in{path};
  if (!in) {
    return {};
  }
  return parse(std::string{std::istreambuf_iterator<char>{in}, {}});
}

VarBind SnmpRecording::get(const ObjectId& oid) const {
  const auto found = objects_.find(oid);
  return {oid, found != objects_.end() ? found->second : SnmpValue{SnmpException::NoSuchObject}};
}

VarBind SnmpRecording::get_next(const ObjectId& oid) const {
  const auto found = objects_.upper_bound(oid);
  return found != objects_.end() ? VarBind{found->first, found->second} : VarBind{oid, SnmpException::EndOfMib};
}

VarBinds SnmpRecording::poll(const DeviceTable& table) const {
  VarBinds answer;
  const ObjectsToAsk objects = objects_of(table);
  for (const ObjectId& oid : objects.exact) {
    answer.push_back(get(oid));
  }
  for (const ObjectId& oid : objects.columns) {
    answer.push_back(get_next(oid));
  }
  if (!table.firmware_oid.empty()) {
    answer.push_back(table.firmware_is_column ? get_next(table.firmware_oid) : get(table.firmware_oid));
  }
  return answer;
}

DeviceIdentity SnmpRecording::identity() const {
  DeviceIdentity identity;
  const SnmpValue object = get({1, 3, 6, 1, 2, 1, 1, 2, 0}).value;
  const SnmpValue description = get({1, 3, 6, 1, 2, 1, 1, 1, 0}).value;
  if (const ObjectId* oid = std::get_if<ObjectId>(&object)) {
    identity.sys_object_id = *oid;
  }
  if (const SnmpOctets* text = std::get_if<SnmpOctets>(&description)) {
    identity.description = text->bytes;
  }
  return identity;
}

std::map<std::string, double> expected_by_librenms(const std::string& path) {
  std::map<std::string, double> all;
  std::ifstream in{path};
  const auto json = nlohmann::json::parse(in, nullptr, false);
  if (json.is_discarded()) {
    return all;
  }
  // What was polled comes before what was first discovered.
  for (const char* place : {"/sensors/poller/sensors", "/sensors/discovery/sensors",
                            "/wireless/poller/wireless_sensors", "/wireless/discovery/wireless_sensors"}) {
    const nlohmann::json::json_pointer where{place};
    if (json.contains(where) && json[where].is_array()) {
      for (const bool states : {false, true}) {
        collect(json[where], states, all);
      }
    }
  }
  return all;
}

}  // namespace karkara
