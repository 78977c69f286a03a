// One UDP socket to one SNMP device, by net-snmp's single-session functions. Never blocks, reads no configuration and
// no MIB of the machine, and calls nobody: what came is returned. Refuses to retry and to judge. Used by SnmpSessions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/facts/terminal.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

struct SnmpReply {
  enum class Kind : std::uint8_t {
    Values,
    NoSuchName,  // SNMPv1: of the object `index`; nothing else was answered
    TooBig,      // ask for less at once
    BadObject,   // the device failed on the object `index`
    Engine,      // SNMPv3 discovery found `engine`
    LostEngine,  // the device's engine or its time is not what we know: discover again
    Refused,     // `text` says why
    Silence,
  };
  Kind kind = Kind::Silence;
  VarBinds binds = {};
  std::size_t index = 0;  // from 0
  long error_status = 0;  // RFC 3416 section 3, 0: none
  std::string engine = {};
  std::string text = {};
};

class SnmpLine {
 public:
  // `engine`: of SNMPv3, empty for a line that can only discover it.
  static Result<std::unique_ptr<SnmpLine>> open(const SnmpTarget& target, const std::string& engine);
  virtual ~SnmpLine() = default;

  // A reply is taken until `lasts` is over, or until forget_asked(): what is asked again does not make the first
  // packet's late reply worthless.
  virtual Status ask(std::span<const ObjectId> objects, bool next, Duration lasts) = 0;
  virtual Status set(const ObjectId& object, const SnmpValue& value, Duration lasts) = 0;
  virtual Status discover(Duration lasts) = 0;
  virtual void forget_asked() = 0;

  [[nodiscard]] virtual int socket() const = 0;
  virtual std::vector<SnmpReply> read() = 0;  // when the socket is readable
};

// What net-snmp remembers of an SNMPv3 engine, its boots and time above all; else a device that was reset to fewer
// boots would never be believed again.
void forget_snmp_engine(const std::string& engine, const std::string& user);

}  // namespace karkara
