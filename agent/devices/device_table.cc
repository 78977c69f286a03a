#include "agent/devices/device_table.h"

#include <algorithm>

#include "agent/devices/object_id.h"

namespace karkara {
namespace {

// How closely: nothing when not at all.
std::optional<std::size_t> closeness(const DeviceMatch& match, const DeviceIdentity& identity) {
  constexpr std::size_t kPart = 1000;  // one part of an object number outweighs any description
  if (!is_within(identity.sys_object_id, match.sys_object_id) ||
      identity.description.find(match.description) == std::string::npos) {
    return {};
  }
  return match.sys_object_id.size() * kPart + std::min(match.description.size(), kPart - 1);
}

void add_once(std::vector<ObjectId>& all, const ObjectId& oid) {
  if (std::ranges::find(all, oid) == all.end()) {
    all.push_back(oid);
  }
}

}  // namespace

const DeviceTable* find_table(const std::vector<DeviceTable>& tables, const DeviceIdentity& identity) {
  const DeviceTable* found = nullptr;
  std::size_t best = 0;
  for (const DeviceTable& table : tables) {
    for (const DeviceMatch& match : table.matches) {
      const auto close = closeness(match, identity);
      if (close && (found == nullptr || *close > best)) {
        found = &table;
        best = *close;
      }
    }
  }
  return found;
}

const DeviceTable* find_table(const std::vector<DeviceTable>& tables, std::string_view id) {
  const auto found = std::ranges::find(tables, id, &DeviceTable::id);
  return found != tables.end() ? &*found : nullptr;
}

ObjectsToAsk objects_of(const DeviceTable& table) {
  ObjectsToAsk objects;
  for (const ObjectRow& row : table.rows) {
    add_once(row.first_of_column ? objects.columns : objects.exact, row.oid);
    if (row.only_when) {
      add_once(objects.exact, row.only_when->oid);
    }
  }
  return objects;
}

}  // namespace karkara
