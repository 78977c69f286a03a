#include "agent/config_bind/device_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

#include "agent/config_bind/register_table.h"
#include "agent/config_bind/table_binding.h"
#include "agent/devices/object_id.h"
#include "common/host/config_reader.h"
#include "karkara/v1/device_table.pb.h"

namespace karkara {
namespace {

struct BoundOid {
  ObjectId oid;
  bool is_column = false;
};

// Binds what the reader took, and collects what one field alone does not tell.
class Binder {
 public:
  Binder(std::string_view file, ConfigReading& reading) : binding_{file, reading} {}

  DeviceTable bind(const v1::DeviceTable& config);

 private:
  void bind_snmp(const v1::DeviceTable& config, DeviceTable& table);
  DeviceMatch bind_match(const v1::DeviceMatch& match, const std::string& path);
  ObjectRow bind_object(const v1::DeviceObject& object, const std::string& path);
  RowCondition bind_condition(const v1::DeviceCondition& condition, const std::string& path);
  void bind_bits(const v1::DeviceObject& object, const std::string& path, ObjectRow& row);
  BoundOid bind_oid(std::string_view text, const std::string& path);

  TableBinding binding_;
};

BoundOid Binder::bind_oid(std::string_view text, const std::string& path) {
  BoundOid bound;
  bound.is_column = text.ends_with(".*");
  if (bound.is_column) {
    text.remove_suffix(2);
  }
  auto oid = parse_object_id(text);
  if (!oid) {
    binding_.refuse(path, oid.error().text);
    return bound;
  }
  bound.oid = std::move(oid).value();
  return bound;
}

RawSign bind_sign(v1::DeviceSign sign) {
  switch (sign) {
    case v1::DEVICE_SIGN_SIGNED: return RawSign::Signed32;
    case v1::DEVICE_SIGN_UNSIGNED: return RawSign::Unsigned32;
    default: return RawSign::AsSent;  // foreign: an enum of protobuf, open on the wire
  }
}

ObjectRow Binder::bind_object(const v1::DeviceObject& object, const std::string& path) {
  ObjectRow row;
  binding_.bind_row(object, path, row);
  BoundOid oid = bind_oid(object.oid(), path + ".oid");
  row.oid = std::move(oid.oid);
  row.first_of_column = oid.is_column;
  row.sign = bind_sign(object.sign());
  if (object.has_only_when()) {
    row.only_when = bind_condition(object.only_when(), path + ".only_when");
  }
  bind_bits(object, path, row);
  return row;
}

RowCondition Binder::bind_condition(const v1::DeviceCondition& condition, const std::string& path) {
  const BoundOid other = bind_oid(condition.oid(), path + ".oid");
  if (other.is_column) {
    binding_.refuse(path + ".oid", "must be one object, not a column");
  }
  const bool has_range = condition.has_from() && condition.has_to() && condition.from() <= condition.to();
  if (condition.has_number() ? condition.has_from() || condition.has_to() : !has_range) {
    binding_.refuse(path, "needs either number, or from and to, the first not above the last");
  }
  return condition.has_number() ? RowCondition{other.oid, condition.number(), condition.number()}
                                : RowCondition{other.oid, condition.from(), condition.to()};
}

void Binder::bind_bits(const v1::DeviceObject& object, const std::string& path, ObjectRow& row) {
  if (!object.has_bit_from() && !object.has_bit_to()) {
    return;
  }
  const BitRange range{object.bit_from(), object.bit_to()};
  const bool is_whole = object.has_bit_from() && object.has_bit_to();
  if (!is_whole || range.to < range.from || range.to - range.from >= BitRange::kMostBits) {
    binding_.refuse(
        path + (object.has_bit_from() ? ".bit_from" : ".bit_to"),
        fmt::format("needs bit_from and bit_to, the first not behind the last, {} bits at most", BitRange::kMostBits));
    return;
  }
  row.bits = range;
  for (const DeviceWord& word : row.words) {
    if (word.value || word.number < range.from || word.number > range.to) {
      binding_.refuse(path + ".words", "name bits here: each number is a bit from bit_from to bit_to, without a value");
    }
  }
}

DeviceMatch Binder::bind_match(const v1::DeviceMatch& match, const std::string& path) {
  DeviceMatch bound;
  bound.description = match.description();
  if (match.has_vendor() || match.has_product() || match.has_product_without() || match.has_text() ||
      match.has_text_register()) {
    binding_.refuse(path, "is for Modbus: a table with objects is for SNMP");
  } else if (match.has_sys_object_id()) {
    bound.sys_object_id = bind_oid(match.sys_object_id(), path + ".sys_object_id").oid;
  } else if (bound.description.empty()) {
    binding_.refuse(path, "would match every device: give sys_object_id or description");
  }
  return bound;
}

void Binder::bind_snmp(const v1::DeviceTable& config, DeviceTable& table) {
  for (int i = 0; i < config.matches_size(); ++i) {
    table.matches.push_back(bind_match(config.matches(i), element_path("matches", "#" + std::to_string(i + 1))));
  }
  if (config.firmware().has_register_()) {
    binding_.refuse("firmware.register", "is for Modbus: a table with objects is for SNMP");
  }
  if (binding_.is_written("modbus")) {
    binding_.refuse("modbus", "is for a table with registers: one with objects is for SNMP");
  }
  if (config.firmware().has_oid()) {
    BoundOid oid = bind_oid(config.firmware().oid(), "firmware.oid");
    table.firmware_oid = std::move(oid.oid);
    table.firmware_is_column = oid.is_column;
  }
  for (const v1::DeviceObject& object : config.objects()) {
    table.rows.push_back(bind_object(object, element_path("objects", object.id())));
  }
}

DeviceTable Binder::bind(const v1::DeviceTable& config) {
  DeviceTable table;
  table.id = config.id();
  table.title = config.title();
  table.firmware_marker = config.firmware().after();
  if (config.objects().empty() == config.registers().empty()) {
    binding_.refuse(config.objects().empty() ? "" : "registers",
                    "must have either objects (a device with SNMP) or registers (a device with Modbus)");
  } else if (config.registers().empty()) {
    bind_snmp(config, table);
  } else {
    table.modbus = bind_modbus(config, binding_);
  }
  return table;
}

Error refusal(const ConfigReading& reading) {
  std::string text = reading.text();
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  return {ErrorCode::InvalidArgument, std::move(text)};
}

Result<DeviceTable> checked(std::string_view file, const v1::DeviceTable& config, ConfigReading reading) {
  if (!reading.ok()) {
    return refusal(reading);
  }
  DeviceTable table = Binder{file, reading}.bind(config);
  if (!reading.ok()) {
    return refusal(reading);
  }
  return table;
}

// The files of a folder while they are read.
class TableFolder {
 public:
  void read(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator at{folder, error}; !error && at != std::filesystem::directory_iterator{};
         at.increment(error)) {
      if (at->path().extension() == ".yaml") {
        files.push_back(at->path());
      }
    }
    if (error) {
      unread_.push_back({folder.string(), folder.string() + ": " + error.message()});
      folder_unread_ = true;
    }
    std::ranges::sort(files);
    for (const auto& file : files) {
      take(file);
    }
  }

  void keep_last(const DeviceTables& before, const std::filesystem::path& folder) {
    for (std::size_t i = 0; i < before.tables.size(); ++i) {
      const std::string& file = before.files[i];
      auto trouble = std::ranges::find(unread_, file, &UnreadTable::file);
      if (folder_unread_ && trouble == unread_.end() &&
          file == (folder / std::filesystem::path{file}.filename()).string()) {
        trouble = unread_.begin();
      }
      if (trouble != unread_.end() && !has(before.tables[i].id) && by_file_.emplace(file, before.tables[i]).second) {
        trouble->kept_last = true;
      }
    }
  }

  DeviceTables all() && {
    DeviceTables all;
    for (auto& [file, table] : by_file_) {
      all.files.push_back(file);
      all.tables.push_back(std::move(table));
    }
    all.unread = std::move(unread_);
    return all;
  }

 private:
  void take(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) {  // opening a pipe would wait for its other end
      unread_.push_back({file.string(), file.string() + ": is no file that can be read"});
      return;
    }
    auto table = read_device_table_file(file);
    if (!table) {
      unread_.push_back({file.string(), table.error().text});
    } else if (has(table->id)) {
      unread_.push_back({file.string(), file.string() + ": another file has a table '" + table->id + "'"});
    } else {
      by_file_.emplace(file.string(), std::move(table).value());
    }
  }
  [[nodiscard]] bool has(const std::string& id) const {
    return std::ranges::any_of(by_file_, [&](const auto& each) { return each.second.id == id; });
  }

  std::map<std::string, DeviceTable> by_file_;
  std::vector<UnreadTable> unread_;
  bool folder_unread_ = false;  // then it is the first that is unread
};

}  // namespace

Result<DeviceTable> read_device_table(std::string_view file, std::string_view text) {
  v1::DeviceTable config;
  return checked(file, config, read_config(file, text, config));
}

Result<DeviceTable> read_device_table_file(const std::filesystem::path& path) {
  v1::DeviceTable config;
  return checked(path.string(), config, read_config_file(path, config));
}

DeviceTables read_device_tables(const std::filesystem::path& folder, const DeviceTables& before) {
  TableFolder reading;
  reading.read(folder);
  reading.keep_last(before, folder);
  return std::move(reading).all();
}

}  // namespace karkara
