#include "agent/io/snmp_line.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "agent/io/late_net_snmp.h"
#include "agent/io/snmp_convert.h"
// after net-snmp's own headers
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/library/lcd_time.h>

namespace karkara {
namespace {

using Kind = SnmpReply::Kind;

// What init_snmp() does, without the configuration files, the MIBs and the locale.
Status start_library() {
  static const Status started = [] {
    if (Status loaded = load_net_snmp(); !loaded) {
      return loaded;
    }
    netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_APPTYPE, "karkara");
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    init_callbacks();
    snmp_disable_log();
    init_snmpv3("karkara");
    snmp_call_callbacks(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_POST_PREMIB_READ_CONFIG, nullptr);
    snmp_call_callbacks(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_POST_READ_CONFIG, nullptr);
    return Status{};
  }();
  return started;
}

long version_of(SnmpVersion version) {
  switch (version) {
    case SnmpVersion::V1: return SNMP_VERSION_1;
    case SnmpVersion::V2c: return SNMP_VERSION_2c;
    case SnmpVersion::V3: return SNMP_VERSION_3;
  }
  return SNMP_VERSION_2c;
}

Status confine(int socket, const SnmpTarget& target) {
  if (!target.interface.empty() && setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, target.interface.data(),
                                              static_cast<socklen_t>(target.interface.size())) != 0) {
    return Error{ErrorCode::Unavailable, "interface " + target.interface + ": " + std::strerror(errno)};
  }
  if (target.mark != 0 && setsockopt(socket, SOL_SOCKET, SO_MARK, &target.mark, sizeof target.mark) != 0) {
    return Error{ErrorCode::Unavailable, std::string{"mark: "} + std::strerror(errno)};
  }
  return {};
}

SnmpReply reply_of_report(const netsnmp_pdu& pdu, bool discovers, const std::string& user) {
  const int report = snmpv3_get_report_type(const_cast<netsnmp_pdu*>(&pdu));
  SnmpReply reply;
  if (report == SNMPERR_UNKNOWN_ENG_ID || report == SNMPERR_NOT_IN_TIME_WINDOW) {
    reply.kind = discovers ? Kind::Engine : Kind::LostEngine;
    reply.engine.assign(reinterpret_cast<const char*>(pdu.securityEngineID), pdu.securityEngineIDLen);
    return reply;
  }
  reply.kind = Kind::Refused;
  reply.text = describe_report(report, user);
  return reply;
}

SnmpReply reply_of(const netsnmp_pdu& pdu, bool discovers, const std::string& user) {
  if (pdu.command == SNMP_MSG_REPORT) {
    return reply_of_report(pdu, discovers, user);
  }
  SnmpReply reply;
  reply.error_status = pdu.errstat;
  reply.index = pdu.errindex > 0 ? static_cast<std::size_t>(pdu.errindex - 1) : 0;
  if (pdu.errstat == SNMP_ERR_NOERROR) {
    reply.kind = Kind::Values;
    for (const netsnmp_variable_list* v = pdu.variables; v != nullptr; v = v->next_variable) {
      reply.binds.push_back(to_varbind(*v));
    }
  } else if (pdu.errstat == SNMP_ERR_TOOBIG) {
    reply.kind = Kind::TooBig;
  } else if (pdu.errstat == SNMP_ERR_NOSUCHNAME) {
    reply.kind = Kind::NoSuchName;
  } else if (pdu.errindex > 0) {
    reply.kind = Kind::BadObject;
  } else {
    reply.kind = Kind::Refused;
    reply.text = snmp_errstring(static_cast<int>(pdu.errstat));
  }
  return reply;
}

class NetSnmpLine final : public SnmpLine {
 public:
  NetSnmpLine(bool discovers, std::string user) : discovers_{discovers}, user_{std::move(user)} {}
  ~NetSnmpLine() override {
    if (handle_ != nullptr) {
      snmp_sess_close(handle_);
    }
  }
  NetSnmpLine(const NetSnmpLine&) = delete;
  NetSnmpLine& operator=(const NetSnmpLine&) = delete;

  Status connect(const SnmpTarget& target, const std::string& engine);
  Status ask(std::span<const ObjectId> objects, bool next, Duration lasts) override;
  Status set(const ObjectId& object, const SnmpValue& value, Duration lasts) override;
  Status discover(Duration lasts) override;
  void forget_asked() override { asked_.clear(); }
  [[nodiscard]] int socket() const override { return socket_; }
  std::vector<SnmpReply> read() override;

 private:
  static int on_reply(int operation, netsnmp_session*, int id, netsnmp_pdu* pdu, void* self);
  Status send(netsnmp_pdu* pdu, Duration lasts);

  bool discovers_;
  std::string user_;
  void* handle_ = nullptr;
  int socket_ = -1;
  std::vector<int> asked_;  // ids of the packets whose reply is wanted
  std::vector<SnmpReply> replies_;
};

Status NetSnmpLine::connect(const SnmpTarget& target, const std::string& engine) {
  netsnmp_session session;
  snmp_sess_init(&session);
  session.version = version_of(target.version);
  session.retries = 0;
  if (target.version == SnmpVersion::V3) {
    const Status secured = secure(session, target, engine);
    if (!secured.ok()) {
      return secured;
    }
  } else {
    session.community = reinterpret_cast<u_char*>(const_cast<char*>(target.community.data()));  // copied
    session.community_len = target.community.size();
  }
  const std::string family = target.endpoint.address.family() == IpFamily::V6 ? "udp6:" : "udp:";
  netsnmp_transport* transport = netsnmp_transport_open_client("snmp", (family + target.endpoint.text()).c_str());
  if (transport == nullptr) {
    return Error{ErrorCode::Unavailable, "no socket to " + target.endpoint.text()};
  }
  socket_ = transport->sock;
  const Status confined = confine(socket_, target);
  if (!confined.ok()) {
    transport->f_close(transport);
    netsnmp_transport_free(transport);
    return confined;
  }
  handle_ = snmp_sess_add(&session, transport, nullptr, nullptr);
  if (handle_ == nullptr) {
    return Error{ErrorCode::Internal, snmp_api_errstring(session.s_snmp_errno)};
  }
  snmp_sess_session(handle_)->flags |= SNMP_FLAGS_DONT_PROBE;  // adding it took the flag away
  if (!engine.empty() && create_user_from_session(snmp_sess_session(handle_)) != SNMPERR_SUCCESS) {
    return Error{ErrorCode::Internal, "net-snmp refuses the user"};
  }
  return {};
}

// A report may name no id, or another: it is about the line, whichever packet brought it.
int NetSnmpLine::on_reply(int operation, netsnmp_session* /*session*/, int id, netsnmp_pdu* pdu, void* self) {
  auto& line = *static_cast<NetSnmpLine*>(self);
  const bool wanted = std::ranges::find(line.asked_, id) != line.asked_.end();
  if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE && pdu != nullptr) {
    if (wanted || pdu->command == SNMP_MSG_REPORT) {
      line.replies_.push_back(reply_of(*pdu, line.discovers_, line.user_));
    }
  } else if (wanted && operation == NETSNMP_CALLBACK_OP_SEND_FAILED) {
    line.replies_.push_back({});
  }
  return 1;  // the question is done with
}

Status NetSnmpLine::send(netsnmp_pdu* pdu, Duration lasts) {
  snmp_sess_timeout(handle_);  // net-snmp keeps what was never answered until it is told to look
  replies_.clear();
  netsnmp_session* session = snmp_sess_session(handle_);
  session->timeout = std::max<long>(lasts / std::chrono::microseconds{1}, 1000);
  const int id = snmp_sess_async_send(handle_, pdu, &NetSnmpLine::on_reply, this);
  if (id == 0) {
    const int why = session->s_snmp_errno;
    snmp_free_pdu(pdu);
    replies_.clear();
    return Error{ErrorCode::Unavailable, snmp_api_errstring(why)};
  }
  asked_.push_back(id);
  return {};
}

Status NetSnmpLine::ask(std::span<const ObjectId> objects, bool next, Duration lasts) {
  netsnmp_pdu* pdu = snmp_pdu_create(next ? SNMP_MSG_GETNEXT : SNMP_MSG_GET);
  for (const ObjectId& object : objects) {
    const std::vector<oid> parts = to_oid(object);
    snmp_add_null_var(pdu, parts.data(), parts.size());
  }
  return send(pdu, lasts);
}

Status NetSnmpLine::set(const ObjectId& object, const SnmpValue& value, Duration lasts) {
  netsnmp_pdu* pdu = snmp_pdu_create(SNMP_MSG_SET);
  if (const Status added = add_value(*pdu, object, value); !added.ok()) {
    snmp_free_pdu(pdu);
    return added;
  }
  return send(pdu, lasts);
}

// RFC 3414 section 4: an empty question without a name, answered by a report that names the engine.
Status NetSnmpLine::discover(Duration lasts) {
  netsnmp_pdu* pdu = snmp_pdu_create(SNMP_MSG_GET);
  pdu->version = SNMP_VERSION_3;
  pdu->securityName = strdup("");
  pdu->securityNameLen = 0;
  pdu->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
  pdu->securityModel = SNMP_SEC_MODEL_USM;
  return send(pdu, lasts);
}

std::vector<SnmpReply> NetSnmpLine::read() {
  netsnmp_large_fd_set sockets;
  netsnmp_large_fd_set_init(&sockets, std::max(FD_SETSIZE, socket_ + 1));
  NETSNMP_LARGE_FD_ZERO(&sockets);
  NETSNMP_LARGE_FD_SET(socket_, &sockets);
  snmp_sess_read2(handle_, &sockets);
  netsnmp_large_fd_set_cleanup(&sockets);
  return std::exchange(replies_, {});
}

}  // namespace

Result<std::unique_ptr<SnmpLine>> SnmpLine::open(const SnmpTarget& target, const std::string& engine) {
  if (const Status started = start_library(); !started) {
    return started.error();
  }
  const bool discovers = target.version == SnmpVersion::V3 && engine.empty();
  auto line = std::make_unique<NetSnmpLine>(discovers, target.user);
  const Status connected = line->connect(target, engine);
  if (!connected.ok()) {
    return connected.error();
  }
  return std::unique_ptr<SnmpLine>{std::move(line)};
}

void forget_snmp_engine(const std::string& engine, const std::string& user) {
  if (!start_library()) {
    return;
  }
  auto* bytes = reinterpret_cast<u_char*>(const_cast<char*>(engine.data()));  // only compared
  free_enginetime(bytes, engine.size());
  if (usmUser* known = usm_get_user(bytes, engine.size(), const_cast<char*>(user.c_str()))) {
    usm_remove_user(known);
    usm_free_user(known);
  }
}

}  // namespace karkara
