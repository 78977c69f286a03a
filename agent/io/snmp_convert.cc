#include "agent/io/snmp_convert.h"

#include <algorithm>

#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr std::size_t kMostOctets = 4096;
constexpr std::size_t kShortestPassword = 8;

SnmpValue value_of(const netsnmp_variable_list& v) {
  const bool empty = v.val.string == nullptr;
  switch (v.type) {
    case SNMP_NOSUCHOBJECT: return SnmpException::NoSuchObject;
    case SNMP_NOSUCHINSTANCE: return SnmpException::NoSuchInstance;
    case SNMP_ENDOFMIBVIEW: return SnmpException::EndOfMib;
    default: break;  // foreign: net-snmp's types
  }
  if (empty) {
    return v.type == ASN_OCTET_STR ? SnmpValue{SnmpOctets{}} : SnmpValue{SnmpNull{}};
  }
  switch (v.type) {
    case ASN_INTEGER: return static_cast<std::int32_t>(*v.val.integer);
    case ASN_GAUGE: return SnmpGauge32{static_cast<std::uint32_t>(*v.val.integer)};
    case ASN_COUNTER: return SnmpCounter32{static_cast<std::uint32_t>(*v.val.integer)};
    case ASN_TIMETICKS: return SnmpTimeTicks{static_cast<std::uint32_t>(*v.val.integer)};
    case ASN_COUNTER64:
      return SnmpCounter64{(static_cast<std::uint64_t>(v.val.counter64->high) << 32U) |
                           (v.val.counter64->low & 0xffffffffU)};
    case ASN_OCTET_STR:
      return SnmpOctets{{reinterpret_cast<const char*>(v.val.string), std::min(v.val_len, kMostOctets)}};
    case ASN_OBJECT_ID: {
      ObjectId id;
      std::transform(v.val.objid, v.val.objid + v.val_len / sizeof(oid), std::back_inserter(id),
                     [](oid part) { return static_cast<std::uint32_t>(part); });
      return id;
    }
    case ASN_OPAQUE_FLOAT: return static_cast<double>(*v.val.floatVal);
    case ASN_OPAQUE_DOUBLE: return *v.val.doubleVal;
    case ASN_NULL: return SnmpNull{};
    default: return SnmpOther{v.type};  // foreign: net-snmp's types
  }
}

Status make_key(const netsnmp_session& session, const std::string& password, u_char* key, std::size_t& length) {
  if (password.size() < kShortestPassword) {
    return Error{ErrorCode::InvalidArgument, "an SNMPv3 password has at least 8 characters"};
  }
  const int made = generate_Ku(session.securityAuthProto, static_cast<u_int>(session.securityAuthProtoLen),
                               reinterpret_cast<const u_char*>(password.data()), password.size(), key, &length);
  return made == SNMPERR_SUCCESS ? Status{} : Error{ErrorCode::Internal, "no key could be made of the password"};
}

template <std::size_t N>
void set_protocol(oid*& protocol, std::size_t& length, const oid (&value)[N]) {
  protocol = const_cast<oid*>(value);  // net-snmp copies it
  length = N;
}

Status set_auth(netsnmp_session& session, const SnmpTarget& target) {
  switch (target.auth) {
    case SnmpAuth::None: return {};
    case SnmpAuth::Md5:
      set_protocol(session.securityAuthProto, session.securityAuthProtoLen, usmHMACMD5AuthProtocol);
      break;
    case SnmpAuth::Sha1:
      set_protocol(session.securityAuthProto, session.securityAuthProtoLen, usmHMACSHA1AuthProtocol);
      break;
    case SnmpAuth::Sha256:
      set_protocol(session.securityAuthProto, session.securityAuthProtoLen, usmHMAC192SHA256AuthProtocol);
      break;
  }
  session.securityLevel = SNMP_SEC_LEVEL_AUTHNOPRIV;
  session.securityAuthKeyLen = USM_AUTH_KU_LEN;
  return make_key(session, target.auth_password, session.securityAuthKey, session.securityAuthKeyLen);
}

Status set_privacy(netsnmp_session& session, const SnmpTarget& target) {
  switch (target.privacy) {
    case SnmpPrivacy::None: return {};
    case SnmpPrivacy::Des:
      set_protocol(session.securityPrivProto, session.securityPrivProtoLen, usmDESPrivProtocol);
      break;
    case SnmpPrivacy::Aes128:
      set_protocol(session.securityPrivProto, session.securityPrivProtoLen, usmAESPrivProtocol);
      break;
  }
  if (target.auth == SnmpAuth::None) {
    return Error{ErrorCode::InvalidArgument, "SNMPv3 has no privacy without authentication"};
  }
  session.securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
  session.securityPrivKeyLen = USM_PRIV_KU_LEN;
  return make_key(session, target.privacy_password, session.securityPrivKey, session.securityPrivKeyLen);
}

}  // namespace

VarBind to_varbind(const netsnmp_variable_list& variable) {
  VarBind bind;
  for (std::size_t i = 0; i < variable.name_length; ++i) {
    bind.oid.push_back(static_cast<std::uint32_t>(variable.name[i]));
  }
  bind.value = value_of(variable);
  return bind;
}

std::vector<oid> to_oid(const ObjectId& id) {
  return {id.begin(), id.end()};
}

Status add_value(netsnmp_pdu& pdu, const ObjectId& id, const SnmpValue& value) {
  const std::vector<oid> name = to_oid(id);
  const auto add = [&](u_char type, const void* bytes, std::size_t size) -> Status {
    const bool added = snmp_pdu_add_variable(&pdu, name.data(), name.size(), type, bytes, size) != nullptr;
    return added ? Status{} : Error{ErrorCode::Internal, "net-snmp refuses the value"};
  };
  const auto add_number = [&](u_char type, long number) { return add(type, &number, sizeof number); };
  const auto refuse = [](const auto& /*value*/) -> Status {
    return Error{ErrorCode::InvalidArgument, "no object can be given a value of this type"};
  };
  return std::visit(
      Overloaded{
          [&](std::int32_t v) { return add_number(ASN_INTEGER, v); },
          [&](const SnmpGauge32& v) { return add_number(ASN_GAUGE, static_cast<long>(v.value)); },
          [&](const SnmpTimeTicks& v) { return add_number(ASN_TIMETICKS, static_cast<long>(v.hundredths)); },
          [&](const SnmpOctets& v) { return add(ASN_OCTET_STR, v.bytes.data(), v.bytes.size()); },
          [&](const ObjectId& v) {
            const std::vector<oid> parts = to_oid(v);
            return add(ASN_OBJECT_ID, parts.data(), parts.size() * sizeof(oid));
          },
          refuse,
      },
      value);
}

Status secure(netsnmp_session& session, const SnmpTarget& target, const std::string& engine) {
  session.securityModel = SNMP_SEC_MODEL_USM;
  session.securityLevel = SNMP_SEC_LEVEL_NOAUTH;
  session.flags |= SNMP_FLAGS_DONT_PROBE;  // net-snmp's own discovery blocks
  static char nobody[] = "";
  if (engine.empty()) {
    session.securityName = nobody;
    return {};
  }
  auto* engine_bytes = reinterpret_cast<u_char*>(const_cast<char*>(engine.data()));  // copied by net-snmp
  session.securityEngineID = engine_bytes;
  session.securityEngineIDLen = engine.size();
  session.contextEngineID = engine_bytes;
  session.contextEngineIDLen = engine.size();
  session.securityName = const_cast<char*>(target.user.c_str());
  session.securityNameLen = target.user.size();
  session.contextName = const_cast<char*>(target.context.c_str());
  session.contextNameLen = target.context.size();
  const Status auth = set_auth(session, target);
  return auth.ok() ? set_privacy(session, target) : auth;
}

std::string describe_report(int report, const std::string& user) {
  switch (report) {
    case SNMPERR_UNKNOWN_USER_NAME: return "the device does not know the SNMPv3 user '" + user + "'";
    case SNMPERR_AUTHENTICATION_FAILURE: return "the device refuses the SNMPv3 password or its algorithm";
    case SNMPERR_UNSUPPORTED_SEC_LEVEL: return "the device does not support this SNMPv3 security level";
    case SNMPERR_DECRYPTION_ERR: return "the device cannot decrypt: wrong SNMPv3 privacy password or algorithm";
    default: return "the device reports SNMPv3 trouble " + std::to_string(report);  // foreign: net-snmp's numbers
  }
}

}  // namespace karkara
