// Reads the device tables that engineers write in configs/devices: YAML by the schema in
// proto/karkara/v1/device_table.proto into the plain value of agent/devices. It tells everything that is wrong with a
// file and refuses the file then. Called at start and by --check-config.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "agent/devices/device_table.h"
#include "common/result.h"

namespace karkara {

// InvalidArgument: one problem a line, with file, line and column.
[[nodiscard]] Result<DeviceTable> read_device_table(std::string_view file, std::string_view text);
[[nodiscard]] Result<DeviceTable> read_device_table_file(const std::filesystem::path& path);

// Every *.yaml of a folder, by name. One bad file must not cost the site the others: it is told beside them.
struct DeviceTables {
  std::vector<DeviceTable> tables;
  std::vector<std::string> files{};  // of each table, in the same order
  std::vector<UnreadTable> unread{};
};
// `before`: what an earlier reading gave. Of a file that cannot be read now its last good table stays, unless another
// file has that table by now; a file that is gone takes its table along.
[[nodiscard]] DeviceTables read_device_tables(const std::filesystem::path& folder, const DeviceTables& before = {});

}  // namespace karkara
