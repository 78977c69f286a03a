#include "agent/config_bind/snmp_target.h"

namespace karkara {
namespace {

SnmpVersion bind_version(v1::SnmpVersion version) {
  switch (version) {
    case v1::SNMP_VERSION_V1: return SnmpVersion::V1;
    case v1::SNMP_VERSION_V3: return SnmpVersion::V3;
    default: return SnmpVersion::V2c;  // foreign: an enum of protobuf, open on the wire
  }
}

Result<SnmpAuth> bind_snmp_auth(const std::string& word) {
  if (word == "md5") return SnmpAuth::Md5;
  if (word == "sha1") return SnmpAuth::Sha1;
  if (word == "sha256") return SnmpAuth::Sha256;
  if (word.empty() || word == "none") return SnmpAuth::None;
  return Error{ErrorCode::InvalidArgument, "snmp.auth '" + word + "': must be one of none, md5, sha1, sha256"};
}

Result<SnmpPrivacy> bind_privacy(const std::string& word) {
  if (word == "des") return SnmpPrivacy::Des;
  if (word == "aes128") return SnmpPrivacy::Aes128;
  if (word.empty() || word == "none") return SnmpPrivacy::None;
  return Error{ErrorCode::InvalidArgument, "snmp.privacy '" + word + "': must be one of none, des, aes128"};
}

}  // namespace

Result<SnmpTarget> bind_snmp_target(const v1::SnmpConfig& config, const std::string& interface) {
  SnmpTarget target;
  const auto endpoint = IpEndpoint::parse(config.endpoint());
  const auto auth = bind_snmp_auth(config.auth());
  const auto privacy = bind_privacy(config.privacy());
  if (!endpoint) {
    return Error{ErrorCode::InvalidArgument,
                 "snmp.endpoint '" + config.endpoint() + "': must be an address and a port"};
  }
  if (!auth || !privacy) {
    return auth ? privacy.error() : auth.error();
  }
  target.endpoint = *endpoint;
  target.version = bind_version(config.version());
  target.community = config.community();
  target.user = config.user();
  target.auth = *auth;
  target.auth_password = config.auth_password();
  target.privacy = *privacy;
  target.privacy_password = config.privacy_password();
  target.interface = interface;
  return target;
}

}  // namespace karkara
