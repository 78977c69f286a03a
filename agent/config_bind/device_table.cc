#include "agent/config_bind/device_table.h"

#include <algorithm>
#include <system_error>

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
  Binder(std::string_view file, ConfigReading& reading) : file_{file}, reading_{reading} {}

  DeviceTable bind(const v1::DeviceTable& config);

 private:
  ObjectRow bind_object(const v1::DeviceObject& object, const std::string& path);
  BoundOid bind_oid(std::string_view text, const std::string& path);
  std::optional<FirmwareVersion> bind_version(const std::string& text, const std::string& path);
  std::optional<PlausibleRange> bind_range(std::optional<double> least, std::optional<double> most,
                                           const std::string& path);
  void refuse(const std::string& path, std::string what) {
    reading_.problems.push_back({file_, place_of(reading_.places, path), path, std::move(what)});
  }

  std::string file_;
  ConfigReading& reading_;
};

BoundOid Binder::bind_oid(std::string_view text, const std::string& path) {
  BoundOid bound;
  bound.is_column = text.ends_with(".*");
  if (bound.is_column) {
    text.remove_suffix(2);
  }
  auto oid = parse_object_id(text);
  if (!oid) {
    refuse(path, oid.error().text);
    return bound;
  }
  bound.oid = std::move(oid).value();
  return bound;
}

std::optional<FirmwareVersion> Binder::bind_version(const std::string& text, const std::string& path) {
  if (text.empty()) {
    return {};
  }
  auto version = version_in(text, "");
  if (!version) {
    refuse(path, "'" + text + "' is not a version such as 8.7");
  }
  return version;
}

std::optional<PlausibleRange> Binder::bind_range(std::optional<double> least, std::optional<double> most,
                                                 const std::string& path) {
  if (!least && !most) {
    return {};
  }
  if (!least || !most || *least > *most) {
    refuse(path, "needs both ends of its range, the lower one first");
    return {};
  }
  return PlausibleRange{*least, *most};
}

RawSign bind_sign(v1::DeviceSign sign) {
  switch (sign) {
    case v1::DEVICE_SIGN_SIGNED: return RawSign::Signed32;
    case v1::DEVICE_SIGN_UNSIGNED: return RawSign::Unsigned32;
    default: return RawSign::AsSent;  // foreign: an enum of protobuf, open on the wire
  }
}

ObjectRow Binder::bind_object(const v1::DeviceObject& object, const std::string& path) {
  const auto given = [](bool has, double value) { return has ? std::optional{value} : std::nullopt; };
  ObjectRow row;
  row.id = object.id();
  row.quantity = object.has_quantity() ? object.quantity() : object.id();
  row.unit = object.unit();
  BoundOid oid = bind_oid(object.oid(), path + ".oid");
  row.oid = std::move(oid.oid);
  row.first_of_column = oid.is_column;
  row.sign = bind_sign(object.sign());
  row.scale = object.scale();
  row.offset = object.offset();
  row.absent_numbers.assign(object.absent_numbers().begin(), object.absent_numbers().end());
  row.absent_words.assign(object.absent_words().begin(), object.absent_words().end());
  row.plausible = bind_range(given(object.has_min(), object.min()), given(object.has_max(), object.max()),
                             path + (object.has_min() ? ".min" : ".max"));
  row.true_when =
      bind_range(given(object.has_true_from(), object.true_from()), given(object.has_true_to(), object.true_to()),
                 path + (object.has_true_from() ? ".true_from" : ".true_to"));
  for (const v1::DeviceWordConfig& word : object.words()) {
    row.words.push_back({word.number(), word.word()});
  }
  row.counter_bits = object.counter_bits();
  if (object.has_counter_bits() && row.counter_bits != 32 && row.counter_bits != 64) {
    refuse(path + ".counter_bits", "must be 32 or 64");
  }
  row.firmware.from = bind_version(object.firmware_from(), path + ".firmware_from");
  row.firmware.below = bind_version(object.firmware_below(), path + ".firmware_below");
  return row;
}

DeviceTable Binder::bind(const v1::DeviceTable& config) {
  DeviceTable table;
  table.id = config.id();
  table.title = config.title();
  for (int i = 0; i < config.matches_size(); ++i) {
    const v1::DeviceMatch& match = config.matches(i);
    const std::string path = element_path("matches", "#" + std::to_string(i + 1));
    DeviceMatch bound;
    bound.description = match.description();
    if (match.has_sys_object_id()) {
      bound.sys_object_id = bind_oid(match.sys_object_id(), path + ".sys_object_id").oid;
    } else if (bound.description.empty()) {
      refuse(path, "would match every device: give sys_object_id or description");
    }
    table.matches.push_back(std::move(bound));
  }
  if (config.firmware().has_oid()) {
    BoundOid oid = bind_oid(config.firmware().oid(), "firmware.oid");
    table.firmware_oid = std::move(oid.oid);
    table.firmware_is_column = oid.is_column;
  }
  table.firmware_marker = config.firmware().after();
  for (const v1::DeviceObject& object : config.objects()) {
    table.rows.push_back(bind_object(object, element_path("objects", object.id())));
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

}  // namespace

Result<DeviceTable> read_device_table(std::string_view file, std::string_view text) {
  v1::DeviceTable config;
  return checked(file, config, read_config(file, text, config));
}

Result<DeviceTable> read_device_table_file(const std::filesystem::path& path) {
  v1::DeviceTable config;
  return checked(path.string(), config, read_config_file(path, config));
}

DeviceTables read_device_tables(const std::filesystem::path& folder) {
  DeviceTables all;
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at{folder, error}; !error && at != std::filesystem::directory_iterator{};
       at.increment(error)) {
    if (at->path().extension() == ".yaml") {
      files.push_back(at->path());
    }
  }
  if (error) {
    all.problems.push_back({ErrorCode::NotFound, folder.string() + ": " + error.message()});
  }
  std::ranges::sort(files);
  for (const auto& file : files) {
    auto table = read_device_table_file(file);
    if (!table) {
      all.problems.push_back(table.error());
    } else if (find_table(all.tables, table->id) != nullptr) {
      all.problems.push_back(
          {ErrorCode::AlreadyExists, file.string() + ": another file has a table '" + table->id + "'"});
    } else {
      all.tables.push_back(std::move(table).value());
    }
  }
  return all;
}

}  // namespace karkara
