#include "agent/site/table_alarms.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace karkara {
namespace {

constexpr std::size_t kLongestName = 100;  // the controller refuses an alarm whose instance is longer than 128
constexpr std::string_view kOthers = "others";

// The file's name with what the controller takes in an instance; people name files as they like.
std::string instance_of(const UnreadTable& table) {
  std::string name = table.file.substr(table.file.find_last_of('/') + 1).substr(0, kLongestName);
  std::ranges::replace_if(
      name,
      [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return !letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.';
      },
      '_');
  return name;
}

Fields fields_of(const UnreadTable& table) {
  const auto lines = std::ranges::count(table.why, '\n');
  std::string why = table.why.substr(0, table.why.find('\n'));
  if (lines > 0) {
    why += fmt::format(" (and {} more)", lines);
  }
  return {{"why", std::move(why)},
          {"until_then", table.kept_last ? "the last good table" : "its devices have no readings"}};
}

// By instance; of two files with one instance the first is told.
std::map<std::string, Fields> told_of(const std::vector<UnreadTable>& unread) {
  std::map<std::string, Fields> told;
  for (const UnreadTable& table : unread) {
    const std::string instance = instance_of(table);
    if (told.size() + 1 < kMostTableAlarms || told.contains(instance)) {
      told.emplace(instance, fields_of(table));
    } else {
      told.emplace(kOthers, fields_of(table));
    }
  }
  return told;
}

}  // namespace

Effects tell_unread_tables(const std::vector<UnreadTable>& before, const std::vector<UnreadTable>& now) {
  Effects effects;
  const auto told_before = told_of(before);
  const auto told = told_of(now);
  for (const auto& [instance, fields] : told_before) {
    if (!told.contains(instance)) {
      effects.emplace_back(SetAlarm{{MessageId::DeviceTableUnread, instance}, false, {}});
    }
  }
  for (const auto& [instance, fields] : told) {
    const auto was = told_before.find(instance);
    const bool stands = was != told_before.end();
    if (stands && was->second != fields) {  // whom an alarm was told hears nothing of it until it ends
      effects.emplace_back(SetAlarm{{MessageId::DeviceTableUnread, instance}, false, {}});
    }
    effects.emplace_back(SetAlarm{{MessageId::DeviceTableUnread, instance}, true, fields});
    if (stands && was->second == fields) {  // no news to the alarm, but to whoever mends the file and reloads
      Fields line{{"instance", instance}};
      line.insert(line.end(), fields.begin(), fields.end());
      effects.emplace_back(Note{MessageId::DeviceTableUnread, std::move(line)});
    }
  }
  return effects;
}

}  // namespace karkara
