// Reads the device tables that engineers write in configs/devices: YAML by the schema in
// proto/karkara/v1/device_table.proto into the plain value of agent/devices. It tells everything that is wrong with a
// file and refuses the file then. Called at start and by --check-config.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "agent/devices/device_table.h"
#include "common/result.h"

namespace karkara {

// InvalidArgument: one problem a line, with file, line and column.
[[nodiscard]] Result<DeviceTable> read_device_table(std::string_view file, std::string_view text);
[[nodiscard]] Result<DeviceTable> read_device_table_file(const std::filesystem::path& path);

// Every *.yaml of a folder, by name. One bad file must not cost the site the others: its problems are told beside them.
struct DeviceTables {
  std::vector<DeviceTable> tables;
  std::vector<Error> problems;
};
[[nodiscard]] DeviceTables read_device_tables(const std::filesystem::path& folder);

}  // namespace karkara
