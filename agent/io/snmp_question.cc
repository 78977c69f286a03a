#include "agent/io/snmp_question.h"

#include <algorithm>

namespace karkara {
namespace {

using Kind = SnmpReply::Kind;

Error unfitting() {
  return {ErrorCode::InvalidArgument, "the device answered something that was not asked"};
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
  switch (reply.kind) {
    case Kind::Values: return take_values(reply.binds);
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
    case Kind::Engine:
    case Kind::LostEngine:
    case Kind::Refused:
    case Kind::Silence: return unfitting();
  }
  return unfitting();
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
