// One SnmpGet on its way: which of its objects are still to be asked, in pieces that the device can answer, and what
// came so far, in the order of the question; or one SnmpSet, whose answer must name the wanted value. Refuses replies
// that are not to what was asked. Used by SnmpSessions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agent/facts/terminal.h"
#include "agent/io/snmp_line.h"

namespace karkara {

class SnmpQuestion {
 public:
  explicit SnmpQuestion(SnmpGet get) : get_{std::move(get)}, values_(get_.oids.size()) {}
  explicit SnmpQuestion(const SnmpSet& set)
      : get_{set.device, set.request, set.target, {set.oid}, false, set.deadline}, wanted_{set.value}, values_(1) {}

  [[nodiscard]] const SnmpGet& get() const { return get_; }
  // What the only object is to be set to; nothing when it is only asked.
  [[nodiscard]] const std::optional<SnmpValue>& wanted() const { return wanted_; }
  [[nodiscard]] bool is_answered() const { return next_ == get_.oids.size() && left_.empty(); }
  // The next piece, or the last one again while it is not answered.
  std::vector<ObjectId> piece();
  // Takes a reply of the kinds Values, NoSuchName, BadObject, TooBig and Refused. InvalidArgument when it does not fit;
  // other errors say what the device would not do.
  Status take(const SnmpReply& reply);
  [[nodiscard]] VarBinds answer() const;

 private:
  [[nodiscard]] Status take_set(const SnmpReply& reply);
  Status take_values(const VarBinds& binds);
  void drop(std::size_t index, SnmpValue value);

  SnmpGet get_;
  std::optional<SnmpValue> wanted_ = {};
  std::vector<std::optional<VarBind>> values_;
  std::size_t next_ = 0;           // the first object that was in no piece yet
  std::vector<std::size_t> left_;  // of the piece under way
  std::size_t most_ = 24;          // objects in a piece
};

}  // namespace karkara
