#include "agent/io/late_net_snmp.h"

#include <net-snmp/net-snmp-config.h>
// net-snmp's headers want this order
#include <net-snmp/net-snmp-includes.h>
// after net-snmp's own headers
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/library/lcd_time.h>

#include <array>

#include "agent/io/late_library.h"

namespace {

#define KARKARA_NET_SNMP_FUNCTIONS(FUNCTION) \
  FUNCTION(init_callbacks)                   \
  FUNCTION(init_snmpv3)                      \
  FUNCTION(netsnmp_ds_set_boolean)           \
  FUNCTION(netsnmp_ds_set_string)            \
  FUNCTION(snmp_call_callbacks)              \
  FUNCTION(snmp_disable_log)                 \
  FUNCTION(snmp_api_errstring)               \
  FUNCTION(snmp_errstring)                   \
  FUNCTION(netsnmp_transport_open_client)    \
  FUNCTION(netsnmp_transport_free)           \
  FUNCTION(snmp_sess_init)                   \
  FUNCTION(snmp_sess_add)                    \
  FUNCTION(snmp_sess_session)                \
  FUNCTION(snmp_sess_close)                  \
  FUNCTION(snmp_sess_async_send)             \
  FUNCTION(snmp_sess_read2)                  \
  FUNCTION(snmp_sess_select_info2)           \
  FUNCTION(snmp_sess_timeout)                \
  FUNCTION(netsnmp_large_fd_set_init)        \
  FUNCTION(netsnmp_large_fd_set_cleanup)     \
  FUNCTION(netsnmp_large_fd_setfd)           \
  FUNCTION(snmp_pdu_create)                  \
  FUNCTION(snmp_free_pdu)                    \
  FUNCTION(snmp_add_null_var)                \
  FUNCTION(snmp_pdu_add_variable)            \
  FUNCTION(snmpv3_get_report_type)           \
  FUNCTION(create_user_from_session)         \
  FUNCTION(free_enginetime)                  \
  FUNCTION(generate_Ku)                      \
  FUNCTION(usm_get_user)                     \
  FUNCTION(usm_remove_user)                  \
  FUNCTION(usm_free_user)

struct NetSnmp {
#define FUNCTION(name) decltype(&::name) name = nullptr;
  KARKARA_NET_SNMP_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

NetSnmp library;

}  // namespace

namespace karkara {

Status load_net_snmp() {
  static const Status loaded = [] {
#define FUNCTION(name) LateFunction{#name, reinterpret_cast<void**>(&library.name)},
    const auto functions = std::to_array({KARKARA_NET_SNMP_FUNCTIONS(FUNCTION)});
#undef FUNCTION
    return load_late_library("libnetsnmp.so.40", functions);
  }();
  return loaded;
}

}  // namespace karkara

extern "C" {

// The library's constants, which have no address before it is there: RFC 3414, 3826 and 7860.
oid usmHMACMD5AuthProtocol[10] = {1, 3, 6, 1, 6, 3, 10, 1, 1, 2};
oid usmHMACSHA1AuthProtocol[10] = {1, 3, 6, 1, 6, 3, 10, 1, 1, 3};
oid usmHMAC192SHA256AuthProtocol[10] = {1, 3, 6, 1, 6, 3, 10, 1, 1, 5};
oid usmDESPrivProtocol[10] = {1, 3, 6, 1, 6, 3, 10, 1, 2, 2};
oid usmAESPrivProtocol[10] = {1, 3, 6, 1, 6, 3, 10, 1, 2, 4};

void init_callbacks() {
  library.init_callbacks();
}
void init_snmpv3(const char* name) {
  library.init_snmpv3(name);
}
int netsnmp_ds_set_boolean(int store, int which, int value) {
  return library.netsnmp_ds_set_boolean(store, which, value);
}
int netsnmp_ds_set_string(int store, int which, const char* value) {
  return library.netsnmp_ds_set_string(store, which, value);
}
int snmp_call_callbacks(int major, int minor, void* data) {
  return library.snmp_call_callbacks(major, minor, data);
}
void snmp_disable_log() {
  library.snmp_disable_log();
}
const char* snmp_api_errstring(int error) {
  return library.snmp_api_errstring(error);
}
const char* snmp_errstring(int error) {
  return library.snmp_errstring(error);
}

netsnmp_transport* netsnmp_transport_open_client(const char* application, const char* address) {
  return library.netsnmp_transport_open_client(application, address);
}
void netsnmp_transport_free(netsnmp_transport* transport) {
  library.netsnmp_transport_free(transport);
}
void snmp_sess_init(netsnmp_session* session) {
  library.snmp_sess_init(session);
}
void* snmp_sess_add(netsnmp_session* session, netsnmp_transport* transport,
                    int (*before)(netsnmp_session*, netsnmp_transport*, void*, int),
                    int (*after)(netsnmp_session*, netsnmp_pdu*, int)) {
  return library.snmp_sess_add(session, transport, before, after);
}
netsnmp_session* snmp_sess_session(void* handle) {
  return library.snmp_sess_session(handle);
}
int snmp_sess_close(void* handle) {
  return library.snmp_sess_close(handle);
}
int snmp_sess_async_send(void* handle, netsnmp_pdu* pdu, netsnmp_callback callback, void* data) {
  return library.snmp_sess_async_send(handle, pdu, callback, data);
}
int snmp_sess_read2(void* handle, netsnmp_large_fd_set* sockets) {
  return library.snmp_sess_read2(handle, sockets);
}
int snmp_sess_select_info2(void* handle, int* count, netsnmp_large_fd_set* sockets, timeval* left, int* no_limit) {
  return library.snmp_sess_select_info2(handle, count, sockets, left, no_limit);
}
void snmp_sess_timeout(void* handle) {
  library.snmp_sess_timeout(handle);
}
void netsnmp_large_fd_set_init(netsnmp_large_fd_set* sockets, int size) {
  library.netsnmp_large_fd_set_init(sockets, size);
}
void netsnmp_large_fd_set_cleanup(netsnmp_large_fd_set* sockets) {
  library.netsnmp_large_fd_set_cleanup(sockets);
}
void netsnmp_large_fd_setfd(int fd, netsnmp_large_fd_set* sockets) {
  library.netsnmp_large_fd_setfd(fd, sockets);
}

netsnmp_pdu* snmp_pdu_create(int type) {
  return library.snmp_pdu_create(type);
}
void snmp_free_pdu(netsnmp_pdu* pdu) {
  library.snmp_free_pdu(pdu);
}
netsnmp_variable_list* snmp_add_null_var(netsnmp_pdu* pdu, const oid* name, std::size_t length) {
  return library.snmp_add_null_var(pdu, name, length);
}
netsnmp_variable_list* snmp_pdu_add_variable(netsnmp_pdu* pdu, const oid* name, std::size_t length, u_char type,
                                             const void* value, std::size_t size) {
  return library.snmp_pdu_add_variable(pdu, name, length, type, value, size);
}
int snmpv3_get_report_type(netsnmp_pdu* pdu) {
  return library.snmpv3_get_report_type(pdu);
}

int create_user_from_session(netsnmp_session* session) {
  return library.create_user_from_session(session);
}
void free_enginetime(unsigned char* engine, std::size_t length) {
  library.free_enginetime(engine, length);
}
int generate_Ku(const oid* hash, u_int hash_length, const u_char* password, std::size_t length, u_char* key,
                std::size_t* key_length) {
  return library.generate_Ku(hash, hash_length, password, length, key, key_length);
}
usmUser* usm_get_user(const u_char* engine, std::size_t length, const char* name) {
  return library.usm_get_user(engine, length, name);
}
usmUser* usm_remove_user(usmUser* user) {
  return library.usm_remove_user(user);
}
usmUser* usm_free_user(usmUser* user) {
  return library.usm_free_user(user);
}

}  // extern "C"
