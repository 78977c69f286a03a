// Between net-snmp's structures and our plain values. Refuses to format anything by a MIB: numbers stay numbers.
// Includes net-snmp: only snmp_line.cc may include this.
#pragma once

#include <net-snmp/net-snmp-config.h>
// net-snmp's headers want this order
#include <net-snmp/net-snmp-includes.h>

#include <string>
#include <vector>

#include "agent/facts/terminal.h"
#include "common/result.h"

namespace karkara {

[[nodiscard]] VarBind to_varbind(const netsnmp_variable_list& variable);
[[nodiscard]] std::vector<oid> to_oid(const ObjectId& id);
// InvalidArgument for a value that no object can be given: an exception, a counter, a type that no table reads.
[[nodiscard]] Status add_value(netsnmp_pdu& pdu, const ObjectId& id, const SnmpValue& value);

// Keys, user and engine into a session that net-snmp will copy: `session` points into `target` and `engine`, which must
// stay until then. InvalidArgument when a password is too short.
[[nodiscard]] Status secure(netsnmp_session& session, const SnmpTarget& target, const std::string& engine);

// For a report of SNMPv3: what a person can do about it.
[[nodiscard]] std::string describe_report(int report, const std::string& user);

}  // namespace karkara
