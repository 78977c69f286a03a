// The Modbus half of a device table, from the read file into the plain value of agent/devices. It refuses what could
// not be asked in one request, and numbers of which nothing says what is plausible. Called by read_device_table().
#pragma once

#include "agent/config_bind/table_binding.h"
#include "agent/devices/register_table.h"

namespace karkara {

[[nodiscard]] ModbusTable bind_modbus(const v1::DeviceTable& config, TableBinding& binding);

}  // namespace karkara
