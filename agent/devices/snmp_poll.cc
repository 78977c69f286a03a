#include "agent/devices/snmp_poll.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "agent/devices/object_id.h"

namespace karkara {
namespace {

const ObjectId kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const ObjectId kSysObjectId{1, 3, 6, 1, 2, 1, 1, 2, 0};
const ObjectId kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};

constexpr std::size_t kShownDescription = 60;

template <class T>
const T* value_of(const VarBinds& answer, const ObjectId& oid) {
  const auto found = std::ranges::find(answer, oid, &VarBind::oid);
  return found != answer.end() ? std::get_if<T>(&found->value) : nullptr;
}

DeviceIdentity identity_in(const VarBinds& answer) {
  DeviceIdentity identity;
  if (const ObjectId* oid = value_of<ObjectId>(answer, kSysObjectId)) {
    identity.sys_object_id = *oid;
  }
  if (const SnmpOctets* text = value_of<SnmpOctets>(answer, kSysDescr)) {
    identity.description = text->bytes;
  }
  return identity;
}

// What it does not say this time is no sign of another device.
DeviceIdentity said_or(DeviceIdentity said, const DeviceIdentity& before) {
  if (said.sys_object_id.empty()) {
    said.sys_object_id = before.sys_object_id;
  }
  if (said.description.empty()) {
    said.description = before.description;
  }
  return said;
}

}  // namespace

SnmpGet SnmpPoll::question(Asking what, std::vector<ObjectId> oids) {
  asking_ = what;
  return {polled_.device, ++request_, polled_.target, std::move(oids), what == Asking::Columns, polled_.deadline};
}

SnmpGet SnmpPoll::look() {
  gathered_.clear();
  return table_ ? question(Asking::Objects, objects_.exact)
                : question(Asking::Identity, {kSysObjectId, kSysDescr, kSysUpTime});
}

PollResult SnmpPoll::on(const SnmpAnswered& answered, Instant now) {
  if (answered.device != polled_.device || answered.request != request_) {
    return {};
  }
  if (!answered.answer) {
    return {PollStep::Failed};
  }
  std::ranges::copy(*answered.answer, std::back_inserter(gathered_));
  const bool rebooted = asking_ != Asking::Columns && see_uptime(now);
  if (!table_) {
    return {recognise(identity_in(gathered_)), {}, rebooted};
  }
  if (asking_ == Asking::Objects) {
    // Asked beside the objects in every look: a device that was swapped within one pace is noticed too.
    DeviceIdentity identity = said_or(identity_in(gathered_), identity_);
    if (kind_of(identity) != kind_) {
      return {recognise(std::move(identity)), {}, rebooted};
    }
    identity_ = std::move(identity);
    if (!objects_.columns.empty()) {
      return {PollStep::AskMore, question(Asking::Columns, objects_.columns), rebooted};
    }
  }
  firmware_ = firmware_of(*table_, identity_, gathered_);
  readings_ = karkara::readings(*table_, gathered_, firmware_);
  return {PollStep::Looked, {}, rebooted};
}

const DeviceTable* SnmpPoll::table_for(const DeviceIdentity& identity) const {
  return polled_.table.empty() ? find_table(*tables_, identity) : find_table(*tables_, polled_.table);
}

SnmpPoll::Kind SnmpPoll::kind_of(const DeviceIdentity& identity) const {
  Kind kind{identity.sys_object_id};
  if (const DeviceTable* table = table_for(identity)) {
    kind.table = table->id;
    // Without a word where to look, any first number of the description would be its version: an uptime, say.
    if (table->firmware_oid.empty() && !table->firmware_marker.empty()) {
      kind.firmware = version_in(identity.description, table->firmware_marker);
    }
  }
  return kind;
}

PollStep SnmpPoll::recognise(DeviceIdentity identity) {
  if (Kind kind = kind_of(identity); kind != kind_) {
    kind_ = std::move(kind);
    readings_.clear();
    firmware_.reset();
  }
  identity_ = std::move(identity);
  const DeviceTable* found = table_for(identity_);
  if (found == nullptr || found->rows.empty()) {  // a table of registers is no table here
    table_.reset();
    return PollStep::Unknown;
  }
  table_ = *found;
  objects_ = objects_of(*table_);
  objects_.exact.insert(objects_.exact.end(), {kSysUpTime, kSysObjectId, kSysDescr});
  if (!table_->firmware_oid.empty()) {
    (table_->firmware_is_column ? objects_.columns : objects_.exact).push_back(table_->firmware_oid);
  }
  return PollStep::Recognised;
}

bool SnmpPoll::see_uptime(Instant now) {
  const SnmpTimeTicks* ticks = value_of<SnmpTimeTicks>(gathered_, kSysUpTime);
  if (ticks == nullptr) {
    return false;
  }
  const UptimeLook look{ticks->hundredths, now};
  const auto before = std::exchange(uptime_, look);
  return before && !ran_on(*before, look);
}

void SnmpPoll::forget() {
  table_.reset();
  uptime_.reset();
}

void SnmpPoll::use(Tables tables) {
  tables_ = std::move(tables);
  table_.reset();
}

std::optional<std::uint32_t> SnmpPoll::uptime_hundredths() const {
  return uptime_ ? std::optional{uptime_->hundredths} : std::nullopt;
}

std::string SnmpPoll::why_unknown(std::string_view device) const {
  if (!polled_.table.empty()) {
    return fmt::format("the {} answers, but there is no device table '{}'", device, polled_.table);
  }
  return fmt::format("the {} answers, but no device table fits it: sysObjectID {}, '{}'", device,
                     to_text(identity_.sys_object_id), identity_.description.substr(0, kShownDescription));
}

bool SnmpPoll::has_nothing() const {
  return !readings_.empty() && std::ranges::all_of(readings_, [](const QuantityReading& reading) {
    return reading.value == Value{Absent::NoSuchObject};
  });
}

}  // namespace karkara
