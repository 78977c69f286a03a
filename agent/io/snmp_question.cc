#include "agent/io/snmp_question.h"

#include <algorithm>

namespace karkara {
namespace {

using Kind = SnmpReply::Kind;

Error unfitting() {
  return {ErrorCode::InvalidArgument, "the device answered something that was not asked"};
}

// RFC 3416 section 3 numbers them; an SNMPv1 device has only the first five.
enum class ErrorStatus : std::uint8_t {
  NoSuchName = 2,
  BadValue = 3,
  ReadOnly = 4,
  NoAccess = 6,
  WrongType = 7,
  WrongLength = 8,
  WrongEncoding = 9,
  WrongValue = 10,
  NoCreation = 11,
  InconsistentValue = 12,
  ResourceUnavailable = 13,
  CommitFailed = 14,
  UndoFailed = 15,
  AuthorizationError = 16,
  NotWritable = 17,
  InconsistentName = 18,
};

Error refusal_to_set(long error_status) {
  switch (static_cast<ErrorStatus>(error_status)) {
    case ErrorStatus::NoSuchName:
      return {ErrorCode::NotFound, "the device has no such object, or will not have it set"};
    case ErrorStatus::NoCreation:
    case ErrorStatus::InconsistentName: return {ErrorCode::NotFound, "the device has no such object"};
    case ErrorStatus::BadValue:
    case ErrorStatus::WrongType:
    case ErrorStatus::WrongLength:
    case ErrorStatus::WrongEncoding:
    case ErrorStatus::WrongValue: return {ErrorCode::InvalidArgument, "the device refuses this value or its type"};
    case ErrorStatus::InconsistentValue:
      return {ErrorCode::FailedPrecondition, "the device cannot take this value in its present state"};
    case ErrorStatus::ReadOnly:
    case ErrorStatus::NotWritable: return {ErrorCode::PermissionDenied, "the device has this object for reading only"};
    case ErrorStatus::NoAccess:
    case ErrorStatus::AuthorizationError:
      return {ErrorCode::PermissionDenied, "the device does not let this community or user set the object"};
    case ErrorStatus::ResourceUnavailable:
    case ErrorStatus::CommitFailed:
    case ErrorStatus::UndoFailed: return {ErrorCode::Unavailable, "the device tried and failed to set the object"};
  }
  return {ErrorCode::Unavailable, "the device fails to set the object: error-status " + std::to_string(error_status)};
}

}  // namespace

std::vector<ObjectId> SnmpQuestion::piece() {
  while (left_.size() < most_ && next_ < get_.oids.size()) {
    left_.push_back(next_++);
  }
  std::vector<ObjectId> objects;
  for (std::size_t i = 0; i < std::min(left_.size(), most_); ++i) {
    objects.push_back(get_.oids[left_[i]]);
  }
  return objects;
}

Status SnmpQuestion::take(const SnmpReply& reply) {
  if (wanted_ && reply.error_status != 0) {
    return refusal_to_set(reply.error_status);
  }
  switch (reply.kind) {
    case Kind::Values: return wanted_ ? take_set(reply) : take_values(reply.binds);
    case Kind::NoSuchName:
    case Kind::BadObject: {
      if (reply.index >= std::min(left_.size(), most_)) {
        return unfitting();
      }
      const SnmpValue nothing = get_.next ? SnmpException::EndOfMib : SnmpException::NoSuchObject;
      drop(reply.index, reply.kind == Kind::NoSuchName ? nothing : SnmpValue{SnmpNull{}});
      return {};
    }
    case Kind::TooBig:
      if (most_ == 1) {
        return Error{ErrorCode::ResourceExhausted, "the device has no room for one object in an answer"};
      }
      most_ = std::max<std::size_t>(std::min(left_.size(), most_) / 2, 1);
      return {};
    case Kind::Refused: return Error{ErrorCode::PermissionDenied, reply.text};
    case Kind::Engine:
    case Kind::LostEngine:
    case Kind::Silence: return unfitting();
  }
  return unfitting();
}

Status SnmpQuestion::take_set(const SnmpReply& reply) {
  if (const Status taken = take_values(reply.binds); !taken.ok()) {
    return taken;
  }
  const bool as_wanted = values_.front()->value == *wanted_;
  return as_wanted ? Status{} : Error{ErrorCode::DataLoss, "the device took the order, but says another value"};
}

Status SnmpQuestion::take_values(const VarBinds& binds) {
  const std::size_t asked = std::min(left_.size(), most_);
  if (binds.size() != asked) {
    return unfitting();
  }
  for (std::size_t i = 0; i < asked; ++i) {
    if (!get_.next && binds[i].oid != get_.oids[left_[i]]) {
      return unfitting();
    }
  }
  for (std::size_t i = 0; i < asked; ++i) {
    values_[left_[i]] = binds[i];
  }
  left_.erase(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(asked));
  return {};
}

void SnmpQuestion::drop(std::size_t index, SnmpValue value) {
  const std::size_t object = left_[index];
  values_[object] = VarBind{get_.oids[object], std::move(value)};
  left_.erase(left_.begin() + static_cast<std::ptrdiff_t>(index));
}

VarBinds SnmpQuestion::answer() const {
  VarBinds binds;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    binds.push_back(values_[i].value_or(VarBind{get_.oids[i], SnmpNull{}}));
  }
  return binds;
}

}  // namespace karkara
